"""The live board of a chat: what waits, at a glance. Pure: a view in, text out.

It holds nothing that changes by itself (an age, "today"), so that an idle shop costs no edits.
"""

from datetime import datetime

from bot.cards import Rendered
from bot.i18n import Translator
from bot.names import status_mark, status_name
from models.statuses import StatusKind
from services.boards import BoardView
from services.statuses import COUNTED_TO, Tab

_SHOWN_LABELS = 60
_OPEN = (StatusKind.NEW, StatusKind.OWN)


def live_board(view: BoardView, t: Translator, *, now: datetime) -> Rendered:
    """A line for each tab in work, and one for the closed ones. ``now`` is aware."""
    lines = [f"📋 <b>{t('Orders')}</b>"]
    labels = [tab for tab in view.tabs if tab.status.kind is StatusKind.OWN]
    lines.extend(_new(tab, view, t, now) for tab in view.tabs if tab.status.kind is StatusKind.NEW)
    lines.extend(_tab(tab, t) for tab in labels[:_SHOWN_LABELS])
    if (more := len(labels) - _SHOWN_LABELS) > 0:
        lines.append(t.plural("and {count} more", "and {count} more", more))
    closed = [_tab(tab, t) for tab in view.tabs if tab.status.kind not in _OPEN]
    if closed:
        lines.append(" · ".join(closed))
    return Rendered("\n".join(lines), None)


def board_off(t: Translator) -> Rendered:
    """What stays of a board that is switched off and may not be deleted any more."""
    return Rendered(t("This live board is switched off."), None)


def _new(tab: Tab, view: BoardView, t: Translator, now: datetime) -> str:
    line = f"<b>{_tab(tab, t)}</b>"
    if view.oldest_new_at is None:
        return line
    return f"{line} · {t('oldest: {at}', at=t.date_time(view.oldest_new_at, now=now))}"


def _tab(tab: Tab, t: Translator) -> str:
    count = str(tab.count) if tab.count <= COUNTED_TO else f"{COUNTED_TO}+"
    return f"{status_mark(tab.status)} {status_name(tab.status, t)} {count}"
