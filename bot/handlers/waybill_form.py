"""The form of a waybill: one message edited in place, from ``Create`` to what came of it."""

from typing import Any

from aiogram import Bot, F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery
from tortoise.timezone import now

from bot import texts, waybill_form_windows
from bot.answers import answer_tap, show, tapped
from bot.handlers import waybill_form_asked as asked
from bot.handlers import waybill_form_frame as frame
from bot.i18n import Translator
from bot.keyboards.waybill_form import (
    CityTap,
    FormAction,
    FormField,
    FormTap,
    FormValueTap,
    PointTap,
    StreetTap,
)
from bot.keyboards.waybill_taps import WaybillAction, WaybillTap
from domain.carriers import Payer
from domain.errors import RejectedError, WaybillExistsError, WaybillGapError
from domain.parcels import day_in_kyiv
from models.staff import StaffMember
from services import waybill_forms, waybills
from sync.carrier_desk import CarrierDesk


async def open_form(
    query: CallbackQuery,
    callback_data: WaybillTap,
    bot: Bot,
    staff: StaffMember,
    t: Translator,
    desk: CarrierDesk,
) -> None:
    """Show what is known at once, then the place that the order means, then what it costs."""
    order_id, origin, place = callback_data.order_id, callback_data.origin, tapped(query)
    await waybill_forms.open_form(order_id, by=staff)
    view = await waybill_forms.form_view(order_id, by=staff)
    await answer_tap(query)
    if frame.has_no_carrier(view):
        await frame.show_no_carrier(bot, place, order_id, origin, staff, t)
        return
    if not view.draft.is_sought:
        looking = waybill_form_windows.looking_for_place(t)
        place = await frame.draw(bot, place, view, origin, staff, t, price=looking)
        if not await frame.find_place(order_id, place, staff, desk):
            return
    await frame.draw_priced(bot, place, order_id, origin, staff, t, desk)


async def show_again(
    query: CallbackQuery,
    callback_data: FormTap,
    bot: Bot,
    staff: StaffMember,
    t: Translator,
    desk: CarrierDesk,
) -> None:
    """``Back`` from a question."""
    await _redraw(query, callback_data, bot, staff, t, desk)


async def _redraw(
    query: CallbackQuery,
    tap: FormTap | FormValueTap | PointTap,
    bot: Bot,
    staff: StaffMember,
    t: Translator,
    desk: CarrierDesk,
    answer: str = "",
) -> None:
    """Answer the tap and show the form as it is now, with its price."""
    await answer_tap(query, answer)
    place = tapped(query)
    await frame.draw_priced(bot, place, tap.order_id, tap.origin, staff, t, desk)


async def confirm_place(
    query: CallbackQuery,
    callback_data: FormTap,
    bot: Bot,
    staff: StaffMember,
    t: Translator,
    desk: CarrierDesk,
) -> None:
    await waybill_forms.confirm_place(callback_data.order_id, by=staff)
    await _redraw(query, callback_data, bot, staff, t, desk, texts.saved(t))


