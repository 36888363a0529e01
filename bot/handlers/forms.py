"""Questions answered by typing. They stay open until answered, canceled, or pointless.

In a private chat the question stands in the card's own message, with ``Back``. In a group it is a
message of its own that only a reply answers: whatever else is said there is not for us.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiogram import Bot, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.types import Message, User
from tortoise.timezone import now

from bot import reminder_windows, texts
from bot.answers import ask, is_group, place_of, remove, show
from bot.cards import Rendered, order_card
from bot.handlers import reminder_offers
from bot.i18n import Translator
from bot.keyboards.buttons import keyboard
from bot.keyboards.orders import back_to_card
from bot.states import IS_TYPED, Asked
from domain import when
from domain.errors import LabelError, TypedError
from domain.orders import RejectReason
from models.staff import StaffMember
from services import card_places, orders, reminders
from services.card_places import Place
from services.order_views import OrderView


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, how the input field hints at it, and the state it leaves open."""

    state: State
    text: str
    placeholder: str


def reason_question(t: Translator) -> Question:
    """Why the order is rejected, in own words."""
    return Question(Asked.reject_text, texts.ask_reason(t), texts.reason_placeholder(t))


def label_question(t: Translator) -> Question:
    """What the new status is called."""
    return Question(Asked.status_label, texts.ask_label(t), texts.label_placeholder(t))


def when_question(t: Translator) -> Question:
    """When to remind of the order."""
    asked, hint = reminder_windows.ask_when(t), reminder_windows.when_placeholder(t)
    return Question(Asked.remind_at, asked, hint)


async def put(
    question: Question,
    bot: Bot,
    card: Place,
    user: User,
    state: FSMContext,
    view: OrderView,
    t: Translator,
) -> None:
    """Ask a person about an order whose card is at this place; an older question is dropped."""
    await drop(bot, state)
    data = {"order_id": view.order.id, "card_id": card.message_id, "topic_id": card.topic_id}
    if card.is_group:
        sent = await ask(bot, card, user, question.text, placeholder=question.placeholder)
        data["question_id"] = sent.message_id
        await card_places.uncover(view.order.id, card)
    else:
        text = f"{order_card(view, t, now=now()).text}\n\n<b>{question.text}</b>"
        await show(bot, card, Rendered(text, keyboard([[back_to_card(view.order.id, t)]])))
        await card_places.cover(view.order.id, card, revision=view.order.revision)
    await state.set_data(data)
    await state.set_state(question.state)


async def drop(bot: Bot, state: FSMContext) -> None:
    """Ask no longer; a question that is a message of its own disappears."""
    question_id = await state.get_value("question_id")
    await state.clear()
    if question_id is not None:
        await remove(bot, state.key.chat_id, question_id)


async def drop_about(order_id: int, bot: Bot, state: FSMContext) -> None:
    """Ask no longer about this order; a question about another one stays open."""
    data = await state.get_data()
    if "card_id" in data and data["order_id"] == order_id:
        await drop(bot, state)


async def cancel(bot: Bot, state: FSMContext) -> bool:
    """Leave everything as it was; False when nothing was asked."""
    data = await state.get_data()
    await drop(bot, state)
    if "card_id" not in data:
        return False
    await card_places.uncover(data["order_id"], _card(state, data))
    return True


def _card(state: FSMContext, data: Mapping[str, Any]) -> Place:
    """The card that a question is about."""
    is_in_group = "question_id" in data
    return Place(state.key.chat_id, data["topic_id"], data["card_id"], is_in_group)


async def is_answer(message: Message, state: FSMContext) -> bool:
    """Whether a message answers the open question: in a group, only a reply to it does."""
    if not is_group(message.chat):
        return True
    question = message.reply_to_message
    return question is not None and question.message_id == await state.get_value("question_id")


async def reject(message: Message, bot: Bot, state: FSMContext, staff: StaffMember) -> None:
    order_id = await state.get_value("order_id", 0)
    try:
        await orders.reject(order_id, RejectReason.OTHER, by=staff, text=message.text or "")
    finally:
        await drop(bot, state)


async def change_status(
    message: Message, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    """A new status; then a reminder is offered on the card."""
    data = await state.get_data()
    order_id, card = data["order_id"], _card(state, data)
    try:
        await orders.change_to_new_status(order_id, message.text or "", by=staff, shown_at=card)
    except LabelError as error:
        await _insist(texts.explain(error, t), message, bot, state, t)
    except BaseException:
        await drop(bot, state)
        raise
    else:
        await drop(bot, state)
        await reminder_offers.offer(bot, card, order_id, staff, t)


async def plan_reminder(
    message: Message, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    data = await state.get_data()
    order_id, card = data["order_id"], _card(state, data)
    try:
        at = when.read(message.text or "", now=now(), zone=t.zone)
    except TypedError as error:
        await _insist(texts.explain(error, t), message, bot, state, t)
        return
    try:
        await reminders.plan(order_id, card, at, by=staff)
    finally:
        await drop(bot, state)
    await message.answer(reminder_windows.planned(at, t, now=now()))  # as it was understood


async def want_text(message: Message, bot: Bot, state: FSMContext, t: Translator) -> None:
    """Neither a picture nor a command answers a question."""
    await _insist(texts.text_expected(t), message, bot, state, t)


async def _insist(
    problem: str, message: Message, bot: Bot, state: FSMContext, t: Translator
) -> None:
    """Say what is wrong with an answer; the question stays open."""
    if not is_group(message.chat) or message.from_user is None:
        await message.answer(problem)
        return
    outdated = await state.get_value("question_id", 0)
    asked = await ask(bot, place_of(message), message.from_user, problem)
    await state.update_data(question_id=asked.message_id)
    await remove(bot, message.chat.id, outdated)


def build_router() -> Router:
    router = Router(name=__name__)
    router.message.register(reject, StateFilter(Asked.reject_text), IS_TYPED, is_answer)
    router.message.register(change_status, StateFilter(Asked.status_label), IS_TYPED, is_answer)
    router.message.register(plan_reminder, StateFilter(Asked.remind_at), IS_TYPED, is_answer)
    router.message.register(want_text, StateFilter(Asked), is_answer)
    return router
