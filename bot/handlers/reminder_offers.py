"""The question when to remind, in the card's own message."""

from aiogram import Bot
from tortoise.timezone import now

from bot import reminder_windows
from bot.answers import reader, show
from bot.i18n import Translator
from domain.errors import RejectedError
from models.staff import StaffMember
from services import card_places, order_views, reminders
from services.card_places import Place


async def ask(
    bot: Bot,
    card: Place,
    order_id: int,
    staff: StaffMember,
    t: Translator,
    *,
    is_offer: bool = False,
) -> None:
    """Ask in the card's message, which shows the order as it is now.

    ``is_offer``: nobody asked for it; where it cannot be offered, the card comes back.

    Raises:
        InvalidTransitionError: the order is no longer open.
        NotFoundError: no such order, or cards do not come to this chat.
    """
    try:
        view = await order_views.open_order(order_id)
        is_pending = await reminders.is_pending(order_id, card)
    except RejectedError:
        if not is_offer:
            raise
        await card_places.uncover(order_id, card)
        return
    question = reminder_windows.choices(
        view,
        t,
        now=now(),
        is_pending=is_pending,
        is_offer=is_offer,
        role=reader(card, staff),
    )
    shown = await show(bot, card, question)
    await card_places.cover(order_id, shown, revision=view.order.revision)
