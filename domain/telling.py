"""What a platform is to be told of an order: decided from how things are, never from events.

So it comes to the same however late it is decided, and however often.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.orders import Phase, PlatformState
from domain.shops import Step, label_step

_ENDS = frozenset({PlatformState.COMPLETED, PlatformState.CANCELED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an order is here, and how its platform last said it is there.

    Attributes:
        phase: here.
        label_id: the own status it is in; None when it is in none.
        has_waybill: its sale has one.
        is_received: the customer has its parcel.
        is_left_to_staff: the platform closed it, or ended it after it was closed here: whatever is
            to be said there, people have to say it.
        state: what the platform says, in our words.
        status: the same in its own words.
        told: what we last told it; "" when it was nothing, or the platform has moved on since.
    """

    phase: Phase
    label_id: int | None
    has_waybill: bool
    is_received: bool
    is_left_to_staff: bool
    state: PlatformState
    status: str
    told: str

    @property
    def is_in_doubt(self) -> bool:
        """Whether we told something and do not know that it was heard."""
        return self.told not in {"", self.status}

    @property
    def has_own_end(self) -> bool:
        """Whether the order ended there, and not because we said so."""
        return self.state in _ENDS and (not self.told or self.is_in_doubt)


def called(standing: Standing, names: Mapping[str, str]) -> str:
    """What the platform is to call the order, whatever it calls it now; "": it does not matter.

    ``names``: the platform's name of each step, "" for telling nothing of it.
    """
    if standing.is_left_to_staff:
        return ""
    match standing.phase:
        case Phase.OPEN:
            return _called_while_open(standing, names)
        case Phase.COMPLETED if standing.has_waybill:
            return _called_when_sent(standing, names)
        case Phase.COMPLETED:
            return names.get(Step.COMPLETED, "")
        case Phase.CANCELED | Phase.REFUSED:
            is_ended = standing.state is PlatformState.CANCELED and standing.has_own_end
            if is_ended and not standing.is_in_doubt:
                return ""  # perhaps refunded, or in the trash
            step = Step.CANCELED if standing.phase is Phase.CANCELED else Step.REFUSED
            return names.get(step, "")


def _called_when_sent(standing: Standing, names: Mapping[str, str]) -> str:
    received = names.get(Step.RECEIVED, "") if standing.is_received else ""
    if received:
        return received
    # On its way is less than completed: what has ended there does not begin again.
    return "" if standing.state is PlatformState.COMPLETED else names.get(Step.SHIPPED, "")


def _called_while_open(standing: Standing, names: Mapping[str, str]) -> str:
    label = "" if standing.label_id is None else names.get(label_step(standing.label_id), "")
    if label:
        return "" if standing.has_own_end and not standing.is_in_doubt else label
    if standing.state in _ENDS:
        is_our_doing = standing.is_in_doubt or not standing.has_own_end
        return names.get(Step.REOPENED, "") if is_our_doing else ""
    # What may have been heard is taken back: the order is to be what it was there.
    return standing.status if standing.is_in_doubt else ""


def is_news(standing: Standing, name: str) -> bool:
    """Whether the platform has to be told this name: it calls the order so already, or does it?"""
    return bool(name) and (name != standing.status or standing.is_in_doubt)


def is_left_ended(standing: Standing, name: str) -> bool:
    """Whether an order that we ended there is open here again and stays as it is there.

    ``name``: what it is to be called. Where nothing can be told of it, the end is the platform's.
    """
    is_ours = standing.state in _ENDS and not standing.has_own_end
    return standing.phase is Phase.OPEN and is_ours and not name


def is_parcel_news(number: str, known: str, told: str) -> bool:
    """Whether the platform has to be told this waybill's number, "" for none.

    ``known`` is what it last said itself, ``told`` what we last told it, heard or not; "": nothing.
    """
    is_in_doubt = told != "" and not is_same_parcel(told, known)
    return number != "" and (not is_same_parcel(number, known) or is_in_doubt)


def is_same_parcel(one: str, other: str) -> bool:
    """Whether two waybills' numbers, neither of them "", mean one parcel, however written."""
    return _plain(one) == _plain(other) != ""


def _plain(number: str) -> str:
    return "".join(filter(str.isalnum, number)).casefold()
