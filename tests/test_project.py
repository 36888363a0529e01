"""The promises of the files around the code: one command for each job, locked requirements."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
COMMANDS = ("demo", "run", "test", "check", "bench")
LOCKS = ("requirements.txt", "requirements-dev.txt")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def locked(name: str) -> dict[str, str]:
    """Package → exact version."""
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text(name), re.MULTILINE))


def wanted(name: str) -> list[Requirement]:
    lines = (line.partition("#")[0].strip() for line in text(name).splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


@pytest.mark.parametrize("command", [*COMMANDS, "format", "migration", "lock", "clean"])
def test_make_knows_each_command(command: str) -> None:
    make = shutil.which("make")
    assert make is not None

    plan = subprocess.run(
        [make, "--dry-run", command], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert plan.stdout.strip()
    assert f"make {command} " in text("Makefile"), "make help does not show it"


def test_ci_checks_and_tests() -> None:
    script = text(".ci/run")

    assert script.startswith("#!")
    assert "set -euo pipefail" in script
    assert os.access(ROOT / ".ci/run", os.X_OK)
    assert [line for line in script.splitlines() if line.startswith("make ")] == [
        "make check",
        "make test",
    ]


@pytest.mark.parametrize("name", LOCKS)
def test_each_locked_package_has_hashes(name: str) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", text(name))[1:]

    assert len(entries) == len(locked(name)) > 20
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+==\S+ \\\n    --hash=sha256:[0-9a-f]{64}", entry), entry


@pytest.mark.parametrize("name", [*LOCKS, "requirements.in", "requirements-dev.in"])
def test_requirements_say_nothing_about_where_packages_come_from(name: str) -> None:
    found = re.search(r"://|--(extra-)?index|--find-links|--trusted-host|\bfile:/|^/", text(name))

    assert found is None


@pytest.mark.parametrize(
    ("lock", "inputs"),
    [
        ("requirements.txt", ["requirements.in"]),
        ("requirements-dev.txt", ["requirements.in", "requirements-dev.in"]),
    ],
)
def test_the_lock_satisfies_what_is_wanted(lock: str, inputs: list[str]) -> None:
    versions = locked(lock)

    for requirement in (each for name in inputs for each in wanted(name)):
        version = versions.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement} is not locked: make lock"
        assert requirement.specifier.contains(version), f"{requirement} is not {version}: make lock"


def test_both_locks_agree() -> None:
    tools = locked("requirements-dev.txt")

    assert locked("requirements.txt").items() <= tools.items()


def test_each_package_the_product_needs_is_imported() -> None:
    modules = {"pydantic-settings": "pydantic_settings", "prometheus-client": "prometheus_client"}
    modules |= {"python-dotenv": "dotenv", "tortoise-orm": "tortoise"}
    modules |= {"email-validator": "email_validator", "markdown-it-py": "markdown_it"}
    # Needed without being imported: a driver by name, time zones by the standard library.
    needed = {each.name for each in wanted("requirements.in")} - {"aiosqlite", "tzdata"}
    folders = (
        "bot",
        "web",
        "worker",
        "sync",
        "services",
        "models",
        "integrations",
        "domain",
        "sandbox",
    )
    code = "\n".join(
        path.read_text(encoding="utf-8") for name in folders for path in (ROOT / name).rglob("*.py")
    )

    unused = {
        name
        for name in needed
        if not re.search(rf"^\s*(import|from) {modules.get(name, name)}\b", code, re.MULTILINE)
    }

    assert unused == set()


def test_the_readme_names_the_commands() -> None:
    path = ROOT / "README.md"
    if not path.exists():
        pytest.skip("no README yet")
    readme = path.read_text(encoding="utf-8")

    for command in COMMANDS:
        assert f"make {command}" in readme


def test_no_machine_of_ours_is_named() -> None:
    here = re.compile(r"(?<![\w.])/(work|root|opt)/\w")
    suffixes = {".py", ".md", ".toml", ".in", ".txt", ".yml", ".yaml", ".html", ".sh", ".example"}
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    found = [
        name
        for name in listed
        if (Path(name).suffix in suffixes or name in {"Makefile", ".ci/run"})
        and "fixtures" not in Path(name).parts
        and (ROOT / name).is_file()
        and here.search(text(name))
    ]

    assert found == []


def test_every_contract_and_tool_is_configured() -> None:
    tools = tomllib.loads(text("pyproject.toml"))["tool"]

    assert tools["mypy"]["strict"] is True
    assert tools["pytest"]["ini_options"]["filterwarnings"][0] == "error"
    assert len(tools["importlinter"]["contracts"]) >= 6
    assert tools["coverage"]["report"]["fail_under"] >= 80
