"""Reply markup: what Telegram accepts, refuses and silently drops.

https://core.telegram.org/bots/api#inlinekeyboardmarkup; Client.cpp of the Bot API server and
ReplyMarkup.cpp of TDLib for the words of the refusals.
"""

from __future__ import annotations

import json
from typing import Any

from sandbox.telegram.errors import ApiError, bad_request
from sandbox.telegram.links import problem_of_link
from sandbox.telegram.model import Json

MAX_ROW = 12  # the 13th button of a row and those behind it are dropped
MAX_BUTTONS = 100
MAX_CALLBACK_DATA_BYTES = 64
MAX_COPY_TEXT = 256
MAX_PLACEHOLDER = 64
STYLES = ("primary", "success", "danger")
_KEYBOARD_REQUESTS = ("request_contact", "request_location", "request_users", "request_chat")


def read_markup(source: str, *, inline_only: bool = False) -> Json | None:
    """Check a `reply_markup` and return it as Telegram would keep it; None for none.

    Raises:
        ApiError: with Telegram's words.
    """
    if not source:
        return None
    try:
        markup = json.loads(source)
    except ValueError as e:
        raise bad_request("can't parse reply keyboard markup JSON object") from e
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if inline_only and not markup.keys() <= {"inline_keyboard"}:
        raise bad_request("inline keyboard expected")
    if "inline_keyboard" in markup:
        rows = _rows(markup["inline_keyboard"], "inline_keyboard", _inline_button)
        return {"inline_keyboard": rows} if rows else None
    if "keyboard" in markup:
        return _reply_keyboard(markup)
    if markup.get("remove_keyboard") is True:
        return {"remove_keyboard": True, "selective": bool(markup.get("selective"))}
    if markup.get("force_reply") is True:
        return {
            "force_reply": True,
            "selective": bool(markup.get("selective")),
            **_placeholder(markup),
        }
    return None


def _rows(source: Any, field: str, check: Any) -> list[list[Json]]:
    if not isinstance(source, list):
        raise bad_request(f'field "{field}" of the {_kind(field)} must be an Array')
    rows: list[list[Json]] = []
    for row in source:
        if not isinstance(row, list):
            raise bad_request(f'field "{field}" of the {_kind(field)} must be an Array of Arrays')
        checked = [check(button) for button in row]
        kept = [button for button in checked if button["text"]][:MAX_ROW]
        if kept:
            rows.append(kept)
    if sum(len(row) for row in rows) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return rows


def _kind(field: str) -> str:
    return "InlineKeyboardMarkup" if field == "inline_keyboard" else "ReplyKeyboardMarkup"


def _inline_button(source: Any) -> Json:
    """The first action in Telegram's order counts, the others are ignored."""
    if not isinstance(source, dict):
        raise _bad_button("InlineKeyboardButton must be an Object")
    button: Json = {"text": _label(source), **_style(source)}
    if url := _string(source, "url"):
        if problem := problem_of_link(url):
            raise bad_request(f"inline keyboard button URL '{url}' is invalid: {problem}")
        return {**button, "url": url}
    if data := _string(source, "callback_data"):
        if len(data.encode()) > MAX_CALLBACK_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
        return {**button, "callback_data": data}
    for name in ("switch_inline_query", "switch_inline_query_current_chat"):
        if name in source:
            return {**button, name: _string(source, name)}
    if "web_app" in source:
        return {**button, "web_app": _web_app(source["web_app"])}
    if "copy_text" in source:
        copied = source["copy_text"]
        if not isinstance(copied, dict):
            raise _bad_button('Field "copy_text" must be of type Object')
        text = _string(copied, "text")
        if not 1 <= len(text) <= MAX_COPY_TEXT:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
        return {**button, "copy_text": {"text": text}}
    if "disabled" in source:  # Bot API 10.3
        return {**button, "disabled": {}}
    raise _bad_button("Text buttons are unallowed in the inline keyboard")


def _web_app(source: Any) -> Json:
    url = _string(source, "url") if isinstance(source, dict) else ""
    if not url.startswith("https://") or problem_of_link(url):
        raise bad_request(
            f"inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed"
        )
    return {"url": url}


def _reply_keyboard(markup: Json) -> Json | None:
    rows = _rows(markup["keyboard"], "keyboard", _keyboard_button)
    if not rows:
        return None
    flags = ("resize_keyboard", "one_time_keyboard", "is_persistent", "selective")
    return {
        "keyboard": rows,
        **{flag: bool(markup.get(flag)) for flag in flags},
        **_placeholder(markup),
    }


def _keyboard_button(source: Any) -> Json:
    if isinstance(source, str):
        return {"text": source}
    if not isinstance(source, dict):
        raise bad_request("can't parse keyboard button: KeyboardButton must be an Object")
    button: Json = {"text": _label(source, "keyboard button"), **_style(source, "keyboard button")}
    return button | {name: source[name] for name in _KEYBOARD_REQUESTS if name in source}


def _placeholder(markup: Json) -> Json:
    text = markup.get("input_field_placeholder")
    if text is None:
        return {}
    if not isinstance(text, str) or not 1 <= len(text) <= MAX_PLACEHOLDER:
        # The documentation gives the bounds but not the words.
        raise bad_request(
            "reply markup is invalid: input field placeholder must be 1-64 characters"
        )
    return {"input_field_placeholder": text}


def _label(source: Json, what: str = "inline keyboard button") -> str:
    if "text" not in source:
        raise _bad_button('Can\'t find field "text"', what)
    return _string(source, "text", what).strip()


def _style(source: Json, what: str = "inline keyboard button") -> Json:
    style = source.get("style")
    if style in (None, ""):
        return {}
    if style not in STYLES:
        raise _bad_button("invalid button style specified", what)
    return {"style": style}


def _string(source: Json, field: str, what: str = "inline keyboard button") -> str:
    value = source.get(field, "")
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _bad_button(f'Field "{field}" must be of type String', what)
    return value


def _bad_button(problem: str, what: str = "inline keyboard button") -> ApiError:
    return bad_request(f"can't parse {what}: {problem}")
