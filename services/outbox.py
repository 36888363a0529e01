"""The outbox: effects owed to chats, written in the transaction of their cause."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tortoise.timezone import now

from models.orders import Order, OrderEvent
from models.outbox import EffectKind, OutboxEffect
from models.telegram import Card, Chat, ChatState

# A live board may lag as much: what changes meanwhile is one edit.
BOARD_DELAY = timedelta(seconds=20)
# What a chat that refuses us is owed waits until it takes us back.
_OWED_STATES = (ChatState.SUBSCRIBED, ChatState.BLOCKED)
_ASKED_AT_ONCE = 5_000  # SQLite takes some 32,000 values in a statement


@dataclass(slots=True)
class _Receiver:
    """A chat that takes messages, or will again. ``shop_ids``: of its orders; none: of all."""

    chat_id: int
    shows_board: bool
    shop_ids: set[int] = field(default_factory=set)


async def owe_cards(order_ids: Iterable[int], *, due_at: datetime | None = None) -> None:
    """The chats of these orders are owed the present state of their cards. Inside a transaction.

    Those are the chats that get orders of the order's shop, and those that have its card already.
    Never skipped because "one is waiting already": that row may be performed before this
    transaction commits. The sender settles repeats together. With ``due_at`` (aware) it is owed
    then: something on the card runs out. Without, live boards are owed their present state too.
    """
    orders = {order_id: order_id for order_id in order_ids}
    receivers = await _receivers()
    await _owe_of_orders(EffectKind.SHOW_CARD, orders, receivers, due_at)
    if due_at is None and orders:
        at = now() + BOARD_DELAY
        await _create_boards([each.chat_id for each in receivers if each.shows_board], at)


async def owe_cards_to(chat_id: int, order_ids: Iterable[int]) -> None:
    """One chat is owed these orders' cards, as ``owe_cards``."""
    await _owe(EffectKind.SHOW_CARD, order_ids, id=chat_id)


async def owe_event(event_id: int) -> None:
    """The chats of its order, as in ``owe_cards``, are owed a reply to the card that tells this."""
    event = await OrderEvent.get(id=event_id)
    await _owe_of_orders(EffectKind.TELL_EVENT, {event_id: event.order_id}, await _receivers())


async def owe_boards(chat_ids: Collection[int]) -> None:
    """These chats are owed the present state of their live boards at once, or to be rid of them."""
    await _create_boards(chat_ids, now())


async def owe_redraws(order_ids: Collection[int]) -> None:
    """As ``owe_cards``, but only the chats that have a card already, or are owed one: it is no news
    that what came in silently has changed here.
    """
    receivers = await _receivers()
    at, ids = now(), sorted(set(order_ids))
    for start in range(0, len(ids), _ASKED_AT_ONCE):
        known = await _known(ids[start : start + _ASKED_AT_ONCE], [r.chat_id for r in receivers])
        await OutboxEffect.bulk_create(
            OutboxEffect(kind=EffectKind.SHOW_CARD, chat_id=chat_id, subject_id=order_id, due_at=at)
            for order_id, chat_id in sorted(known)
        )
    if ids:
        await owe_all_boards()


async def owe_all_boards() -> None:
    """All live boards are owed their present state, as after ``owe_cards``."""
    at = now() + BOARD_DELAY
    await _create_boards([each.chat_id for each in await _receivers() if each.shows_board], at)


async def owe_owners(entry_ids: Iterable[int], owner_ids: Iterable[int]) -> None:
    """The owners' private chats are owed the news that inbox entries were set aside."""
    await _owe(EffectKind.TELL_OWNER, entry_ids, telegram_id__in=list(owner_ids))


async def owe_nudges(order_ids: Iterable[int]) -> None:
    """The chats of these orders, as in ``owe_cards``, are owed a nudge about each."""
    orders = {order_id: order_id for order_id in order_ids}
    await _owe_of_orders(EffectKind.NUDGE, orders, await _receivers())


async def owe_nudges_to_owners(order_ids: Iterable[int], owner_ids: Iterable[int]) -> None:
    """The owners' private chats are owed a nudge about each of these orders."""
    await _owe(EffectKind.NUDGE, order_ids, telegram_id__in=list(owner_ids))


