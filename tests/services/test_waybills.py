"""A waybill of an order: asked for once, made once, and its number goes everywhere."""

from datetime import timedelta

import pytest
from tortoise.exceptions import IntegrityError
from tortoise.timezone import now

from domain.carriers import CarrierProblem, ParcelState, WaybillState
from domain.errors import (
    InvalidTransitionError,
    NotAllowedError,
    NotFoundError,
    WaybillExistsError,
    WaybillGapError,
    WindowTakenError,
)
from domain.orders import RejectReason
from domain.rights import Role
from models.carriers import CarrierAccount, Waybill, WaybillDraft
from models.orders import Order
from models.outbox import EffectKind, OutboxEffect
from models.sales import Sale
from models.shops import ShopEffect
from models.staff import StaffMember
from services import check, drafts, live_waybills, orders, sales, search, undo, waybills
from services import waybill_forms as forms
from tests.factories import Intake, incoming, line, make_shop, make_staff, sell, stock_up
from tests.services.sale_stage import D, at_once, losses, sale_of, take_order
from tests.services.together import unlocked_orders
from tests.services.waybill_made import (
    CHAT,
    CREATED,
    LOOK_IN,
    MESSAGE,
    NUMBER,
    OTHER,
    PLATFORMS,
    TODAY,
    ask,
    make,
    make_odd_order,
    number_in_window,
    owed,
    ready,
    send,
    told,
)
from tests.services.waybill_stage import begin, connect_carrier, form, make_city, make_point


@pytest.fixture
async def order(take_in: Intake, carrier: CarrierAccount) -> Order:
    del carrier
    return await make_odd_order(take_in)


# --- asked for -----------------------------------------------------------------------------------


async def test_what_is_asked_for_outlives_the_form(order: Order, seller: StaffMember) -> None:
    await ready(order, seller)

    waybill = await ask(order, seller)

    kept = await Waybill.get(id=waybill.id)
    reference = f"10-42-{waybill.id}"
    asked_for = forms.request_of(await form_of(order, seller), reference=reference, ship_on=TODAY)
    assert (kept.state, kept.live_for, kept.reference) == ("asked", order.id, reference)
    assert waybills.request_of(kept) == asked_for
    assert (kept.recipient_phone, kept.cod_amount) == ("+380671234567", asked_for.cod_amount)
    assert (kept.staff_id, kept.chat_id, kept.message_id) == (seller.id, CHAT, MESSAGE)
    assert kept.place == "Київ, №12"
    assert await waybills.to_do() == [kept]


@pytest.mark.parametrize(("flat", "said"), [("5", ", кв. 5"), ("", "")])
async def test_a_door_is_told_with_its_flat(
    order: Order, seller: StaffMember, flat: str, said: str
) -> None:
    await ready(order, seller)
    door = forms.Door("street", "вул. Хрещатик", "22", flat)
    await forms.choose_door(order.id, door, by=seller)

    waybill = await ask(order, seller)

    assert waybill.place == f"Київ, вул. Хрещатик, 22{said}"


async def form_of(order: Order, by: StaffMember) -> forms.FormView:
    """The form, although it was asked for."""
    await Waybill.filter(order_id=order.id).update(live_for=None)
    try:
        return await form(order, by)
    finally:
        await Waybill.filter(order_id=order.id).update(live_for=order.id)


@pytest.mark.parametrize(
    ("number", "reference"),
    [
        ("1042", "1042-7"),
        ("№", "7"),
        ("Замовлення 12/3", "12-3-7"),
        ("a" * 60, "a" * 18 + "-7"),
    ],
)
def test_a_reference_is_short_and_plain(number: str, reference: str) -> None:
    assert waybills.reference_of(Order(number=number), 7) == reference


async def test_of_two_taps_one_asks(order: Order, seller: StaffMember) -> None:
    await ready(order, seller)

    results = await at_once(*(ask(order, seller) for _ in range(6)))

    assert losses(results) == [WaybillExistsError] * 5
    assert await Waybill.all().count() == 1


