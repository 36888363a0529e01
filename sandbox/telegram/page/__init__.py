"""The chat page: one self-contained HTML file, put together from markup, style and scripts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
_SCRIPTS = ("dom.js", "text.js", "bubbles.js", "store.js", "app.js")


@cache
def render_page() -> str:
    """The whole page; it loads nothing else."""
    scripts = "\n".join(_read(name) for name in _SCRIPTS)
    page = _read("index.html").replace("/* style.css */", _read("style.css"))
    return page.replace("/* scripts */", scripts)


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
