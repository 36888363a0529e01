"""Settings, Shops: what is connected, and what can be done with one of them."""

import structlog
from aiogram import Bot, F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot import shop_texts, texts
from bot.answers import answer_tap, show, tapped
from bot.handlers import questions
from bot.handlers.settings import shop_frame, shop_keys_end
from bot.handlers.settings.frame import answered, ask, ask_again, guarded
from bot.i18n import Translator
from bot.keyboards.settings import SettingsScreen, SettingsTap
from bot.keyboards.shops import ShopAction, ShopTap
from bot.platform_texts import TEXTS
from bot.settings_screens import shop_connect as connect_screens
from bot.settings_screens import shops as screens
from bot.states import IS_TYPED, SettingsAsked
from domain.errors import IntegrationError, NotFoundError, TypedError
from domain.rights import Right
from models.staff import StaffMember
from services import shops
from services.card_places import Place
from services.shops import ConnectedShop
from sync import connecting, polling
from sync.connecting import Hearing
from sync.office import ShopOffice

log = structlog.get_logger(__name__)


async def list_shops(query: CallbackQuery, bot: Bot, staff: StaffMember, t: Translator) -> None:
    await answer_tap(query)
    await show(bot, tapped(query), await shop_frame.list_screen(staff, t))


async def show_shop(
    query: CallbackQuery,
    callback_data: ShopTap,
    bot: Bot,
    staff: StaffMember,
    t: Translator,
    office: ShopOffice,
) -> None:
    """One that was disconnected meanwhile: the list without it."""
    try:
        screen = await shop_frame.shop_screen(callback_data.id, t, office)
    except NotFoundError as error:
        await answer_tap(query, texts.explain(error, t))
        await show(bot, tapped(query), await shop_frame.list_screen(staff, t))
        return
    await answer_tap(query)
    await show(bot, tapped(query), screen)


async def check(
    query: CallbackQuery, callback_data: ShopTap, bot: Bot, t: Translator, office: ShopOffice
) -> None:
    """Ask the shop at once, and set up its webhooks where they lack."""
    shop = await shops.one(callback_data.id, office.box)
    await answer_tap(query)
    place = await show(bot, tapped(query), screens.checking(shop.name, shop.id, t))
    try:
        looked = await connecting.look_again(office, shop)
    except IntegrationError as error:
        news = "⚠ " + shop_texts.why_not(error, shop.platform, t)
    else:
        found = ["✅ " + TEXTS[shop.platform].checked(t)]
        found.append(shop_texts.access(looked.facts, t))
        if not looked.facts.can_list:  # what else is lacking, the screen says by itself
            found.extend(shop_texts.lacks(shop.platform, t, can_list=False))
        if looked.hearing in {Hearing.DEAF, Hearing.REFUSED}:
            pace = office.apis[shop.platform].pace
            heard = shop_texts.hearing_text(looked.hearing, office.public_url, pace, t)
            found.append("⚠ " + heard)
        news = "\n".join(found)
    await show(bot, place, await shop_frame.shop_screen(shop.id, t, office, news))


