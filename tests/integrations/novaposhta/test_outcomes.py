"""Whatever happens to an answer, a waybill is made once; it is found again, and deleted."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from domain.carriers import CarrierProblem, CreatedWaybill
from domain.errors import (
    CarrierRefusedError,
    IntegrationError,
    KeyRefusedError,
    OutcomeUnknownError,
    UnavailableError,
)
from integrations.carriers import Carrier
from sandbox.novaposhta import NovaPoshta
from tests.integrations.novaposhta.parcels import DOOR, only, parcel, sample, today

SAVE = "InternetDocument.save"
Keys = Mapping[str, str]
Fault = Callable[[NovaPoshta], object]


@pytest.mark.parametrize(
    "fault",
    [
        lambda post: post.lose_answers(call=SAVE),
        lambda post: post.answer_late(3.0, call=SAVE),
    ],
    ids=["hung up", "too late"],
)
async def test_a_waybill_whose_answer_was_lost_is_made_once_and_found(
    post: NovaPoshta, carrier: Carrier, keys: Keys, fault: Fault
) -> None:
    fault(post)

    with pytest.raises(OutcomeUnknownError):
        await carrier.create_waybill(keys, parcel(post))

    async with asyncio.timeout(5):
        while (found := await carrier.find_waybill(keys, "KR-17-1", today())) is None:
            pass
    waybill = only(post)
    assert found == CreatedWaybill(
        number=waybill.number, external_id=waybill.ref, cost=Decimal("97.5"), arrives_on=None
    )


@pytest.mark.parametrize(
    "fault",
    [
        lambda post: post.answer_with(502, "<html>502 Bad Gateway</html>", call=SAVE),
        lambda post: post.answer_with(200, "<html></html>", call=SAVE),
        lambda post: post.answer_empty(call=SAVE),
    ],
    ids=["gateway", "a page", "no data"],
)
async def test_an_answer_that_says_nothing_leaves_the_outcome_unknown(
    post: NovaPoshta, carrier: Carrier, keys: Keys, fault: Fault
) -> None:
    fault(post)

    with pytest.raises(OutcomeUnknownError):
        await carrier.create_waybill(keys, parcel(post))

    assert len(post.calls("InternetDocument", "save")) == 1
    assert await carrier.find_waybill(keys, "KR-17-1", today()) is None


async def test_too_often_makes_nothing(post: NovaPoshta, carrier: Carrier, keys: Keys) -> None:
    post.refuse_with("20000401501", "To many requests", call=SAVE)

    with pytest.raises(UnavailableError):
        await carrier.create_waybill(keys, parcel(post))

    assert len(post.calls("InternetDocument", "save")) == 1
    assert post.waybills == {}


@pytest.mark.parametrize("before", ["Counterparty.save", "Address.save"])
@pytest.mark.parametrize(
    "fault",
    [
        lambda post, call: post.lose_answers(call=call),
        lambda post, call: post.answer_with(502, "<html></html>", call=call),
        lambda post, call: post.answer_empty(call=call),
    ],
    ids=["hung up", "gateway", "no data"],
)
async def test_what_fails_before_the_waybill_may_be_tried_again(
    post: NovaPoshta,
    carrier: Carrier,
    keys: Keys,
    before: str,
    fault: Callable[[NovaPoshta, str], object],
) -> None:
    fault(post, before)

    with pytest.raises(IntegrationError) as failed:
        await carrier.create_waybill(keys, parcel(post, destination=DOOR))

    assert type(failed.value) is UnavailableError
    assert post.calls("InternetDocument", "save") == []
    await carrier.create_waybill(keys, parcel(post, destination=DOOR))
    assert len(post.waybills) == 1


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (sample("counterparty_save.error")["response"]["body"], CarrierRefusedError),
        ({"success": True, "data": []}, UnavailableError),
        ([], UnavailableError),
    ],
    ids=["refused", "empty", "missing"],
)
async def test_a_recipient_without_a_contact_is_not_sent_to(
    post: NovaPoshta,
    carrier: Carrier,
    keys: Keys,
    person: object,
    expected: type[IntegrationError],
) -> None:
    answer = sample("counterparty_save.recipient")["response"]["body"]
    answer["data"][0]["ContactPerson"] = person
    post.answer_with(
        200, json.dumps(answer), content_type="application/json", call="Counterparty.save"
    )

    with pytest.raises(expected):
        await carrier.create_waybill(keys, parcel(post))

    assert post.calls("InternetDocument", "save") == []


async def test_a_key_that_is_over_makes_nothing(
    post: NovaPoshta, carrier: Carrier, keys: Keys
) -> None:
    request = parcel(post)
    post.expire_key()

    with pytest.raises(KeyRefusedError):
        await carrier.create_waybill(keys, request)

    assert len(post.requests) == 1


# Found, deleted


async def test_a_waybill_is_found_among_others(
    post: NovaPoshta, carrier: Carrier, keys: Keys
) -> None:
    """On the second page, and dated a week ahead; the server takes no filter but the days."""
    ahead = today() + timedelta(days=7)
    await carrier.create_waybill(keys, parcel(post, reference="KR-17-1", ship_on=ahead))
    (wanted,) = post.waybills.values()
    for number in range(120):
        twin = replace(wanted, ref=post.new_ref("d1"), number=post.new_number())
        twin.props = {**wanted.props, "InfoRegClientBarcodes": f"KR-17-1{number}"}
        post.waybills[twin.ref] = twin

    found = await carrier.find_waybill(keys, "KR-17-1", today())

    assert found is not None
    assert found.number == wanted.number
    assert len(post.calls("InternetDocument", "getDocumentList")) == 2
    assert await carrier.find_waybill(keys, "KR-17-1", ahead + timedelta(days=1)) is None


async def test_a_list_that_repeats_itself_ends(
    post: NovaPoshta, carrier: Carrier, keys: Keys
) -> None:
    body = sample("get_document_list")["response"]["body"]
    body["info"] = {"totalCount": 500}
    post.answer_with(200, json.dumps(body), times=None, content_type="application/json")

    assert await carrier.find_waybill(keys, "KR-17-1", today()) is None
    assert len(post.requests) == 2


async def test_a_deleted_waybill_does_not_count(
    post: NovaPoshta, carrier: Carrier, keys: Keys
) -> None:
    body = sample("get_document_list")["response"]["body"]
    body["data"][0]["StateId"] = "2"
    post.answer_with(200, json.dumps(body), content_type="application/json")

    assert await carrier.find_waybill(keys, "PROM-417000301", today()) is None


async def test_a_waybill_is_deleted_once_and_for_all(
    post: NovaPoshta, carrier: Carrier, keys: Keys
) -> None:
    created = await carrier.create_waybill(keys, parcel(post))
    post.lose_answers(call="InternetDocument.delete")
    with pytest.raises(UnavailableError):
        await carrier.delete_waybill(keys, created.external_id)
    assert only(post).state == "2"

    assert not await carrier.delete_waybill(keys, created.external_id)  # gone already

    assert await carrier.find_waybill(keys, "KR-17-1", today()) is None


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("20000200205", None),
        ("20000300415", None),
        ("20000200206", CarrierProblem.HANDED_OVER),
        ("20000200153", CarrierProblem.HANDED_OVER),
        ("20000200154", CarrierProblem.PRINTED),
        ("20000300416", CarrierProblem.NO_WAYBILL),  # another cabinet's
    ],
)
async def test_what_a_refusal_to_delete_means(
    post: NovaPoshta, carrier: Carrier, keys: Keys, code: str, problem: CarrierProblem | None
) -> None:
    created = await carrier.create_waybill(keys, parcel(post))
    post.refuse_with(code, "Document", call="InternetDocument.delete")
    if problem is None:
        assert not await carrier.delete_waybill(keys, created.external_id)
        return

    with pytest.raises(CarrierRefusedError) as refused:
        await carrier.delete_waybill(keys, created.external_id)

    assert refused.value.reason is problem


async def test_a_parcel_that_was_handed_over_is_not_deleted(
    post: NovaPoshta, carrier: Carrier, keys: Keys
) -> None:
    created = await carrier.create_waybill(keys, parcel(post))
    post.move_parcel(created.number, "4")

    with pytest.raises(CarrierRefusedError) as refused:
        await carrier.delete_waybill(keys, created.external_id)

    assert refused.value.reason is CarrierProblem.HANDED_OVER
    assert only(post).state == "4"
