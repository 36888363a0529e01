"""The benchmarks run; how fast is none of a test's business."""

import json
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import Mock

import pytest
import structlog

from benchmarks import __main__ as program
from benchmarks.__main__ import MEASUREMENTS, Measure
from benchmarks.engines import ENGINES, Engine
from benchmarks.load import Generator
from benchmarks.report import Figure
from benchmarks.scale import Scale

ROOT = Path(__file__).parent.parent.parent


def test_a_quick_run_measures_all_goals_and_loses_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--json", "--engine", "sqlite"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert {figure["goal"] for figure in figures} == set(MEASUREMENTS)
    for figure in figures:
        assert {"goal", "ours", "limit", "ratio", "target", "is_met"} <= set(figure)
        assert figure["engine"] == "sqlite"


@pytest.mark.parametrize(
    ("arguments", "measured"),
    [
        (["--goal", "4", "--goal", "2", "--engine", "sqlite"], [(2, "sqlite"), (4, "sqlite")]),
        (["--goal", "6"], [(6, engine) for engine in ENGINES]),
    ],
)
def test_the_goals_that_were_asked_for_are_measured(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], measured: list[tuple[int, str]]
) -> None:
    done: list[tuple[int, str]] = []

    def measuring(goal: int) -> Measure:
        async def measure(engine: Engine, load: Generator, scale: Scale) -> list[Figure]:
            done.append((goal, engine))
            return []

        return measure

    monkeypatch.setattr(sys, "argv", ["benchmarks", "--json", *arguments])
    monkeypatch.setattr(program, "MEASUREMENTS", {goal: measuring(goal) for goal in MEASUREMENTS})
    monkeypatch.setattr(program, "generator", nullcontext)
    monkeypatch.setattr(structlog, "configure", Mock())

    assert program.main() == 0
    assert done == measured


def test_a_goal_that_does_not_exist_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["benchmarks", "--goal", "5"])

    with pytest.raises(SystemExit) as refusal:
        program.main()

    assert refusal.value.code == 2
    assert "invalid choice" in capsys.readouterr().err
