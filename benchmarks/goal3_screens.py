"""Goals 2 and 3 on screen: from request to card when idle, and from tap to answer.

The same is asked of a bare bot that stores nothing; what it takes is Telegram's own time.
"""

import asyncio
from collections.abc import Sequence
from itertools import cycle, islice
from statistics import median
from time import perf_counter

from benchmarks.bare_bot import BUTTON
from benchmarks.engines import Engine, new_database
from benchmarks.load import Generator
from benchmarks.program import PEOPLE, Program, bare_program, our_program, shown_at, telegram
from benchmarks.report import Figure, Question, percentile
from benchmarks.scale import Scale
from benchmarks.shop import Orders, furnish
from benchmarks.verify import ensure_worked, wait_until_worked
from models.database import open_database
from sandbox.telegram import TelegramSandbox

LOAD_PER_S = 100
# One chat takes one message a second; the next order must not wait for that.
_BETWEEN_ORDERS_S = 1.2
_BETWEEN_TAPS_S = 1.2 / len(PEOPLE)
_PATIENCE_S = 60.0


async def measure(engine: Engine, generator: Generator, scale: Scale) -> list[Figure]:
    """Cards and taps of an idle bot, then taps while orders pour in."""
    async with telegram() as sandbox, bare_program(sandbox) as program:
        bare_orders = Orders("/webhooks/bare", "")
        bare_cards = await _show_cards(sandbox, program, generator, bare_orders, scale)
        telegrams_own = await _Taps(sandbox, PEOPLE[:1]).time(scale.taps)
    async with new_database(engine) as url:
        async with open_database(url):
            orders = await furnish(chat_ids=PEOPLE)
        async with telegram() as sandbox, our_program(sandbox, url) as program:
            cards = await _show_cards(sandbox, program, generator, orders, scale)
            taps = _Taps(sandbox, PEOPLE)
            idle = await taps.time(scale.taps)
            busy = await _time_under_load(taps, program, generator, orders, scale)
            await wait_until_worked(url, scale.cards + _load(scale))
        await ensure_worked(url, scale.cards + _load(scale))
    card = Question(goal=2, what="request to card, idle", engine=engine, unit="ms")
    quiet = Question(goal=3, what="tap to answer p95, idle", engine=engine, unit="ms")
    loaded = Question(
        goal=3, what=f"tap to answer p95, {LOAD_PER_S} orders/s", engine=engine, unit="ms"
    )
    own = median(telegrams_own) * 1000
    return [
        card.above_limit_at_most(50, median(cards) * 1000, median(bare_cards) * 1000),
        quiet.above_limit_at_most(15, percentile(idle, 95) * 1000, own),
        loaded.above_limit_at_most(15, percentile(busy, 95) * 1000, own),
    ]


async def _show_cards(
    sandbox: TelegramSandbox, program: Program, generator: Generator, orders: Orders, scale: Scale
) -> list[float]:
    """Seconds from the request to the first person's card, one order after the other."""
    chat = sandbox.users[PEOPLE[0]].chat
    seconds = []
    for number in range(1, scale.cards + 1):
        load = await generator.post(program.port, orders.numbered(number, 1))
        await sandbox.wait_for(lambda: len(chat.messages) == number, _PATIENCE_S)  # noqa: B023
        seconds.append(shown_at(sandbox, chat.messages[-1]) - load.began_at)
        await asyncio.sleep(_BETWEEN_ORDERS_S)
    return seconds


class _Taps:
    """Taps on everybody's first card. The button is remembered: a tap may replace it."""

    def __init__(self, sandbox: TelegramSandbox, people: Sequence[int]) -> None:
        self._targets = []
        for person in people:
            user = sandbox.users[person]
            card = user.chat.messages[0]
            (button,) = [b for row in card.inline_keyboard for b in row if BUTTON in b["text"]]
            self._targets.append((user, card, button))

    async def time(self, count: int) -> list[float]:
        """Seconds from tap to answer; people take turns."""
        seconds: list[float] = []
        for user, card, button in islice(cycle(self._targets), count):
            began_at = perf_counter()
            await user.tap_button(card, button, _PATIENCE_S)
            seconds.append(perf_counter() - began_at)
            await asyncio.sleep(max(0.0, _BETWEEN_TAPS_S - seconds[-1]))
        return seconds


async def _time_under_load(
    taps: _Taps, program: Program, generator: Generator, orders: Orders, scale: Scale
) -> list[float]:
    """Taps while orders come in."""
    incoming = orders.numbered(scale.cards + 1, _load(scale))
    async with asyncio.TaskGroup() as group:
        group.create_task(generator.post(program.port, incoming, per_second=LOAD_PER_S))
        return await taps.time(scale.taps)


def _load(scale: Scale) -> int:
    """How many orders come while people tap."""
    return round(scale.taps * _BETWEEN_TAPS_S * LOAD_PER_S)