async def owe_lost(chat_ids: Iterable[int], owner_ids: Iterable[int]) -> None:
    """The owners' private chats are owed the news that groups refuse us."""
    await _owe(EffectKind.TELL_LOST, chat_ids, telegram_id__in=list(owner_ids))


async def owe_shop_notice(notice_id: int, owner_ids: Iterable[int]) -> None:
    """The owners' private chats are owed a piece of news about a shop."""
    await _owe(EffectKind.TELL_SHOP, [notice_id], telegram_id__in=list(owner_ids))


async def owe_carrier_notice(notice_id: int, owner_ids: Iterable[int]) -> None:
    """The owners' private chats are owed a piece of news about a carrier."""
    await _owe(EffectKind.TELL_CARRIER, [notice_id], telegram_id__in=list(owner_ids))


async def _owe(
    kind: EffectKind, subject_ids: Iterable[int], due_at: datetime | None = None, **which: object
) -> None:
    """Owe something to every chat that takes messages, or of them to those of ``which``."""
    chats = await Chat.filter(state__in=_OWED_STATES, **which).order_by("id").only("id")
    due_at = due_at or now()
    await OutboxEffect.bulk_create(
        OutboxEffect(kind=kind, chat_id=chat.id, subject_id=subject_id, due_at=due_at)
        for subject_id in subject_ids
        for chat in chats
    )


async def _create_boards(chat_ids: Iterable[int], due_at: datetime) -> None:
    await OutboxEffect.bulk_create(
        OutboxEffect(kind=EffectKind.SHOW_BOARD, chat_id=id_, subject_id=id_, due_at=due_at)
        for id_ in chat_ids
    )


async def _receivers() -> list[_Receiver]:
    rows = (
        await Chat.filter(state__in=_OWED_STATES)
        .order_by("id")
        .values("id", "state", "has_board", "shops__shop_id")
    )
    receivers: dict[int, _Receiver] = {}
    for row in rows:
        shows_board = row["has_board"] and row["state"] == ChatState.SUBSCRIBED
        receiver = receivers.setdefault(row["id"], _Receiver(row["id"], shows_board))
        if row["shops__shop_id"] is not None:
            receiver.shop_ids.add(row["shops__shop_id"])
    return list(receivers.values())


async def _owe_of_orders(
    kind: EffectKind,
    orders: Mapping[int, int],
    receivers: Collection[_Receiver],
    due_at: datetime | None = None,
) -> None:
    """Owe these subjects to those who get their orders. ``orders``: by subject, its order."""
    due_at = due_at or now()
    picky = [each.chat_id for each in receivers if each.shop_ids]
    order_ids = sorted(set(orders.values())) if picky else []
    shops: dict[int, int] = {}
    known: set[tuple[int, int]] = set()
    for start in range(0, len(order_ids), _ASKED_AT_ONCE):
        part = order_ids[start : start + _ASKED_AT_ONCE]
        shops.update(await Order.filter(id__in=part).values_list("id", "shop_id"))
        known |= await _known(part, picky)
    await OutboxEffect.bulk_create(
        OutboxEffect(kind=kind, chat_id=each.chat_id, subject_id=subject_id, due_at=due_at)
        for subject_id, order_id in orders.items()
        for each in receivers
        if not each.shop_ids
        or shops.get(order_id) in each.shop_ids
        or (order_id, each.chat_id) in known
    )


async def _known(order_ids: Collection[int], chat_ids: Collection[int]) -> set[tuple[int, int]]:
    """Which of these chats have a card of which order, or are owed one (order id, chat id).

    What is owed is looked up first: once it is performed, there is a card.
    """
    owed = OutboxEffect.filter(
        kind=EffectKind.SHOW_CARD, subject_id__in=order_ids, chat_id__in=chat_ids
    )
    found = set(await owed.values_list("subject_id", "chat_id"))
    cards = Card.filter(order_id__in=order_ids, chat_id__in=chat_ids)
    return found | set(await cards.values_list("order_id", "chat_id"))
