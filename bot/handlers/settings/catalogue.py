"""Settings, Shops, a shop: its catalogue is read, and what was found is decided."""

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery
from tortoise.timezone import now

from bot.answers import answer_tap, show, tapped
from bot.handlers.settings.frame import guarded
from bot.i18n import Translator
from bot.keyboards.catalogue import ImportAction, ImportTap
from bot.keyboards.shops import ShopAction, ShopTap
from bot.settings_screens import catalogue as screens
from domain.rights import Right
from models.staff import StaffMember
from services import catalogue


async def open_catalogue(
    query: CallbackQuery, callback_data: ShopTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """Where somebody's import is under way, that. One's own is shown here from now on."""
    view = await catalogue.view(callback_data.id, by=staff)
    if view.newest is None or not view.newest.is_open:
        await answer_tap(query)
        await show(bot, tapped(query), screens.catalogue(view, t, now=now()))
    elif view.newest.chat_id == tapped(query).chat_id:
        await _follow(query, view.newest.id, bot, t)
    else:
        await answer_tap(query)
        await show(bot, tapped(query), screens.progress(view.newest, t, is_here=False))


async def read(
    query: CallbackQuery, callback_data: ImportTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    place = tapped(query)
    import_id = await catalogue.begin(
        callback_data.id, by=staff, chat_id=place.chat_id, message_id=place.message_id
    )
    await _follow(query, import_id, bot, t)


async def decide(
    query: CallbackQuery, callback_data: ImportTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """Whoever was faster has decided; the others see what."""
    makes = callback_data.action is ImportAction.MAKE
    await catalogue.decide(callback_data.id, makes=makes, by=staff)
    await _follow(query, callback_data.id, bot, t)


async def stop(
    query: CallbackQuery, callback_data: ImportTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    await catalogue.stop(callback_data.id, by=staff)
    await _follow(query, callback_data.id, bot, t)


async def hide(query: CallbackQuery, callback_data: ImportTap, bot: Bot, t: Translator) -> None:
    """The message is free for other screens; the result comes as a new one."""
    view = await catalogue.one(callback_data.id)
    if not view.is_running:
        await _follow(query, view.id, bot, t)
        return
    place = tapped(query)
    await catalogue.show_in(view.id, place.chat_id, 0)
    await answer_tap(query)
    await show(bot, place, screens.hidden(view, t))


async def _follow(query: CallbackQuery, import_id: int, bot: Bot, t: Translator) -> None:
    """Show an import in the tapped message, which follows it from now on."""
    view = await catalogue.one(import_id)
    screen = screens.progress(view, t)
    await answer_tap(query)
    place = await show(bot, tapped(query), screen)
    shown = screen.fingerprint if view.is_open else catalogue.FINAL
    await catalogue.show_in(view.id, place.chat_id, place.message_id, shown)


def build_router() -> Router:
    router = guarded(__name__, Right.EDIT_SHOPS)
    tap = router.callback_query.register
    tap(open_catalogue, ShopTap.filter(F.action == ShopAction.CATALOGUE))
    tap(read, ImportTap.filter(F.action == ImportAction.READ))
    tap(decide, ImportTap.filter(F.action.in_({ImportAction.MAKE, ImportAction.LINK})))
    tap(stop, ImportTap.filter(F.action == ImportAction.STOP))
    tap(hide, ImportTap.filter(F.action == ImportAction.HIDE))
    return router
