"""Settings, Shops, Connect WooCommerce: the address, then its own page or keys that are typed.

What comes after the keys is done by ``worker/connections.py``, in the same message.
"""

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot import shop_texts, texts
from bot.answers import answer_tap, remove, show, tapped
from bot.cards import Rendered
from bot.handlers import questions
from bot.handlers.settings.frame import ask, ask_below, guarded
from bot.i18n import Translator
from bot.keyboards.shops import ShopAction, ShopTap
from bot.settings_screens import shop_connect as screens
from bot.states import IS_TYPED, SettingsAsked
from domain.addresses import site_address
from domain.errors import (
    IntegrationError,
    NotFoundError,
    SiteTakenError,
    TypedError,
    TypedProblem,
)
from domain.rights import Right
from models.connecting import ShopConnection
from models.staff import StaffMember
from services import connections, shops
from services.card_places import Place
from sync import connecting
from sync.office import ShopOffice

PLATFORM = "woocommerce"
APP_NAME = "Kramar"
_SHORTEST_STRAY = 20  # characters
_STARTS = {"consumer_key": "ck_", "consumer_secret": "cs_"}


async def ask_address(
    query: CallbackQuery, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    await questions.leave(bot, state, staff, t)
    await ask(SettingsAsked.shop_address, screens.ask_address(t), query, bot, state)


async def read_address(
    message: Message,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    office: ShopOffice,
) -> None:
    """Look at the site at once: whoever mistyped it need not look for keys first."""
    await remove(bot, message.chat.id, message.message_id)
    try:
        address = site_address(message.text or "")
    except TypedError as error:
        question = screens.ask_address(t, problem=texts.explain(error, t))
        await ask_below(question, message, bot, state)
        return
    place = await ask_below(screens.looking(address, t), message, bot, state)
    try:
        await shops.demand_free(PLATFORM, address)
        address = await connecting.look(office, PLATFORM, address)
        await shops.demand_free(PLATFORM, address)
    except SiteTakenError as error:
        await state.clear()
        await show(bot, place, screens.taken(error.name, error.shop_id, t))
    except IntegrationError as error:
        problem = f"{screens.site_name(address)}: {shop_texts.why_not(error, t)}"
        await show(bot, place, screens.ask_address(t, problem=problem))
    else:
        await _begin(address, place, bot, state, staff, t, office)


async def other_keys(
    query: CallbackQuery,
    callback_data: ShopTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    office: ShopOffice,
) -> None:
    shop = await shops.one(callback_data.id, office.box)
    await questions.leave(bot, state, staff, t)
    await answer_tap(query)
    place = tapped(query)
    await _begin(shop.base_url, place, bot, state, staff, t, office, shop_id=shop.id)


async def _begin(
    address: str,
    place: Place,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    office: ShopOffice,
    *,
    shop_id: int = 0,
) -> None:
    """Offer the site's own page, where its answer can reach us; else ask for the keys."""
    begun = await connections.begin(
        PLATFORM,
        address,
        by=staff,
        chat_id=place.chat_id,
        message_id=place.message_id,
        shop_id=shop_id or None,
    )
    if office.public_url:
        await state.clear()
        url = await _consent_url(address, begun.token, bot, office)
        await show(bot, place, screens.offer(address, url, begun.id, shop_id, t))
        return
    shown = await show(bot, place, screens.ask_keys(address, shop_id, t))
    await state.set_data({"screen_id": shown.message_id, "connection_id": begun.id})
    await state.set_state(SettingsAsked.shop_keys)


async def _consent_url(address: str, token: str, bot: Bot, office: ShopOffice) -> str:
    me = await bot.me()
    return_url = f"https://t.me/{me.username}"
    return connecting.consent_url(
        office, PLATFORM, address, token, app_name=APP_NAME, return_url=return_url
    )


async def type_keys(
    query: CallbackQuery,
    callback_data: ShopTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    row = await connections.waiting(callback_data.id, by=staff)
    await questions.leave(bot, state, staff, t)
    question = _keys_question(row, t)
    await ask(SettingsAsked.shop_keys, question, query, bot, state, connection_id=row.id)


def _keys_question(
    row: ShopConnection, t: Translator, *, wants: str = "", problem: str = ""
) -> Rendered:
    return screens.ask_keys(row.base_url, row.shop_id or 0, t, wants=wants, problem=problem)


async def read_keys(
    message: Message,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    office: ShopOffice,
) -> None:
    """The message is gone before anything else is done, whatever it holds."""
    await remove(bot, message.chat.id, message.message_id)
    entrance = office.entrances[PLATFORM]
    keys = entrance.keys_in(message.text or "")
    connection_id: int = await state.get_value("connection_id", 0)
    try:
        row = await connections.waiting(connection_id, by=staff)
    except NotFoundError as error:
        await state.clear()
        await message.answer(texts.explain(error, t))
        return
    if not keys:
        problem = texts.explain(TypedError(TypedProblem.NO_KEYS, ""), t)
        await ask_below(_keys_question(row, t, problem=problem), message, bot, state)
        return
    missing = connections.missing(row, keys, entrance.key_names, office.box)
    if missing:
        await connections.keep_keys(row.id, keys, by=staff, box=office.box)
        wants = next(start for name, start in _STARTS.items() if name in missing)
        await ask_below(_keys_question(row, t, wants=wants), message, bot, state)
        return
    # Shown first: the outcome may come at once, and stands there for good.
    shown = screens.checking(row.base_url, row.shop_id or 0, t)
    place = await ask_below(shown, message, bot, state)
    await connections.submit(row.id, keys, by=staff, message_id=place.message_id, box=office.box)
    await state.clear()


async def retry(
    query: CallbackQuery, callback_data: ShopTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """Check the same keys once more."""
    row = await connections.kept(callback_data.id, by=staff)
    await answer_tap(query)
    place = await show(bot, tapped(query), screens.checking(row.base_url, row.shop_id or 0, t))
    await connections.retry(row.id, by=staff, message_id=place.message_id)


async def stray_keys(message: Message, bot: Bot, t: Translator) -> None:
    """Keys that nobody asked for must not stay in a chat, either."""
    await remove(bot, message.chat.id, message.message_id)
    await message.answer(shop_texts.stray_keys(t))


async def _holds_keys(message: Message, office: ShopOffice) -> bool:
    """Whether there is a whole key in it; short words that begin like one are none."""
    found = office.entrances[PLATFORM].keys_in(message.text or "")
    return any(len(key) >= _SHORTEST_STRAY for key in found.values())


def build_keys_router() -> Router:
    """Asked before all that keep what is typed: a reply to a card would become its comment."""
    asked = guarded(f"{__name__}.asked", Right.EDIT_SHOPS)
    asked.message.register(read_keys, StateFilter(SettingsAsked.shop_keys), _holds_keys)
    stray = Router(name=f"{__name__}.stray")
    stray.message.register(stray_keys, _holds_keys)
    router = Router(name=f"{__name__}.keys")
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.include_routers(asked, stray)
    return router


def build_router() -> Router:
    router = guarded(__name__, Right.EDIT_SHOPS)
    tap = router.callback_query.register
    tap(ask_address, ShopTap.filter(F.action == ShopAction.CONNECT))
    tap(other_keys, ShopTap.filter(F.action == ShopAction.KEYS))
    tap(type_keys, ShopTap.filter(F.action == ShopAction.TYPE_KEYS))
    tap(retry, ShopTap.filter(F.action == ShopAction.RETRY))
    typed = router.message.register
    typed(read_address, StateFilter(SettingsAsked.shop_address), IS_TYPED)
    typed(read_keys, StateFilter(SettingsAsked.shop_keys), IS_TYPED)
    return router
