"""What is shown where: each order's card in each chat, digests, and what a chat is still owed.

A message is sent in three steps, so that a crash at any instant leaves a trace of it: an *intent*
is committed (``sent_after``: the newest message id known then), Telegram is called, and the answer
is recorded together with the settling of what was owed. An intent without an answer is a message
whose fate is unknown.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tortoise.functions import Max

from models.inbox import InboxEntry
from models.outbox import EffectKind, OutboxEffect
from models.telegram import Card, Chat, ChatState, Digest
from services.transactions import transaction

# Rows of one chat looked at together. More than two digests hold, so a backlog is folded whole.
_LOOKED_AT = 200
_LONGEST_PROBLEM = 500


@dataclass(frozen=True, slots=True)
class Work:
    """A chat that is owed something. ``newest_id``: of its outbox rows that are due."""

    chat_id: int
    telegram_id: int
    newest_id: int


@dataclass(frozen=True, slots=True)
class Owed:
    """What a chat is owed now: rows oldest first, and the cards of the orders they name."""

    chat: Chat
    effects: tuple[OutboxEffect, ...]
    cards: Mapping[int, Card]  # by order id


@dataclass(frozen=True, slots=True)
class CardIntent:
    """A card that may have been sent as a message with an id above ``sent_after``."""

    chat_id: int
    card_id: int
    order_id: int
    sent_after: int


@dataclass(frozen=True, slots=True)
class DigestIntent:
    """A digest that may have been sent as a message with an id above ``sent_after``."""

    chat_id: int
    digest_id: int
    sent_after: int


Intent = CardIntent | DigestIntent


@dataclass(frozen=True, slots=True)
class SetAside:
    """Requests that were set aside, for the owner: how many, from whom, why."""

    count: int
    shop_names: tuple[str, ...]
    problems: tuple[str, ...]


# What is owed


async def work(at: datetime) -> list[Work]:
    """The chats that take messages and are owed some by then, and those that left.

    Asked several times a second: what piles up for chats that refuse us is never read.
    """
    chat_ids = await Chat.exclude(state=ChatState.BLOCKED).values_list("id", flat=True)
    rows = (
        await OutboxEffect.filter(chat_id__in=chat_ids, problem="", due_at__lte=at)
        .annotate(newest_id=Max("id"))
        .group_by("chat_id", "chat__telegram_id")
        .values("chat_id", "chat__telegram_id", "newest_id")
    )
    return [Work(row["chat_id"], row["chat__telegram_id"], row["newest_id"]) for row in rows]


async def owed(chat_id: int, at: datetime) -> Owed | None:
    """What a chat is owed by then; None when that is nothing, or it refuses us."""
    chat = await Chat.get_or_none(id=chat_id)
    if chat is None or chat.state is ChatState.BLOCKED:
        return None
    effects = (
        await OutboxEffect.filter(chat_id=chat_id, problem="", due_at__lte=at)
        .order_by("id")
        .limit(_LOOKED_AT)
    )
    if not effects:
        return None
    order_ids = {row.subject_id for row in effects if row.kind is EffectKind.SHOW_CARD}
    cards = await Card.filter(chat_id=chat_id, order_id__in=order_ids)
    return Owed(chat, tuple(effects), {card.order_id: card for card in cards})


async def settle(effect_ids: Collection[int]) -> None:
    """These effects are done."""
    if effect_ids:
        await OutboxEffect.filter(id__in=list(effect_ids)).delete()


async def hold(chat: Chat, effect_ids: Collection[int], until: datetime) -> None:
    """These effects of a chat wait until then, unless its quiet hours were changed meanwhile."""
    async with transaction():
        hours = {"quiet_from": chat.quiet_from, "quiet_until": chat.quiet_until}
        found = Chat.filter(id=chat.id, **hours).select_for_update(no_key=True)
        if await found.first() is not None:
            await OutboxEffect.filter(id__in=list(effect_ids)).update(due_at=until)


async def bury(effect_ids: Collection[int], problem: str) -> None:
    """These effects cannot be done; they are kept for a person to look at."""
    await OutboxEffect.filter(id__in=list(effect_ids)).update(problem=problem[:_LONGEST_PROBLEM])


# Sending


async def intend_card(order_id: int, chat_id: int, sent_after: int) -> CardIntent:
    """Commit that this order's card is about to be sent as a new message."""
    async with transaction():
        card, _ = await Card.get_or_create(order_id=order_id, chat_id=chat_id)
        await Card.filter(id=card.id).update(sent_after=sent_after, digest_id=None)
    return CardIntent(chat_id, card.id, order_id, sent_after)


async def intend_digest(order_ids: Sequence[int], chat_id: int, sent_after: int) -> DigestIntent:
    """Commit that these orders, which the chat has not seen, are about to be sent as a digest."""
    async with transaction():
        digest = await Digest.create(chat_id=chat_id, sent_after=sent_after)
        await Card.bulk_create(
            [Card(order_id=id_, chat_id=chat_id, digest_id=digest.id) for id_ in order_ids],
            ignore_conflicts=True,
        )
    return DigestIntent(chat_id, digest.id, sent_after)