async def test_without_the_lock_the_database_still_lets_one_ask(
    postgres_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: here the race is really run."""
    del postgres_db
    await connect_carrier()
    take_in = Intake((await make_shop()).id)
    seller = await make_staff()
    await stock_up({"A": 5})
    order = await take_order(take_in, phone="+380671234567")
    await ready(order, seller)
    monkeypatch.setattr(orders, "lock", unlocked_orders())

    results = await at_once(ask(order, seller), ask(order, seller))

    assert [type(each) for each in results].count(IntegrityError) == 1
    assert await Waybill.all().count() == 1


async def test_where_something_is_missing_nothing_is_asked(
    order: Order, seller: StaffMember
) -> None:
    await begin(order, seller)

    with pytest.raises(WaybillGapError):
        await ask(order, seller)

    assert not await Waybill.exists()


async def test_only_whoever_may_sell_and_is_in_the_window_asks(
    order: Order, seller: StaffMember, colleague: StaffMember
) -> None:
    await ready(order, seller)
    packer = await make_staff("Пакувальниця", 5003, Role.PACKER)

    with pytest.raises(NotAllowedError):
        await ask(order, packer)
    with pytest.raises(WindowTakenError):
        await ask(order, colleague)
    await drafts.close_window(order.id, by=seller)
    with pytest.raises(NotFoundError):
        await ask(order, seller)
    await orders.reject(order.id, RejectReason.OTHER, by=seller)
    with pytest.raises(InvalidTransitionError):
        await ask(order, seller)
    assert not await Waybill.exists()


async def test_it_is_sent_once(order: Order, seller: StaffMember) -> None:
    waybill = await send(order, seller)

    assert await waybills.sending(waybill.id) is None
    kept = await Waybill.get(id=waybill.id)
    assert kept.state is WaybillState.SENT
    assert kept.sent_at is not None


# --- made ----------------------------------------------------------------------------------------


async def test_what_was_made_is_in_the_window_the_history_and_the_search(
    order: Order, seller: StaffMember
) -> None:
    waybill = await send(order, seller)
    revision = (await Order.get(id=order.id)).revision
    await OutboxEffect.all().delete()

    made = await waybills.made(waybill.id, CREATED, look_in=LOOK_IN)

    assert await number_in_window(order) == NUMBER
    assert await told(order) == [(NUMBER, "", seller.id)]
    assert await search.find(NUMBER) == [order.id]
    assert (await Order.get(id=order.id)).revision == revision + 1
    assert await OutboxEffect.exists(kind=EffectKind.SHOW_CARD, subject_id=order.id)
    assert not await WaybillDraft.exists()
    kept = await Waybill.get(id=made.id)
    assert (kept.state, kept.live_for, kept.number) == ("made", order.id, NUMBER)
    assert (kept.external_id, kept.cost) == ("its ref", D("97.50"))
    assert (kept.arrives_on, kept.parcel) == (CREATED.arrives_on, ParcelState.CREATED)
    assert kept.look_at is not None
    assert timedelta(minutes=29) < kept.look_at - now() <= timedelta(minutes=30)
    assert await waybills.to_do() == []
    assert await check.differences() == []


async def test_an_answer_that_comes_twice_changes_nothing(
    order: Order, seller: StaffMember
) -> None:
    waybill = await make(order, seller)
    revision = (await Order.get(id=order.id)).revision

    await waybills.made(waybill.id, CREATED, look_in=LOOK_IN)
    await waybills.failed(waybill.id, CarrierProblem.LOST, "")

    assert len(await told(order)) == 1
    assert (await Waybill.get(id=waybill.id)).state is WaybillState.MADE
    assert (await Order.get(id=order.id)).revision == revision


async def test_it_is_sold_with_its_number_and_an_undo_leaves_it(
    order: Order, seller: StaffMember
) -> None:
    waybill = await make(order, seller)

    await sales.add_sale(order.id, by=seller)
    assert (await Sale.get()).waybill_number == NUMBER
    assert await check.differences() == []
    await undo.undo(order.id, by=seller)

    assert await number_in_window(order) == NUMBER
    assert await live_waybills.live(order.id) == waybill
    with pytest.raises(WaybillExistsError):
        await ask(order, seller)


async def test_a_sale_that_was_added_meanwhile_gets_it_and_the_platform_hears_of_it(
    order: Order, seller: StaffMember
) -> None:
    waybill = await send(order, seller)
    sale = await sales.add_sale(order.id, by=seller)
    assert sale.waybill_number == ""
    await ShopEffect.all().delete()

    await waybills.made(waybill.id, CREATED, look_in=LOOK_IN)

    assert (await Sale.get()).waybill_number == NUMBER
    effects = await owed(order)
    assert {each.kind for each in effects} == {"tell_waybill", "tell_status"}
    assert {each.due_at for each in effects} == {sale.at + orders.UNDO_WINDOW}
    await undo.undo(order.id, by=seller)  # the window is there again, with the number
    assert await number_in_window(order) == NUMBER


async def test_a_sale_of_long_ago_is_told_at_once(take_in: Intake, seller: StaffMember) -> None:
    await connect_carrier()
    await stock_up({"A": 5, "B": 5})
    sale = await sale_of(take_in, seller)
    order = await Order.get()
    await Sale.filter(id=sale.id).update(
        at=now() - timedelta(hours=1), phone="+380671234567", customer_name="Коваль Олена"
    )
    await forms.open_form(order.id, by=seller)
    point = await make_point(await make_city(), "12")
    await forms.choose_point(order.id, point.id, by=seller)
    await ShopEffect.all().delete()

    waybill = await ask(order, seller)
    await waybills.sending(waybill.id)
    await waybills.made(waybill.id, CREATED, look_in=LOOK_IN)

    assert (await Sale.get()).waybill_number == NUMBER
    assert all(each.due_at <= now() for each in await owed(order))
    assert len(await owed(order)) == 2
    assert await search.find(NUMBER) == [order.id]


async def test_a_window_that_was_closed_meanwhile_opens_with_it(
    order: Order, seller: StaffMember, colleague: StaffMember
) -> None:
    waybill = await send(order, seller)
    await drafts.close_window(order.id, by=seller)

    await waybills.made(waybill.id, CREATED, look_in=LOOK_IN)

    await drafts.open_window(order.id, by=colleague)
    assert await number_in_window(order) == NUMBER


async def test_of_an_order_that_was_rejected_meanwhile_it_stays(
    order: Order, seller: StaffMember
) -> None:
    waybill = await send(order, seller)
    await orders.reject(order.id, RejectReason.OTHER, by=seller)

    await waybills.made(waybill.id, CREATED, look_in=LOOK_IN)

    assert (await live_waybills.live(order.id)) == waybill
    assert await told(order) == [(NUMBER, "", seller.id)]
    assert await check.differences() == []


# --- whose number it is --------------------------------------------------------------------------


async def test_no_other_number_is_typed_while_there_is_ours(
    order: Order, seller: StaffMember
) -> None:
    waybill = await send(order, seller)
    with pytest.raises(WaybillExistsError) as being_made:
        await drafts.set_text(order.id, "waybill_number", OTHER, by=seller)
    await waybills.made(waybill.id, CREATED, look_in=LOOK_IN)
    with pytest.raises(WaybillExistsError) as made:
        await drafts.set_text(order.id, "waybill_number", "", by=seller)

    assert (being_made.value.number, made.value.number) == ("", NUMBER)
    assert await number_in_window(order) == NUMBER
    await drafts.set_text(order.id, "note", "крихке", by=seller)  # all else is


async def test_the_platform_does_not_take_ours_out_of_the_window(
    take_in: Intake, order: Order, seller: StaffMember
) -> None:
    await make(order, seller)
    await Order.filter(id=order.id).update(waybill_number=NUMBER)  # it was told ours

    told_again = incoming("№ 10/42", line("A", 2), minute=5, waybill_number=PLATFORMS)
    await take_in(told_again)

    assert (await Order.get(id=order.id)).waybill_number == PLATFORMS
    assert await number_in_window(order) == NUMBER


@pytest.mark.parametrize(
    ("typed", "carrier"), [("59000000000001", "novaposhta"), ("RB123456789UA", "")]
)
async def test_a_typed_number_is_followed_where_its_carrier_is_known(
    order: Order, seller: StaffMember, typed: str, carrier: str
) -> None:
    await sell(order, seller, waybill=typed)

    named = await Waybill.get(live_for=order.id)
    assert (named.state, named.carrier, named.number) == ("named", carrier, typed)
    assert (named.staff_id, named.recipient_phone) == (seller.id, "+380671234567")
    assert (named.look_at is not None) is bool(carrier)
    assert await check.differences() == []
    await undo.undo(order.id, by=seller)
    assert not await Waybill.exists()
    assert await number_in_window(order) == typed


async def test_a_number_of_the_platform_is_nobodys_doing(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 5})
    order = await take_order(take_in, waybill_number="20 4516 0000 0003")

    await sell(order, seller)

    named = await Waybill.get(live_for=order.id)
    assert (named.number, named.staff_id) == (PLATFORMS, None)


async def test_a_named_number_gives_way_to_ours_and_comes_back_when_there_is_none(
    order: Order, seller: StaffMember
) -> None:
    await ready(order, seller)
    await sell(order, seller, waybill=OTHER)

    waybill = await ask(order, seller)
    assert await Waybill.all().count() == 1
    await waybills.sending(waybill.id)
    refused = CarrierProblem.PLACE_WEIGHT
    await waybills.failed(waybill.id, refused, "max allowed weight: 30", detail="30")

    assert (await live_waybills.live(order.id)) == await Waybill.get(number=OTHER)
    failed = await Waybill.get(id=waybill.id)
    assert (failed.state, failed.live_for, failed.problem) == ("failed", None, "place_weight")
    assert (failed.problem_text, failed.problem_detail) == ("max allowed weight: 30", "30")
    again = await ask(order, seller)  # the form has stayed
    await waybills.sending(again.id)
    await waybills.made(again.id, CREATED, look_in=LOOK_IN)
    assert await told(order) == [(NUMBER, OTHER, seller.id)]
    assert (await Sale.get()).waybill_number == NUMBER


async def test_the_number_of_a_sale_is_typed_later(order: Order, seller: StaffMember) -> None:
    with pytest.raises(NotFoundError):
        await waybills.name_number(order.id, OTHER, by=seller)
    await sell(order, seller)
    await ShopEffect.all().delete()

    await waybills.name_number(order.id, OTHER, by=seller)

    assert (await Sale.get()).waybill_number == OTHER
    assert (await live_waybills.live(order.id)) == await Waybill.get(number=OTHER, state="named")
    assert {each.kind for each in await owed(order)} == {"tell_waybill", "tell_status"}
    assert await search.find(OTHER) == [order.id]
    await waybills.name_number(order.id, OTHER, by=seller)  # the same: no news
    await waybills.name_number(order.id, "", by=seller)
    assert await told(order) == [(OTHER, "", seller.id), ("", OTHER, seller.id)]
    assert not await Waybill.exists()
    assert (await Sale.get()).waybill_number == ""


async def test_no_number_is_typed_instead_of_ours(order: Order, seller: StaffMember) -> None:
    await make(order, seller)
    await sales.add_sale(order.id, by=seller)
    packer = await make_staff("Пакувальниця", 5003, Role.PACKER)

    with pytest.raises(WaybillExistsError):
        await waybills.name_number(order.id, OTHER, by=seller)
    with pytest.raises(NotAllowedError):
        await waybills.name_number(order.id, OTHER, by=packer)

    assert (await Sale.get()).waybill_number == NUMBER
