"""Where parcels are: the samples, the simulated way of one, and rows as odd as they come."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.carriers import CodKind, ParcelState, ParcelStatus
from integrations.carriers import Carrier
from integrations.novaposhta.times import day, moment
from integrations.novaposhta.tracking import MOST_TRACKED, status_of
from sandbox.novaposhta import NovaPoshta
from tests.integrations.novaposhta.parcels import (
    BRANCH,
    DOOR,
    LOCKER,
    only,
    origin,
    parcel,
    sample,
    today,
)

Keys = Mapping[str, str]
SENDER, RECIPIENT = "+380501110099", "+380501110022"


def row(name: str, index: int = 0, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = sample(f"tracking.{name}")["response"]["body"]["data"][index]
    return found | changes


def test_a_received_parcel() -> None:
    assert status_of(row("batch")) == ParcelStatus(
        number="20451600012345",
        state=ParcelState.RECEIVED,
        code="9",
        text="Відправлення отримано",
        place="Відділення №1: вул. Пирогівський шлях, 135",
        arrives_on=date(2026, 9, 16),
        stored_since=date(2026, 9, 16),
        received_at=datetime(2026, 9, 17, 10, 35, 58, tzinfo=UTC),
        cod_amount=Decimal(1251),
    )


def test_a_parcel_in_a_locker_of_which_no_phone_is_known() -> None:
    assert status_of(row("batch", 1)) == ParcelStatus(
        number="20451600012352",
        state=ParcelState.ARRIVED,
        code="8",
        text="Прибув у поштомат",
        place='Поштомат "Нова Пошта" №40001',
        arrives_on=date(2026, 9, 16),
        stored_since=date(2026, 9, 16),
    )


def test_an_unknown_number_is_no_error() -> None:
    assert status_of(row("batch", 2)) == ParcelStatus(
        number="20451600099999", state=ParcelState.UNKNOWN, code="3", text="Номер не знайдено"
    )


def test_a_parcel_that_was_not_handed_over() -> None:
    status = status_of(row("created"))

    assert (status.state, status.stored_since, status.received_at) == (
        ParcelState.CREATED,
        None,
        None,
    )
    assert status.cod_amount == 1251


def test_a_refused_parcel_goes_back_with_another_number() -> None:
    status = status_of(row("refused"))

    assert (status.state, status.return_number) == (ParcelState.RETURNING, "20451600012399")


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"LastCreatedOnTheBasisDocumentType": ""}, "20451600012399"),
        ({"LastCreatedOnTheBasisDocumentType": None}, "20451600012399"),
        ({"LastCreatedOnTheBasisDocumentType": "Redirecting"}, ""),
        ({"LastCreatedOnTheBasisNumber": ""}, ""),
        ({"StatusCode": "106"}, ""),  # received: it is money or papers that come back
        ({"StatusCode": 105}, "20451600012399"),
    ],
)
def test_only_a_return_is_a_return(changes: dict[str, Any], number: str) -> None:
    assert status_of(row("refused", **changes)).return_number == number


@pytest.mark.parametrize("nonsense", [True, {}, [1]])
def test_what_makes_no_sense_is_left_out(nonsense: Any) -> None:
    odd = ("WarehouseRecipient", "LastCreatedOnTheBasisNumber", "LastCreatedOnTheBasisDocumentType")
    status = status_of(row("refused", **dict.fromkeys(odd, nonsense)))
    assert (status.state, status.place, status.return_number) == (ParcelState.RETURNING, "", "")


@pytest.mark.parametrize(
    ("codes", "state"),
    [
        ("1 12", ParcelState.CREATED),
        ("2", ParcelState.DELETED),
        ("3", ParcelState.UNKNOWN),
        ("4 41 5 6 101 104 111 112", ParcelState.MOVING),
        ("7 8 14", ParcelState.ARRIVED),
        ("9 10 11 106", ParcelState.RECEIVED),
        ("102 103 105 108", ParcelState.RETURNING),
        ("99 1000 new", ParcelState.MOVING),  # nobody is told anything of a code that is new
    ],
)
def test_what_the_codes_mean(codes: str, state: ParcelState) -> None:
    assert {status_of(row("created", StatusCode=code)).state for code in codes.split()} == {state}
    assert {status_of(row("created", StatusCode=code)).code for code in codes.split()} == {
        *codes.split()
    }


def test_money_and_storage_are_read_from_where_they_are() -> None:
    transfer = status_of(row("created", AfterpaymentOnGoodsCost="", RedeliverySum="479.00"))
    control = status_of(row("created", AfterpaymentOnGoodsCost="479.00", RedeliverySum=""))
    stored = status_of(row("created", DateFirstDayStorage="2026-09-18 00:00:00"))
    odd = status_of(row("created", AfterpaymentOnGoodsCost="?", RedeliverySum={}))

    assert transfer.cod_amount == control.cod_amount == 479
    assert stored.stored_since == date(2026, 9, 18)
    assert odd.cod_amount == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("06-04-2023 08:20:34", datetime(2023, 4, 6, 5, 20, 34, tzinfo=UTC)),
        ("07.04.2023 13:35:58", datetime(2023, 4, 7, 10, 35, 58, tzinfo=UTC)),
        ("2023-04-06 18:47:40", datetime(2023, 4, 6, 15, 47, 40, tzinfo=UTC)),
        ("2023-01-06 18:00:00.000000", datetime(2023, 1, 6, 16, 0, tzinfo=UTC)),
        ("15:36 07.04.2023", datetime(2023, 4, 7, 12, 36, tzinfo=UTC)),
        ("2023-04-06 00:30:00", datetime(2023, 4, 5, 21, 30, tzinfo=UTC)),
        ("07.04.2023", None),
        ("", None),
        ("0000-00-00 00:00:00", None),
        ("0001-01-01 00:00:00", None),
        ("31.02.2023 10:00:00", None),
        ("01.02.2023 25:00:00", None),
        (None, None),
        ([], None),
    ],
)
def test_times_have_four_forms(text: object, expected: datetime | None) -> None:
    assert moment({"At": text}, "At") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("16.09.2026", date(2026, 9, 16)),
        ("16-09-2026 18:00:00", date(2026, 9, 16)),
        ("2026-09-16", date(2026, 9, 16)),
        ("2026-09-16 00:30:00", date(2026, 9, 16)),
        ("15:36 07.04.2023", date(2023, 4, 7)),
        ("0000-00-00", None),
        ("soon", None),
    ],
)
def test_days_are_kyivs(text: str, expected: date | None) -> None:
    assert day({"On": text}, "On") == expected


async def test_the_way_of_a_parcel(post: NovaPoshta, carrier: Carrier, keys: Keys) -> None:
    request = parcel(post, cod_amount=Decimal(500), cod_kind=CodKind.CONTROL)
    number = (await carrier.create_waybill(keys, request)).number
    seen = []
    for _ in range(6):
        (status,) = await carrier.track(keys, [(number, RECIPIENT)])
        seen.append(status.state)
        assert status.cod_amount == 500
        assert status.arrives_on == today() + timedelta(days=1)
        post.advance_parcel(number)

    assert seen == [
        ParcelState.CREATED,
        ParcelState.MOVING,
        ParcelState.MOVING,
        ParcelState.MOVING,
        ParcelState.ARRIVED,
        ParcelState.RECEIVED,
    ]
    arrived_at, received_at = only(post).arrived_at, only(post).received_at
    assert arrived_at is not None
    assert received_at is not None
    (last,) = await carrier.track(keys, [(number, RECIPIENT)])
    assert last.received_at == received_at.replace(microsecond=0)
    assert last.stored_since == today()


async def test_a_phone_of_either_side_tells_more(
    post: NovaPoshta, carrier: Carrier, keys: Keys
) -> None:
    request = parcel(
        post,
        origin=origin(post, is_private=True),
        cod_amount=Decimal(400),
        cod_kind=CodKind.TRANSFER,
    )
    number = (await carrier.create_waybill(keys, request)).number

    told = {
        phone: (await carrier.track(keys, [(number, phone)]))[0].cod_amount
        for phone in (RECIPIENT, SENDER, "", "+380670000000")
    }

    assert told == {RECIPIENT: 400, SENDER: 400, "": 0, "+380670000000": 0}


async def test_a_return_has_its_own_number(post: NovaPoshta, carrier: Carrier, keys: Keys) -> None:
    number = (await carrier.create_waybill(keys, parcel(post))).number
    back = post.move_parcel(number, "103").return_number

    (status,) = await carrier.track(keys, [(number, SENDER)])

    assert (status.state, status.return_number) == (ParcelState.RETURNING, back)


async def test_many_are_asked_at_once(post: NovaPoshta, carrier: Carrier, keys: Keys) -> None:
    made = [
        await carrier.create_waybill(keys, parcel(post, destination=each))
        for each in (BRANCH, LOCKER, DOOR)
    ]
    known = [each.number for each in made]
    unknown = [str(20451600099000 + index) for index in range(MOST_TRACKED - 3)]
    before = len(post.requests)

    found = await carrier.track(keys, [(number, "") for number in [*known, *unknown]])

    assert [each.number for each in found] == [*known, *unknown]
    assert [each.state for each in found[:4]] == [ParcelState.CREATED] * 3 + [ParcelState.UNKNOWN]
    assert len(post.requests) == before + 1
    assert carrier.most_tracked == MOST_TRACKED == 100
    assert await carrier.track(keys, []) == []
    assert len(post.requests) == before + 1


async def test_an_odd_row_does_not_cost_the_others(
    post: NovaPoshta, carrier: Carrier, keys: Keys
) -> None:
    body = sample("tracking.batch")["response"]["body"]
    body["data"] = [{}, {"Number": []}, *body["data"], row("batch", Number="20451600012399")]
    post.answer_with(200, json.dumps(body), content_type="application/json")
    asked = [(f"204516000{end}", "") for end in ("12345", "12352", "99999")]

    found = await carrier.track(keys, asked)

    assert [each.number for each in found] == [number for number, _ in asked]
