"""What the model of ``test_machine.py`` knows of one order: too simple to be wrong."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from domain.orders import IncomingOrder, Phase, PlatformState


@dataclass
class Known:
    """What the model knows of one order."""

    modified: int = 0
    phase: Phase = Phase.OPEN
    by_platform: bool = False
    platform_state: PlatformState = PlatformState.ACTIVE
    lines: dict[str, tuple[str, Decimal]] = field(default_factory=dict)
    sold: Counter[str] = field(default_factory=Counter)
    last_step: tuple[str, int] | None = None  # a terminal step and who made it
    content: object = None
    applied: object = None  # the content that the order has; None: its last word is not applied
    is_decided: bool = False  # staff reopened it after all that was said of a cancellation
    unapplied: IncomingOrder | None = None  # what the platform said last while it was sold

    def cancel(self) -> None:
        self.phase, self.by_platform, self.last_step = Phase.CANCELED, True, None
        self.is_decided = False

    def vanish(self) -> None:
        """The platform deleted it, unless it had canceled it already."""
        if self.platform_state is PlatformState.CANCELED:
            return
        self.platform_state = PlatformState.CANCELED
        self.content = self.applied = self.unapplied = None
        if self.phase is Phase.OPEN:
            self.cancel()
        elif self.phase is Phase.COMPLETED:
            self.is_decided = False

    def hear(self, change: IncomingOrder) -> None:
        """The platform's newest word, applied unless the order is sold."""
        was_canceled = self.platform_state is PlatformState.CANCELED
        is_canceled = change.state is PlatformState.CANCELED
        self.platform_state = change.state
        if self.phase is Phase.COMPLETED:
            if self.applied != self.content:
                self.applied, self.unapplied = None, change
            self.is_decided = self.is_decided and (was_canceled or not is_canceled)
            return
        if self.phase is Phase.OPEN and is_canceled:
            if not was_canceled or (self.applied is None and not self.is_decided):
                self.cancel()
        elif self.by_platform and not is_canceled:
            self.phase, self.by_platform = Phase.OPEN, False
        self.applied, self.unapplied = self.content, None
        self.take_lines(change)

    def apply(self, change: IncomingOrder) -> None:
        """The sale was undone: what was said meanwhile is applied now."""
        self.unapplied = None
        self.take_lines(change)
        self.applied = change.digest()
        if change.state is PlatformState.CANCELED and not self.is_decided:
            self.cancel()

    def take_lines(self, change: IncomingOrder) -> None:
        told = {one.external_id: (one.sku, one.quantity) for one in change.lines}
        self.lines = {id_: (sku, quantity) for id_, (sku, quantity) in told.items() if quantity}
