"""Settings, Delivery: a carrier's key. It is tried at once; no message keeps it."""

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.filters import StateFilter, or_f
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.answers import remove, show, tapped
from bot.carrier_texts import carrier_name
from bot.handlers.settings import carrier_frame
from bot.handlers.settings.carrier_frame import ask_in, carrier_router, connected
from bot.handlers.settings.frame import ask_below
from bot.i18n import Translator
from bot.keyboards.carriers import CarrierAction, CarrierConnectTap, CarrierTap
from bot.platform_texts import name_of
from bot.settings_screens import carriers as screens
from bot.states import IS_TYPED, SettingsAsked
from domain.errors import IntegrationError, NotFoundError
from models.staff import StaffMember
from services import carrier_accounts
from sync import carrier_setup
from sync.carrier_desk import CarrierDesk
from sync.office import ShopOffice


async def connect(
    query: CallbackQuery,
    callback_data: CarrierConnectTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    desk: CarrierDesk,
) -> None:
    if callback_data.carrier not in desk.carriers:
        raise NotFoundError("carrier")
    await _ask_key(callback_data.carrier, query, bot, state, staff, t)


async def other_key(
    query: CallbackQuery, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    await _ask_key((await connected()).carrier, query, bot, state, staff, t)


async def _ask_key(
    carrier: str,
    query: CallbackQuery,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    is_new = await carrier_accounts.active(carrier) is None
    question = screens.ask_key(carrier, t, is_new=is_new)
    asked = SettingsAsked.carrier_key
    await ask_in(asked, question, tapped(query), bot, state, staff, t, carrier=carrier)


async def read_key(
    message: Message,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    desk: CarrierDesk,
    office: ShopOffice,
) -> None:
    """The message is gone before anything else is done, whatever it holds."""
    await remove(bot, message.chat.id, message.message_id)
    carrier: str = await state.get_value("carrier", "")
    text = message.text or ""
    is_new = await carrier_accounts.active(carrier) is None
    keys = desk.carriers[carrier].keys_in(text)
    if not keys:
        problem = _of_a_shop(text, carrier, office, t) or screens.no_key(t)
        question = screens.ask_key(carrier, t, is_new=is_new, problem=problem)
        await ask_below(question, message, bot, state)
        return
    place = await ask_below(screens.asking(carrier, t), message, bot, state)
    try:
        account = await carrier_setup.connect(desk, carrier, keys, by=staff)
    except IntegrationError as error:
        problem = screens.key_refused(error, carrier, t)
        await show(bot, place, screens.ask_key(carrier, t, is_new=is_new, problem=problem))
        return
    await state.clear()
    name = carrier_name(carrier, t)
    news = t("{carrier} is connected.", carrier=name) if is_new else t("The key is changed.")
    was_ready = carrier_accounts.missing(account) is None
    await carrier_frame.go_on(
        place, bot, state, staff, t, desk, news=f"✅ {news}", was_ready=was_ready
    )


def _of_a_shop(text: str, carrier: str, office: ShopOffice, t: Translator) -> str:
    """What to say to a shop's key; "" when there is none."""
    owners = _shops_of(text, office)
    if not owners:
        return ""
    return t(
        "That is a key of {theirs}; here one of {ours} is needed.",
        theirs=name_of(owners[0]),
        ours=carrier_name(carrier, t),
    )


def _shops_of(text: str, office: ShopOffice) -> list[str]:
    """The platforms whose keys a text surely holds."""
    return [name for name, each in office.entrances.items() if each.surely_holds_key(text)]


async def stray_key(message: Message, bot: Bot, t: Translator, desk: CarrierDesk) -> None:
    """A key that nobody asked for must not stay in a chat, either."""
    await remove(bot, message.chat.id, message.message_id)
    owners = _carriers_of(message.text or "", desk)
    await message.answer(screens.stray_key(owners[0], t))


def _carriers_of(text: str, desk: CarrierDesk) -> list[str]:
    return [name for name, each in desk.carriers.items() if each.keys_in(text)]


async def _holds_shop_key(message: Message, office: ShopOffice) -> bool:
    return bool(_shops_of(message.text or "", office))


async def _holds_carrier_key(message: Message, desk: CarrierDesk) -> bool:
    return bool(_carriers_of(message.text or "", desk))


async def _holds_no_shop_key(message: Message, office: ShopOffice) -> bool:
    return not _shops_of(message.text or "", office)


def build_keys_router() -> Router:
    """Asked before all that keep what is typed: a reply to a card would become its comment."""
    asked = carrier_router(f"{__name__}.asked")
    is_asked = StateFilter(SettingsAsked.carrier_key)
    asked.message.register(read_key, is_asked, or_f(_holds_carrier_key, _holds_shop_key))
    stray = Router(name=f"{__name__}.stray")
    stray.message.register(stray_key, _holds_carrier_key, _holds_no_shop_key)
    router = Router(name=f"{__name__}.keys")
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.include_routers(asked, stray)
    return router


def build_router() -> Router:
    router = carrier_router(__name__)
    tap = router.callback_query.register
    tap(connect, CarrierConnectTap.filter())
    tap(other_key, CarrierTap.filter(F.action == CarrierAction.KEY))
    router.message.register(read_key, StateFilter(SettingsAsked.carrier_key), IS_TYPED)
    return router
