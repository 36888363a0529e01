"""The price of a waybill, asked of the simulated Nova Poshta; on both engines."""

import asyncio
from datetime import datetime, timedelta

import pytest
from tortoise.timezone import now

from domain.carriers import Quote
from domain.errors import CarrierRefusedError, UnavailableError, WindowTakenError
from domain.parcels import KYIV
from models.carriers import WaybillDraft
from models.orders import Order
from models.staff import StaffMember
from sandbox.novaposhta import NovaPoshta
from sandbox.novaposhta.directory import KYIV_1
from services import waybill_forms
from sync.carrier_desk import CarrierDesk
from sync.waybill_forms import quote
from tests.carriers import know_place
from tests.factories import Intake
from tests.services.sale_stage import D
from tests.services.waybill_stage import begin, form, make_cod_order

PRICE = "getDocumentPrice"


@pytest.fixture
async def order(take_in: Intake, desk: CarrierDesk, post: NovaPoshta, seller: StaffMember) -> Order:
    """Half a kilogram to a branch in Kyiv, 91 to be collected."""
    del desk
    order = await make_cod_order(take_in)
    await begin(order, seller, point=await know_place(post, KYIV_1))
    return order


def prices_asked(post: NovaPoshta) -> int:
    return len(post.calls("InternetDocument", PRICE))


async def test_a_price_is_asked_once_a_day_for_the_same_parcel(
    order: Order, desk: CarrierDesk, post: NovaPoshta, seller: StaffMember
) -> None:
    tomorrow = now().astimezone(KYIV).date() + timedelta(days=1)
    expected = Quote(cost=D("97.5"), cod_cost=D(22), arrives_on=tomorrow)

    found = [await quote(desk, order.id, by=seller) for _ in range(2)]

    assert found == [expected, expected]
    assert (await form(order, seller)).quote == expected
    assert prices_asked(post) == 1

    draft = await WaybillDraft.get(order_id=order.id)
    at = datetime.fromisoformat(draft.quote["at"]) - timedelta(days=1)
    await WaybillDraft.filter(id=draft.id).update(quote={**draft.quote, "at": at.isoformat()})
    assert await quote(desk, order.id, by=seller) == expected
    assert prices_asked(post) == 2


async def test_a_heavier_parcel_is_asked_for_anew(
    order: Order, desk: CarrierDesk, post: NovaPoshta, seller: StaffMember
) -> None:
    await quote(desk, order.id, by=seller)
    await waybill_forms.set_cod(order.id, "0", by=seller)

    found = await quote(desk, order.id, by=seller)

    assert found is not None
    assert (found.cost, found.cod_cost) == (D("97.5"), D(0))
    assert prices_asked(post) == 2


async def test_a_place_that_nobody_confirmed_has_a_price_and_an_unfinished_form_has_none(
    order: Order, desk: CarrierDesk, post: NovaPoshta, seller: StaffMember
) -> None:
    await WaybillDraft.filter(order_id=order.id).update(is_confirmed=False)
    assert await quote(desk, order.id, by=seller) is not None

    await waybill_forms.set_declared_value(order.id, "5", by=seller)  # less than is collected
    assert await quote(desk, order.id, by=seller) is None
    assert prices_asked(post) == 1


async def test_a_price_of_what_was_changed_meanwhile_is_not_kept(
    order: Order, desk: CarrierDesk, post: NovaPoshta, seller: StaffMember
) -> None:
    post.answer_late(0.3, call=f"InternetDocument.{PRICE}")
    asking = asyncio.ensure_future(quote(desk, order.id, by=seller))
    while not prices_asked(post):  # noqa: ASYNC110  (it happens behind a server)
        await asyncio.sleep(0)
    await waybill_forms.set_cod(order.id, "0", by=seller)

    assert await asking is None
    assert (await WaybillDraft.get(order_id=order.id)).quote is None


async def test_a_carrier_that_fails_leaves_the_form_as_it_was(
    order: Order,
    desk: CarrierDesk,
    post: NovaPoshta,
    seller: StaffMember,
    colleague: StaffMember,
) -> None:
    with pytest.raises(WindowTakenError):
        await quote(desk, order.id, by=colleague)
    assert not post.requests
    post.refuse_with("20000200375", "Weight is too high", call=f"InternetDocument.{PRICE}")
    with pytest.raises(CarrierRefusedError):
        await quote(desk, order.id, by=seller)
    await post.down()
    with pytest.raises(UnavailableError):
        await quote(desk, order.id, by=seller)

    assert (await form(order, seller)).quote is None
