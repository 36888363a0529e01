"""Notes for a shop's people at its orders: who did what here, when, and why."""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from tortoise.timezone import now

from models.orders import EventKind, Order
from models.sales import Sale
from models.shops import ShopEffect, ShopEffectKind
from models.staff import StaffMember
from models.telegram import Chat
from services import order_views, shop_effects
from services.order_views import EventView
from services.transactions import transaction

logger = structlog.get_logger(__name__)

MAX_ATTEMPTS = 5  # within an hour and a half
FIRST_PAUSE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ToldStep:
    """What somebody did with an order. ``language`` is that person's, "" when unknown."""

    event: EventView
    currency: str
    waybill_number: str
    language: str


@dataclass(frozen=True, slots=True)
class Note:
    """A note that is owed. ``is_repeat``: an earlier try may have left it already."""

    effect: ShopEffect
    external_id: str
    step: ToldStep
    is_repeat: bool


async def due(shop_id: int, limit: int) -> list[ShopEffect]:
    """The notes that a shop is owed by now, oldest first."""
    return await shop_effects.due(shop_id, ShopEffectKind.TELL_NOTE, limit)


async def intend(effect: ShopEffect) -> Note | None:
    """Commit that a note is about to be left; None: it is not owed any more, or was tried enough.

    A note is worth a few tries and nobody's worry.
    """
    async with transaction():
        held = await ShopEffect.filter(id=effect.id).select_for_update().first()
        if held is None:
            return None
        view = await order_views.event_view(held.subject_id)
        if view is None or held.attempts >= MAX_ATTEMPTS:
            logger.warning("a note is given up", shop_id=held.shop_id, event_id=held.subject_id)
            await shop_effects.settle([held.id])
            return None
        await ShopEffect.filter(id=held.id).update(attempts=held.attempts + 1)
    order = await Order.get(id=view.event.order_id)
    return Note(held, order.external_id, await _step(view, order), held.attempts > 0)


async def wait(note: Note, *, at_least: timedelta | None = None) -> None:
    """The note cannot be left at present: later again, ever later."""
    pause = FIRST_PAUSE * 4**note.effect.attempts
    due_at = now() + max(pause, at_least or pause)
    await ShopEffect.filter(id=note.effect.id).update(due_at=due_at)


async def _step(view: EventView, order: Order) -> ToldStep:
    waybill = ""
    if view.event.kind is EventKind.COMPLETED:
        waybill = (await Sale.get(id=view.event.data["sale_id"])).waybill_number
    return ToldStep(view, order.currency, waybill, await _language(view.event.staff_id))


async def _language(staff_id: int | None) -> str:
    """What a person reads: their choice, else what their private chat speaks."""
    staff = await StaffMember.get_or_none(id=staff_id)
    if staff is None or staff.language:
        return staff.language if staff else ""
    chat = await Chat.get_or_none(telegram_id=staff.telegram_id, topic_id=0)
    return chat.language if chat else ""
