from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.orders import TRANSITIONS, IncomingLine, IncomingOrder, Phase, PlatformState

NOW = datetime(2026, 11, 22, 19, tzinfo=UTC)
LINE = IncomingLine(
    external_id="1",
    product_external_id="10",
    sku="TSH-001",
    name="Футболка",
    quantity=Decimal(2),
    amount=Decimal("901.00"),
)
ORDER = IncomingOrder(
    external_id="43",
    number="43",
    state=PlatformState.ACTIVE,
    placed_at=NOW,
    modified_at=NOW,
    currency="UAH",
    lines=(LINE,),
    total=Decimal("901.00"),
)
CHANGED: dict[str, Any] = {
    "external_id": "44",
    "number": "UA-43",
    "state": PlatformState.PENDING,
    "status": "pending",
    "placed_at": NOW + timedelta(seconds=1),
    "currency": "USD",
    "customer_name": "Олена",
    "phone": "+380671234567",
    "email": "olena@example.test",
    "delivery_method": "Нова Пошта",
    "delivery_city": "Київ",
    "delivery_address": "Відділення №12",
    "recipient_name": "Олег",
    "recipient_phone": "+380631110055",
    "branch_ref": "1ec09d88-e1c2-11e3-8c4a-0050568002cf",
    "city_ref": "8d5a980d-391c-11dd-90d9-001a92567626",
    "waybill_number": "20451600012345",
    "payment_method": "cod",
    "payment_title": "Оплата при отриманні",
    "is_paid": True,
    "note": "Дякую",
    "wants_no_call": True,
    "promotion": "Дешева доставка",
    "cancellation": "Покупець відмовився (buyer)",
    "lines": (replace(LINE, quantity=Decimal(3)),),
    "delivery_cost": Decimal(80),
    "fees": Decimal(1),
    "discount": Decimal(2),
    "refunded": Decimal(3),
    "total": Decimal("901.01"),
}


def test_every_field_is_tried() -> None:
    assert set(CHANGED) == {field.name for field in fields(IncomingOrder)} - {"modified_at"}


@pytest.mark.parametrize("name", CHANGED)
def test_every_change_shows_in_the_digest(name: str) -> None:
    assert replace(ORDER, **{name: CHANGED[name]}).digest() != ORDER.digest()


@pytest.mark.parametrize("name", [field.name for field in fields(IncomingLine)])
def test_every_change_of_a_line_shows_in_the_digest(name: str) -> None:
    other: Any = Decimal(7) if name in ("quantity", "amount") else "інше"
    changed = replace(ORDER, lines=(replace(LINE, **{name: other}),))

    assert changed.digest() != ORDER.digest()


def test_the_time_of_change_alone_is_no_change() -> None:
    later = replace(ORDER, modified_at=NOW + timedelta(hours=1))

    assert later.digest() == ORDER.digest()
    assert later != ORDER


def test_the_digest_is_the_same_in_every_process() -> None:
    """It is stored: a change of how it is made shows every order as changed once."""
    assert ORDER.digest() == replace(ORDER).digest()
    assert len(ORDER.digest()) == 32


def test_half_a_surrogate_pair_does_not_break_the_digest() -> None:
    assert replace(ORDER, note="\ud800").digest() != ORDER.digest()


def test_transitions() -> None:
    assert set(TRANSITIONS) == set(Phase)
    assert TRANSITIONS[Phase.OPEN] == set(Phase)
    assert TRANSITIONS[Phase.COMPLETED] == {Phase.OPEN, Phase.REFUSED, Phase.COMPLETED}
    assert TRANSITIONS[Phase.CANCELED] == {Phase.OPEN}
    assert TRANSITIONS[Phase.REFUSED] == {Phase.OPEN, Phase.COMPLETED}
