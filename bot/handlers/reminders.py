"""Taps about reminders and calls in vain."""

from datetime import UTC, datetime, time, timedelta

from aiogram import Bot, F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery
from tortoise.timezone import now

from bot import reminder_windows
from bot.answers import answer_tap, tapped
from bot.handlers import forms, questions, reminder_offers
from bot.i18n import Translator
from bot.keyboards.orders import OrderAction, OrderTap
from bot.keyboards.reminders import RemindChoice, RemindTap
from domain.moments import days_later
from models.staff import StaffMember
from services import calls, card_places, order_views, reminders

MORNING = time(10)


async def ask(
    query: CallbackQuery, callback_data: OrderTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    await reminder_offers.ask(query, bot, callback_data.order_id, staff, t)


async def note_no_answer(
    query: CallbackQuery, callback_data: OrderTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    order_id, card = callback_data.order_id, tapped(query)
    attempt = await calls.note_no_answer(order_id, by=staff, shown_at=card)
    await answer_tap(query, reminder_windows.no_answer(attempt, t))
    await reminder_offers.offer(bot, card, order_id, staff, t)


async def plan(
    query: CallbackQuery, callback_data: RemindTap, staff: StaffMember, t: Translator
) -> None:
    """One of the offered times; the card comes back by itself, as it changes."""
    at = _offered(callback_data.choice, t)
    await reminders.plan(callback_data.order_id, tapped(query), at, by=staff)
    await answer_tap(query, reminder_windows.planned(at, t, now=now()))


def _offered(choice: RemindChoice, t: Translator) -> datetime:
    match choice:
        case RemindChoice.TOMORROW:
            return days_later(1, now=now(), zone=t.zone, at=MORNING)
        case RemindChoice.WEEK:
            return days_later(7, now=now(), zone=t.zone)
        case _:
            return now().astimezone(UTC) + timedelta(hours=1)


async def delete(
    query: CallbackQuery, callback_data: RemindTap, staff: StaffMember, t: Translator
) -> None:
    await reminders.drop(callback_data.order_id, tapped(query), by=staff)
    await answer_tap(query, reminder_windows.deleted(t))
    await card_places.uncover(callback_data.order_id, tapped(query))


async def ask_other(
    query: CallbackQuery,
    callback_data: RemindTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    view = await order_views.open_order(callback_data.order_id)
    await answer_tap(query)
    await questions.leave(bot, state, staff, t)
    question = forms.when_question(t)
    await forms.put(question, bot, tapped(query), query.from_user, state, view, t)


def build_router() -> Router:
    router = Router(name=__name__)
    tap = router.callback_query.register
    tap(ask, OrderTap.filter(F.action == OrderAction.REMIND))
    tap(note_no_answer, OrderTap.filter(F.action == OrderAction.NO_ANSWER))
    tap(ask_other, RemindTap.filter(F.choice == RemindChoice.OTHER))
    tap(delete, RemindTap.filter(F.choice == RemindChoice.NEVER))
    tap(plan, RemindTap.filter())
    return router
