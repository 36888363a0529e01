"""Settings, Shops, Connect: the shop's address where it has one, then its own page or typed keys.

What comes after the keys is done by ``worker/connections.py``, in the same message.
"""

from collections.abc import Collection

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.filters import StateFilter, or_f
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot import shop_texts, texts
from bot.answers import answer_tap, remove, show, tapped
from bot.cards import Rendered
from bot.handlers import questions
from bot.handlers.settings.frame import ask, ask_below, guarded
from bot.i18n import Translator
from bot.keyboards.shops import ConnectTap, ShopAction, ShopTap
from bot.platform_texts import TEXTS, name_of
from bot.settings_screens import shop_connect as screens
from bot.settings_screens.shop_connect import Target
from bot.states import IS_TYPED, SettingsAsked
from domain.addresses import site_address
from domain.errors import IntegrationError, NotFoundError, SiteTakenError, TypedError
from domain.rights import Right
from integrations.connecting import SiteEntrance
from models.connecting import ShopConnection
from models.staff import StaffMember
from services import connections, shops
from services.card_places import Place
from sync import connecting
from sync.office import ShopOffice

APP_NAME = "Kramar"


async def connect(
    query: CallbackQuery,
    callback_data: ConnectTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    office: ShopOffice,
) -> None:
    """Ask for the address; where there is none, for the keys at once."""
    platform = callback_data.platform
    entrance = office.entrances.get(platform)
    if entrance is None:
        raise NotFoundError("platform")
    await questions.leave(bot, state, staff, t)
    if isinstance(entrance, SiteEntrance):
        question = screens.ask_address(platform, t)
        await ask(SettingsAsked.shop_address, question, query, bot, state, platform=platform)
        return
    await answer_tap(query)
    await _begin(Target(platform), tapped(query), bot, state, staff, t, office)


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
    platform: str = await state.get_value("platform", "")
    try:
        address = site_address(message.text or "")
    except TypedError as error:
        question = screens.ask_address(platform, t, problem=texts.explain(error, t))
        await ask_below(question, message, bot, state)
        return
    place = await ask_below(screens.looking(address, t), message, bot, state)
    try:
        await shops.demand_free(platform, address)
        address = await connecting.look(office, platform, address)
        await shops.demand_free(platform, address)
    except SiteTakenError as error:
        await state.clear()
        await show(bot, place, screens.taken(platform, error.name, error.shop_id, t))
    except IntegrationError as error:
        problem = f"{screens.site_name(address)}: {shop_texts.why_not(error, platform, t)}"
        await show(bot, place, screens.ask_address(platform, t, problem=problem))
    else:
        await _begin(Target(platform, address), place, bot, state, staff, t, office)


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
    target = Target(shop.platform, shop.base_url, shop.id, shop.name)
    await _begin(target, tapped(query), bot, state, staff, t, office)


async def _begin(
    target: Target,
    place: Place,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    office: ShopOffice,
) -> None:
    """Offer the site's own page, where it has one that can reach us; else ask for the keys."""
    begun = await connections.begin(
        target.platform,
        target.base_url,
        by=staff,
        chat_id=place.chat_id,
        message_id=place.message_id,
        shop_id=target.shop_id or None,
    )
    entrance = office.entrances[target.platform]
    if office.public_url and isinstance(entrance, SiteEntrance):
        await state.clear()
        url = await _consent_url(target, begun.token, bot, office)
        await show(bot, place, screens.offer(target, url, begun.id, t))
        return
    shown = await show(bot, place, screens.ask_keys(target, entrance.key_names, t))
    about = {"connection_id": begun.id, "platform": target.platform}
    await state.set_data({"screen_id": shown.message_id, **about})
    await state.set_state(SettingsAsked.shop_keys)


async def _consent_url(target: Target, token: str, bot: Bot, office: ShopOffice) -> str:
    me = await bot.me()
    return connecting.consent_url(
        office,
        target.platform,
        target.base_url,
        token,
        app_name=APP_NAME,
        return_url=f"https://t.me/{me.username}",
    )


async def type_keys(
    query: CallbackQuery,
    callback_data: ShopTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    office: ShopOffice,
) -> None:
    row = await connections.waiting(callback_data.id, by=staff)
    await questions.leave(bot, state, staff, t)
    question = _keys_question(row, office.entrances[row.platform].key_names, t)
    about = {"connection_id": row.id, "platform": row.platform}
    await ask(SettingsAsked.shop_keys, question, query, bot, state, **about)


