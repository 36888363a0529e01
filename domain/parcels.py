"""What follows from a carrier's word of a parcel: whether it is news, when to ask again. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.carriers import ParcelState

KYIV = ZoneInfo("Europe/Kyiv")  # a parcel's days are counted there, wherever the shop is

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
# For how long a parcel has been as it is, and how soon it is asked for then; after that never.
# None: as often as the carrier is asked at all.
_LOOKS: dict[ParcelState, Sequence[tuple[timedelta, timedelta | None]]] = {
    ParcelState.UNKNOWN: ((3 * _DAY, _HOUR), (30 * _DAY, _DAY)),
    ParcelState.CREATED: ((_DAY, None), (14 * _DAY, _HOUR), (60 * _DAY, _DAY)),
    ParcelState.MOVING: ((14 * _DAY, None), (60 * _DAY, _DAY)),
    ParcelState.ARRIVED: ((14 * _DAY, None), (60 * _DAY, _DAY)),
    ParcelState.RETURNING: ((14 * _DAY, _DAY),),
    ParcelState.RECEIVED: (),
    ParcelState.DELETED: (),
}

# After so many days at the branch, staff are told: the customer may have forgotten it.
_TOLD_ON = (3, 6)
_DAYTIME = (time(9), time(20))  # when customers can be called


def is_believed(known: ParcelState, said: ParcelState) -> bool:
    """Whether a parcel that was in the one state can be in the other now.

    Who has a parcel keeps it, and a deleted one never comes back. A carrier that knew of a parcel
    does not forget it, and what was handed over was neither made just now nor can be deleted: such
    answers are hiccups.
    """
    match known:
        case ParcelState.RECEIVED | ParcelState.DELETED:
            return said is known
        case ParcelState.UNKNOWN:
            return True
        case ParcelState.CREATED:
            return said is not ParcelState.UNKNOWN
        case _:
            return said not in {ParcelState.UNKNOWN, ParcelState.CREATED, ParcelState.DELETED}


def next_look(state: ParcelState, unchanged_for: timedelta, usual: timedelta) -> timedelta | None:
    """How long from now a parcel is to be asked for again; None: never.

    ``usual``: while it moves.
    """
    for until, pause in _LOOKS[state]:
        if unchanged_for < until:
            return usual if pause is None else pause
    return None


def day_in_kyiv(at: datetime) -> date:
    """The day there at an aware moment."""
    return at.astimezone(KYIV).date()


def is_daytime(at: datetime) -> bool:
    """Whether customers can be called at an aware moment."""
    begins, ends = _DAYTIME
    return begins <= at.astimezone(KYIV).time() < ends


def days_to_tell(stored_since: date, days_told: int, at: datetime) -> int:
    """For how many days a parcel waits, if staff are to be told now (aware); else 0.

    ``stored_since`` is a day in Kyiv, ``days_told`` how many were told already.
    """
    days = (day_in_kyiv(at) - stored_since).days
    reached = max((each for each in _TOLD_ON if each <= days), default=0)
    return days if reached > days_told and is_daytime(at) else 0
