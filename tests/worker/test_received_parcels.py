"""What platforms hear of parcels that were received: it is the last step of what was sent."""

from datetime import timedelta
from decimal import Decimal

import pytest

from domain.carriers import CarrierProblem, CreatedWaybill, ParcelState, WaybillState
from domain.errors import UnavailableError
from domain.orders import PlatformState
from domain.shops import Step
from models.shops import ShopEffect, ShopEffectKind, StatusMapping
from services import orders, waybills
from sync.telling import tell_statuses
from tests.factories import sell
from tests.parcels import NUMBER, made, said
from tests.worker.prom_stage import prom_stage
from tests.worker.telling_stage import SOON, pass_time, telling_stage

ARRIVED, RECEIVED = ParcelState.ARRIVED, ParcelState.RECEIVED


async def test_a_store_is_told_that_the_parcel_was_received(db: str) -> None:
    del db
    async with telling_stage() as told:
        order = await told.place()
        await told.sell(order, waybill=NUMBER)
        await told.tell()
        assert told.told() == []  # it is being processed there anyway
        assert told.notes(order) == [f"Kramar: Олег – продано, ТТН {NUMBER}"]

        await said(order, ARRIVED)
        await told.tell()
        assert told.told() == []
        await said(order, RECEIVED)
        await told.tell()
        await told.tell()

        assert told.told() == [f"{order.external_id} completed"]
        assert told.notes(order) == [f"Kramar: Олег – продано, ТТН {NUMBER}"]
        assert (await told.order(order.external_id)).platform_state is PlatformState.COMPLETED
        seen = await told.seen(order)
        await told.hear(await told.body(order.external_id))
        assert await told.seen(order) == seen  # our own word
        assert not await ShopEffect.exists()


async def test_nothing_is_told_of_it_while_the_sale_can_be_undone(db: str) -> None:
    del db
    async with telling_stage() as told:
        order = await told.place()
        await told.sell(order, waybill=NUMBER)
        await said(order, RECEIVED)
        await told.tell(orders.UNDO_WINDOW - timedelta(seconds=10))
        assert told.told() == []
        await told.tell()
        assert told.told() == [f"{order.external_id} completed"]


@pytest.mark.parametrize("is_made", [True, False])
async def test_a_sale_whose_waybill_is_being_made_is_not_yet_completed(
    db: str, is_made: bool
) -> None:
    del db
    async with telling_stage() as told:
        order = await told.place()
        await told.sell(order)
        waybill = await made(order, "", state=WaybillState.SENT, look_at=None)
        for _ in range(3):  # the carrier does not answer
            await told.tell()
        assert (told.told(), told.notes(order)) == ([], [])

        if is_made:
            created = CreatedWaybill(
                number=NUMBER, external_id="ref", cost=Decimal(70), arrives_on=None
            )
            await waybills.made(waybill.id, created, look_in=timedelta(minutes=20))
        else:
            await waybills.failed(waybill.id, CarrierProblem.LOST, "")
        await told.tell(timedelta(hours=1))
        words = f", ТТН {NUMBER}" if is_made else ""
        assert told.notes(order) == [f"Kramar: Олег – продано{words}"]
        assert told.told() == ([] if is_made else [f"{order.external_id} completed"])
        assert not await ShopEffect.exists(kind=ShopEffectKind.TELL_STATUS)


async def test_a_store_that_is_told_nothing_of_received_parcels_hears_nothing(db: str) -> None:
    del db
    async with telling_stage() as told:
        await StatusMapping.create(shop_id=told.shop.id, step=Step.RECEIVED, status="")
        order = await told.place()
        await told.sell(order, waybill=NUMBER)
        await said(order, RECEIVED)
        await told.tell()
        assert told.told() == []


async def test_a_store_that_is_down_hears_of_it_later_and_the_card_says_so(db: str) -> None:
    del db
    async with telling_stage() as told:
        order = await told.place()
        await told.sell(order, waybill=NUMBER)
        await told.tell()
        await said(order, RECEIVED)
        told.store.answer_with(500, times=2)
        for _ in range(2):
            with pytest.raises(UnavailableError):
                await told.tell(timedelta(hours=2))
        assert (await told.order(order.external_id)).tell_problem == "unavailable"
        await told.tell(timedelta(hours=2))
        assert told.there(order.external_id).status == "completed"
        assert (await told.order(order.external_id)).tell_problem == ""


async def test_prom_is_told_that_the_parcel_was_received(db: str) -> None:
    del db
    async with prom_stage() as prom:
        order = await prom.place()
        await sell(order, prom.seller, waybill=NUMBER)

        async def tell() -> None:
            await pass_time(SOON)
            while await tell_statuses(prom.office, prom.shop):
                pass

        await tell()
        assert prom.there(order).status == "received"
        await said(order, RECEIVED)
        await tell()
        assert prom.there(order).status == "delivered"
        assert len(prom.calls("/orders/set_status")) == 2
        await tell()
        assert len(prom.calls("/orders/set_status")) == 2
        assert not await ShopEffect.exists()
