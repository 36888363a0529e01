"""Inline queries reach the bot, and its answers are checked as strictly as Telegram does."""

import asyncio
from typing import Any

import pytest
from aiogram import Bot

from sandbox.telegram import Clock, Group, SandboxError, TelegramSandbox, User
from sandbox.telegram.methods.callbacks import TOO_OLD
from tests.sandbox.telegram.conftest import Call


def article(id_: str = "1", **fields: Any) -> dict[str, Any]:
    content = {"message_text": "<b>Order</b> 1234", "parse_mode": "HTML"}
    return {
        "type": "article",
        "id": id_,
        "title": f"Order {id_}",
        "input_message_content": content,
        **fields,
    }


async def query_of(sandbox: TelegramSandbox, call: Call) -> dict[str, Any]:
    """The inline query that waits."""
    await sandbox.wait_for(lambda: sandbox.world.inline.waiting)
    (update,) = (await call("getUpdates", offset=-1))["result"]
    query: dict[str, Any] = update["inline_query"]
    return query


async def test_a_choice_is_a_message_of_the_person_via_the_bot(
    sandbox: TelegramSandbox, olena: User, group: Group, call: Call, bot: Bot
) -> None:
    assert (await bot.me()).supports_inline_queries
    typing = asyncio.create_task(olena.type_inline("12" + "x" * 300, in_chat=group))
    query = await query_of(sandbox, call)
    assert (len(query["query"]), query["offset"], query["chat_type"]) == (256, "", "group")
    assert query["from"]["id"] == olena.id
    await call("answerInlineQuery", inline_query_id=query["id"], results=[article()])
    answer = await typing

    message = await olena.choose(answer.result("Order 1"), in_chat=group)

    assert (message.sender, message.html) == (olena, "<b>Order</b> 1234")
    (update,) = (await call("getUpdates", offset=-1))["result"]  # in spite of privacy mode
    assert update["message"]["via_bot"]["id"] == sandbox.bot.id
    with pytest.raises(SandboxError, match="no result"):
        answer.result("Order 2")


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"results": [article(str(n)) for n in range(51)]}, "RESULTS_TOO_MUCH"),
        ({"results": [article(), article()]}, "RESULT_ID_DUPLICATE"),
        ({"results": [article("")]}, "RESULT_ID_INVALID"),
        ({"results": [article("я" * 33)]}, "RESULT_ID_INVALID"),
        ({"results": [article(title="")]}, "ARTICLE_TITLE_EMPTY"),
        ({"results": [{**article(), "title": None}]}, 'find field "title"'),
        ({"results": [article(input_message_content=None)]}, "content is not specified"),
        ({"results": [article(input_message_content={"message_text": " "})]}, "text is empty"),
        ({"results": [article(input_message_content={"message_text": "x" * 4097})]}, "TOO_LONG"),
        (
            {
                "results": [
                    article(input_message_content={"message_text": "<b", "parse_mode": "HTML"})
                ]
            },
            "can't parse entities",
        ),
        ({"results": {}}, "expected an Array"),
        ({"results": "["}, "can't parse JSON"),
        ({"results": [], "next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
        ({"results": [], "inline_query_id": "1"}, TOO_OLD),
    ],
)
async def test_wrong_answers_are_refused(
    sandbox: TelegramSandbox, olena: User, call: Call, params: dict[str, Any], description: str
) -> None:
    typing = asyncio.create_task(olena.type_inline("1234"))
    query = await query_of(sandbox, call)
    assert query["chat_type"] == "sender"

    refused = await call("answerInlineQuery", **{"inline_query_id": query["id"], **params})

    assert refused["error_code"] == 400
    assert description in refused["description"]
    assert (await call("answerInlineQuery", inline_query_id=query["id"], results=[]))["result"]
    assert (await typing).results == ()
    assert (
        TOO_OLD
        in (await call("answerInlineQuery", inline_query_id=query["id"], results=[]))["description"]
    )


async def test_answers_are_kept_as_long_and_for_whom_the_bot_says(
    sandbox: TelegramSandbox, olena: User, oleh: User, call: Call
) -> None:
    clock: Clock = sandbox.clock

    async def asks(user: User, **how: Any) -> bool:
        """Whether the bot is asked; it answers in this way."""
        typing = asyncio.create_task(user.type_inline("1234"))
        await asyncio.sleep(0)
        if typing.done():
            return False
        query = await query_of(sandbox, call)
        await call("answerInlineQuery", inline_query_id=query["id"], results=[article()], **how)
        await typing
        return True

    assert await asks(olena, cache_time=0)
    assert await asks(olena, cache_time=10, is_personal=True)
    assert not await asks(olena)
    assert await asks(oleh, cache_time=10)
    clock.advance(10)
    assert await asks(olena)
    clock.advance(299)
    assert not await asks(oleh)


async def test_late_answers_are_refused(sandbox: TelegramSandbox, olena: User, call: Call) -> None:
    typing = asyncio.create_task(olena.type_inline("1234", timeout=0.2))
    query = await query_of(sandbox, call)
    sandbox.clock.advance(16)

    refused = await call("answerInlineQuery", inline_query_id=query["id"], results=[])

    assert TOO_OLD in refused["description"]
    with pytest.raises(TimeoutError, match="nobody answered"):
        await typing
