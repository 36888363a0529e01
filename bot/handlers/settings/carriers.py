"""Settings, Delivery: the carrier as it is, its key's last day, a check, and leaving it."""

from aiogram import Bot, F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from tortoise.timezone import now

from bot import texts
from bot.answers import show, tapped
from bot.carrier_texts import why_not
from bot.handlers.settings import carrier_frame
from bot.handlers.settings.carrier_frame import carrier_router, connected
from bot.handlers.settings.frame import answered, ask_again
from bot.handlers.settings.shop_frame import today
from bot.i18n import Translator
from bot.keyboards.carriers import CarrierAction, CarrierPartTap, CarrierTap
from bot.keyboards.settings import SettingsScreen, SettingsTap
from bot.settings_screens import carriers as screens
from bot.states import IS_TYPED, SettingsAsked
from domain.errors import IntegrationError, TypedError
from domain.when import read_day
from models.staff import StaffMember
from services import carrier_accounts, carrier_keys
from services.carrier_accounts import Part
from sync import carrier_setup
from sync.carrier_desk import CarrierDesk


async def open_delivery(query: CallbackQuery, bot: Bot, t: Translator, desk: CarrierDesk) -> None:
    await show(bot, tapped(query), await carrier_frame.screen(t, desk))


async def check(query: CallbackQuery, bot: Bot, t: Translator, desk: CarrierDesk) -> None:
    """Ask the carrier at once."""
    account = await connected()
    place = await show(bot, tapped(query), screens.asking(account.carrier, t))
    try:
        news = screens.looked(await carrier_setup.look_again(desk), t)
    except IntegrationError as error:
        news = "⚠ " + why_not(error, t)
    await show(bot, place, await carrier_frame.screen(t, desk, news))


async def ask_disconnect(query: CallbackQuery, bot: Bot, t: Translator) -> None:
    account = await connected()
    await show(bot, tapped(query), screens.ask_disconnect(account.carrier, t))


async def disconnect(
    query: CallbackQuery, bot: Bot, staff: StaffMember, t: Translator, desk: CarrierDesk
) -> None:
    account = await connected()
    await carrier_accounts.disconnect(account.id, by=staff)
    news = screens.disconnected(account.carrier, t)
    await show(bot, tapped(query), await carrier_frame.screen(t, desk, news))


# --- the key's last day --------------------------------------------------------------------------


async def ask_key_end(
    query: CallbackQuery, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    question = screens.ask_key_end(await connected(), t, today=today(t))
    asked = SettingsAsked.carrier_key_end
    await carrier_frame.ask_in(asked, question, tapped(query), bot, state, staff, t)


async def read_key_end(
    message: Message,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    desk: CarrierDesk,
) -> None:
    """Delivery again; or the question, when it is no such day."""
    account = await connected()
    try:
        ends_on = read_day(message.text or "", now=now(), zone=t.zone)
        await carrier_keys.set_end(account.id, ends_on, by=staff)
    except TypedError as error:
        problem = texts.explain(error, t)
        question = screens.ask_key_end(account, t, today=today(t), problem=problem)
        await ask_again(question, message, bot, state)
        return
    await answered(await carrier_frame.screen(t, desk), message, bot, state)


async def no_key_end(
    query: CallbackQuery, bot: Bot, staff: StaffMember, t: Translator, desk: CarrierDesk
) -> None:
    await carrier_keys.set_end((await connected()).id, None, by=staff)
    await show(bot, tapped(query), await carrier_frame.screen(t, desk))


def build_router() -> Router:
    router = carrier_router(__name__)
    tap = router.callback_query.register
    tap(open_delivery, SettingsTap.filter(F.screen == SettingsScreen.DELIVERY))
    tap(check, CarrierTap.filter(F.action == CarrierAction.CHECK))
    tap(ask_disconnect, CarrierTap.filter(F.action == CarrierAction.ASK_DISCONNECT))
    tap(disconnect, CarrierTap.filter(F.action == CarrierAction.DISCONNECT))
    tap(ask_key_end, CarrierPartTap.filter(F.part == Part.KEY_END))
    tap(no_key_end, CarrierTap.filter(F.action == CarrierAction.NO_KEY_END))
    router.message.register(read_key_end, StateFilter(SettingsAsked.carrier_key_end), IS_TYPED)
    return router
