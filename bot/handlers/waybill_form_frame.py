"""What all taps and answers in a waybill's form share: drawing it, its price, and its end."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiogram import Bot
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, TelegramObject
from tortoise.timezone import now

from bot import carrier_texts, waybill_form_windows
from bot.answers import show, tapped
from bot.cards import Rendered
from bot.handlers import sale_frame, sales_frame, waybill_frame
from bot.handlers.errors import tell_tapper
from bot.handlers.open_questions import drop
from bot.handlers.sales_frame import move_down
from bot.i18n import Translator
from bot.keyboards.waybill_taps import Origin
from bot.states import WaybillFormAsked
from domain.errors import (
    IntegrationError,
    NotFoundError,
    RejectedError,
    WaybillExistsError,
    WaybillGap,
)
from models.staff import StaffMember
from services import drafts, order_views, waybill_forms
from services.card_places import Place
from services.waybill_forms import FormView
from sync import waybill_forms as at_carrier
from sync.carrier_desk import CarrierDesk

# The person's next tap waits for as long: a carrier that is slow must not keep the form.
PRICE_PATIENCE_S = 4.0
PLACE_PATIENCE_S = 12.0  # once: all branches of a large city may have to be read

OUTDATED = (*sale_frame.OUTDATED, WaybillExistsError)
# What may be gone while the form itself is still there.
_DETAILS = frozenset({"city", "point", "street"})

log = structlog.get_logger(__name__)


async def draw(
    bot: Bot,
    place: Place,
    view: FormView,
    origin: Origin,
    staff: StaffMember,
    t: Translator,
    *,
    price: str = "",
    is_typed: bool = False,
) -> Place:
    """Show the form, and remember where; returns that.

    ``price``: as of ``waybill_form_windows.form``. ``is_typed``: as of ``put``.
    """
    form = waybill_form_windows.form(view, t, now=now(), origin=origin, price=price)
    shown = await put(bot, place, view, origin, form, staff, is_typed=is_typed)
    if not _is_at(view, shown):
        order_id = view.order.order.id
        await waybill_forms.show_form_at(order_id, shown.chat_id, shown.message_id)
    return shown


async def put(
    bot: Bot,
    place: Place,
    view: FormView,
    origin: Origin,
    rendered: Rendered,
    staff: StaffMember,
    *,
    is_typed: bool,
) -> Place:
    """Show something in the form's message. ``is_typed``: after an answer, when others came below
    it, it moves to the end of the chat.
    """
    shown = await (move_down if is_typed else show)(bot, place, rendered)
    if shown != place:
        order_id = view.order.order.id
        await waybill_forms.show_form_at(order_id, shown.chat_id, shown.message_id)
        if origin is Origin.WINDOW:  # the form stands in the window's own message
            await drafts.show_window_at(order_id, shown.chat_id, shown.message_id, by=staff)
    return shown


async def draw_priced(
    bot: Bot,
    place: Place,
    order_id: int,
    origin: Origin,
    staff: StaffMember,
    t: Translator,
    desk: CarrierDesk,
    *,
    is_typed: bool = False,
) -> None:
    """Show the form as it is now, and again when its price is known.

    ``is_typed``: as of ``put``. Raises as ``waybill_forms.form_view``.
    """
    view = await waybill_forms.form_view(order_id, by=staff)
    is_priceable = waybill_form_windows.is_priceable(view)
    asking = waybill_form_windows.asking_price(t) if is_priceable else ""
    place = await draw(bot, place, view, origin, staff, t, price=asking, is_typed=is_typed)
    if is_priceable:
        await _add_price(bot, place, view, origin, staff, t, desk)


async def _add_price(
    bot: Bot,
    place: Place,
    view: FormView,
    origin: Origin,
    staff: StaffMember,
    t: Translator,
    desk: CarrierDesk,
) -> None:
    """Ask what the form's parcel costs, and show it; the form is on the screen already.

    Nothing is shown when the form is somebody else's, elsewhere, or no more by then.
    """
    order_id, why = view.order.order.id, ""
    try:
        try:
            async with asyncio.timeout(PRICE_PATIENCE_S):
                await at_carrier.quote(desk, order_id, by=staff)
        except TimeoutError:
            why = t("The carrier does not answer now.")
        except IntegrationError as error:
            why = carrier_texts.why_not(error, t)
        priced = await waybill_forms.form_view(order_id, by=staff)
    except RejectedError as error:  # a colleague was faster; the next tap says so
        log.info("a form went while its price was asked", order_id=order_id, reason=str(error))
        return
    is_news = view.quote is None or priced.quote != view.quote
    if is_news and _is_at(priced, place):
        price = waybill_form_windows.no_price(why, t) if why else ""
        await draw(bot, place, priced, origin, staff, t, price=price)


async def find_place(order_id: int, place: Place, staff: StaffMember, desk: CarrierDesk) -> bool:
    """Look for the place that the order means; False: the form is not here any more."""
    try:
        try:
            async with asyncio.timeout(PLACE_PATIENCE_S):
                await at_carrier.prepare(desk, order_id, by=staff)
        except TimeoutError:
            log.info("a place was not found in time", order_id=order_id)  # the next Create goes on
        return _is_at(await waybill_forms.form_view(order_id, by=staff), place)
    except RejectedError as error:
        log.info("a form went while its place was sought", order_id=order_id, reason=str(error))
        return False


def _is_at(view: FormView, place: Place) -> bool:
    """Whether this message shows the form."""
    return (view.draft.chat_id, view.draft.message_id) == (place.chat_id, place.message_id)


# --- its end -------------------------------------------------------------------------------------


async def leave(
    bot: Bot, place: Place, order_id: int, origin: Origin, staff: StaffMember, t: Translator
) -> None:
    """Show what the form was opened from, in the form's message.

    Raises:
        NotFoundError, InvalidTransitionError, WindowTakenError: it is no more.
    """
    match origin:
        case Origin.WINDOW:
            await sale_frame.show_window(bot, place, order_id, staff, t)
        case Origin.RECEIPT:
            await show(bot, place, await sales_frame.last_receipt(order_id, staff, t))
        case Origin.CARD:
            await show_waybill(bot, place, order_id, origin, staff, t)


async def show_waybill(
    bot: Bot, place: Place, order_id: int, origin: Origin, staff: StaffMember, t: Translator
) -> None:
    """The waybill that there is, or is being made, in the form's message."""
    screen = await waybill_frame.screen(place, order_id, origin, staff, t)
    await show(bot, place, screen, revive=False)


