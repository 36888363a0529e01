"""Goal 2: how fast requests become orders, against one raw transaction for each order.

Twice: an inbox that is full is drained; and all the way from HTTP, 32 requests at once, until every
order is stored.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter

from benchmarks.bare import CHAT_IDS, SHOP_ID, BareDatabase, bare_database
from benchmarks.bare_app import bare_app
from benchmarks.engines import Engine, new_database
from benchmarks.load import Generator
from benchmarks.report import Figure, Question
from benchmarks.scale import Scale
from benchmarks.serving import PLATFORMS, our_app, serving
from benchmarks.shop import Orders, furnish
from benchmarks.verify import ensure_worked
from models.database import open_database
from models.inbox import EntryState, InboxEntry
from services.inbox import InboxWriter
from worker.inbox import InboxWorker

_LOOK_EVERY_S = 0.005


@dataclass(slots=True)
class _Rates:
    """Orders a second, round by round."""

    ours: list[float] = field(default_factory=list)
    limit: list[float] = field(default_factory=list)


async def measure(engine: Engine, generator: Generator, scale: Scale) -> list[Figure]:
    """Rounds of ours and the raw transactions in turn, both ways."""
    drained, from_http = _Rates(), _Rates()
    async with new_database(engine) as our_url, new_database(engine) as bare_url:
        async with open_database(bare_url):
            bare_orders = await furnish()
        async with open_database(our_url), bare_database(bare_url) as bare:
            our_orders = await furnish()
            for number in range(scale.rounds + 1):
                if number == 1:  # the first round warmed up
                    drained, from_http = _Rates(), _Rates()
                first = number * 2 * scale.orders + 1
                bodies = our_orders.numbered(first, scale.orders).bodies()
                drained.ours.append(await _drain_ours(bodies))
                drained.limit.append(await _drain_bare(bare, bodies))
                first += scale.orders
                ours = our_orders.numbered(first, scale.orders)
                from_http.ours.append(await _work_ours(generator, ours))
                limit = bare_orders.numbered(first, scale.orders)
                from_http.limit.append(await _work_bare(generator, bare, limit))
        for url in (our_url, bare_url):
            orders = 2 * scale.orders * (scale.rounds + 1)
            await ensure_worked(url, orders, effects=orders * len(CHAT_IDS))
    drain = Question(goal=2, what="worked, from a full inbox", engine=engine, unit="/s")
    http = Question(goal=2, what="worked, from HTTP", engine=engine, unit="/s")
    return [
        drain.ratio_at_least(0.5, drained.ours, drained.limit),
        http.ratio_at_least(0.5, from_http.ours, from_http.limit),
    ]


async def _drain_ours(bodies: list[bytes]) -> float:
    writer, worker = InboxWriter(), InboxWorker(PLATFORMS, ())
    await asyncio.gather(*(writer.append(SHOP_ID, "order.created", body) for body in bodies))
    began_at = perf_counter()
    while await worker.run_once():
        pass
    return len(bodies) / (perf_counter() - began_at)


async def _drain_bare(bare: BareDatabase, bodies: list[bytes]) -> float:
    await bare.append(bodies)
    began_at = perf_counter()
    await bare.drain()
    return len(bodies) / (perf_counter() - began_at)


async def _work_ours(generator: Generator, orders: Orders) -> float:
    async with serving(our_app()) as port, _working():
        load = await generator.post(port, orders)
        while await InboxEntry.filter(state=EntryState.PENDING).exists():  # noqa: ASYNC110  (the loop works)
            await asyncio.sleep(_LOOK_EVERY_S)
        return orders.count / (perf_counter() - load.began_at)


async def _work_bare(generator: Generator, bare: BareDatabase, orders: Orders) -> float:
    async with serving(bare_app(orders, bare.store)) as port:
        return (await generator.post(port, orders)).per_second


@asynccontextmanager
async def _working() -> AsyncIterator[None]:
    """The product's inbox worker, running beside."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(InboxWorker(PLATFORMS, ()).run())
        yield
        task.cancel()
