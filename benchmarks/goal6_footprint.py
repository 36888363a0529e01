"""Goal 6: how soon the program is ready, and how much memory it takes while nothing happens."""

import asyncio
import sys
from statistics import median

from benchmarks.engines import Engine, new_database
from benchmarks.load import Generator
from benchmarks.program import PEOPLE, our_program, telegram
from benchmarks.report import Figure, Question
from benchmarks.scale import Scale
from benchmarks.shop import furnish
from models.database import open_database

_IMPORT_ALL = """
from time import perf_counter
began_at = perf_counter()
import aiogram
pages = int(open("/proc/self/statm").read().split()[1])
print(perf_counter() - began_at, pages * 4096 / 1e6)
"""


async def measure(engine: Engine, generator: Generator, scale: Scale) -> list[Figure]:
    """Several starts on a database with a shop; beside them, what importing aiogram costs."""
    del generator
    ready, memory, usual = [], [], []
    async with new_database(engine) as url:
        async with open_database(url):
            await furnish(chat_ids=PEOPLE)
        for _ in range(scale.starts):
            usual.append(await _import_aiogram())
            async with telegram() as sandbox, our_program(sandbox, url) as program:
                await asyncio.sleep(scale.seconds)
                ready.append(program.ready_s)
                memory.append(program.memory_mb())
    start = Question(goal=6, what="ready after (limit: import aiogram)", engine=engine, unit="s")
    idle = Question(goal=6, what="idle memory (limit: import aiogram)", engine=engine, unit="MB")
    return [
        start.at_most(1.5, median(ready), median(seconds for seconds, _ in usual)),
        idle.at_most(100, median(memory), median(megabytes for _, megabytes in usual)),
    ]


async def _import_aiogram() -> tuple[float, float]:
    """Seconds and 10^6 bytes of a process that imports aiogram as usual."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _IMPORT_ALL, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    seconds, megabytes = output.split()
    return float(seconds), float(megabytes)
