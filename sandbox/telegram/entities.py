"""From what a request says to the text people see: parse, trim, find links, check lengths."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from sandbox.telegram import html
from sandbox.telegram.errors import bad_request
from sandbox.telegram.html import Entity, Formatted, sort_entities, utf16_length

MAX_TEXT = 4096  # code points after parsing
MAX_CAPTION = 1024
MAX_RAW_BYTES = 1 << 15

_FOUND_BY_TELEGRAM = (
    ("url", re.compile(r"https?://[^\s<>\"]+[^\s<>\".,!?:;)]")),
    ("email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z]\w{3,31}\b")),
    ("hashtag", re.compile(r"(?<![\w&#])#(?=\w*[^\W\d])\w{1,256}")),
    ("phone_number", re.compile(r"(?<![\w+])\+\d(?:[ ()-]{0,2}\d){8,14}(?!\w)")),
)
_OPAQUE = {"code", "pre", "text_link", "text_mention"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\u202a-\u202e]")


def incoming(text: str) -> Formatted:
    """What a person typed, with the entities Telegram finds by itself."""
    return _detect(_trim(Formatted(text)))


def outgoing(text: str, parse_mode: str, entities: str, *, empty: str) -> Formatted:
    """What a bot sent, ready to be stored.

    Args:
        text: as in the request.
        parse_mode: "", "None" and "HTML" are understood; Markdown is not simulated.
        entities: a JSON list, used only without a parse mode.
        empty: what to complain about when nothing is left; "" if nothing may be left.

    Raises:
        ApiError: with Telegram's words.
    """
    if len(text.encode()) > MAX_RAW_BYTES:
        raise bad_request("text is too long")
    match parse_mode.lower():
        case "html":
            content = html.parse(text)
        case "" | "none":
            content = Formatted(text, _explicit(entities))
        case _:
            raise bad_request("unsupported parse_mode")
    content = _detect(_trim(content))
    if empty and not content.text:
        raise bad_request(empty)
    return content


def _explicit(entities: str) -> tuple[Entity, ...]:
    if not entities:
        return ()
    try:
        given = json.loads(entities)
        return sort_entities(
            [
                Entity(
                    type=item["type"],
                    offset=int(item["offset"]),
                    length=int(item["length"]),
                    url=item.get("url", ""),
                    language=item.get("language", ""),
                    custom_emoji_id=item.get("custom_emoji_id", ""),
                )
                for item in given
            ]
        )
    except (ValueError, KeyError, TypeError) as e:
        raise bad_request("can't parse entities JSON object") from e


def _trim(content: Formatted) -> Formatted:
    """As TDLib's fix_formatted_text: spaces go at both ends, at the left up to an entity."""
    kept = _CONTROL.sub(" ", content.text).rstrip()
    first = content.entities[0].offset if content.entities else len(kept)
    cut = 0
    while cut < min(first, len(kept)) and kept[cut] in " \n":
        cut += 1
    kept = kept[cut:]
    end = utf16_length(kept)
    entities = []
    for entity in content.entities:
        offset = entity.offset - cut
        length = min(entity.length, end - offset)
        if (offset, length) == (entity.offset, entity.length):
            entities.append(entity)
        elif length > 0:
            entities.append(replace(entity, offset=offset, length=length))
    return Formatted(kept, tuple(entities))


def _detect(content: Formatted) -> Formatted:
    taken = [
        (entity.offset, entity.offset + entity.length)
        for entity in content.entities
        if entity.type in _OPAQUE
    ]
    found: list[Entity] = []
    for kind, pattern in _FOUND_BY_TELEGRAM:
        for match in pattern.finditer(content.text):
            begin = utf16_length(content.text[: match.start()])
            end = begin + utf16_length(match[0])
            if all(end <= other_begin or begin >= other_end for other_begin, other_end in taken):
                taken.append((begin, end))
                found.append(Entity(type=kind, offset=begin, length=end - begin))
    if not found:
        return content
    return Formatted(content.text, sort_entities([*content.entities, *found]))