async def list_payers(
    query: CallbackQuery, callback_data: FormTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    view = await waybill_forms.form_view(callback_data.order_id, by=staff)
    await answer_tap(query)
    screen = waybill_form_windows.payers(view, t, now=now(), origin=callback_data.origin)
    await show(bot, tapped(query), screen)


_PAYERS = {
    FormAction.PAID_BY_RECIPIENT: Payer.RECIPIENT,
    FormAction.PAID_BY_SENDER: Payer.SENDER,
}


async def choose_payer(
    query: CallbackQuery,
    callback_data: FormTap,
    bot: Bot,
    staff: StaffMember,
    t: Translator,
    desk: CarrierDesk,
) -> None:
    payer = _PAYERS[callback_data.action]
    await waybill_forms.set_payer(callback_data.order_id, payer, by=staff)
    await _redraw(query, callback_data, bot, staff, t, desk, texts.saved(t))


async def choose_city(
    query: CallbackQuery,
    callback_data: CityTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    desk: CarrierDesk,
) -> None:
    """The city; where in it comes next, unless that is known."""
    order_id, origin = callback_data.order_id, callback_data.origin
    await waybill_forms.choose_city(order_id, callback_data.city_id, by=staff)
    view = await waybill_forms.form_view(order_id, by=staff)
    if view.point is not None or view.door is not None:
        await answer_tap(query, texts.saved(t))
        place = tapped(query)
        await frame.draw_priced(bot, place, order_id, origin, staff, t, desk)
        return
    await asked.ask(query, FormField.BRANCH, view, origin, bot, state, staff, t)


async def choose_point(
    query: CallbackQuery,
    callback_data: PointTap,
    bot: Bot,
    staff: StaffMember,
    t: Translator,
    desk: CarrierDesk,
) -> None:
    await waybill_forms.choose_point(callback_data.order_id, callback_data.point_id, by=staff)
    await _redraw(query, callback_data, bot, staff, t, desk, texts.saved(t))


async def choose_street(
    query: CallbackQuery,
    callback_data: StreetTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    kept: dict[str, Any],
) -> None:
    """Ask for the building. Of a list that is too old the street's name is not known any more."""
    view = await waybill_forms.form_view(callback_data.order_id, by=staff)
    name = kept.get("streets", {}).get(callback_data.ref)
    field, street = FormField.STREET, ("", "")
    if name is not None:
        field, street = FormField.BUILDING, (callback_data.ref, name)
    await asked.ask(query, field, view, callback_data.origin, bot, state, staff, t, street=street)


async def change_pieces(
    query: CallbackQuery,
    callback_data: FormTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    """One piece more, as heavy and large as the others, or one fewer; the question stays."""
    order_id = callback_data.order_id
    view = await waybill_forms.form_view(order_id, by=staff)
    seats = view.seats
    if callback_data.action is FormAction.FEWER:
        seats = seats[:-1] or seats
    elif len(seats) < waybill_forms.MOST_SEATS:
        seats = (*seats, seats[-1])
    await waybill_forms.set_seats(order_id, seats, by=staff)
    view = await waybill_forms.form_view(order_id, by=staff)
    origin = callback_data.origin
    await asked.ask(query, FormField.PARCEL, view, origin, bot, state, staff, t)


async def create(
    query: CallbackQuery, callback_data: FormTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """Have it made, the place now being right if the tap says so. What is lacking is told in an
    alert; of two taps, one asks.

    That it is being made stands there before it is asked for: the outcome may come at once, in
    the same message.
    """
    order_id, origin = callback_data.order_id, callback_data.origin
    try:
        if callback_data.action is FormAction.RIGHT_CREATE:
            await waybill_forms.confirm_place(order_id, by=staff)
        view = await waybill_forms.form_view(order_id, by=staff)
    except WaybillExistsError as error:  # the outcome is shown here by whoever makes it
        await answer_tap(query, texts.explain(error, t), alert=True)
        return
    if view.gaps:
        raise WaybillGapError(view.gaps[0])
    await answer_tap(query)
    screen = waybill_form_windows.being_made(view, t, now=now(), origin=origin)
    place = await show(bot, tapped(query), screen)
    try:
        await waybills.ask(
            order_id,
            by=staff,
            chat_id=place.chat_id,
            message_id=place.message_id,
            today=day_in_kyiv(now()),
        )
    except WaybillGapError:  # the window was changed on another phone
        view = await waybill_forms.form_view(order_id, by=staff)
        await frame.draw(bot, place, view, origin, staff, t)
    except RejectedError as error:
        await frame.show_instead(bot, place, order_id, origin, error, staff, t)


async def leave(
    query: CallbackQuery, callback_data: FormTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """``Back`` to where the form was opened; what was typed stays for the next time."""
    await answer_tap(query)
    order_id, origin = callback_data.order_id, callback_data.origin
    await frame.leave(bot, tapped(query), order_id, origin, staff, t)


def build_router() -> Router:
    router = Router(name=__name__)
    router.callback_query.middleware(frame.around_taps)
    tap = router.callback_query.register
    tap(open_form, WaybillTap.filter(F.action == WaybillAction.FORM))
    tap(show_again, FormTap.filter(F.action == FormAction.SHOW))
    tap(confirm_place, FormTap.filter(F.action == FormAction.RIGHT))
    tap(list_payers, FormTap.filter(F.action == FormAction.PAYER))
    tap(choose_payer, FormTap.filter(F.action.in_(frozenset(_PAYERS))))
    tap(change_pieces, FormTap.filter(F.action.in_({FormAction.MORE, FormAction.FEWER})))
    tap(create, FormTap.filter(F.action.in_({FormAction.CREATE, FormAction.RIGHT_CREATE})))
    tap(leave, FormTap.filter(F.action == FormAction.LEAVE))
    tap(choose_city, CityTap.filter())
    tap(choose_point, PointTap.filter())
    tap(choose_street, StreetTap.filter())
    return router
