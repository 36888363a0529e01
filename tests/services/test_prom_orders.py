"""What a marketplace tells beyond a site: kept, brought up to date, and put into the history."""

from dataclasses import replace
from typing import Any

import pytest

from domain.orders import Phase, PlatformState
from models.orders import EventKind, Order, OrderEvent
from tests.factories import (
    Intake,
    cards_were_sent,
    incoming,
    line,
    lines_of,
    make_order,
    stock_up,
    the_order,
)

TOLD: dict[str, Any] = {
    "status": "received",
    "recipient_name": "Олег Дорошенко",
    "recipient_phone": "+380631110055",
    "branch_ref": "1ec09d88-e1c2-11e3-8c4a-0050568002cf",
    "city_ref": "8d5a980d-391c-11dd-90d9-001a92567626",
    "waybill_number": "20451600012352",
    "wants_no_call": True,
    "promotion": "Дешева доставка",
}
TOLD_NEXT: dict[str, Any] = {
    "status": "custom-137639",
    "recipient_name": "Ірина Дорошенко",
    "recipient_phone": "+380931110044",
    "branch_ref": "b2000000-0000-11ee-9eb1-d4f5ef0df2b8",
    "city_ref": "db5c88f5-391c-11dd-90d9-001a92567626",
    "waybill_number": "20451600099999",
    "wants_no_call": False,
    "promotion": "Безкоштовна доставка",
}


@pytest.fixture(autouse=True)
async def _goods(db: str) -> None:
    del db
    await stock_up({"A": 5})


def kept(order: Order) -> dict[str, object]:
    names = {**dict.fromkeys(TOLD), "status": "platform_status"}
    return {name: getattr(order, column or name) for name, column in names.items()}


async def changes_of(order: Order) -> list[list[str]]:
    """What each change said: its kind and the new value."""
    events = await OrderEvent.filter(order_id=order.id, kind=EventKind.CHANGED).order_by("id")
    return [
        [f"{change['what']} {change['new']}".strip() for change in event.data["changes"]]
        for event in events
    ]


async def test_all_that_is_told_is_kept_and_brought_up_to_date(take_in: Intake) -> None:
    cup = replace(line("A", 2), unit="упаковка")

    await take_in(incoming("1", cup, **TOLD))
    born = await the_order()
    assert kept(born) == TOLD
    assert [one.unit for one in await lines_of(born)] == ["упаковка"]

    told = incoming("1", replace(cup, unit="шт."), replace(cup, external_id="new"), minute=1)
    await take_in(replace(told, **TOLD_NEXT))

    after = await the_order()
    assert kept(after) == TOLD_NEXT
    assert [one.unit for one in await lines_of(after)] == ["шт.", "упаковка"]
    assert await changes_of(after) == [
        [
            *("added 2", "total 40", "waybill 20451600099999"),
            *("delivery", "note", "amounts"),
        ]
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"recipient_name": "Ірина Дорошенко"}, "delivery"),
        ({"recipient_phone": ""}, "delivery"),
        ({"wants_no_call": False}, "note"),
        ({"promotion": ""}, "amounts"),
        ({"waybill_number": "1"}, "waybill 1"),
        ({"waybill_number": ""}, "waybill"),
    ],
)
async def test_each_change_reaches_the_card_once(
    take_in: Intake, changed: dict[str, Any], said: str
) -> None:
    await take_in(incoming("1", **TOLD))
    order = await the_order()
    await cards_were_sent()

    await take_in(incoming("1", minute=1, **{**TOLD, **changed}))
    await take_in(incoming("1", minute=2, **{**TOLD, **changed}))

    assert await changes_of(order) == [[said]]
    assert (await the_order()).revision == order.revision + 1


async def test_refs_are_kept_without_a_word_for_no_card_shows_them(take_in: Intake) -> None:
    await take_in(incoming("1", **TOLD))
    revision = (await the_order()).revision

    await take_in(incoming("1", minute=1, **{**TOLD, "branch_ref": "B", "city_ref": "C"}))

    after = await the_order()
    assert (after.branch_ref, after.city_ref, after.revision) == ("B", "C", revision)
    assert await changes_of(after) == []


@pytest.mark.parametrize(
    ("why", "data"),
    [
        ("Покупець відмовився (buyer)", {"why": "Покупець відмовився (buyer)"}),
        ("", {}),
    ],
)
async def test_why_the_platform_canceled_is_in_the_history(
    take_in: Intake, why: str, data: dict[str, str]
) -> None:
    order = await make_order(take_in, [line("A", 2)])

    await take_in(incoming("1", state=PlatformState.CANCELED, cancellation=why, minute=1))

    event = await OrderEvent.get(order_id=order.id, kind=EventKind.PLATFORM_CANCELED)
    assert event.data == data
    after = await the_order()
    assert (after.phase, after.cancellation) == (Phase.CANCELED, why)
