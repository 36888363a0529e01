"""Goal 1: how fast a request is acknowledged, against a bare handler that commits the same row."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from statistics import median

from benchmarks.bare import GroupCommit, bare_database
from benchmarks.bare_app import bare_app
from benchmarks.engines import Engine, new_database
from benchmarks.load import Generator
from benchmarks.report import Figure, Question, percentile
from benchmarks.scale import Scale
from benchmarks.serving import our_app, serving
from benchmarks.shop import Orders, furnish
from benchmarks.verify import count_requests, ensure
from models.database import open_database


@dataclass(slots=True)
class _Server:
    port: int
    orders: Orders
    next_number: int = 1
    rates: list[float] = field(default_factory=list)

    def take(self, count: int) -> Orders:
        """Orders that were not sent yet."""
        first, self.next_number = self.next_number, self.next_number + count
        return self.orders.numbered(first, count)


async def measure(engine: Engine, generator: Generator, scale: Scale) -> list[Figure]:
    """Rounds of ours and the bare handler in turn; then ours at a quarter of the load."""
    async with new_database(engine) as our_url, new_database(engine) as bare_url:
        async with open_database(bare_url):
            bare_orders = await furnish()
        async with open_database(our_url), _servers(bare_url, bare_orders) as (ours, bare):
            for number in range(scale.rounds + 1):
                for server in (ours, bare):
                    load = await generator.post(server.port, server.take(scale.requests))
                    if number > 0:  # the first round warms up
                        server.rates.append(load.per_second)
            pace = median(ours.rates) / 4
            calm = await generator.post(
                ours.port, ours.take(round(pace * scale.seconds)), per_second=pace
            )
        for url, server in ((our_url, ours), (bare_url, bare)):
            ensure(await count_requests(url) == server.next_number - 1, "requests are missing")
    ask = Question(goal=1, what="acknowledged, 32 at once", engine=engine, unit="/s")
    p99 = Question(goal=1, what=f"answer p99 at {pace:,.0f}/s", engine=engine, unit="ms")
    return [
        ask.ratio_at_least(0.8, ours.rates, bare.rates),
        p99.at_most(25, percentile(calm.latencies, 99) * 1000),
    ]


@asynccontextmanager
async def _servers(bare_url: str, bare_orders: Orders) -> AsyncIterator[tuple[_Server, _Server]]:
    """Both in this process, one idle while the other works."""
    async with AsyncExitStack() as stack:
        our_orders = await furnish()
        our_port = await stack.enter_async_context(serving(our_app()))
        inbox = GroupCommit(await stack.enter_async_context(bare_database(bare_url)))
        app = bare_app(bare_orders, inbox.append)
        bare_port = await stack.enter_async_context(serving(app))
        yield _Server(our_port, our_orders), _Server(bare_port, bare_orders)
