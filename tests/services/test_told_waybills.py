"""Numbers of parcels that shops are owed, and those that they know before us."""

from datetime import timedelta

import pytest
from tortoise.timezone import now

from domain.rights import Role
from domain.shops import Trouble
from models.drafts import SaleDraft
from models.orders import Order
from models.sales import Sale
from models.shops import Shop, ShopEffect, ShopEffectKind
from models.staff import StaffMember
from services import drafts, sales, shop_effects, telling, told_waybills
from services.transactions import transaction
from tests.factories import (
    Intake,
    incoming,
    line,
    make_shop,
    make_staff,
    sell,
    stock_up,
    the_order,
)

NUMBER, OTHER = "20450000000001", "20450000000002"
KIND = ShopEffectKind.TELL_WAYBILL


@pytest.fixture
async def intake(db: str) -> Intake:
    del db
    await stock_up({"A": 100})
    return Intake((await make_shop()).id)


@pytest.fixture
async def seller(db: str) -> StaffMember:
    del db
    return await make_staff(role=Role.OWNER)


async def placed(intake: Intake, waybill: str = "", minute: int = 0) -> Order:
    await intake(incoming("1", line("A"), waybill_number=waybill, minute=minute))
    return await the_order()


async def number_in_window() -> str:
    return (await SaleDraft.get()).waybill_number


async def test_a_window_opens_with_the_parcel_that_the_platform_knows(
    intake: Intake, seller: StaffMember
) -> None:
    order = await placed(intake, NUMBER)
    await drafts.open_window(order.id, by=seller)
    assert await number_in_window() == NUMBER

    await sales.add_sale(order.id, by=seller)
    assert (await Sale.get()).waybill_number == NUMBER


@pytest.mark.parametrize("typed", ["", OTHER])
async def test_what_staff_typed_instead_stays_whatever_the_platform_says(
    intake: Intake, seller: StaffMember, typed: str
) -> None:
    order = await placed(intake, NUMBER)
    await drafts.open_window(order.id, by=seller)
    await drafts.set_text(order.id, "waybill_number", typed, by=seller)

    await placed(intake, "20450000000003", minute=1)

    assert await number_in_window() == typed


async def test_an_untouched_window_follows_and_whoever_sees_the_old_number_looks_again(
    intake: Intake, seller: StaffMember
) -> None:
    order = await placed(intake)
    await drafts.open_window(order.id, by=seller)
    revision = (await the_order()).revision

    await placed(intake, NUMBER, minute=1)

    assert await number_in_window() == NUMBER
    assert (await the_order()).revision == revision + 1
    await placed(intake, minute=2)  # the parcel is off again
    assert await number_in_window() == ""


async def test_the_parcel_of_a_sold_order_is_known_too(intake: Intake, seller: StaffMember) -> None:
    order = await placed(intake)
    await sell(order, seller)
    await placed(intake, NUMBER, minute=1)
    assert (await the_order()).waybill_number == NUMBER


async def test_only_a_sale_with_a_number_owes_it_when_it_can_be_undone_no_more(
    intake: Intake, seller: StaffMember
) -> None:
    await sell(await placed(intake), seller)
    assert not await ShopEffect.exists(kind=KIND.value)
    await intake(incoming("2", line("A")))

    await sell(await the_order("2"), seller, waybill=NUMBER)

    effect = await ShopEffect.get(kind=KIND.value)
    assert effect.subject_id == (await the_order("2")).id
    assert timedelta(seconds=55) < effect.due_at - now() <= timedelta(seconds=60)


async def test_where_numbers_are_not_wanted_none_is_told_and_nothing_is_left(
    intake: Intake, seller: StaffMember
) -> None:
    order = await placed(intake)
    await sell(order, seller, waybill=NUMBER)
    await ShopEffect.all().update(due_at=now())

    assert await told_waybills.intend(order.id, is_wanted=False) is None

    assert not await ShopEffect.exists(kind=KIND.value)
    assert (await the_order()).told_waybill == ""


@pytest.mark.parametrize("is_off", ["is_active", "tells_status", "can_write"])
async def test_a_shop_that_is_not_told_any_more_is_owed_nothing(
    intake: Intake, seller: StaffMember, is_off: str
) -> None:
    order = await placed(intake)
    await sell(order, seller, waybill=NUMBER)
    await ShopEffect.all().update(due_at=now())
    await Shop.all().update(**{is_off: False})

    assert await told_waybills.intend(order.id, is_wanted=True) is None
    assert not await ShopEffect.exists(kind=KIND.value)
    async with transaction():
        await telling.owe_waybill(order, due_at=now())
    assert not await ShopEffect.exists(kind=KIND.value)


async def test_trouble_shows_after_an_hour_and_hides_no_refusal(
    intake: Intake, seller: StaffMember
) -> None:
    order = await placed(intake)
    await sell(order, seller, waybill=NUMBER)
    await ShopEffect.all().update(due_at=now())
    intent = await told_waybills.intend(order.id, is_wanted=True)
    assert intent is not None

    await told_waybills.failed(intent, Trouble.UNAVAILABLE)
    assert (await the_order()).tell_problem == ""
    assert await shop_effects.due(intake.shop_id, ShopEffectKind.TELL_STATUS) == []  # after it
    await Sale.all().update(at=now() - telling.SHOWN_AFTER)
    await ShopEffect.all().update(due_at=now())
    intent = await told_waybills.intend(order.id, is_wanted=True)
    assert intent is not None
    assert {effect.attempts for effect in intent.effects} == {1}
    await told_waybills.failed(intent, Trouble.UNAVAILABLE)
    assert (await the_order()).tell_problem == Trouble.UNAVAILABLE
    await told_waybills.refused(intent, "Немає такої накладної")
    await told_waybills.failed(intent, Trouble.UNAVAILABLE)
    assert (await the_order()).tell_problem == "Немає такої накладної"


async def test_what_was_taken_is_known_there_ends_the_trouble_and_is_not_told_again(
    intake: Intake, seller: StaffMember
) -> None:
    order = await placed(intake)
    await sell(order, seller, waybill=NUMBER)
    await ShopEffect.all().update(due_at=now())
    intent = await told_waybills.intend(order.id, is_wanted=True)
    assert intent is not None
    await Order.all().update(tell_problem=Trouble.UNAVAILABLE)
    revision = (await the_order()).revision

    await told_waybills.answered(intent)

    here = await the_order()
    assert (here.waybill_number, here.tell_problem) == (NUMBER, "")
    assert here.revision > revision
    await Order.all().update(tell_problem="of its status")
    await telling.tell_again(order.id, by=seller)
    assert await told_waybills.intend(order.id, is_wanted=True) is None
    assert not await ShopEffect.exists(kind=KIND.value)


async def test_an_answer_overwrites_no_number_that_came_meanwhile(
    intake: Intake, seller: StaffMember
) -> None:
    order = await placed(intake)
    await sell(order, seller, waybill=NUMBER)
    await ShopEffect.all().update(due_at=now())
    intent = await told_waybills.intend(order.id, is_wanted=True)
    assert intent is not None

    await placed(intake, OTHER, minute=1)
    await told_waybills.answered(intent)

    assert (await the_order()).waybill_number == OTHER
    assert not await ShopEffect.exists(kind=KIND.value)