def _keys_question(
    row: ShopConnection, missing: Collection[str], t: Translator, *, problem: str = ""
) -> Rendered:
    return screens.ask_keys(Target.of(row), missing, t, problem=problem)


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
    connection_id: int = await state.get_value("connection_id", 0)
    try:
        row = await connections.waiting(connection_id, by=staff)
    except NotFoundError as error:
        await state.clear()
        await message.answer(texts.explain(error, t))
        return
    text = message.text or ""
    entrance = office.entrances[row.platform]
    keys = entrance.keys_in(text)
    missing = connections.missing(row, keys, entrance.key_names, office.box)
    problem = _not_its_keys(text, row.platform, office, t)
    if problem or not keys:
        problem = problem or TEXTS[row.platform].no_keys(t)
        question = _keys_question(row, missing, t, problem=problem)
        await ask_below(question, message, bot, state)
        return
    if missing:
        await connections.keep_keys(row.id, keys, by=staff, box=office.box)
        await ask_below(_keys_question(row, missing, t), message, bot, state)
        return
    # First of all: the outcome may come at once, stands there for good, and may ask something.
    place = await ask_below(screens.checking(Target.of(row), t), message, bot, state)
    await state.clear()
    await connections.submit(row.id, keys, by=staff, message_id=place.message_id, box=office.box)


def _not_its_keys(text: str, platform: str, office: ShopOffice, t: Translator) -> str:
    """What to say to a key of another platform; "" when there is none, or one of this platform."""
    owners = _sure_owners(text, office)
    if not owners or platform in owners:
        return ""
    return t(
        "That is a key of {theirs}; here one of {ours} is needed.",
        theirs=name_of(owners[0]),
        ours=name_of(platform),
    )


async def retry(
    query: CallbackQuery, callback_data: ShopTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """Check the same keys once more."""
    row = await connections.kept(callback_data.id, by=staff)
    await answer_tap(query)
    place = await show(bot, tapped(query), screens.checking(Target.of(row), t))
    await connections.retry(row.id, by=staff, message_id=place.message_id)


async def stray_keys(message: Message, bot: Bot, t: Translator) -> None:
    """Keys that nobody asked for must not stay in a chat, either."""
    await remove(bot, message.chat.id, message.message_id)
    await message.answer(shop_texts.stray_keys(t))


def _sure_owners(text: str, office: ShopOffice) -> list[str]:
    """The platforms whose keys a text surely holds."""
    return [name for name, each in office.entrances.items() if each.surely_holds_key(text)]


async def _holds_keys(message: Message, office: ShopOffice) -> bool:
    return bool(_sure_owners(message.text or "", office))


async def _holds_asked_keys(message: Message, state: FSMContext, office: ShopOffice) -> bool:
    entrance = office.entrances.get(await state.get_value("platform", ""))
    return bool(entrance and entrance.keys_in(message.text or ""))


def build_keys_router() -> Router:
    """Asked before all that keep what is typed: a reply to a card would become its comment."""
    asked = guarded(f"{__name__}.asked", Right.EDIT_SHOPS)
    is_asked = StateFilter(SettingsAsked.shop_keys)
    asked.message.register(read_keys, is_asked, or_f(_holds_keys, _holds_asked_keys))
    stray = Router(name=f"{__name__}.stray")
    stray.message.register(stray_keys, _holds_keys)
    router = Router(name=f"{__name__}.keys")
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.include_routers(asked, stray)
    return router


def build_router() -> Router:
    router = guarded(__name__, Right.EDIT_SHOPS)
    tap = router.callback_query.register
    tap(connect, ConnectTap.filter())
    tap(other_keys, ShopTap.filter(F.action == ShopAction.KEYS))
    tap(type_keys, ShopTap.filter(F.action == ShopAction.TYPE_KEYS))
    tap(retry, ShopTap.filter(F.action == ShopAction.RETRY))
    typed = router.message.register
    typed(read_address, StateFilter(SettingsAsked.shop_address), IS_TYPED)
    typed(read_keys, StateFilter(SettingsAsked.shop_keys), IS_TYPED)
    return router
