"""The question when to remind, in the card's own message."""

from aiogram import Bot
from aiogram.types import CallbackQuery
from tortoise.timezone import now

from bot import reminder_windows
from bot.answers import answer_tap, reader, show, tapped
from bot.cards import Rendered
from bot.i18n import Translator
from domain.errors import RejectedError
from models.staff import StaffMember
from services import card_places, order_views, reminders
from services.card_places import Place


async def offer(bot: Bot, card: Place, order_id: int, staff: StaffMember, t: Translator) -> None:
    """Ask in the card's message, unasked for; where that cannot be, the card comes back.

    Call after the tap that led here was answered.
    """
    try:
        question, revision = await _question(card, order_id, staff, t, is_offer=True)
    except RejectedError:
        await card_places.uncover(order_id, card)
        return
    await _put(question, revision, bot, card, order_id)


async def ask(
    query: CallbackQuery, bot: Bot, order_id: int, staff: StaffMember, t: Translator
) -> None:
    """Ask in the tapped card's message, and answer the tap.

    Raises:
        InvalidTransitionError: the order is no longer open.
        NotFoundError: no such order, or cards do not come to this chat.
    """
    card = tapped(query)
    question, revision = await _question(card, order_id, staff, t, is_offer=False)
    await answer_tap(query)
    await _put(question, revision, bot, card, order_id)


async def _question(
    card: Place, order_id: int, staff: StaffMember, t: Translator, *, is_offer: bool
) -> tuple[Rendered, int]:
    """The order as it is now with the question, and its revision."""
    view = await order_views.open_order(order_id)
    is_pending = await reminders.is_pending(order_id, card)
    question = reminder_windows.choices(
        view,
        t,
        now=now(),
        is_pending=is_pending,
        is_offer=is_offer,
        role=reader(card, staff),
    )
    return question, view.order.revision


async def _put(question: Rendered, revision: int, bot: Bot, card: Place, order_id: int) -> None:
    shown = await show(bot, card, question)
    await card_places.cover(order_id, shown, revision=revision)
