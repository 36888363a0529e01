"""Settings, Delivery: how parcels are sent, chosen by taps and by typing."""

from collections.abc import Awaitable, Callable

from aiogram import Bot, F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot import texts
from bot.answers import remove, show, tapped
from bot.cards import Rendered
from bot.carrier_texts import why_not
from bot.handlers.settings import carrier_frame
from bot.handlers.settings.carrier_frame import ask_in, carrier_router, connected
from bot.handlers.settings.frame import answered, ask_again, ask_below
from bot.i18n import Translator
from bot.keyboards.carriers import CarrierAction, CarrierPartTap, CarrierRefTap, CarrierTap
from bot.settings_screens import carrier_steps as screens
from bot.settings_screens.carriers import asking
from bot.states import IS_TYPED, SettingsAsked
from domain.carriers import Payer, PlaceKind
from domain.errors import IntegrationError, NotFoundError, TypedError
from models.carriers import CarrierCity
from models.staff import StaffMember
from services import carrier_accounts, sale_lists
from services import directory as places
from services.carrier_accounts import USUAL_DESCRIPTION, Part
from sync import carrier_setup, directory
from sync.carrier_desk import CarrierDesk

_ASKED_OF_CARRIER = {Part.SENDER, Part.CONTACT, Part.PLACE, Part.COD_KIND}
_TYPED = {Part.WEIGHT, Part.BOX, Part.DESCRIPTION}


async def go_on(
    query: CallbackQuery,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    desk: CarrierDesk,
) -> None:
    place = await show(bot, tapped(query), asking((await connected()).carrier, t))
    await carrier_frame.go_on(place, bot, state, staff, t, desk)


async def ask_of_carrier(
    query: CallbackQuery,
    callback_data: CarrierPartTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    desk: CarrierDesk,
) -> None:
    """Offer what the carrier says there is to choose from."""
    asked = await carrier_setup.question(desk, callback_data.part)
    await carrier_frame.ask_step(asked, tapped(query), bot, state, staff, t)


async def choose(
    query: CallbackQuery,
    callback_data: CarrierRefTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    desk: CarrierDesk,
) -> None:
    was_ready = carrier_accounts.missing(await connected()) is None
    await carrier_setup.choose(desk, callback_data.part, callback_data.ref, by=staff)
    await carrier_frame.go_on(tapped(query), bot, state, staff, t, desk, was_ready=was_ready)


# --- the branch ----------------------------------------------------------------------------------


