"""Goal 7: a search takes as long among very many orders as among few."""

from statistics import median
from time import perf_counter

from benchmarks import history
from benchmarks.engines import Engine, new_database
from benchmarks.load import Generator
from benchmarks.report import Figure, Question
from benchmarks.scale import Scale
from benchmarks.verify import ensure
from models.database import open_database
from services import search

_FEW = 10_000


async def measure(engine: Engine, generator: Generator, scale: Scale) -> list[Figure]:
    """The same searches among few orders and among many, in turn."""
    del generator
    few_orders = min(_FEW, scale.history)
    async with new_database(engine) as few, new_database(engine) as many:
        sought = {few: await history.fill(few, few_orders)}
        sought[many] = await history.fill(many, scale.history)
        times: dict[str, list[list[float]]] = {few: [], many: []}
        for number in range(scale.rounds + 1):  # the first warms up
            for url, orders in sought.items():
                async with open_database(url):
                    times[url].append([await _time(query) for query in queries(orders[number])])
    among_few, among_many = (_median_and_worst(times[url][1:]) for url in (few, many))
    typical = Question(
        goal=7, what=f"search, median, {scale.history:,} orders", engine=engine, unit="ms"
    )
    worst = Question(goal=7, what="search, slowest kind", engine=engine, unit="ms")
    return [
        typical.ratio_at_most(2, among_many[0], among_few[0]),
        worst.at_most(150, among_many[1], among_few[1]),
    ]


def queries(about: history.Bought) -> list[str]:
    """What people type to find an order, each kind once."""
    first, last = about.name.split()
    phone = about.phone_key[::-1]
    return [
        about.number,
        about.number[:3],
        phone,
        phone[-4:],
        about.waybill,
        about.waybill[-4:],
        first,
        last,
        last[1:5],
        "ова",
        f"{last} {first}",
        f"{first[:3]} {last[:4]}",
        f"sku-{about.products[0]:04}",
        f"product {first}",
        f"{last} {phone[-4:]}",
        "немає такого",
    ]


async def _time(query: str) -> float:
    began_at = perf_counter()
    found = await search.find_page(query)
    seconds = perf_counter() - began_at
    ensure(bool(found.orders) == (query != "немає такого"), f"what {query!r} finds")
    return seconds


def _median_and_worst(rounds: list[list[float]]) -> tuple[float, float]:
    """In milliseconds: the median of all searches, and of the kind that takes longest."""
    kinds = [median(times) for times in zip(*rounds, strict=True)]
    return median(kinds) * 1000, max(kinds) * 1000
