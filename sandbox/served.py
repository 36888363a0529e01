"""What simulated services share: one address on this machine, which may be down."""

from types import TracebackType
from typing import Self

from aiohttp import web

from sandbox.faults import Faults


class Served:
    """A service over HTTP: ``async with``, or ``start`` and ``stop``. Each says what it serves."""

    def __init__(self) -> None:
        self._faults = Faults()
        self._runner: web.AppRunner | None = None
        self._port = 0

    def _app(self) -> web.Application:
        """What answers."""
        raise NotImplementedError

    def _listens_at(self, origin: str) -> None:
        """It is there now: ``origin`` is scheme, host and port."""
        raise NotImplementedError

    def behave(self) -> None:
        """End every fault but ``down``."""
        self._faults.clear()

    async def down(self) -> None:
        """Nobody answers any more: connections are refused. What happens inside goes on."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def up(self) -> None:
        """Answer again, at the same address."""
        await self.start()

    async def start(self, port: int = 0) -> None:
        """Listen on this machine; port 0 takes the one from before, or a free one."""
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        wanted = port or self._port
        await web.TCPSite(self._runner, "127.0.0.1", wanted, reuse_address=True).start()
        host, self._port, *_ = self._runner.addresses[0]
        self._listens_at(f"http://{host}:{self._port}")

    async def stop(self) -> None:
        """Stop listening; ``start`` takes the same address again."""
        await self.down()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()
