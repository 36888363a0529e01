"""Settings, Shops, a shop: the last day of its token. Also asked as soon as a shop is connected."""

from datetime import date

from aiogram import Bot, F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from tortoise.timezone import now

from bot import texts
from bot.answers import answer_tap, show, tapped
from bot.handlers import questions
from bot.handlers.settings import shop_frame
from bot.handlers.settings.frame import answered, ask_again, guarded
from bot.i18n import Translator
from bot.keyboards.shops import ShopAction, ShopTap
from bot.settings_screens import shop_keys_end as screens
from bot.settings_screens.shop_connect import catalogue_next
from bot.states import IS_TYPED, SettingsAsked
from domain.errors import NotFoundError, TypedError
from domain.rights import Right
from domain.when import read_day
from models.staff import StaffMember
from services import shop_keys
from services.card_places import Place
from sync.office import ShopOffice


async def tap_end(
    query: CallbackQuery,
    callback_data: ShopTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    known = await shop_frame.details(callback_data.id, t)
    said = screens.keys_end_text(known.keys_end_on, shop_frame.today(t), t)
    await questions.leave(bot, state, staff, t)
    await answer_tap(query)
    await ask(known.facts.id, tapped(query), said, bot, state, t)


async def ask(
    shop_id: int, place: Place, said: str, bot: Bot, state: FSMContext, t: Translator
) -> None:
    """Ask in this message, below what is ``said`` (HTML). No question may be open."""
    question = screens.ask_keys_end(shop_id, t, today=shop_frame.today(t), said=said)
    shown = await show(bot, place, question)
    await state.set_data({"screen_id": shown.message_id, "shop_id": shop_id})
    await state.set_state(SettingsAsked.shop_keys_end)


async def read_end(
    message: Message,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    office: ShopOffice,
) -> None:
    """The shop's screen; or the question again, when it is no such day."""
    shop_id: int = await state.get_value("shop_id", 0)
    try:
        ends_on = read_day(message.text or "", now=now(), zone=t.zone)
        await shop_keys.set_end(shop_id, ends_on, by=staff)
        screen = await shop_frame.shop_screen(shop_id, t, office, await _news(shop_id, ends_on, t))
    except TypedError as error:
        question = screens.ask_keys_end(
            shop_id, t, today=shop_frame.today(t), problem=texts.explain(error, t)
        )
        await ask_again(question, message, bot, state)
        return
    except NotFoundError as error:
        screen = await shop_frame.list_screen(staff, t, texts.explain(error, t))
    await answered(screen, message, bot, state)


async def tap_unknown(
    query: CallbackQuery,
    callback_data: ShopTap,
    bot: Bot,
    staff: StaffMember,
    t: Translator,
    office: ShopOffice,
) -> None:
    await shop_keys.set_end(callback_data.id, None, by=staff)
    await answer_tap(query)
    news = await _news(callback_data.id, None, t)
    await show(bot, tapped(query), await shop_frame.shop_screen(callback_data.id, t, office, news))


async def _news(shop_id: int, ends_on: date | None, t: Translator) -> str:
    known = await shop_frame.details(shop_id, t)
    news = screens.noted(ends_on, t)
    return news if known.is_imported else f"{news}\n{catalogue_next(t)}"


def build_router() -> Router:
    router = guarded(__name__, Right.EDIT_SHOPS)
    tap = router.callback_query.register
    tap(tap_end, ShopTap.filter(F.action == ShopAction.KEYS_END))
    tap(tap_unknown, ShopTap.filter(F.action == ShopAction.NO_KEYS_END))
    router.message.register(read_end, StateFilter(SettingsAsked.shop_keys_end), IS_TYPED)
    return router
