"""Simulated cabinets as the tests of the client need them."""

from collections.abc import Callable

from integrations.base import ShopAccount
from integrations.prom.pauses import Pauses
from sandbox.prom import PromCabinet


def account(cabinet: PromCabinet, token: str | None = None) -> ShopAccount:
    """The cabinet as whoever has its token (or another one) knows it."""
    token = cabinet.token if token is None else token
    return ShopAccount(base_url="", credentials={"token": token}, webhook_secret="")


class Meanwhile(Pauses):
    """No pauses; and before the n-th request, counted from 1, something happens in the cabinet."""

    def __init__(self) -> None:
        super().__init__(0)
        self.before: dict[int, Callable[[], object]] = {}
        self._requests = 0

    async def turn(self, token: str) -> None:
        await super().turn(token)
        self._requests += 1
        self.before.pop(self._requests, lambda: None)()
