"""The whole product as a process of its own, beside a simulated Telegram in this one."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter

import aiohttp

from benchmarks.shop import SECRET_KEY
from sandbox.telegram import Limits, Message, TelegramSandbox

ROOT = Path(__file__).parent.parent
PEOPLE = (101, 102, 103, 104)
GROUP = -1001
# `python -m bot` as it is installed: "rich" comes with the developers' tools only, and structlog
# would load it.
_START = """
import runpy, sys
sys.modules["rich"] = None
runpy.run_module("bot", run_name="__main__", alter_sys=True)
"""
_LOOK_EVERY_S = 0.01
_START_PATIENCE_S = 60.0


@asynccontextmanager
async def telegram(limits: Limits | None = None) -> AsyncIterator[TelegramSandbox]:
    """A simulated Telegram with four people and their group."""
    async with TelegramSandbox(limits=limits) as sandbox:
        people = [
            sandbox.add_user(
                id=number, first_name=f"Person {number}", language_code="en", has_started=True
            )
            for number in PEOPLE
        ]
        sandbox.add_group(id=GROUP, title="Packers", members=people)
        yield sandbox


class Program:
    """A running process that serves HTTP. ``ready_s``: how long its start took."""

    def __init__(self, pid: int, port: int, ready_s: float) -> None:
        self.port = port
        self.ready_s = ready_s
        self._pid = pid

    def memory_mb(self) -> float:
        """Its resident memory, in 10^6 bytes."""
        pages = int(Path(f"/proc/{self._pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@asynccontextmanager
async def our_program(sandbox: TelegramSandbox, database_url: str) -> AsyncIterator[Program]:
    """``python -m bot``, ready; told to stop on leaving."""
    port = _free_port()
    settings = {
        "BOT_TOKEN": sandbox.token,
        "OWNER_IDS": ",".join(map(str, PEOPLE)),
        "TELEGRAM_API_URL": sandbox.url,
        "DATABASE_URL": database_url,
        "SECRET_KEY": SECRET_KEY,
        "HTTP_HOST": "127.0.0.1",
        "HTTP_PORT": str(port),
        "LOG_LEVEL": "ERROR",
    }
    async with _running(["-c", _START], settings, port) as program:
        yield program


@asynccontextmanager
async def bare_program(sandbox: TelegramSandbox) -> AsyncIterator[Program]:
    """The bare bot (see ``benchmarks.bare_bot``), ready; told to stop on leaving."""
    port = _free_port()
    arguments = ["-m", "benchmarks.bare_bot", f"{sandbox.url}/bot{sandbox.token}", str(port)]
    async with _running([*arguments, str(PEOPLE[0])], {}, port) as program:
        yield program


@asynccontextmanager
async def _running(
    arguments: Sequence[str], settings: dict[str, str], port: int
) -> AsyncIterator[Program]:
    began_at = perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=ROOT, env={**os.environ, **settings}
    )
    try:
        await _wait_until_ready(process, port)
        yield Program(process.pid, port, perf_counter() - began_at)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _wait_until_ready(process: asyncio.subprocess.Process, port: int) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(_START_PATIENCE_S):
        while not await _is_ready(session, f"http://127.0.0.1:{port}/readyz"):
            if process.returncode is not None:
                raise RuntimeError(f"the program ended with {process.returncode}")
            await asyncio.sleep(_LOOK_EVERY_S)


async def _is_ready(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as response:
            return response.status == 200
    except aiohttp.ClientConnectionError:
        return False


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def shown_at(sandbox: TelegramSandbox, message: Message) -> float:
    """When a message was sent, by the clock of ``perf_counter``."""
    return message.date - sandbox.clock.now() + perf_counter()