async def not_sent(intent: Intent) -> None:
    """The message was certainly not sent: everything is as before the intent."""
    async with transaction():
        match intent:
            case CardIntent():
                await Card.filter(id=intent.card_id, message_id=None).update(sent_after=None)
            case DigestIntent():
                await Card.filter(digest_id=intent.digest_id, message_id=None).delete()
                await Card.filter(digest_id=intent.digest_id).update(digest_id=None)
                await Digest.filter(id=intent.digest_id).delete()


async def sent(
    intent: Intent, message_id: int, fingerprint: str, effect_ids: Collection[int]
) -> None:
    """The message is there, with this id: record it and settle what it pays off."""
    async with transaction():
        match intent:
            case CardIntent():
                await Card.filter(id=intent.card_id).update(
                    message_id=message_id, sent_after=None, shown=fingerprint
                )
            case DigestIntent():
                await Digest.filter(id=intent.digest_id).update(
                    message_id=message_id, sent_after=None
                )
        await Chat.filter(id=intent.chat_id, last_message_id__lt=message_id).update(
            last_message_id=message_id
        )
        await settle(effect_ids)


async def edited(
    card_id: int, message_id: int, fingerprint: str, effect_ids: Collection[int]
) -> None:
    """The card's message shows this now."""
    async with transaction():
        await Card.filter(id=card_id, message_id=message_id).update(shown=fingerprint)
        await settle(effect_ids)


async def message_gone(card_id: int, message_id: int) -> None:
    """The card's message cannot be edited any more: the next effect sends a new one."""
    await Card.filter(id=card_id, message_id=message_id).update(
        message_id=None, sent_after=None, digest_id=None, shown=""
    )


# Messages whose fate is unknown


async def intents() -> list[Intent]:
    """All messages whose answer was never recorded; asked once, when sending begins."""
    cards = await Card.filter(sent_after__isnull=False, message_id=None)
    digests = await Digest.filter(sent_after__isnull=False, message_id=None)
    return [
        *(CardIntent(each.chat_id, each.id, each.order_id, _after(each)) for each in cards),
        *(DigestIntent(each.chat_id, each.id, _after(each)) for each in digests),
    ]


async def telegram_ids(intents: Iterable[Intent]) -> set[int]:
    """The chats of these messages, as Telegram calls them."""
    chats = Chat.filter(id__in=[intent.chat_id for intent in intents])
    return {chat.telegram_id for chat in await chats}


def _after(row: Card | Digest) -> int:
    return row.sent_after or 0


async def is_open(intent: Intent) -> bool:
    """Whether the fate of this message is still to be found out."""
    match intent:
        case CardIntent():
            return await Card.exists(
                id=intent.card_id, sent_after=intent.sent_after, message_id=None
            )
        case DigestIntent():
            return await Digest.exists(
                id=intent.digest_id, sent_after=intent.sent_after, message_id=None
            )


async def digest_order_ids(digest_id: int) -> list[int]:
    """The orders that a digest shows as lines, oldest first."""
    rows = Card.filter(digest_id=digest_id).order_by("order_id")
    return [card.order_id for card in await rows]


async def keep_newest(message_ids: Mapping[int, int]) -> None:
    """Remember the newest message id of chats (by Telegram id) over a restart.

    The less a restarted process knows, the likelier a search for a lost message meets another of
    our messages and writes over it.
    """
    for telegram_id, message_id in message_ids.items():
        await Chat.filter(telegram_id=telegram_id, last_message_id__lt=message_id).update(
            last_message_id=message_id
        )


async def newest_messages() -> list[tuple[int, int]]:
    """Per chat, by Telegram id, the newest message we had seen when that was last kept."""
    chats = await Chat.filter(last_message_id__gt=0)
    return [(chat.telegram_id, chat.last_message_id) for chat in chats]


async def recorded_messages(above: int, upto: int) -> list[tuple[int, int]]:
    """Recorded cards, digests, boards with ids in (above, upto]: (the chat's Telegram id, id)."""
    found = [
        (row["chat__telegram_id"], row["message_id"])
        for model in (Card, Digest)
        for row in await model.filter(message_id__gt=above, message_id__lte=upto).values(
            "chat__telegram_id", "message_id"
        )
    ]
    boards = Chat.filter(board_message_id__gt=above, board_message_id__lte=upto)
    found.extend(await boards.values_list("telegram_id", "board_message_id"))
    return found


# What messages tell


async def message_of(order_id: int, chat_id: int) -> int | None:
    """The message of a chat that shows an order: its card, else its digest."""
    card = await Card.get_or_none(order_id=order_id, chat_id=chat_id).select_related("digest")
    if card is None:
        return None
    message_id: int | None = card.message_id
    digest: Digest | None = card.digest
    return message_id or (digest.message_id if digest else None)


async def set_aside(entry_ids: Iterable[int]) -> SetAside:
    """What owners are told of inbox entries that were set aside."""
    entries = await InboxEntry.filter(id__in=list(entry_ids)).select_related("shop").order_by("id")
    names = dict.fromkeys(entry.shop.name for entry in entries)
    problems = dict.fromkeys(entry.problem for entry in entries)
    return SetAside(len(entries), tuple(names), tuple(problems))
