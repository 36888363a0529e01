"""What taps tell of cards: which message shows an order in a chat, and whether it still does."""

from dataclasses import dataclass
from datetime import timedelta

from tortoise.expressions import Q
from tortoise.timezone import now

from domain.errors import NotFoundError
from models.orders import Order
from models.outbox import EffectKind, OutboxEffect
from models.telegram import Card, Chat, ChatState, Digest
from services.transactions import transaction

# How long a chat's redraw waits for a handler that shows the change itself.
HELD_BACK = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Place:
    """One message in a chat, by Telegram's ids. ``topic_id`` is 0 outside of forum topics."""

    chat_id: int
    topic_id: int
    message_id: int
    is_group: bool


async def adopt(order_id: int, place: Place) -> int | None:
    """The tapped message is the order's card in its chat from now on; returns the one it replaces.

    There may be two: a reminder carries the card's buttons, and when Telegram's answer to a sending
    was lost, the card itself may be there twice. The one in use is kept true.
    """
    if await order_at(place) == order_id:
        return None
    async with transaction():
        chat = await _chat(place)
        if chat is None:
            return None
        cards = Card.filter(order_id=order_id, chat_id=chat.id)
        card = await cards.select_for_update().first()
        if card is None or card.message_id == place.message_id:
            return None
        await cards.update(message_id=place.message_id, shown="")
        await _owe(order_id, chat)
    message_id: int | None = card.message_id
    return message_id


async def hold_back(order_id: int, place: Place) -> None:
    """Whoever tapped here is shown the change by the answer to the tap, which ``cover`` tells of.

    Only if that fails is the card redrawn, a little later. Inside the transaction of the change,
    after its cards are owed.
    """
    chat = await _chat(place)
    if chat is not None:
        owed = OutboxEffect.filter(
            kind=EffectKind.SHOW_CARD, chat_id=chat.id, subject_id=order_id, due_at__lte=now()
        )
        await owed.update(due_at=now() + HELD_BACK)


async def cover(order_id: int, place: Place, *, revision: int) -> None:
    """The card's message shows something else for now: the next redraw is not to be skipped.

    What it shows was made for this revision of the order. When the order has changed meanwhile, the
    chat was shown that already and lost it again: it is owed the card anew. A redraw that was held
    back for this is not owed any more.
    """
    async with transaction():
        chat = await _show_here(order_id, place)
        if chat is None:
            return
        if not await Order.exists(id=order_id, revision=revision):
            await _owe(order_id, chat)
            return
        at = now()
        held_back = OutboxEffect.filter(due_at__gt=at, due_at__lte=at + HELD_BACK)
        await held_back.filter(
            kind=EffectKind.SHOW_CARD, chat_id=chat.id, subject_id=order_id
        ).delete()


async def uncover(order_id: int, place: Place) -> None:
    """The card is to return to its message; this chat is owed it."""
    async with transaction():
        chat = await _show_here(order_id, place)
        if chat is not None:
            await _owe(order_id, chat)


async def redraw_left(order_id: int, place: Place) -> None:
    """What was tapped in a chat that gets no cards any more is owed to it all the same."""
    async with transaction():
        chat = await _chat(place)
        if chat is not None and chat.state is ChatState.UNSUBSCRIBED:
            await _owe(order_id, chat)


async def _show_here(order_id: int, place: Place) -> Chat | None:
    chat = await _chat(place)
    if chat is not None:
        await Card.filter(order_id=order_id, chat_id=chat.id).update(
            message_id=place.message_id, shown=""
        )
    return chat


async def _owe(order_id: int, chat: Chat) -> None:
    await OutboxEffect.create(kind=EffectKind.SHOW_CARD, chat_id=chat.id, subject_id=order_id)


async def chat_at(place: Place) -> Chat:
    """The chat of a place, where cards come.

    Raises:
        NotFoundError: cards do not come there.
    """
    chat = await _chat(place)
    if chat is None or chat.state is ChatState.UNSUBSCRIBED:
        raise NotFoundError("chat")
    return chat


async def order_at(place: Place) -> int | None:
    """The order whose card this message is; None for any other message."""
    card = await Card.get_or_none(chat__telegram_id=place.chat_id, message_id=place.message_id)
    return card.order_id if card else None


async def is_buried(place: Place) -> bool:
    """Whether newer cards or digests stand below this message in its chat."""
    newer = Q(chat__telegram_id=place.chat_id, message_id__gt=place.message_id)
    return await Card.exists(newer) or await Digest.exists(newer)


async def _chat(place: Place) -> Chat | None:
    """The chat of a known card's message, else the topic's: old messages come without theirs."""
    card = Card.filter(chat__telegram_id=place.chat_id, message_id=place.message_id)
    if (known := await card.select_related("chat").first()) is not None:
        chat: Chat = known.chat
        return chat
    return await Chat.get_or_none(telegram_id=place.chat_id, topic_id=place.topic_id)


async def move_here(order_id: int, place: Place) -> int | None:
    """The order's card moves to the end of this chat; returns the message it leaves, if any.

    Whoever asks for a card gets it, also where new orders do not come by themselves.

    Raises:
        NotFoundError: no such order, or nobody knows this chat.
    """
    async with transaction():
        chat = await _chat(place)
        if chat is None:
            raise NotFoundError("chat")
        if not await Order.exists(id=order_id):
            raise NotFoundError("order")
        card, _ = await Card.get_or_create(order_id=order_id, chat_id=chat.id)
        await Card.filter(id=card.id).update(
            message_id=None, sent_after=None, digest_id=None, shown=""
        )
        await _owe(order_id, chat)
    message_id: int | None = card.message_id
    return message_id
