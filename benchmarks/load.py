"""The load generator: a process of its own that speaks HTTP over plain sockets."""

import asyncio
import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

import uvloop

from benchmarks.shop import Orders

CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class Load:
    """What the generator saw. Times in seconds; ``began_at`` by the machine's monotonic clock."""

    began_at: float
    seconds: float
    latencies: tuple[float, ...]

    @property
    def per_second(self) -> float:
        """Answers in a second."""
        return len(self.latencies) / self.seconds


class RefusedError(Exception):
    """A request was not answered with 200."""


class Generator:
    """Posts orders from a process of its own.

    Use ``generator()`` to get one.
    """

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    async def post(self, port: int, orders: Orders, *, per_second: float | None = None) -> Load:
        """Post the orders, 32 at once as fast as they are answered, or at a steady pace.

        At a pace, a request that could not go in time has waited since it should have gone.

        Raises:
            RefusedError: one of them was not answered with 200.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, _post, port, orders, per_second)


@contextmanager
def generator() -> Iterator[Generator]:
    """A generator, its process started."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        pool.submit(int).result()
        yield Generator(pool)


def _post(port: int, orders: Orders, per_second: float | None) -> Load:
    requests = orders.requests()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_post_all(port, requests, per_second))


async def _post_all(port: int, requests: Sequence[bytes], per_second: float | None) -> Load:
    waiting = iter(enumerate(requests))
    latencies: list[float] = []
    connections = min(CONNECTIONS, len(requests))
    streams = [await asyncio.open_connection("127.0.0.1", port) for _ in range(connections)]
    began_at = perf_counter()

    async def work(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number, request in waiting:
            started_at = perf_counter()
            if per_second is not None:
                started_at = began_at + number / per_second
                await asyncio.sleep(max(0.0, started_at - perf_counter()))
            writer.write(request)
            await _read_answer(reader)
            latencies.append(perf_counter() - started_at)
        writer.close()

    await asyncio.gather(*(work(reader, writer) for reader, writer in streams))
    return Load(began_at, perf_counter() - began_at, tuple(latencies))


async def _read_answer(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    status, _, fields = head.partition(b"\r\n")
    if b" 200 " not in status:
        raise RefusedError(status.decode())
    for name, _, value in (field.partition(b":") for field in fields.split(b"\r\n")):
        if name.lower() == b"content-length":
            await reader.readexactly(int(value))
