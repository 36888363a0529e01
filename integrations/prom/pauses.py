"""No token is used more often than once a second: Prom.ua publishes no limit."""

import asyncio


class Pauses:
    """Keeps two requests with one token at least ``pause_s`` apart, in the order they come."""

    def __init__(self, pause_s: float = 1.0) -> None:
        self._pause_s = pause_s
        self._free_at: dict[str, float] = {}  # by token, on the loop's clock; only what is to come

    async def turn(self, token: str) -> None:
        """Wait until the token may be used; who gives up leaves the turn unused."""
        now = asyncio.get_running_loop().time()
        self._free_at = {each: at for each, at in self._free_at.items() if at > now}
        turn_at = self._free_at.get(token, now)
        self._free_at[token] = turn_at + self._pause_s
        await asyncio.sleep(turn_at - now)
