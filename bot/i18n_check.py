"""Is every message translated? Run ``python -m bot.i18n_check``; after new texts, ``--update``.

A message is what stands in ``t("...")`` and ``t.plural("...", "...", ...)``. ``--update`` writes
the messages of the code into ``locales/``; the translations are then for a person to write.
"""

import argparse
import ast
import string
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from bot.i18n import DOMAIN, LOCALES, UKRAINIAN, catalogue_path
from domain.errors import KramarError

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("bot", "worker")


def template_path(locales: Path = LOCALES) -> Path:
    """Where the messages of the code are, untranslated."""
    return locales / f"{DOMAIN}.pot"


class NotLiteralError(KramarError):
    """A message that nobody can find and translate: ``t(...)`` of something computed."""


def extract(root: Path = ROOT) -> Catalog:
    """The messages in the code, in the order of files and lines.

    The syntax tree is read, as Babel's extractor misses calls inside f-strings before Python 3.12.

    Raises:
        NotLiteralError: a message is not written out where it is used.
    """
    found = Catalog(project=DOMAIN, fuzzy=False)
    for path in (path for name in SOURCES for path in sorted((root / name).rglob("*.py"))):
        place = path.relative_to(root).as_posix()
        calls = [
            node
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call)
        ]
        for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
            if message := _message(call, place):
                found.add(message, locations=[(place, 0)])
    return found


def _message(call: ast.Call, place: str) -> str | tuple[str, ...] | None:
    match call:
        case ast.Call(func=ast.Name("t"), args=[ast.Constant(str(text))]):
            return text
        case ast.Call(
            func=ast.Attribute(attr="plural"),
            args=[ast.Constant(str(one)), ast.Constant(str(many)), _],
        ):
            return one, many
        case ast.Call(func=ast.Name("t") | ast.Attribute(attr="plural")):
            raise NotLiteralError(f"{place}:{call.lineno}: write the message out")
        case _:
            return None


def read(path: Path, language: str | None = None) -> Catalog:
    """A catalogue file; an invalid one raises Babel's ``PoFileError``."""
    with path.open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)


def problems(code: Catalog, template: Catalog, translations: Catalog) -> Iterator[str]:
    """A sentence for each message that is missing, stale, unsure, or has other placeholders."""
    wanted, listed, known = (_by_id(catalogue) for catalogue in (code, template, translations))
    if wanted.keys() != listed.keys():
        yield f"{DOMAIN}.pot is out of date: run python -m bot.i18n_check --update"
    for text in known.keys() - wanted.keys():
        yield f"stale, no longer in the code: {text!r}"
    for text, message in wanted.items():
        if text not in known or not all(_forms(known[text].string)):
            yield f"not translated: {text!r}"
        elif known[text].fuzzy:
            yield f"unsure (fuzzy): {text!r}"
        elif {_fields(form) for form in _forms(known[text].string)} != {
            _fields(form) for form in _forms(message.id)
        }:
            yield f"other placeholders than in English: {text!r}"


def _by_id(catalogue: Catalog) -> dict[str, Message]:
    return {" | ".join(_forms(message.id)): message for message in catalogue if message.id}


def _forms(value: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (value or "",) if value is None or isinstance(value, str) else tuple(value)


def _fields(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def update(root: Path = ROOT, locales: Path = LOCALES) -> None:
    """Write the messages of the code into the template and into the translations."""
    code, path = extract(root), catalogue_path(UKRAINIAN, locales)
    translations = read(path, UKRAINIAN)
    translations.update(code, no_fuzzy_matching=True, update_creation_date=False)
    # Without its header, which is all dates, the template changes only when messages do.
    _write(template_path(locales), code, omit_header=True)
    _write(path, translations)


def _write(path: Path, catalogue: Catalog, *, omit_header: bool = False) -> None:
    with path.open("wb") as target:
        write_po(
            target,
            catalogue,
            width=100,
            omit_header=omit_header,
            include_lineno=False,
            ignore_obsolete=True,
        )


def main() -> int:
    """Exit code 1 and a line for each problem when the translations are not in order."""
    parser = argparse.ArgumentParser(prog="python -m bot.i18n_check", description=__doc__)
    parser.add_argument("--update", action="store_true", help="write new messages into locales/")
    if parser.parse_args().update:
        update()
    translations = read(catalogue_path(UKRAINIAN), UKRAINIAN)
    found = sorted(problems(extract(), read(template_path()), translations))
    sys.stdout.writelines(f"{problem}\n" for problem in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
