"""What a parcel would cost, and when it would arrive."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from domain.carriers import Quote
from domain.errors import UnavailableError
from integrations.carriers import Carrier
from sandbox.novaposhta import NovaPoshta
from tests.integrations.novaposhta.parcels import BOX, parcel, sample, today

Keys = Mapping[str, str]


@pytest.mark.parametrize("is_nested", [True, False])
async def test_what_a_parcel_would_cost_and_when_it_would_arrive(
    post: NovaPoshta, carrier: Carrier, keys: Keys, is_nested: bool
) -> None:
    post.date_is_nested = is_nested

    quote = await carrier.quote(keys, parcel(post, cod_amount=Decimal(1251)))

    assert quote == Quote(
        cost=Decimal("97.5"), cod_cost=Decimal(45), arrives_on=today() + timedelta(days=1)
    )
    (asked,) = post.calls("InternetDocument", "getDocumentPrice")
    expected = sample("get_document_price")["request"]["methodProperties"]
    assert asked.properties == expected
    assert post.waybills == {}


async def test_a_large_box_costs_by_its_volume(
    post: NovaPoshta, carrier: Carrier, keys: Keys
) -> None:
    large = replace(BOX, width_cm=50, length_cm=60, height_cm=50)  # 37.5 kg of volume

    quote = await carrier.quote(keys, parcel(post, seats=(large,)))

    assert quote.cost == Decimal("539.5")
    assert quote.cod_cost == 0
    assert "RedeliveryCalculate" not in post.requests[0].properties


async def test_a_price_without_a_day_is_worth_having(
    post: NovaPoshta, carrier: Carrier, keys: Keys
) -> None:
    call = "InternetDocument.getDocumentDeliveryDate"
    post.answer_with(502, "", call=call)
    assert await carrier.quote(keys, parcel(post)) == Quote(cost=Decimal("97.5"))
    post.refuse_with("20000100002", "General error", call=call)
    assert await carrier.quote(keys, parcel(post)) == Quote(cost=Decimal("97.5"))
    post.answer_empty(call=call)
    assert await carrier.quote(keys, parcel(post)) == Quote(cost=Decimal("97.5"))


async def test_no_price_is_no_quote(post: NovaPoshta, carrier: Carrier, keys: Keys) -> None:
    post.answer_empty(call="InternetDocument.getDocumentPrice")

    with pytest.raises(UnavailableError):
        await carrier.quote(keys, parcel(post))
