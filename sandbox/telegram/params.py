"""The parameters of a call, whatever the body looks like.

https://core.telegram.org/bots/api#making-requests: query string, urlencoded, JSON, multipart.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, ClientResponse, MultipartReader, web

from sandbox.telegram.errors import bad_request


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Params:
    """Parameters as strings, as Telegram sees them: lists and objects are JSON texts."""

    values: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A string; "" when absent."""
        return self.values.get(name, "")

    def flag(self, name: str) -> bool:
        """A boolean as the Bot API reads it."""
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def integer(self, name: str, default: int = 0) -> int:
        """A number; `default` when absent or not a number."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def json(self, name: str, problem: str) -> Any:
        """A JSON value; None when absent.

        Raises:
            ApiError: with `problem`, when it is not JSON.
        """
        if not (source := self.text(name)):
            return None
        try:
            return json.loads(source)
        except ValueError as e:
            raise bad_request(problem) from e

    def for_log(self) -> dict[str, str]:
        """What to write into the log of calls: files by name and size only."""
        files = {name: f"<{file.name}, {len(file.data)} B>" for name, file in self.files.items()}
        return {**self.values, **files}


async def read_request(request: web.Request) -> Params:
    """The parameters of a call to the Bot API."""
    query = dict(request.query)
    if request.content_type.startswith("multipart/"):
        params = await _multipart(await request.multipart())
    else:
        params = _plain(request.content_type, await request.read())
    return Params({**query, **params.values}, params.files)


async def read_answer(response: ClientResponse) -> Params:
    """The method call a webhook answered with; no values when it made none."""
    if response.content_type.startswith("multipart/"):
        return await _multipart(MultipartReader(response.headers, response.content))
    return _plain(response.content_type, await response.read())


def _plain(content_type: str, body: bytes) -> Params:
    if not body:
        return Params()
    if content_type == "application/json":
        try:
            values = json.loads(body)
        except ValueError as e:
            raise bad_request("can't parse JSON encoded request") from e
        if not isinstance(values, dict):
            raise bad_request("can't parse JSON encoded request")
        return Params({name: _as_text(value) for name, value in values.items()})
    if content_type == "application/x-www-form-urlencoded":
        return Params(dict(parse_qsl(body.decode(), keep_blank_values=True)))
    return Params()


async def _multipart(reader: Any) -> Params:
    values: dict[str, str] = {}
    files: dict[str, Upload] = {}
    async for part in reader:
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        data = bytes(await part.read(decode=True))
        if part.filename is None:
            values[part.name] = data.decode()
        else:
            mime = part.headers.get("Content-Type", "application/octet-stream")
            files[part.name] = Upload(part.filename, mime, data)
    return Params(values, files)


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False)
