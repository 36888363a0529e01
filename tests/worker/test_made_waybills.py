"""A waybill that was made is deleted there and here, and printed."""

from collections.abc import AsyncIterator

import pytest

from domain.carriers import LabelFormat, WaybillState
from domain.errors import (
    CarrierRefusedError,
    KeyRefusedError,
    NotAllowedError,
    NotFoundError,
    UnavailableError,
)
from domain.rights import Role
from models.carriers import CarrierAccount, Waybill
from services import sales, waybills
from sync import waybills as post_desk
from tests.factories import BOX, make_staff
from tests.worker.waybill_stage import Stage, only, waybill_stage


@pytest.fixture
async def it(db: str) -> AsyncIterator[Stage]:
    del db
    async with waybill_stage() as stage:
        yield stage


async def made(it: Stage) -> Waybill:
    await it.ask()
    await it.work()
    return await only(it)


async def test_it_is_deleted_there_and_here(it: Stage) -> None:
    waybill = await made(it)
    await sales.add_sale(it.order.id, by=it.seller)
    packer = await make_staff("Пакувальниця", 5003, Role.PACKER)
    with pytest.raises(NotAllowedError):
        await post_desk.delete(it.desk, it.order.id, by=packer)

    gone = await post_desk.delete(it.desk, it.order.id, by=it.seller)

    assert (gone.id, gone.state) == (waybill.id, WaybillState.DELETED)
    assert it.post.waybills[waybill.external_id].state == "2"
    with pytest.raises(NotFoundError):
        await post_desk.delete(it.desk, it.order.id, by=it.seller)


async def test_one_that_was_handed_over_stays(it: Stage) -> None:
    waybill = await made(it)
    it.post.move_parcel(waybill.number, "4")

    with pytest.raises(CarrierRefusedError) as error:
        await post_desk.delete(it.desk, it.order.id, by=it.seller)

    assert error.value.reason == "handed_over"
    assert (await Waybill.get()).state is WaybillState.MADE


async def test_one_that_was_deleted_there_goes_here_too(it: Stage) -> None:
    waybill = await made(it)
    it.post.move_parcel(waybill.number, "2")

    await post_desk.delete(it.desk, it.order.id, by=it.seller)

    assert (await Waybill.get()).state is WaybillState.DELETED


async def test_one_of_another_account_is_not_said_to_be_deleted(it: Stage) -> None:
    waybill = await made(it)
    other = it.post.add_account("e" * 32)
    await CarrierAccount.all().update(secrets=BOX.encrypt({"api_key": other.key}))

    with pytest.raises(CarrierRefusedError) as error:
        await post_desk.delete(it.desk, it.order.id, by=it.seller)

    assert error.value.reason == "foreign"
    assert it.post.waybills[waybill.external_id].state == "1"
    assert await only(it) == waybill


async def test_a_success_that_names_nothing_deletes_nothing_here(it: Stage) -> None:
    waybill = await made(it)
    it.post.answer_empty(call="InternetDocument.delete")

    with pytest.raises(UnavailableError):
        await post_desk.delete(it.desk, it.order.id, by=it.seller)

    assert await only(it) == waybill


async def test_labels_are_one_file_and_count_as_printed_once_it_was_handed_over(it: Stage) -> None:
    first = await made(it)
    it.order = await it.place("1043")
    await it.ask()
    await it.work()
    second = await Waybill.get(order_id=it.order.id)

    pdf = await post_desk.labels(it.desk, [second, first], LabelFormat.LABEL)

    assert pdf.startswith(b"%PDF")
    assert await waybills.to_print(10) == [first, second]
    await waybills.printed([second.id, first.id])
    assert await waybills.to_print(10) == []
    assert all(each.is_printed for each in it.post.waybills.values())


async def test_with_a_key_that_is_over_nothing_is_deleted(it: Stage) -> None:
    waybill = await made(it)
    it.post.expire_key()

    with pytest.raises(KeyRefusedError):
        await post_desk.delete(it.desk, it.order.id, by=it.seller)

    assert (await CarrierAccount.get()).trouble == "key_expired"
    assert await only(it) == waybill


async def test_what_cannot_be_printed_does_not_count_as_printed(it: Stage) -> None:
    waybill = await made(it)
    it.post.answer_with(502, "Bad Gateway", times=None, call="print")

    with pytest.raises(UnavailableError):
        await post_desk.labels(it.desk, [waybill], LabelFormat.SHEET)

    assert await waybills.to_print(10) == [waybill]
