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
    """No pauses; and things may happen in the cabinet between two requests."""

    def __init__(self) -> None:
        super().__init__(0)
        self._acts: dict[int, Callable[[], object]] = {}
        self._requests = 0

    def act_before(self, number: int, act: Callable[[], object]) -> None:
        """Before the request with this number from now on, counted from 1."""
        self._acts[self._requests + number] = act

    async def turn(self, token: str) -> None:
        await super().turn(token)
        self._requests += 1
        self._acts.pop(self._requests, lambda: None)()
