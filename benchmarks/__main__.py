"""The command line: ``python -m benchmarks [--json] [--quick] [--goal N] [--engine NAME]``."""

import argparse
import asyncio
import json
import logging
import os
import platform
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime

import structlog
import uvloop

from benchmarks import (
    goal1_acknowledge,
    goal2_working,
    goal3_screens,
    goal4_bursts,
    goal6_footprint,
    goal7_search,
)
from benchmarks.engines import ENGINES, Engine
from benchmarks.load import Generator, generator
from benchmarks.report import Figure, table
from benchmarks.scale import FULL, QUICK, Scale

Measure = Callable[[Engine, Generator, Scale], Awaitable[list[Figure]]]

MEASUREMENTS: Mapping[int, Measure] = {
    1: goal1_acknowledge.measure,
    2: goal2_working.measure,
    3: goal3_screens.measure,
    4: goal4_bursts.measure,
    6: goal6_footprint.measure,
    7: goal7_search.measure,
}


def main() -> int:
    """Measure, print, and return 0; whether goals are met does not matter to it."""
    options = _parser().parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    engines: list[Engine] = options.engine or list(ENGINES)
    scale = QUICK if options.quick else FULL
    if options.history:
        scale = replace(scale, history=options.history)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # as the product has
        figures = runner.run(_measure(options.goal, engines, scale))
    if options.json:
        print(json.dumps([asdict(figure) for figure in figures], ensure_ascii=False))
    else:
        print(f"\n{_machine()}\n\n{table(figures)}")
    return 0


async def _measure(goals: list[int] | None, engines: list[Engine], scale: Scale) -> list[Figure]:
    figures: list[Figure] = []
    with generator() as load:
        for goal, measure in MEASUREMENTS.items():
            for engine in engines:
                if goals and goal not in goals:
                    continue
                print(f"goal {goal} on {engine} ...", file=sys.stderr)
                figures += await measure(engine, load, scale)
    return figures


def _machine() -> str:
    now = datetime.now(UTC)
    return f"{now:%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Kramar's goals")
    parser.add_argument("--json", action="store_true", help="for machines")
    parser.add_argument("--quick", action="store_true", help="only see that everything runs")
    parser.add_argument("--goal", type=int, action="append", choices=sorted(MEASUREMENTS))
    parser.add_argument("--history", type=int, help="among how many orders to search (goal 7)")
    parser.add_argument("--engine", action="append", choices=ENGINES)
    return parser


if __name__ == "__main__":
    sys.exit(main())
