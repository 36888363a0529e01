"""Waybills: what is sent is what the samples have, and what is refused says what can be mended."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.carriers import (
    CarrierProblem,
    CodKind,
    CreatedWaybill,
    Destination,
    Origin,
    Payer,
    PersonName,
)
from domain.errors import CarrierRefusedError
from integrations.carriers import Carrier
from integrations.novaposhta.documents import PLAIN_DESCRIPTION, waybill_props
from sandbox.novaposhta import NovaPoshta
from sandbox.novaposhta.directory import KYIV, KYIV_5
from tests.integrations.novaposhta.parcels import (
    BOX,
    BRANCH,
    DOOR,
    LOCKER,
    door_origin,
    only,
    origin,
    parcel,
    sample,
    today,
)

Keys = Mapping[str, str]


def as_sample(post: NovaPoshta, **values: Any) -> dict[str, Any]:
    """What would be sent of the parcel that the samples are of."""
    usual: dict[str, Any] = {"reference": "PROM-417000301", "ship_on": date(2026, 9, 15)}
    return waybill_props(parcel(post, **(usual | values)))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("warehouse", {}),
        ("warehouse_afterpayment", {"cod_amount": Decimal(1251), "cod_kind": CodKind.CONTROL}),
        ("warehouse_backward_money", {"cod_amount": Decimal(1251), "cod_kind": CodKind.TRANSFER}),
        ("doors_refs", {"destination": DOOR}),
        (
            "postomat",
            {
                "destination": LOCKER,
                "reference": "PROM-417000302",
                "declared_value": Decimal(398),
                "phone": "+380671110033",
            },
        ),
    ],
)
def test_a_waybill_is_sent_as_the_samples_have_it(
    post: NovaPoshta, name: str, values: dict[str, Any]
) -> None:
    """All of it but the Refs of the recipient, and the volume, which the seats have already."""
    expected = sample(f"internet_document_save.{name}")["request"]["methodProperties"]
    for left_out in ("Recipient", "ContactRecipient", "RecipientAddress", "VolumeGeneral"):
        expected.pop(left_out, None)

    assert as_sample(post, **values) == expected


@pytest.mark.parametrize(
    ("kind", "destination", "cost"),
    [
        ("Warehouse", BRANCH, Decimal("97.5")),
        ("Warehouse", LOCKER, Decimal("87.5")),
        ("Warehouse", DOOR, Decimal(170)),
        ("Doors", BRANCH, Decimal("97.5")),
        ("Doors", LOCKER, Decimal("87.5")),
        ("Doors", DOOR, Decimal(170)),
    ],
)
async def test_it_goes_from_anywhere_to_anywhere(
    post: NovaPoshta,
    carrier: Carrier,
    keys: Keys,
    kind: str,
    destination: Destination,
    cost: Decimal,
) -> None:
    sent_from: Origin = door_origin(post) if kind == "Doors" else origin(post)
    request = parcel(post, origin=sent_from, destination=destination)

    created = await carrier.create_waybill(keys, request)

    waybill = only(post)
    end = {BRANCH: "Warehouse", LOCKER: "Postomat", DOOR: "Doors"}[destination]
    assert waybill.props["ServiceType"] == f"{kind}{end}"
    assert created == CreatedWaybill(
        number=waybill.number,
        external_id=waybill.ref,
        cost=cost,
        arrives_on=today() + timedelta(days=1),
    )
    assert waybill.recipient.name == "Вербицька Оксана"
    assert (waybill.recipient.place is None) is (destination is DOOR)
    if destination is DOOR:
        assert waybill.recipient.address == "Хрещатик вул. 10 кв. 4"


async def test_the_money_comes_back_as_the_sender_may_have_it(
    post: NovaPoshta, carrier: Carrier, keys: Keys
) -> None:
    control = parcel(post, cod_amount=Decimal("1250.00"), cod_kind=CodKind.CONTROL)
    transfer = parcel(
        post,
        reference="KR-17-2",
        origin=origin(post, is_private=True),
        cod_amount=Decimal("400"),
        cod_kind=CodKind.TRANSFER,
        payer=Payer.SENDER,
    )

    for request in (control, transfer):
        await carrier.create_waybill(keys, request)

    first, second = post.waybills.values()
    assert (first.payment_control, first.money_back) == (1250, 0)
    assert (second.payment_control, second.money_back) == (0, 400)
    assert (first.props["PayerType"], second.props["PayerType"]) == ("Recipient", "Sender")


@pytest.mark.parametrize(
    ("kind", "is_private", "destination", "problem"),
    [
        (CodKind.TRANSFER, False, BRANCH, CarrierProblem.COD_KIND),
        (CodKind.CONTROL, True, BRANCH, CarrierProblem.COD_KIND),
        (CodKind.CONTROL, False, LOCKER, CarrierProblem.COD_PLACE),
        (CodKind.TRANSFER, True, LOCKER, CarrierProblem.COD_PLACE),
    ],
)
async def test_money_that_cannot_come_back_stops_the_waybill(
    post: NovaPoshta,
    carrier: Carrier,
    keys: Keys,
    kind: CodKind,
    is_private: bool,
    destination: Destination,
    problem: CarrierProblem,
) -> None:
    request = parcel(
        post,
        origin=origin(post, is_private=is_private),
        destination=destination,
        cod_amount=Decimal(100),
        cod_kind=kind,
    )

    with pytest.raises(CarrierRefusedError) as refused:
        await carrier.create_waybill(keys, request)

    assert refused.value.reason is problem
    assert post.waybills == {}
    assert len(post.calls("InternetDocument", "save")) == 1


async def test_each_box_has_its_size_and_weight(
    post: NovaPoshta, carrier: Carrier, keys: Keys
) -> None:
    light = replace(BOX, weight_kg=Decimal("0.040"), width_cm=7, length_cm=11, height_cm=3)

    await carrier.create_waybill(keys, parcel(post, seats=(BOX, light)))

    props = only(post).props
    assert (props["Weight"], props["SeatsAmount"]) == ("1.3", "2")
    assert props["OptionsSeat"][1] == {
        "volumetricVolume": "0.000231",
        "volumetricWidth": "7",
        "volumetricLength": "11",
        "volumetricHeight": "3",
        "weight": "0.1",  # the least there is
    }


async def test_the_same_recipient_is_not_made_twice(
    post: NovaPoshta, carrier: Carrier, keys: Keys
) -> None:
    for number in (1, 2):
        await carrier.create_waybill(keys, parcel(post, destination=DOOR, reference=f"KR-{number}"))

    first, second = post.waybills.values()
    for name in ("Recipient", "ContactRecipient", "RecipientAddress"):
        assert first.props[name] == second.props[name]


async def test_the_name_has_its_patronymic(post: NovaPoshta, carrier: Carrier, keys: Keys) -> None:
    name = PersonName(first="Оксана", last="Вербицька", middle="Іванівна")

    await carrier.create_waybill(keys, parcel(post, recipient=name))

    assert only(post).recipient.name == "Вербицька Оксана Іванівна"


@pytest.mark.parametrize("is_text", [True, False])
async def test_the_cost_is_a_number_or_a_text(
    post: NovaPoshta, carrier: Carrier, keys: Keys, is_text: bool
) -> None:
    post.cost_as_text = is_text

    created = await carrier.create_waybill(keys, parcel(post))

    assert created.cost == Decimal("97.5")


@pytest.mark.parametrize(
    ("told", "sent"),
    [("  ", PLAIN_DESCRIPTION), ("🎁🎁", PLAIN_DESCRIPTION), ("snake_case", "snake case")],
)
def test_descriptions_are_of_what_is_taken(post: NovaPoshta, told: str, sent: str) -> None:
    assert waybill_props(parcel(post, description=told))["Description"] == sent


async def test_a_description_that_is_refused_becomes_a_plain_one(
    post: NovaPoshta, carrier: Carrier, keys: Keys
) -> None:
    post.description_limit = 10

    await carrier.create_waybill(keys, parcel(post, description="Кухонний посуд"))

    assert only(post).props["Description"] == PLAIN_DESCRIPTION
    assert len(post.calls("InternetDocument", "save")) == 2


async def test_a_plain_description_that_is_refused_is_told(
    post: NovaPoshta, carrier: Carrier, keys: Keys
) -> None:
    post.description_limit = 1

    with pytest.raises(CarrierRefusedError) as refused:
        await carrier.create_waybill(keys, parcel(post))

    assert refused.value.reason is CarrierProblem.DESCRIPTION
    assert len(post.calls("InternetDocument", "save")) == 2
    assert post.waybills == {}


@pytest.mark.parametrize(
    ("values", "problem", "detail"),
    [
        ({"phone": "+38050111002"}, CarrierProblem.RECIPIENT_PHONE, ""),
        ({"recipient": PersonName(first="", last="Вербицька")}, CarrierProblem.RECIPIENT_NAME, ""),
        (
            {
                "recipient": PersonName(first="Oksana", last="Verbytska"),
                "cod_amount": Decimal(100),
            },
            CarrierProblem.NAME_NOT_CYRILLIC,
            "",
        ),
        ({"ship_on": date(2026, 1, 1)}, CarrierProblem.DATE, ""),
        ({"seats": (replace(BOX, weight_kg=Decimal(31)),)}, CarrierProblem.PLACE_WEIGHT, "30"),
        ({"seats": (replace(BOX, height_cm=400),)}, CarrierProblem.PLACE_SIZE, ""),
        (
            {"destination": LOCKER, "seats": (replace(BOX, weight_kg=Decimal(21)),)},
            CarrierProblem.PLACE_WEIGHT,
            "",
        ),
        (
            {"destination": LOCKER, "seats": (replace(BOX, length_cm=61),)},
            CarrierProblem.PLACE_SIZE,
            "",
        ),
        ({"destination": LOCKER, "seats": (BOX, BOX)}, CarrierProblem.SEATS, ""),
        ({"destination": LOCKER, "phone": "+380441110022"}, CarrierProblem.PHONE_NOT_MOBILE, ""),
        (
            {"destination": LOCKER, "declared_value": Decimal(10_001)},
            CarrierProblem.DECLARED_VALUE,
            "",
        ),
        ({"cod_amount": Decimal(1252)}, CarrierProblem.COD_AMOUNT, ""),
        (
            {"destination": replace(BRANCH, city_ref=LOCKER.city_ref)},
            CarrierProblem.PLACE,
            "",
        ),
        (
            {"destination": replace(BRANCH, city_ref="f" * 8 + KYIV.ref[8:])},
            CarrierProblem.CITY,
            "",
        ),
    ],
)
async def test_a_refusal_says_what_can_be_mended(
    post: NovaPoshta,
    carrier: Carrier,
    keys: Keys,
    values: dict[str, Any],
    problem: CarrierProblem,
    detail: str,
) -> None:
    with pytest.raises(CarrierRefusedError) as refused:
        await carrier.create_waybill(keys, parcel(post, **values))

    assert (refused.value.reason, refused.value.detail) == (problem, detail)
    assert post.waybills == {}


async def test_a_closed_branch_and_a_lost_sender_are_told(
    post: NovaPoshta, carrier: Carrier, keys: Keys
) -> None:
    request = parcel(post)
    nobody = replace(request.origin, sender_ref=KYIV_5)
    for changed, problem in (
        (replace(request, origin=nobody), CarrierProblem.SENDER),
        (
            replace(request, origin=replace(request.origin, city_ref=KYIV.ref)),
            CarrierProblem.SENDER_PLACE,
        ),
    ):
        with pytest.raises(CarrierRefusedError) as refused:
            await carrier.create_waybill(keys, changed)
        assert refused.value.reason is problem
    post.close_warehouse(KYIV_5)

    with pytest.raises(CarrierRefusedError) as refused:
        await carrier.create_waybill(keys, request)

    assert refused.value.reason is CarrierProblem.PLACE
