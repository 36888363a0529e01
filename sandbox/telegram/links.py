"""Which addresses Telegram accepts in links and buttons (LinkManager::get_checked_link)."""

from __future__ import annotations

import re

_WITH_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<rest>.*)", re.S)
_HOST = re.compile(
    r"(?:[^/?#@]*@)?(?P<host>\[[0-9a-fA-F:.]+\]|[^/?#:]*)(?::\d{1,5})?(?:[/?#].*)?", re.S
)
_DEEP_LINK_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")


def problem_of_link(url: str) -> str | None:
    """What Telegram dislikes about an address; None when it takes it."""
    scheme, rest = "http", url.strip()
    if found := _WITH_SCHEME.fullmatch(rest):
        scheme, rest = found["scheme"].lower(), found["rest"]
    if scheme in ("tg", "ton"):
        return None
    if scheme not in ("http", "https"):
        return "Unsupported URL protocol"
    host = _HOST.fullmatch(rest)
    if host is None:
        return "Wrong HTTP URL"
    name = host["host"]
    if not name:
        return "URL host is empty"
    if name.startswith("["):
        return None
    labels = name.split(".")
    if len(labels) < 2 or not all(labels) or re.search(r"\s", rest):
        return "Wrong HTTP URL"
    return None


def is_deep_link_payload(payload: str) -> bool:
    """At most 64 of A-Z a-z 0-9 _ - (https://core.telegram.org/bots/features#deep-linking)."""
    return _DEEP_LINK_PAYLOAD.fullmatch(payload) is not None


def deep_link_payload(url: str, bot_username: str) -> str | None:
    """The `start` parameter of a link to this very bot; None for any other address."""
    pattern = (
        rf"(?:https?://)?(?:t\.me|telegram\.me)/{re.escape(bot_username)}/?\?start=([^&#]*)"
        rf"|tg://resolve\?domain={re.escape(bot_username)}&start=([^&#]*)"
    )
    found = re.fullmatch(pattern, url, re.IGNORECASE)
    if found is None:
        return None
    payload = found[1] if found[1] is not None else found[2]
    return payload if is_deep_link_payload(payload) else None
