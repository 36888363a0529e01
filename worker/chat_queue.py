"""What to do next in a chat, decided from what it is owed. Pure: no database, no network."""

from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from models.outbox import EffectKind, OutboxEffect
from models.telegram import Card, ChatState
from services.cards import Owed

CARDS_AT_ONCE = 3  # more new orders than this are folded into a digest
DIGEST_SIZE = 60  # orders in one digest
GROUP_MESSAGES = 14  # of a group's 20 a minute; the rest is kept for edits and taps
_MINUTE_S = 60.0
_EAGER_MESSAGES = 10  # so many go as they come; the others share the rest of the minute


@dataclass(frozen=True, slots=True)
class Settle:
    """Nothing to send: a digest shows these orders already."""

    effect_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EditCard:
    """Bring a card's message to the present state."""

    card: Card
    message_id: int
    effect_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SendCard:
    """Send an order's card as a new message."""

    order_id: int
    effect_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SendDigest:
    """Send a backlog of orders as one message."""

    order_ids: tuple[int, ...]
    effect_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TellEvent:
    """Reply to a card with what the platform said."""

    event_id: int
    effect_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TellOwner:
    """Tell the owner of requests that were set aside."""

    entry_ids: tuple[int, ...]
    effect_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TellLost:
    """Tell the owner of groups that refuse us."""

    chat_ids: tuple[int, ...]
    effect_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TellShop:
    """Tell the owner something about a shop."""

    notice_id: int
    effect_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TellCarrier:
    """Tell the owner something about a carrier."""

    notice_id: int
    effect_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Remind:
    """Reply to a card: its reminder is due."""

    reminder_id: int
    effect_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Nudge:
    """Tell of new orders that wait untouched."""

    order_ids: tuple[int, ...]
    effect_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ShowBoard:
    """Bring the chat's live board to the present state."""

    effect_ids: tuple[int, ...]


