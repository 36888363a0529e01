"""Faults on order: what a network or an overloaded Telegram does to a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FaultKind = Literal["error", "html", "reset", "lost_answer", "delay"]


@dataclass(slots=True, eq=False, kw_only=True)
class Fault:
    """One kind of trouble.

    error: a JSON refusal with `status`, nothing is done.
    html: a proxy's HTML page with `status` (502 by default), nothing is done.
    reset: the connection breaks before anything is done.
    lost_answer: the call is carried out, then the connection breaks.
    delay: nothing but `delay` seconds; every kind may be delayed too.
    """

    kind: FaultKind
    method: str | None
    chat_id: int | None
    status: int
    description: str
    retry_after: int | None
    times: int | None
    delay: float
    hits: int = 0

    def matches(self, method: str, chat_id: str) -> bool:
        """Whether this call is to be hit."""
        return (
            (self.times is None or self.hits < self.times)
            and (self.method is None or self.method.lower() == method.lower())
            and (self.chat_id is None or str(self.chat_id) == chat_id)
        )


_TEXTS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


class Faults:
    """The faults in force, asked in the order in which they were added."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(
        self,
        method: str | None = None,
        *,
        status: int | None = None,
        kind: FaultKind | None = None,
        description: str | None = None,
        retry_after: int | None = None,
        times: int | None = 1,
        chat_id: int | None = None,
        delay: float = 0.0,
    ) -> Fault:
        """Order a fault for the next `times` fitting calls (None: until removed).

        Without `kind`: an error when a `status` is given, else a mere delay.
        """
        if kind is None:
            kind = "error" if status is not None or description is not None else "delay"
        if status is None:
            status = 502 if kind == "html" else 400
        if status == 429 and retry_after is None:
            retry_after = 1
        if description is None:
            known = f"Too Many Requests: retry after {retry_after}"
            description = known if status == 429 else _TEXTS.get(status, "Error")
        fault = Fault(
            kind=kind,
            method=method,
            chat_id=chat_id,
            status=status,
            description=description,
            retry_after=retry_after,
            times=times,
            delay=delay,
        )
        self._faults.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """End a fault early."""
        self._faults.remove(fault)

    def clear(self) -> None:
        """End all faults."""
        self._faults.clear()

    def take(self, method: str, chat_id: str) -> Fault | None:
        """The fault that hits this call, counted as a hit."""
        for fault in self._faults:
            if fault.matches(method, chat_id):
                fault.hits += 1
                return fault
        return None
