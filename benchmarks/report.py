"""What was measured, beside what bounds it, and whether that is good enough."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median

COLUMNS = ("goal", "what", "engine", "ours", "limit", "ratio", "target", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One result.

    ``limit`` is what was measured beside it; None when the target is a plain number. ``value`` is
    what the target speaks of: the ratio, the difference, or ``ours`` itself.
    """

    goal: int
    what: str
    engine: str
    unit: str
    ours: float
    limit: float | None
    ratio: float | None
    value: float
    target: str
    is_met: bool

    def row(self) -> tuple[str, ...]:
        """The figure as a row of the table."""
        return (
            str(self.goal),
            self.what,
            self.engine,
            _number(self.ours, self.unit),
            "" if self.limit is None else _number(self.limit, self.unit),
            "" if self.ratio is None else f"{self.ratio:.2f}",
            self.target,
            "ok" if self.is_met else "MISS",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a figure is about; its methods are the kinds of targets."""

    goal: int
    what: str
    engine: str
    unit: str

    def ratio_at_least(self, least: float, ours: Sequence[float], limit: Sequence[float]) -> Figure:
        """Ours must reach this part of the limit; both measured in turn, round by round.

        Each round is compared with the one beside it: what else the machine does slows both.
        """
        ratio = median(mine / its for mine, its in zip(ours, limit, strict=True))
        target = f"ratio ≥ {least:g}"
        return self._figure(median(ours), median(limit), ratio, ratio, target, ratio >= least)

    def ratio_at_most(self, most: float, ours: float, limit: float) -> Figure:
        """Ours may be this many times the limit (less is better)."""
        ratio = ours / limit
        return self._figure(ours, limit, ratio, ratio, f"ratio ≤ {most:g}", ratio <= most)

    def above_limit_at_most(self, most: float, ours: float, limit: float) -> Figure:
        """Ours may lie this far above the limit."""
        above = ours - limit
        target = f"≤ {most:g} {self.unit} above"
        return self._figure(ours, limit, ours / limit, above, target, above <= most)

    def at_most(self, most: float, ours: float, limit: float | None = None) -> Figure:
        """Ours itself may be no more than this, whatever was measured beside it."""
        ratio = ours / limit if limit else None
        return self._figure(
            ours, limit, ratio, ours, f"≤ {most:g} {self.unit}".rstrip(), ours <= most
        )

    def _figure(
        self,
        ours: float,
        limit: float | None,
        ratio: float | None,
        value: float,
        target: str,
        is_met: bool,
    ) -> Figure:
        return Figure(
            **asdict(self),
            ours=ours,
            limit=limit,
            ratio=ratio,
            value=value,
            target=target,
            is_met=is_met,
        )


def table(figures: Sequence[Figure]) -> str:
    """All figures, aligned."""
    rows = [COLUMNS, *(figure.row() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that ``percent`` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def _number(value: float, unit: str) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}".rstrip()
