"""What the screens of Settings, Delivery share: the account as it is, and what is chosen next."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message, TelegramObject

from bot import texts
from bot.answers import answer_tap, show, tapped
from bot.cards import Rendered
from bot.carrier_texts import why_not
from bot.handlers import questions
from bot.handlers.settings.frame import answered, guarded
from bot.handlers.settings.shop_frame import today
from bot.i18n import Translator
from bot.settings_screens import carrier_steps, carriers
from bot.states import SettingsAsked
from domain.errors import IntegrationError, NotFoundError, RejectedError
from domain.rights import Right
from models.carriers import CarrierAccount
from models.staff import StaffMember
from services import carrier_accounts, sale_lists
from services.card_places import Place
from services.carrier_accounts import Part
from sync import carrier_setup
from sync.carrier_desk import CarrierDesk
from sync.carrier_setup import Question


async def connected() -> CarrierAccount:
    """Our account.

    Raises:
        NotFoundError: no carrier is connected (any more).
    """
    account = await carrier_accounts.active()
    if account is None:
        raise NotFoundError("carrier")
    return account


async def screen(t: Translator, desk: CarrierDesk, news: str = "") -> Rendered:
    """Delivery as it is now. ``news`` (HTML): what was just done."""
    account = await carrier_accounts.active()
    if account is None:
        return carriers.offer(desk.carriers, t, news=news)
    return carriers.delivery(account, t, today=today(t), news=news)


async def ask_in(
    asked: State,
    question: Rendered,
    place: Place,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    **about: object,
) -> None:
    """Ask in this message what is to be typed. A question open elsewhere is left."""
    await questions.leave(bot, state, staff, t)
    shown = await show(bot, place, question)
    await state.set_data({"screen_id": shown.message_id, **about})
    await state.set_state(asked)


async def go_on(
    place: Place,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    desk: CarrierDesk,
    *,
    news: str = "",
    was_ready: bool = False,
) -> None:
    """Show in this message what is to be chosen next.

    ``was_ready``: nothing was left to choose before, so this was a change and no first set-up.
    """
    try:
        asked = await carrier_setup.go_on(desk, by=staff)
    except IntegrationError as error:
        await show(bot, place, carrier_steps.failed(why_not(error, t), t))
        return
    if asked is not None:
        await ask_step(asked, place, bot, state, staff, t, news=news)
        return
    account = await connected()
    if was_ready or account.cod_account_id is not None:
        await show(bot, place, await screen(t, desk, news))
        return
    accounts = await sale_lists.real_accounts()
    ready = "✅ " + t("Waybills can be made now.")
    await show(bot, place, carrier_steps.ask_money(account, accounts, t, news=ready))


async def ask_step(
    asked: Question,
    place: Place,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    *,
    news: str = "",
) -> None:
    """Show a question. Who has no addresses is asked for the city of a branch at once."""
    if asked.part is Part.PLACE and not asked.addresses:
        question = carrier_steps.ask_city(t, news=news)
        await ask_in(SettingsAsked.carrier_city, question, place, bot, state, staff, t)
    else:
        await show(bot, place, carrier_steps.step(asked, t, news=news))


def carrier_router(name: str) -> Router:
    """A router for taps and answers about carriers, for owners alone."""
    router = guarded(name, Right.EDIT_SHOPS)
    router.callback_query.middleware(_around_taps)
    router.message.middleware(_around_answers)
    return router


async def _around_taps(
    handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
    event: TelegramObject,
    data: dict[str, Any],
) -> Any:
    """The spinner stops before the carrier is asked.

    What cannot be done is told in the message, above how things are.
    """
    if not isinstance(event, CallbackQuery):
        return await handler(event, data)
    bot, t = data["bot"], data["t"]
    await answer_tap(event)
    try:
        return await handler(event, data)
    except RejectedError as error:
        news = "⚠ " + texts.explain(error, t)
        await show(bot, tapped(event), await screen(t, data["desk"], news))
    except IntegrationError as error:
        await show(bot, tapped(event), carrier_steps.failed(why_not(error, t), t))
    return None


async def _around_answers(
    handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
    event: TelegramObject,
    data: dict[str, Any],
) -> Any:
    """What the question was about is gone meanwhile: nothing is asked any more."""
    if not isinstance(event, Message):
        return await handler(event, data)
    try:
        return await handler(event, data)
    except NotFoundError as error:
        t: Translator = data["t"]
        shown = await screen(t, data["desk"], "⚠ " + texts.explain(error, t))
        await answered(shown, event, data["bot"], data["state"])
    return None
