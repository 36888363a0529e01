"""Goal 4: many orders at once for four people and a group, under Telegram's limits.

The optimum is computed: the first order is on screen at once, as goal 2 wants it; the others need
as many messages as full digests hold them, and each chat takes one message a second.
"""

import asyncio
import math
import re

from benchmarks.engines import Engine, new_database
from benchmarks.load import Generator
from benchmarks.program import GROUP, PEOPLE, our_program, shown_at, telegram
from benchmarks.report import Figure, Question
from benchmarks.scale import Scale
from benchmarks.shop import furnish
from benchmarks.verify import ensure_worked
from bot.cards import DIGEST_LIMIT
from models.database import open_database
from sandbox.telegram import Limits, TelegramSandbox

_FIRST = 700_001  # found in a message's text by its length
_NUMBER = re.compile(r"\b7\d{5}\b")
_PATIENCE_S = 300.0


async def measure(engine: Engine, generator: Generator, scale: Scale) -> list[Figure]:
    """One burst."""
    limits = Limits()
    async with new_database(engine) as url:
        async with open_database(url):
            orders = (await furnish(chat_ids=[*PEOPLE, GROUP])).numbered(_FIRST, scale.burst)
        async with telegram(limits) as sandbox, our_program(sandbox, url) as program:
            await asyncio.sleep(2 / limits.chat_per_second)  # what the start has sent is forgotten
            load = await generator.post(program.port, orders)
            chats = [*PEOPLE, GROUP]
            await sandbox.wait_for(
                lambda: all(len(_shown(sandbox, chat)) == scale.burst for chat in chats),
                _PATIENCE_S,
            )
            seconds = {chat: max(_shown(sandbox, chat).values()) - load.began_at for chat in chats}
            refused = sandbox.flood_count
            await asyncio.sleep(0.5)  # the last message's success is noted
        await ensure_worked(url, scale.burst, effects=0)
    people = Question(
        goal=4, what=f"last of {scale.burst} orders, four people", engine=engine, unit="s"
    )
    group = Question(goal=4, what=f"last of {scale.burst} orders, group", engine=engine, unit="s")
    refusals = Question(goal=4, what="refused with 429", engine=engine, unit="")
    optimum = _optimum_s(scale.burst, limits)
    return [
        people.ratio_at_most(1.05, max(seconds[person] for person in PEOPLE), optimum),
        group.ratio_at_most(1.05, seconds[GROUP], optimum),
        refusals.at_most(0, refused),
    ]


def _optimum_s(orders: int, limits: Limits) -> float:
    """The first order at once, then full digests; so few fit into a group's minute."""
    digests = math.ceil((orders - 1) / DIGEST_LIMIT)
    assert digests < limits.group_per_minute
    return digests / limits.chat_per_second


def _shown(sandbox: TelegramSandbox, chat_id: int) -> dict[str, float]:
    """The orders on screen in a chat, and since when."""
    shown: dict[str, float] = {}
    for message in sandbox.messages(chat_id):
        for number in _NUMBER.findall(message.text):
            shown.setdefault(number, shown_at(sandbox, message))
    return shown