async def ask_name(
    query: CallbackQuery,
    callback_data: ShopTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    details = await shop_frame.details(callback_data.id, t)
    await questions.leave(bot, state, staff, t)
    question = screens.ask_name(details, t)
    await ask(SettingsAsked.shop_name, question, query, bot, state, shop_id=details.facts.id)


async def read_name(
    message: Message,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    office: ShopOffice,
) -> None:
    """The shop's screen again; or the question, when the name cannot be one."""
    shop_id: int = await state.get_value("shop_id", 0)
    try:
        await shops.rename(shop_id, message.text or "", by=staff)
        screen = await shop_frame.shop_screen(shop_id, t, office)
    except TypedError as error:
        details = await shop_frame.details(shop_id, t)
        problem = texts.explain(error, t)
        await ask_again(screens.ask_name(details, t, problem=problem), message, bot, state)
        return
    except NotFoundError as error:
        screen = await shop_frame.list_screen(staff, t, texts.explain(error, t))
    await answered(screen, message, bot, state)


async def ask_disconnect(
    query: CallbackQuery, callback_data: ShopTap, bot: Bot, t: Translator
) -> None:
    details = await shop_frame.details(callback_data.id, t)
    await answer_tap(query)
    await show(bot, tapped(query), screens.ask_disconnect(details, t))


async def disconnect(
    query: CallbackQuery,
    callback_data: ShopTap,
    bot: Bot,
    staff: StaffMember,
    t: Translator,
    office: ShopOffice,
) -> None:
    shop = await shops.one(callback_data.id, office.box)
    await answer_tap(query)
    are_gone = await connecting.disconnect(office, shop, by=staff)
    news = screens.disconnected(shop.name, shop.platform, t, are_webhooks_gone=are_gone)
    await show(bot, tapped(query), await shop_frame.list_screen(staff, t, news))


async def take_open_orders(
    query: CallbackQuery,
    callback_data: ShopTap,
    bot: Bot,
    state: FSMContext,
    t: Translator,
    office: ShopOffice,
) -> None:
    """Take what waits there, silently. A site that fails in the middle is asked again by a tap."""
    shop = await shops.one(callback_data.id, office.box)
    await answer_tap(query)
    place = await show(bot, tapped(query), connect_screens.taking(t))
    try:
        count = await polling.take_open_orders(office, shop)
    except IntegrationError as error:
        log.warning("open orders are not taken", shop_id=shop.id, problem=str(error))
        why = shop_texts.why_not(error, shop.platform, t)
        await show(bot, place, connect_screens.not_taken(shop.id, why, t))
        return
    await _settled(shop, count, place, bot, state, t, office)


async def leave_open_orders(
    query: CallbackQuery,
    callback_data: ShopTap,
    bot: Bot,
    state: FSMContext,
    t: Translator,
    office: ShopOffice,
) -> None:
    shop = await shops.one(callback_data.id, office.box)
    await answer_tap(query)
    await _settled(shop, None, tapped(query), bot, state, t, office)


async def _settled(
    shop: ConnectedShop,
    count: int | None,
    place: Place,
    bot: Bot,
    state: FSMContext,
    t: Translator,
    office: ShopOffice,
) -> None:
    """What was taken; and, where keys have a last day and nothing else is asked, when that is."""
    has_end = office.apis[shop.platform].keys_end
    if has_end and await state.get_state() is None:
        taken = connect_screens.what_was_taken(count, t)
        await shop_keys_end.ask(shop.id, place, taken, bot, state, t)
    else:
        await show(bot, place, connect_screens.settled(shop.id, count, t, keys_end=has_end))


def build_list_router() -> Router:
    """The list, which managers may look at too."""
    router = guarded(f"{__name__}.list", Right.EDIT_CHATS)
    router.callback_query.register(list_shops, SettingsTap.filter(F.screen == SettingsScreen.SHOPS))
    return router


def build_router() -> Router:
    router = guarded(__name__, Right.EDIT_SHOPS)
    tap = router.callback_query.register
    tap(show_shop, ShopTap.filter(F.action == ShopAction.SHOW))
    tap(check, ShopTap.filter(F.action == ShopAction.CHECK))
    tap(ask_name, ShopTap.filter(F.action == ShopAction.NAME))
    tap(ask_disconnect, ShopTap.filter(F.action == ShopAction.ASK_DISCONNECT))
    tap(disconnect, ShopTap.filter(F.action == ShopAction.DISCONNECT))
    tap(take_open_orders, ShopTap.filter(F.action == ShopAction.OPEN_ORDERS))
    tap(leave_open_orders, ShopTap.filter(F.action == ShopAction.ONLY_NEW))
    router.message.register(read_name, StateFilter(SettingsAsked.shop_name), IS_TYPED)
    return router
