"""Answering taps (https://core.telegram.org/bots/api#answercallbackquery)."""

from __future__ import annotations

from sandbox.telegram.errors import bad_request
from sandbox.telegram.links import deep_link_payload
from sandbox.telegram.model import CallbackAnswer
from sandbox.telegram.params import Params
from sandbox.telegram.world import World

MAX_ANSWER = 200
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def answer_callback_query(world: World, params: Params) -> bool:
    """answerCallbackQuery: once, and soon; not subject to flood limits."""
    text = params.text("text")
    if len(text) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    url = params.text("url")
    if url and deep_link_payload(url, world.bot.username) is None:
        raise bad_request("URL_INVALID")
    query = world.queries.pop(params.text("callback_query_id"), None)
    if query is None or world.clock.now() - query.asked_at > world.answer_window_s:
        raise bad_request(TOO_OLD)
    if not query.answer.done():
        query.answer.set_result(
            CallbackAnswer(text=text, show_alert=params.flag("show_alert"), url=url or None)
        )
    world.changed.notify()
    return True


METHODS = {"answerCallbackQuery": answer_callback_query}