News = TellEvent | TellOwner | TellLost | TellShop | TellCarrier | Remind | Nudge
NewMessage = SendCard | SendDigest | News | ShowBoard
Step = Settle | EditCard | NewMessage


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing may be sent before this instant (of the clock that ``next_step`` was given)."""

    until: float


@dataclass(slots=True)
class GroupPace:
    """New messages of the last minute in one group. Private chats need none."""

    sent_at: deque[float] = field(default_factory=deque)

    def room(self, now: float) -> int:
        """How many more new messages this minute holds."""
        while self.sent_at and self.sent_at[0] + _MINUTE_S <= now:
            self.sent_at.popleft()
        return GROUP_MESSAGES - len(self.sent_at)

    def ready_at(self, now: float, backlog: int) -> float:
        """When the next new message may go. A digest that would be full need not be patient."""
        if self.room(now) <= 0:
            return self.sent_at[-GROUP_MESSAGES] + _MINUTE_S
        if len(self.sent_at) < _EAGER_MESSAGES or backlog >= DIGEST_SIZE:
            return now
        return max(now, self.sent_at[-1] + _MINUTE_S / GROUP_MESSAGES)


def next_step(
    owed: Owed,
    *,
    now: float,
    pace: GroupPace | None,
    may_fold: bool = True,
    is_messages_turn: bool = False,
    waited: Collection[int] = (),
) -> Step | Pause:
    """What to do next in a chat that is owed something.

    Edits go first, they answer somebody's tap; but not two in a row while messages wait
    (``is_messages_turn``). Messages go in the order of their causes. ``waited``: the effects that
    quiet hours held up; such cards are folded when there are two.
    """
    shown = _shown_by_digests(owed)
    if shown:
        return Settle(_ids(shown))
    edit = _edit(owed)
    board = [row for row in owed.effects if row.kind is EffectKind.SHOW_BOARD]
    messages = [
        row
        for row in owed.effects
        if row.kind is not EffectKind.SHOW_BOARD and not _is_edit(owed, row)
    ]
    if owed.chat.state is ChatState.UNSUBSCRIBED:
        return edit or (ShowBoard(_ids(board)) if board else _asked_for(owed, messages))
    if edit is not None and not (is_messages_turn and (messages or board)):
        return edit
    if board and not (messages and messages[0].id < board[0].id):
        return ShowBoard(_ids(board))
    backlog = _backlog(owed, messages) if may_fold else {}
    ready_at = pace.ready_at(now, len(backlog)) if pace is not None else now
    if ready_at > now:
        return edit or (ShowBoard(_ids(board)) if board else Pause(ready_at))
    room = pace.room(now) if pace is not None else CARDS_AT_ONCE
    return _message(messages, _folded(backlog, min(CARDS_AT_ONCE, room), waited), backlog)


def _asked_for(owed: Owed, messages: Sequence[OutboxEffect]) -> Step:
    """A chat that left gets what a tap asked for: a card that has its row, and no message yet."""
    for row in messages:
        if _card_of(owed, row) is not None:
            return SendCard(row.subject_id, _ids(_same(messages, row)))
    return Settle(_ids(messages))


def _card_of(owed: Owed, row: OutboxEffect) -> Card | None:
    return owed.cards.get(row.subject_id) if row.kind is EffectKind.SHOW_CARD else None


def _is_edit(owed: Owed, row: OutboxEffect) -> bool:
    card = _card_of(owed, row)
    return card is not None and card.message_id is not None


def _shown_by_digests(owed: Owed) -> list[OutboxEffect]:
    return [
        row
        for row in owed.effects
        if (card := _card_of(owed, row)) is not None
        and card.message_id is None
        and card.digest_id is not None
    ]


def _edit(owed: Owed) -> EditCard | None:
    for row in owed.effects:
        card = _card_of(owed, row)
        if card is not None and card.message_id is not None:
            return EditCard(card, card.message_id, _ids(_same(owed.effects, row)))
    return None


def _backlog(owed: Owed, messages: Sequence[OutboxEffect]) -> dict[int, list[int]]:
    """Orders this chat has never seen, oldest effect first, with their effects' ids.

    One that has a card without a message was asked for by a tap, or lost its message: it is sent as
    a card of its own.
    """
    backlog: dict[int, list[int]] = {}
    for row in messages:
        if row.kind is EffectKind.SHOW_CARD and row.subject_id not in owed.cards:
            backlog.setdefault(row.subject_id, []).append(row.id)
    return backlog


def _folded(
    backlog: dict[int, list[int]], at_once: int, waited: Collection[int]
) -> list[int] | None:
    """The orders of the backlog that go as one message, oldest first; None: each has its own."""
    if len(backlog) > at_once:
        return list(backlog)[:DIGEST_SIZE]
    held_up = [order_id for order_id, ids in backlog.items() if ids[0] in waited]
    return held_up if len(held_up) > 1 else None


def _message(
    messages: Sequence[OutboxEffect], folded: list[int] | None, backlog: dict[int, list[int]]
) -> NewMessage:
    first = messages[0]
    same = _ids(_same(messages, first))
    match first.kind:
        case EffectKind.SHOW_CARD if folded is not None and first.subject_id in folded:
            ids = tuple(id_ for order_id in folded for id_ in backlog[order_id])
            return SendDigest(tuple(folded), ids)
        case EffectKind.SHOW_CARD:
            return SendCard(first.subject_id, same)
        case EffectKind.TELL_EVENT:
            return TellEvent(first.subject_id, same)
        case EffectKind.TELL_OWNER:
            told = [row for row in messages if row.kind is first.kind]
            return TellOwner(tuple(row.subject_id for row in told), _ids(told))
        case EffectKind.TELL_LOST:
            told = [row for row in messages if row.kind is first.kind]
            return TellLost(tuple(row.subject_id for row in told), _ids(told))
        case EffectKind.TELL_SHOP:
            return TellShop(first.subject_id, same)
        case EffectKind.TELL_CARRIER:
            return TellCarrier(first.subject_id, same)
        case EffectKind.REMIND:
            return Remind(first.subject_id, same)
        case EffectKind.NUDGE:
            told = [row for row in messages if row.kind is first.kind]
            return Nudge(tuple(row.subject_id for row in told), _ids(told))
        case EffectKind.SHOW_BOARD:
            return ShowBoard(_ids([row for row in messages if row.kind is first.kind]))


def _same(rows: Sequence[OutboxEffect], first: OutboxEffect) -> list[OutboxEffect]:
    return [r for r in rows if r.kind is first.kind and r.subject_id == first.subject_id]


def _ids(rows: Sequence[OutboxEffect]) -> tuple[int, ...]:
    return tuple(row.id for row in rows)
