"""What a chat gets in its quiet hours and what waits for their end. Pure.

What somebody tapped for comes at once, edits make no sound, and a reminder was asked for.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from domain.quiet_hours import quiet_hours
from models.outbox import EffectKind
from models.telegram import Chat
from services.cards import Owed

_WAITING = (
    EffectKind.TELL_EVENT,
    EffectKind.TELL_OWNER,
    EffectKind.TELL_LOST,
    EffectKind.TELL_SHOP,
    EffectKind.TELL_CARRIER,
    EffectKind.NUDGE,
)


def quiet_until(chat: Chat, at: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours end in which the chat is at this aware moment; None: in none."""
    hours = quiet_hours(chat.quiet_from, chat.quiet_until)
    return hours.ending(at, zone) if hours else None


def waiting(owed: Owed) -> list[int]:
    """The effects that wait for the end of quiet hours: cards of orders never seen, and news."""
    return [
        row.id
        for row in owed.effects
        if row.kind in _WAITING or (row.is_card and row.subject_id not in owed.cards)
    ]


def waited(owed: Owed, zone: ZoneInfo) -> frozenset[int]:
    """The effects that have waited for the end of quiet hours."""
    hours = quiet_hours(owed.chat.quiet_from, owed.chat.quiet_until)
    if hours is None:
        return frozenset()
    return frozenset(row.id for row in owed.effects if hours.end_at(row.due_at, zone))
