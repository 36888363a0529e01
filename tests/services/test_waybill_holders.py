"""Whose a waybill's form is, how long it lives, and what happens at the same moment."""

from collections.abc import Awaitable
from datetime import timedelta

import pytest
from tortoise.timezone import now

from domain.carriers import (
    Payer,
    WaybillState,
)
from domain.errors import (
    ClaimedError,
    InvalidTransitionError,
    NotAllowedError,
    NotFoundError,
    RejectedError,
    WaybillExistsError,
    WaybillGap,
    WindowTakenError,
)
from domain.orders import RejectReason
from domain.rights import Role
from models.care import Claim
from models.carriers import CarrierAccount, CarrierPoint, Waybill, WaybillDraft
from models.drafts import SaleDraft
from models.orders import Order
from models.staff import StaffMember
from services import care, drafts, orders, sales, undo, waybill_forms
from tests.factories import Intake, make_staff
from tests.services.sale_stage import (
    D,
    at_once,
    losses,
)
from tests.services.together import unlocked_orders
from tests.services.waybill_stage import begin, form, make_city, make_cod_order, make_point


@pytest.fixture
async def order(take_in: Intake, carrier: CarrierAccount) -> Order:
    return await make_cod_order(take_in)


# --- whose it is ---------------------------------------------------------------------------------


async def test_opening_again_goes_on_with_the_same_form(order: Order, seller: StaffMember) -> None:
    await begin(order, seller)
    await waybill_forms.set_cod(order.id, "5", by=seller)

    await waybill_forms.open_form(order.id, by=seller)

    assert (await form(order, seller)).cod_amount == D(5)


async def refusals(order: Order, by: StaffMember) -> set[type[RejectedError]]:
    """How opening, looking and editing are refused."""
    work: tuple[Awaitable[object], ...] = (
        waybill_forms.open_form(order.id, by=by),
        waybill_forms.form_view(order.id, by=by),
        waybill_forms.set_payer(order.id, Payer.SENDER, by=by),
        waybill_forms.choose_city(order.id, 1, by=by),
    )
    found = set()
    for each in work:
        with pytest.raises(RejectedError) as refused:
            await each
        found.add(refused.type)
    return found


async def test_a_colleague_in_the_window_keeps_the_form(
    order: Order, seller: StaffMember, colleague: StaffMember
) -> None:
    await begin(order, seller)

    assert await refusals(order, colleague) == {WindowTakenError}

    await drafts.open_window(order.id, by=colleague, take_over=True)
    await waybill_forms.set_payer(order.id, Payer.SENDER, by=colleague)
    assert (await form(order, colleague)).payer is Payer.SENDER
    assert await refusals(order, seller) == {WindowTakenError}


async def test_an_edit_is_an_act_in_the_window(
    order: Order, seller: StaffMember, colleague: StaffMember
) -> None:
    await begin(order, seller)
    long_ago = (await SaleDraft.get(order_id=order.id)).updated_at - timedelta(minutes=9)
    await SaleDraft.filter(order_id=order.id).update(updated_at=long_ago)
    await Claim.filter(order_id=order.id).update(at=long_ago)

    await waybill_forms.set_payer(order.id, Payer.SENDER, by=seller)

    assert (await SaleDraft.get(order_id=order.id)).updated_at > long_ago + timedelta(minutes=8)
    assert (await Claim.get(order_id=order.id)).at > long_ago + timedelta(minutes=8)
    await Claim.filter(order_id=order.id).update(at=long_ago - timedelta(minutes=9))
    await care.claim(order.id, by=colleague)
    with pytest.raises(ClaimedError):
        await waybill_forms.set_payer(order.id, Payer.RECIPIENT, by=seller)


async def test_there_is_no_form_without_a_window_or_a_sale(
    order: Order, seller: StaffMember
) -> None:
    assert await refusals(order, seller) == {NotFoundError}
    await drafts.open_window(order.id, by=seller)
    with pytest.raises(NotFoundError):
        await form(order, seller)
    assert not await WaybillDraft.exists()


async def test_a_canceled_order_gets_no_waybill(order: Order, seller: StaffMember) -> None:
    await begin(order, seller)
    await orders.reject(order.id, RejectReason.DUPLICATE, by=seller)

    assert await refusals(order, seller) == {InvalidTransitionError}


async def test_a_packer_makes_no_waybills(order: Order, seller: StaffMember) -> None:
    await begin(order, seller)
    packer = await make_staff("Петро", 5010, Role.PACKER)

    assert await refusals(order, packer) == {NotAllowedError}


