"""The link preview of a text message: which one it shows, and how.

https://core.telegram.org/bots/api#linkpreviewoptions; Client.cpp of the Bot API server for the
words of the refusals. Telegram also previews the first address it finds in a text; the sandbox
reaches nothing beyond this machine, so only an address that is named is previewed here.
"""

from __future__ import annotations

from sandbox.telegram.errors import bad_request
from sandbox.telegram.model import Json
from sandbox.telegram.params import Params

_FLAGS = ("is_disabled", "prefer_small_media", "prefer_large_media", "show_above_text")


def read_preview(params: Params) -> Json | None:
    """Check `link_preview_options` and return them as Telegram keeps them; None for none.

    Raises:
        ApiError: with Telegram's words.
    """
    if not params.text("link_preview_options"):
        return {"is_disabled": True} if params.flag("disable_web_page_preview") else None
    options = params.json("link_preview_options", "can't parse link preview options JSON object")
    if not isinstance(options, dict):
        raise bad_request("object expected as link preview options")
    for name in _FLAGS:
        if not isinstance(options.get(name, False), bool):
            raise bad_request(f'field "{name}" must be of type Boolean')
    url = options.get("url", "")
    if not isinstance(url, str):
        raise bad_request('field "url" must be of type String')
    if options.get("is_disabled"):
        return {"is_disabled": True}
    kept: Json = {"url": url} if url else {}
    # "ignored if the URL isn't explicitly specified"
    chosen = _FLAGS[1:] if url else _FLAGS[3:]
    return kept | {name: True for name in chosen if options.get(name)} or None


def shows_same(one: Json | None, other: Json | None) -> bool:
    """Whether a reader sees the same preview with both, or none with either."""
    return _seen(one) == _seen(other)


def _seen(options: Json | None) -> Json | None:
    return options if options and "url" in options else None
