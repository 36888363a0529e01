"""The outbox: effects owed to chats, written in the transaction of their cause."""

from collections.abc import Iterable
from datetime import datetime

from tortoise.timezone import now

from models.outbox import EffectKind, OutboxEffect
from models.telegram import Chat, ChatState

# What a chat that refuses us is owed waits until it takes us back.
_OWED_STATES = (ChatState.SUBSCRIBED, ChatState.BLOCKED)


async def owe_cards(order_ids: Iterable[int], *, due_at: datetime | None = None) -> None:
    """Every chat is owed the present state of these orders' cards. Call inside a transaction.

    Never skipped because "one is waiting already": that row may be performed before this
    transaction commits. The sender settles repeats together. With ``due_at`` (aware) it is owed
    then: something on the card runs out.
    """
    await _owe(EffectKind.SHOW_CARD, order_ids, due_at)


async def owe_cards_to(chat_id: int, order_ids: Iterable[int]) -> None:
    """One chat is owed these orders' cards, as ``owe_cards``."""
    await _owe(EffectKind.SHOW_CARD, order_ids, id=chat_id)


async def owe_event(event_id: int) -> None:
    """Every chat is owed a reply to the order's card that tells this event."""
    await _owe(EffectKind.TELL_EVENT, [event_id])


async def owe_owners(entry_ids: Iterable[int], owner_ids: Iterable[int]) -> None:
    """The owners' private chats are owed the news that inbox entries were set aside."""
    await _owe(EffectKind.TELL_OWNER, entry_ids, telegram_id__in=list(owner_ids))


async def owe_lost(chat_ids: Iterable[int], owner_ids: Iterable[int]) -> None:
    """The owners' private chats are owed the news that groups refuse us."""
    await _owe(EffectKind.TELL_LOST, chat_ids, telegram_id__in=list(owner_ids))


async def _owe(
    kind: EffectKind, subject_ids: Iterable[int], due_at: datetime | None = None, **which: object
) -> None:
    """Owe something to every chat that takes messages, or of them to those of ``which``."""
    chats = await Chat.filter(state__in=_OWED_STATES, **which).only("id")
    due_at = due_at or now()
    await OutboxEffect.bulk_create(
        OutboxEffect(kind=kind, chat_id=chat.id, subject_id=subject_id, due_at=due_at)
        for subject_id in subject_ids
        for chat in chats
    )
