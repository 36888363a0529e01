"""Answering inline queries (https://core.telegram.org/bots/api#answerinlinequery)."""

from __future__ import annotations

import json
from typing import Any

from sandbox.telegram import entities
from sandbox.telegram.errors import bad_request
from sandbox.telegram.inline import InlineAnswer, InlineResult
from sandbox.telegram.markup import read_markup
from sandbox.telegram.methods.callbacks import TOO_OLD
from sandbox.telegram.model import Json
from sandbox.telegram.params import Params
from sandbox.telegram.previews import read_preview
from sandbox.telegram.world import World

MAX_RESULTS = 50
MAX_ID_BYTES = 64
MAX_OFFSET_BYTES = 64
USUAL_CACHE_TIME_S = 300


def answer_inline_query(world: World, params: Params) -> bool:
    """answerInlineQuery: once, and soon; not subject to flood limits. Articles only."""
    given = params.json("results", "can't parse JSON encoded inline query results")
    if not isinstance(given, list):
        raise bad_request("expected an Array of inline query results")
    if len(given) > MAX_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    results = tuple(_result(each) for each in given)
    if len({result.id for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    if len(params.text("next_offset").encode()) > MAX_OFFSET_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    query = world.inline.waiting.pop(params.text("inline_query_id"), None)
    now = world.clock.now()
    if query is None or now - query.asked_at > world.answer_window_s:
        raise bad_request(TOO_OLD)
    answer = InlineAnswer(
        results=results,
        cache_time_s=max(0, params.integer("cache_time", USUAL_CACHE_TIME_S)),
        is_personal=params.flag("is_personal"),
        next_offset=params.text("next_offset"),
    )
    world.inline.keep(query, answer, now)
    if not query.answer.done():
        query.answer.set_result(answer)
    world.changed.notify()
    return True


def _result(given: Any) -> InlineResult:
    if not isinstance(given, dict):
        raise bad_request("can't parse inline query result: expected an Object")
    kind, id_, title = (_required(given, name) for name in ("type", "id", "title"))
    if not 1 <= len(id_.encode()) <= MAX_ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    if kind != "article":
        raise bad_request(f"the sandbox knows articles only, not {kind!r}")
    if not title:
        raise bad_request("ARTICLE_TITLE_EMPTY")
    said = given.get("input_message_content")
    if not isinstance(said, dict) or "message_text" not in said:
        raise bad_request("can't parse inline query result: input message content is not specified")
    content_params = Params({name: _as_text(value) for name, value in said.items()})
    content = entities.outgoing(
        content_params.text("message_text"),
        content_params.text("parse_mode"),
        content_params.text("entities"),
        empty="message text is empty",
    )
    if len(content.text) > entities.MAX_TEXT:
        raise bad_request("MESSAGE_TOO_LONG")
    markup = given.get("reply_markup")
    return InlineResult(
        id=id_,
        title=title,
        description=given.get("description") or "",
        content=content,
        link_preview=read_preview(content_params),
        reply_markup=read_markup(json.dumps(markup), inline_only=True) if markup else None,
    )


def _required(given: Json, name: str) -> str:
    value = given.get(name)
    if value is None:
        raise bad_request(f"can't parse inline query result: can't find field \"{name}\"")
    if not isinstance(value, str):
        raise bad_request(
            f'can\'t parse inline query result: field "{name}" must be of type String'
        )
    return value


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


METHODS = {"answerInlineQuery": answer_inline_query}
