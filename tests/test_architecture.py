"""What the import contracts cannot see: who may call what, and how large things may grow."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PRODUCT = ("bot", "web", "worker", "sync", "services", "models", "integrations", "domain")
AROUND = ("sandbox", "benchmarks", "tests")
LONGEST_FILE = 450
LONGEST_FUNCTION = 60
# What somebody else wrote, or what is one long list by nature.
NOT_MEASURED = ("models/migrations", "bot/locales")


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def calls(name: str, *folders: str) -> Iterator[tuple[str, str]]:
    """(file, place) of each call of a function by its bare or last name."""
    for path in sources(*folders):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call):
                called = node.func
                found = called.attr if isinstance(called, ast.Attribute) else None
                found = called.id if isinstance(called, ast.Name) else found
                if found == name:
                    yield path.relative_to(ROOT).as_posix(), where(path, node)


def imports(path: Path) -> Iterator[tuple[str, ast.AST]]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node


def test_there_is_something_to_look_at() -> None:
    for folder in PRODUCT:
        assert sources(folder), folder


def test_only_services_open_transactions() -> None:
    places = calls("in_transaction", *PRODUCT)

    assert [at for file, at in places if not file.startswith(("services/", "models/"))] == []


def test_only_wiring_opens_http_sessions() -> None:
    allowed = {"bot/wiring.py", "bot/platforms.py", "bot/carriers.py"}

    assert [at for file, at in calls("ClientSession", *PRODUCT) if file not in allowed] == []


def test_money_and_quantities_are_never_float() -> None:
    folders = ("domain", "services", "models", "integrations")
    columns = [at for name in ("FloatField", "DecimalField") for _, at in calls(name, "models")]

    # http.py reads seconds.
    places = [at for file, at in calls("float", *folders) if file != "integrations/http.py"]
    assert places == []
    assert columns == []


def test_domain_imports_nothing_but_the_standard_library() -> None:
    allowed = {"domain", "email_validator", "phonenumbers", *sys.stdlib_module_names}
    found = [
        f"{where(path, node)} {name}"
        for path in sources("domain")
        for name, node in imports(path)
        if name.partition(".")[0] not in allowed
    ]

    assert found == []


def test_the_product_never_imports_tests_or_sandbox() -> None:
    found = [
        where(path, node)
        for path in sources(*PRODUCT)
        for name, node in imports(path)
        if name.partition(".")[0] in AROUND
    ]

    assert found == []


def test_imports_are_absolute() -> None:
    found = [
        where(path, node)
        for path in sources(*PRODUCT, *AROUND)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.level > 0
    ]

    assert found == []


def integrations() -> list[Path]:
    return [path for path in (ROOT / "integrations").iterdir() if (path / "__init__.py").exists()]


def test_each_integration_has_a_readme_fixtures_and_tests() -> None:
    assert integrations()
    for folder in integrations():
        tests = ROOT / "tests" / "integrations" / folder.name
        assert (folder / "README.md").is_file(), f"{folder.name} has no README.md"
        assert any((tests / "fixtures").rglob("*.*")), f"{folder.name} has no fixtures"
        assert list(tests.glob("test_*.py")), f"{folder.name} has no tests"


def test_each_integration_is_known_to_the_registries_alone() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (rule,) = [each for each in rules["contracts"] if each["name"].startswith("Only the registr")]

    assert {f"integrations.{folder.name}" for folder in integrations()} == set(
        rule["forbidden_modules"]
    )


def test_each_module_says_what_it_is() -> None:
    modules = [path for path in sources(*PRODUCT) if "migrations" not in path.parts]

    assert [
        str(path.relative_to(ROOT)) for path in modules if not ast.get_docstring(tree(path))
    ] == []


def measured(*folders: str) -> list[Path]:
    return [
        path
        for path in sources(*folders)
        if not path.relative_to(ROOT).as_posix().startswith(NOT_MEASURED)
    ]


@pytest.mark.parametrize("folder", [*PRODUCT, *AROUND])
def test_files_stay_readable(folder: str) -> None:
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in measured(folder)}
    too_long = [
        f"{path.relative_to(ROOT)}: {size} lines"
        for path, size in sizes.items()
        if size > LONGEST_FILE
    ]

    assert too_long == []


@pytest.mark.parametrize("folder", [*PRODUCT, *AROUND])
def test_functions_stay_readable(folder: str) -> None:
    too_long = []
    for path in measured(folder):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                if size > LONGEST_FUNCTION:
                    too_long.append(f"{where(path, node)} {node.name}: {size} lines")

    assert too_long == []
