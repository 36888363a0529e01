"""How much to measure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Sizes of the measurements.

    Attributes:
        rounds: of ours and the limit in turn.
        requests: in one round of acknowledging.
        orders: in one round of working.
        seconds: how long a steady load lasts.
        cards: how many orders are shown while idle.
        taps: how many taps are timed, idle and under load.
        burst: how many orders come at once.
        starts: how often the program is started.
        history: among how many orders is searched.
    """

    rounds: int
    requests: int
    orders: int
    seconds: float
    cards: int
    taps: int
    burst: int
    starts: int
    history: int


FULL = Scale(
    rounds=5,
    requests=1_500,
    orders=400,
    seconds=5.0,
    cards=10,
    taps=40,
    burst=500,
    starts=3,
    history=200_000,
)
# Shows that everything runs, not how fast.
QUICK = Scale(
    rounds=1, requests=64, orders=40, seconds=0.5, cards=2, taps=4, burst=8, starts=1, history=1_000
)
