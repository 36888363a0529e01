"""Guides of integrations as files that open on any phone, pictures inside, without our address.

The text is ``docs/integrations/<platform>.md``: Ukrainian, a line of three dashes, English.
"""

import base64
import mimetypes
import re
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt

from bot.i18n import UKRAINIAN

_FOLDER = Path(__file__).resolve().parent.parent / "docs" / "integrations"
_BETWEEN_LANGUAGES = "\n---\n"
_PICTURE = re.compile(r'<img src="([^"]+)"')
_LINK_TO_A_FILE = re.compile(r'<a href="(?!https?://|#)[^"]*">(.*?)</a>')
_TO_THE_OTHER_LANGUAGE = re.compile(r'<p><a href="#[^"]*">[^<]*</a></p>')
_HEADING = re.compile(r"<h(\d)>(.*?)</h\1>")
_PAGE = """<!doctype html>
<html lang="{language}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<style>
body {{ font: 17px/1.5 system-ui, sans-serif; max-width: 42em; margin: 0 auto; padding: 1em;
  color: #1c1c1e; background: #fff }}
img {{ max-width: min(100%, 390px); display: block; margin: 1em auto; border-radius: 12px;
  box-shadow: 0 1px 6px #0003 }}
table {{ border-collapse: collapse; display: block; overflow-x: auto }}
td, th {{ border: 1px solid #8886; padding: .4em .6em; text-align: left; vertical-align: top }}
code {{ background: #8882; padding: .1em .3em; border-radius: 4px; overflow-wrap: anywhere }}
h2 {{ margin-top: 2em }}
@media (prefers-color-scheme: dark) {{ body {{ color: #eee; background: #1c1c1e }} }}
</style>
{body}
</html>
"""


def exists(platform: str) -> bool:
    """Whether there is a guide for this platform."""
    return _path(platform).exists()


@cache
def guide(platform: str, language: str) -> tuple[str, bytes]:
    """A guide in one language, as a file: its name, and its content in HTML."""
    ukrainian, english = _path(platform).read_text(encoding="utf-8").split(_BETWEEN_LANGUAGES)
    text = ukrainian if language == UKRAINIAN else english
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parsed = _TO_THE_OTHER_LANGUAGE.sub("", str(parser.render(text)))
    first = _HEADING.search(parsed)
    title = re.sub(r"<[^>]+>", "", first[2]) if first else platform
    body = _PICTURE.sub(lambda match: f'<img src="{_inlined(match[1])}"', parsed)
    body = _HEADING.sub(_with_anchor, _LINK_TO_A_FILE.sub(r"\1", body))
    page = _PAGE.format(language=language, title=title, body=body)
    return f"{title}.html", page.encode()


def _path(platform: str) -> Path:
    return _FOLDER / f"{platform}.md"


def _inlined(source: str) -> str:
    """A picture beside the guide as a part of the page."""
    kind = mimetypes.guess_type(source)[0] or "image/png"
    content = base64.b64encode((_FOLDER / source).read_bytes()).decode()
    return f"data:{kind};base64,{content}"


def _with_anchor(match: re.Match[str]) -> str:
    """A heading that links within the page lead to, named as Markdown viewers name it."""
    level, text = match.groups()
    return f'<h{level} id="{_anchor(text)}">{text}</h{level}>'


def _anchor(text: str) -> str:
    words = re.sub(r"<[^>]+>|[^\w\s-]", "", text).strip().lower()
    return re.sub(r"\s", "-", words)
