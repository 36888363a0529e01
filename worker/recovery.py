"""Where to look for a message whose answer was lost.

A message of unknown fate got, if it was sent, one of the next ids after the newest known before it.
Editing each of them to what the message is to show finds it: Telegram lets a bot edit only its own
messages, and in this chat no other call of ours was under way. ``docs/sending.md`` has the argument
and its limits.
"""

from collections import deque
from dataclasses import dataclass, field

from bot.message_ids import MessageIds, counter_of
from services import cards
from services.cards import Intent

# How far beyond the newest known id to look. In a supergroup whose talk the bot does not see other
# people's messages lie between; elsewhere the counter is shared, and messages that other chats got
# at the same moment do.
_AHEAD_IN_SUPERGROUP = 10
_AHEAD = 4
MOST_PROBES = 20  # a probe counts like a message: 20 are as many seconds


@dataclass(slots=True)
class Search:
    """A message of unknown fate and the ids it may have, likeliest first; None: not yet listed."""

    intent: Intent
    candidates: deque[int] | None = field(default=None)


async def list_candidates(
    intent: Intent, telegram_id: int, seen: MessageIds, unknown_elsewhere: int
) -> deque[int]:
    """The ids to try. ``unknown_elsewhere``: how many more messages have an unknown fate."""
    counter = counter_of(telegram_id)
    is_own_counter = counter != 0
    ahead = _AHEAD_IN_SUPERGROUP if is_own_counter else _AHEAD + unknown_elsewhere
    upto = max(intent.sent_after, seen.newest(telegram_id)) + ahead
    recorded = {
        message_id
        for chat_id, message_id in await cards.recorded_messages(intent.sent_after, upto)
        if counter_of(chat_id) == counter
    }
    free = (
        id_
        for id_ in range(intent.sent_after + 1, upto + 1)
        if id_ not in recorded and not seen.is_known(telegram_id, id_)
    )
    return deque(id_ for id_, _ in zip(free, range(MOST_PROBES), strict=False))
