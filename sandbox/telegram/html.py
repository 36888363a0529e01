"""Telegram's HTML: a port of the rules of `parse_html` in TDLib's MessageEntity.cpp.

https://core.telegram.org/bots/api#html-style, https://github.com/tdlib/td
"""

from __future__ import annotations

import html as stdlib_html
import re
from dataclasses import dataclass
from typing import Any

from sandbox.telegram.errors import ApiError, bad_request

_TAG_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_TYPE_PRIORITY = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 11,
    "code": 20,
    "text_link": 49,
    "text_mention": 49,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "custom_emoji": 99,
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]*)|#(?P<dec>[0-9]*)|(?P<name>[a-zA-Z]*));?")
_MARKUP = re.compile(r"[<&]")
_SPACE = " \t\r\n\v\f\0"
_LINK = re.compile(r"(?:https?://[^\s/]+\.[^\s]+|tg://.+|(?:mailto|tel):.+|[^\s:/]+\.[^\s]+)", re.I)
_USER_LINK = re.compile(r"tg://user\?id=(\d+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A stretch of text with a meaning. Offset and length in UTF-16 code units."""

    type: str
    offset: int
    length: int
    url: str = ""
    language: str = ""
    custom_emoji_id: str = ""
    user_id: int = 0

    def as_json(self) -> dict[str, Any]:
        """The entity as the Bot API shows it."""
        shown: dict[str, Any] = {"type": self.type, "offset": self.offset, "length": self.length}
        for name in ("url", "language", "custom_emoji_id"):
            if value := getattr(self, name):
                shown[name] = value
        if self.user_id:
            shown["user"] = {"id": self.user_id, "is_bot": False, "first_name": "User"}
        return shown


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text and its entities, sorted by offset, the longer first."""

    text: str
    entities: tuple[Entity, ...] = ()


def utf16_length(text: str) -> int:
    """Length as Telegram counts offsets: characters beyond the BMP count twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def sort_entities(entities: list[Entity]) -> tuple[Entity, ...]:
    """Order of the Bot API: by offset, the enclosing one first, then by TDLib's type priority."""
    return tuple(sorted(entities, key=_sort_key))


def _sort_key(entity: Entity) -> tuple[int, int, int]:
    return entity.offset, -entity.length, _TYPE_PRIORITY.get(entity.type, 50)


def parse(source: str) -> Formatted:
    """Read Telegram HTML.

    Raises:
        ApiError: 400 "can't parse entities: ..." with the offset in bytes, as Telegram does.
    """
    return _Parser(source).parse()


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    text_from: int


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._parts: list[str] = []
        self._characters = 0
        self._utf16 = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def parse(self) -> Formatted:
        source = self._source
        while self._at < len(source):
            character = source[self._at]
            if character == "<":
                if source.startswith("</", self._at):
                    self._end_tag()
                else:
                    self._start_tag()
            elif character == "&" and (decoded := _decode(source, self._at)) is not None:
                self._write(decoded[0])
                self._at = decoded[1]
            else:
                end = self._end_of_plain()
                self._write(source[self._at : end])
                self._at = end
        if self._open:
            tag = self._open[-1].tag
            raise self._problem(f'Can\'t find end tag corresponding to start tag "{tag}"')
        return Formatted("".join(self._parts), sort_entities(self._entities))

    def _end_of_plain(self) -> int:
        """Where the text that begins here meets the next tag or reference."""
        found = _MARKUP.search(self._source, self._at + 1)
        return found.start() if found else len(self._source)

    def _write(self, text: str) -> None:
        self._parts.append(text)
        self._characters += len(text)
        self._utf16 += utf16_length(text)

    def _problem(self, text: str, at: int | None = None) -> ApiError:
        if at is not None:
            text = text.replace("{at}", f"at byte offset {len(self._source[:at].encode())}")
        return bad_request(f"can't parse entities: {text}")

    def _peek(self) -> str:
        """The character here; NUL behind the end, as in C."""
        return self._source[self._at] if self._at < len(self._source) else "\0"

    def _skip(self, characters: str) -> None:
        while self._at < len(self._source) and self._source[self._at] in characters:
            self._at += 1

    def _until(self, characters: str) -> str:
        begin = self._at
        while self._at < len(self._source) and self._source[self._at] not in characters:
            self._at += 1
        return self._source[begin : self._at]

    def _start_tag(self) -> None:
        begin = self._at
        self._at += 1
        tag = self._until(_SPACE + ">").lower()
        if self._peek() == "\0":
            raise self._problem("Unclosed start tag {at}", begin)
        if tag not in _TAG_TYPES:
            raise self._problem(f'Unsupported start tag "{tag}" {{at}}', begin)
        argument = self._attributes(tag, begin)
        if tag == "span" and argument != "spoiler":
            raise self._problem('Tag "span" must have class "tg-spoiler" {at}', begin)
        self._at += 1
        self._open.append(_Open(tag, argument, self._utf16, self._characters))

    def _attributes(self, tag: str, begin: int) -> str:
        """Read up to the closing `>`; returns the only attribute that means something."""
        argument = ""
        while True:
            self._skip(_SPACE)
            if self._peek() == ">":
                return argument
            name = self._until(_SPACE + "=>" if tag == "blockquote" else _SPACE + "=")
            if not name:
                raise self._problem(f'Empty attribute name in the tag "{tag}" {{at}}', begin)
            if tag == "blockquote" and name == "expandable" and self._peek() != "=":
                argument = "expandable"
                continue
            self._skip(_SPACE)
            if self._peek() != "=":
                raise self._problem(
                    f'Expected equal sign in declaration of an attribute of the tag "{tag}" {{at}}',
                    begin,
                )
            self._at += 1
            self._skip(_SPACE)
            value = self._value(tag, begin)
            if self._peek() == "\0":
                raise self._problem("Unclosed start tag {at}", begin)
            argument = _argument(tag, name, value) or argument

    def _value(self, tag: str, begin: int) -> str:
        quote = self._peek()
        if quote == "\0":
            raise self._problem(f'Unclosed start tag "{tag}" {{at}}', begin)
        if quote in "'\"":
            self._at += 1
            raw = self._until(quote)
            self._at += 1
            return _decode_all(raw)
        token_at = self._at
        token = self._until(_SPACE + ">")
        if not re.fullmatch(r"[A-Za-z0-9.-]*", token):
            raise self._problem("Unexpected end of name token {at}", token_at)
        return token.lower()

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise self._problem("Unexpected end tag {at}", begin)
        self._at += 2
        name = self._until(_SPACE + ">").lower()
        self._skip(_SPACE)
        if self._peek() != ">":
            raise self._problem("Unclosed end tag {at}", begin)
        self._at += 1
        opened = self._open.pop()
        if name and name != opened.tag:
            raise self._problem(
                f'Unmatched end tag {{at}}, expected "</{opened.tag}>", found "</{name}>"', begin
            )
        if self._utf16 > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        kind = _TAG_TYPES[opened.tag]
        offset, length = opened.offset, self._utf16 - opened.offset
        last = self._entities[-1] if self._entities else None
        same_place = last is not None and (last.offset, last.length) == (offset, length)
        url = language = emoji = ""
        user_id = 0
        match opened.tag:
            case "a":
                url = opened.argument or "".join(self._parts)[opened.text_from :]
                if user := _USER_LINK.match(url):
                    kind, url, user_id = "text_mention", "", int(user[1])
                elif not _LINK.fullmatch(url):
                    return
                elif "://" not in url and ":" not in url:
                    url = f"http://{url}"
                if url.startswith("http") and url.count("/") == 2:
                    url += "/"
            case "tg-emoji":
                if not opened.argument.isdigit() or int(opened.argument) == 0:
                    raise self._problem("Invalid custom emoji identifier specified")
                emoji = opened.argument
            case "pre" if same_place and last is not None and last.type == "code" and last.language:
                self._entities.pop()
                language = last.language
            case "code":
                language = opened.argument
            case "blockquote" if opened.argument == "expandable":
                kind = "expandable_blockquote"
        self._entities.append(
            Entity(
                type=kind,
                offset=offset,
                length=length,
                url=url,
                language=language,
                custom_emoji_id=emoji,
                user_id=user_id,
            )
        )


def _argument(tag: str, name: str, value: str) -> str:
    match tag, name:
        case ("a", "href") | ("tg-emoji", "emoji-id"):
            return value
        case ("code", "class") if value.startswith("language-"):
            return value.removeprefix("language-")
        case ("span", "class") if value.startswith("tg-"):
            return value.removeprefix("tg-")
        case ("blockquote", "expandable"):
            return "expandable"
        case _:
            return ""


def _decode(source: str, at: int) -> tuple[str, int] | None:
    """The character an `&...;` stands for and where it ends; None for a lone `&`."""
    found = _REFERENCE.match(source, at)
    if found is None:
        return None
    if found["name"] is not None:
        character = _NAMED.get(found["name"])
        return (character, found.end()) if character else None
    digits = found["hex"] if found["hex"] is not None else found["dec"]
    code = int(digits or "0", 16 if found["hex"] is not None else 10)
    too_long = len(found[0].rstrip(";")) >= 10
    if code == 0 or code >= 0x10FFFF or too_long:
        return None
    return chr(code), found.end()


def _decode_all(source: str) -> str:
    parts: list[str] = []
    at = 0
    while at < len(source):
        decoded = _decode(source, at) if source[at] == "&" else None
        parts.append(decoded[0] if decoded else source[at])
        at = decoded[1] if decoded else at + 1
    return "".join(parts)


_OPENING = {
    "bold": "<b>",
    "italic": "<i>",
    "underline": "<u>",
    "strikethrough": "<s>",
    "spoiler": "<tg-spoiler>",
    "code": "<code>",
    "pre": "<pre>",
    "blockquote": "<blockquote>",
    "expandable_blockquote": "<blockquote expandable>",
}


def unparse(content: Formatted) -> str:
    """Write a text with its entities as Telegram HTML; links found by Telegram stay plain."""
    opening: dict[int, list[str]] = {}
    closing: dict[int, list[str]] = {}
    for entity in content.entities:
        if entity.type == "text_link":
            tag = f'<a href="{stdlib_html.escape(entity.url)}">'
        elif entity.type in _OPENING:
            tag = _OPENING[entity.type]
        else:
            continue
        opening.setdefault(entity.offset, []).append(tag)
        end = f"</{tag[1:].split()[0].rstrip('>')}>"
        closing.setdefault(entity.offset + entity.length, []).insert(0, end)
    parts: list[str] = []
    at = 0
    for character in content.text:
        parts += closing.pop(at, ()) or ()
        parts += opening.pop(at, ()) or ()
        parts.append(stdlib_html.escape(character, quote=False))
        at += utf16_length(character)
    parts += closing.pop(at, ())
    return "".join(parts)