async def ask_city(
    query: CallbackQuery, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    await connected()
    question = screens.ask_city(t)
    await ask_in(SettingsAsked.carrier_city, question, tapped(query), bot, state, staff, t)


async def read_city(
    message: Message, bot: Bot, state: FSMContext, t: Translator, desk: CarrierDesk
) -> None:
    """What was found, to be tapped; typing goes on."""
    text = message.text or ""

    async def found() -> Rendered:
        try:
            hits = await directory.find_cities(desk, text)
        except IntegrationError as error:
            return screens.ask_city(t, problem=why_not(error, t))
        problem = "" if hits else screens.nothing_found(text, t)
        return screens.ask_city(t, hits=hits, problem=problem)

    await _search(found, message, bot, state, t)


async def _search(
    found: Callable[[], Awaitable[Rendered]],
    message: Message,
    bot: Bot,
    state: FSMContext,
    t: Translator,
) -> None:
    """The first search in a large city takes its time: say so meanwhile."""
    account = await connected()
    place = await ask_below(asking(account.carrier, t), message, bot, state)
    await remove(bot, message.chat.id, message.message_id)
    await show(bot, place, await found())


async def ask_branch(
    query: CallbackQuery,
    callback_data: CarrierTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    await connected()
    city = await _city(callback_data.id)
    question = screens.ask_branch(city.name, t)
    asked = SettingsAsked.carrier_point
    await ask_in(asked, question, tapped(query), bot, state, staff, t, city_id=city.id)


async def _city(city_id: int) -> CarrierCity:
    city = await places.city(city_id)
    if city is None:
        raise NotFoundError("city")
    return city


async def read_branch(
    message: Message, bot: Bot, state: FSMContext, t: Translator, desk: CarrierDesk
) -> None:
    text = message.text or ""
    city_id: int = await state.get_value("city_id", 0)

    async def found() -> Rendered:
        city = await _city(city_id)
        try:
            hits = await directory.find_points(desk, city_id, text, PlaceKind.BRANCH)
        except IntegrationError as error:
            return screens.ask_branch(city.name, t, problem=why_not(error, t))
        problem = "" if hits else screens.nothing_found(text, t)
        return screens.ask_branch(city.name, t, hits=hits, problem=problem)

    await _search(found, message, bot, state, t)


async def choose_branch(
    query: CallbackQuery,
    callback_data: CarrierTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    desk: CarrierDesk,
) -> None:
    account = await connected()
    was_ready = carrier_accounts.missing(account) is None
    await carrier_accounts.choose_branch(account.id, callback_data.id, by=staff)
    await carrier_frame.go_on(tapped(query), bot, state, staff, t, desk, was_ready=was_ready)


# --- what the carrier need not be asked for ------------------------------------------------------


async def ask_money(query: CallbackQuery, bot: Bot, t: Translator) -> None:
    accounts = await sale_lists.real_accounts()
    await show(bot, tapped(query), screens.ask_money(await connected(), accounts, t))


async def choose_money(
    query: CallbackQuery,
    callback_data: CarrierTap,
    bot: Bot,
    staff: StaffMember,
    t: Translator,
    desk: CarrierDesk,
) -> None:
    into = callback_data.id or None
    await carrier_accounts.choose_cod_account((await connected()).id, into, by=staff)
    await show(bot, tapped(query), await carrier_frame.screen(t, desk))


async def ask_payer(query: CallbackQuery, bot: Bot, t: Translator) -> None:
    await show(bot, tapped(query), screens.ask_payer(await connected(), t))


async def choose_payer(
    query: CallbackQuery,
    callback_data: CarrierRefTap,
    bot: Bot,
    staff: StaffMember,
    t: Translator,
    desk: CarrierDesk,
) -> None:
    payer = Payer.SENDER if callback_data.ref == Payer.SENDER.value else Payer.RECIPIENT
    await carrier_accounts.choose_payer((await connected()).id, payer, by=staff)
    await show(bot, tapped(query), await carrier_frame.screen(t, desk))


async def ask_text(
    query: CallbackQuery,
    callback_data: CarrierPartTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    part = callback_data.part
    question = screens.ask_text(await connected(), part, t)
    asked = SettingsAsked.carrier_text
    await ask_in(asked, question, tapped(query), bot, state, staff, t, part=part.value)


async def read_text(
    message: Message,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    desk: CarrierDesk,
) -> None:
    """Delivery again; or the question, when it cannot be that."""
    part, account = Part(await state.get_value("part", "")), await connected()
    try:
        await carrier_accounts.set_text(account.id, part, message.text or "", by=staff)
    except TypedError as error:
        problem = texts.explain(error, t)
        await ask_again(screens.ask_text(account, part, t, problem=problem), message, bot, state)
        return
    await answered(await carrier_frame.screen(t, desk), message, bot, state)


async def usual_description(
    query: CallbackQuery, bot: Bot, staff: StaffMember, t: Translator, desk: CarrierDesk
) -> None:
    id_ = (await connected()).id
    await carrier_accounts.set_text(id_, Part.DESCRIPTION, USUAL_DESCRIPTION, by=staff)
    await show(bot, tapped(query), await carrier_frame.screen(t, desk))


def build_router() -> Router:
    router = carrier_router(__name__)
    tap = router.callback_query.register
    tap(go_on, CarrierTap.filter(F.action == CarrierAction.GO_ON))
    tap(ask_of_carrier, CarrierPartTap.filter(F.part.in_(_ASKED_OF_CARRIER)))
    tap(choose_payer, CarrierRefTap.filter(F.part == Part.PAYER))
    tap(choose, CarrierRefTap.filter())
    tap(ask_city, CarrierTap.filter(F.action == CarrierAction.BRANCH))
    tap(ask_branch, CarrierTap.filter(F.action == CarrierAction.CITY))
    tap(choose_branch, CarrierTap.filter(F.action == CarrierAction.POINT))
    tap(ask_money, CarrierPartTap.filter(F.part == Part.COD_ACCOUNT))
    tap(choose_money, CarrierTap.filter(F.action == CarrierAction.MONEY))
    tap(ask_payer, CarrierPartTap.filter(F.part == Part.PAYER))
    tap(ask_text, CarrierPartTap.filter(F.part.in_(_TYPED)))
    tap(usual_description, CarrierTap.filter(F.action == CarrierAction.USUAL))
    typed = router.message.register
    typed(read_city, StateFilter(SettingsAsked.carrier_city), IS_TYPED)
    typed(read_branch, StateFilter(SettingsAsked.carrier_point), IS_TYPED)
    typed(read_text, StateFilter(SettingsAsked.carrier_text), IS_TYPED)
    return router