async def give_waybill(order: Order, state: WaybillState) -> None:
    await Waybill.create(carrier="novaposhta", order_id=order.id, live_for=order.id, state=state)


@pytest.mark.parametrize("state", [WaybillState.ASKED, WaybillState.SENT, WaybillState.MADE])
async def test_an_order_gets_one_waybill_of_ours(
    order: Order, seller: StaffMember, state: WaybillState
) -> None:
    await begin(order, seller)
    await give_waybill(order, state)

    assert await refusals(order, seller) == {WaybillExistsError}


async def test_a_number_that_was_typed_hinders_no_waybill(
    order: Order, seller: StaffMember
) -> None:
    await begin(order, seller)
    await give_waybill(order, WaybillState.NAMED)

    await waybill_forms.open_form(order.id, by=seller)

    assert (await form(order, seller)).gaps == (WaybillGap.CITY,)


async def test_without_a_carrier_nothing_begins(
    order: Order, seller: StaffMember, carrier: CarrierAccount
) -> None:
    await begin(order, seller)
    await CarrierAccount.filter(id=carrier.id).update(is_active=False)

    with pytest.raises(NotFoundError, match="carrier"):
        await form(order, seller)
    with pytest.raises(NotFoundError, match="carrier"):
        await waybill_forms.open_form(order.id, by=seller)


async def test_a_form_goes_with_its_window(order: Order, seller: StaffMember) -> None:
    await begin(order, seller)
    await drafts.close_window(order.id, by=seller)
    assert not await WaybillDraft.exists()

    await begin(order, seller)
    await orders.reject(order.id, RejectReason.DUPLICATE, by=seller)
    assert not await WaybillDraft.exists()


async def test_a_form_of_a_sale_outlives_the_window(order: Order, seller: StaffMember) -> None:
    await begin(order, seller)
    await sales.add_sale(order.id, by=seller)

    assert await drafts.forget_sold(now() + timedelta(minutes=1)) == 1

    assert (await form(order, seller)).sale is not None


async def test_an_undone_sale_goes_on_as_a_window_with_the_same_form(
    order: Order, seller: StaffMember
) -> None:
    await begin(order, seller)
    await waybill_forms.set_payer(order.id, Payer.SENDER, by=seller)
    await sales.add_sale(order.id, by=seller)

    await undo.undo(order.id, by=seller)

    view = await form(order, seller)
    assert (view.sale, view.payer) == (None, Payer.SENDER)


# --- at the same moment --------------------------------------------------------------------------


async def race_for_a_place(order: Order, seller: StaffMember, points: list[CarrierPoint]) -> bool:
    """The same city is chosen again while a branch of another one is; whether they agree."""
    first, other = points
    begun = WaybillDraft.filter(order_id=order.id)
    await begun.update(city_id=first.city_id, point_id=first.id)
    results = await at_once(
        waybill_forms.choose_point(order.id, other.id, by=seller),
        waybill_forms.choose_city(order.id, first.city_id, by=seller),
    )
    assert losses(results) == []
    draft = await WaybillDraft.get(order_id=order.id).select_related("point")
    return draft.point is None or draft.point.city_id == draft.city_id


@pytest.fixture
async def points(order: Order, seller: StaffMember, point: CarrierPoint) -> list[CarrierPoint]:
    """Branches of two cities, for the form of a sale."""
    await begin(order, seller)
    await sales.add_sale(order.id, by=seller)
    return [point, await make_point(await make_city("Львів"), "1")]


async def test_a_branch_is_always_of_the_city_beside_it(
    order: Order, seller: StaffMember, points: list[CarrierPoint]
) -> None:
    assert all([await race_for_a_place(order, seller, points) for _ in range(5)])


async def test_without_the_lock_a_branch_can_be_of_another_city(
    order: Order,
    seller: StaffMember,
    points: list[CarrierPoint],
    any_engine: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if any_engine == "sqlite":
        pytest.skip("runs one transaction at a time")
    monkeypatch.setattr(orders, "lock", unlocked_orders())

    assert not all([await race_for_a_place(order, seller, points) for _ in range(20)])


async def test_two_who_open_a_form_at_once_begin_one(order: Order, seller: StaffMember) -> None:
    await drafts.open_window(order.id, by=seller)

    work = (waybill_forms.open_form(order.id, by=seller) for _ in range(4))
    assert losses(await at_once(*work)) == []

    assert await WaybillDraft.all().count() == 1
