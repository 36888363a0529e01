"""Processes that die before or after a chosen call of what they talk to."""

from itertools import count
from typing import Any


class DeathError(BaseException):
    """The process is gone."""


class Calls:
    """Dies at one step of all."""

    def __init__(self, dies_at: int) -> None:
        self._dies_at, self._steps = dies_at, count()

    def step(self) -> None:
        if next(self._steps) == self._dies_at:
            raise DeathError


class Mortal:
    """Calls what it stands before, until it dies at the n-th call: before it, or after."""

    def __init__(self, calls: Calls, inner: Any) -> None:
        self._calls, self._inner = calls, inner

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._inner, name)
        if not callable(real):
            return real

        async def call(*arguments: Any, **named: Any) -> Any:
            self._calls.step()
            result = await real(*arguments, **named)
            self._calls.step()
            return result

        return call