async def show_instead(
    bot: Bot,
    place: Place,
    order_id: int,
    origin: Origin,
    error: RejectedError,
    staff: StaffMember,
    t: Translator,
) -> None:
    """In place of a form, or of a part of it, that is not true any more."""
    what = error.what if isinstance(error, NotFoundError) else ""
    try:
        if isinstance(error, WaybillExistsError):
            await show_waybill(bot, place, order_id, origin, staff, t)
        elif what == "carrier":
            await show_no_carrier(bot, place, order_id, origin, staff, t)
        elif what in _DETAILS:
            view = await waybill_forms.form_view(order_id, by=staff)
            await draw(bot, place, view, origin, staff, t)
        else:
            await leave(bot, place, order_id, origin, staff, t)
    except sale_frame.OUTDATED as outdated:
        await sale_frame.show_instead(bot, place, order_id, outdated, staff, t)


async def show_no_carrier(
    bot: Bot, place: Place, order_id: int, origin: Origin, staff: StaffMember, t: Translator
) -> None:
    order = (await order_views.order_view(order_id)).order
    screen = waybill_form_windows.no_carrier(order, t, origin=origin, role=staff.role)
    await show(bot, place, screen)


def has_no_carrier(view: FormView) -> bool:
    """Whether nobody has set up with whom, or from where, it is to be sent."""
    return WaybillGap.CARRIER in view.gaps


async def around_taps(
    handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
    event: TelegramObject,
    data: dict[str, Any],
) -> Any:
    """Around every tap in a form: its open question is dropped; the world may have moved on.

    Handlers get what was kept with that question as ``kept``.
    """
    if not isinstance(event, CallbackQuery):
        return await handler(event, data)
    tap, place = data["callback_data"], tapped(event)
    data["kept"] = await drop(data["state"], tap.order_id, WaybillFormAsked.value)
    try:
        return await handler(event, data)
    except OUTDATED as error:
        await tell_tapper(event, error, data["t"])
        await show_instead(
            data["bot"], place, tap.order_id, tap.origin, error, data["staff"], data["t"]
        )
        return None


# --- its open question ---------------------------------------------------------------------------


async def cancel(bot: Bot, state: FSMContext, staff: StaffMember, t: Translator) -> bool:
    """Leave the open question, and the form as it was; False when none was asked."""
    if await state.get_state() != WaybillFormAsked.value.state:
        return False
    data = await state.get_data()
    await state.clear()
    place = Place(state.key.chat_id, 0, data["screen_id"], is_group=False)
    order_id, origin = data["order_id"], Origin(data["origin"])
    try:
        view = await waybill_forms.form_view(order_id, by=staff)
        await draw(bot, place, view, origin, staff, t)
    except OUTDATED as error:
        await show_instead(bot, place, order_id, origin, error, staff, t)
    return True
