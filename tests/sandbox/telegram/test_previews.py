"""The picture a message shows beside its text: what Telegram takes, keeps and gives back."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import LinkPreviewOptions

from sandbox.telegram import TelegramSandbox, User

Call = Callable[..., Coroutine[Any, Any, dict[str, Any]]]

URL = "http://127.0.0.1:1/mug.png"
SMALL_ABOVE = {"url": URL, "prefer_small_media": True, "show_above_text": True}
NOT_MODIFIED = "message is not modified"


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        (SMALL_ABOVE, SMALL_ABOVE),
        ({"url": URL, "prefer_small_media": False, "show_above_text": False}, {"url": URL}),
        ({"url": URL, "prefer_large_media": True}, {"url": URL, "prefer_large_media": True}),
        ({"is_disabled": True}, {"is_disabled": True}),
        ({**SMALL_ABOVE, "is_disabled": True}, {"is_disabled": True}),
        ({**SMALL_ABOVE, "is_disabled": False}, SMALL_ABOVE),
        ({"prefer_small_media": True, "show_above_text": True}, {"show_above_text": True}),
        ({"url": ""}, None),
        ({"unknown": 1}, None),
        ({}, None),
        ("", None),
    ],
)
async def test_what_is_kept_of_the_options(
    olena: User, call: Call, options: object, kept: dict[str, Any] | None
) -> None:
    sent = await call("sendMessage", chat_id=101, text="Mug", link_preview_options=options)

    assert sent["result"].get("link_preview_options") == kept
    assert olena.chat.messages[-1].link_preview == kept


async def test_the_old_parameter_still_switches_it_off(olena: User, call: Call) -> None:
    sent = await call("sendMessage", chat_id=101, text="Mug", disable_web_page_preview=True)

    assert sent["result"]["link_preview_options"] == {"is_disabled": True}


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ("{", "can't parse link preview options JSON object"),
        ([], "object expected as link preview options"),
        ("null", "object expected as link preview options"),
        ({"url": 5}, 'field "url" must be of type String'),
        ({"url": None}, 'field "url" must be of type String'),
        ({"is_disabled": "true"}, 'field "is_disabled" must be of type Boolean'),
        ({"url": URL, "prefer_small_media": 1}, 'field "prefer_small_media" must be of type'),
        ({"url": URL, "prefer_large_media": 1}, 'field "prefer_large_media" must be of type'),
        ({"url": URL, "show_above_text": "yes"}, 'field "show_above_text" must be of type'),
    ],
)
@pytest.mark.parametrize("method", ["sendMessage", "editMessageText"])
async def test_what_is_no_such_option_is_refused(
    sandbox: TelegramSandbox,
    olena: User,
    call: Call,
    method: str,
    options: object,
    problem: str,
) -> None:
    sent = await call("sendMessage", chat_id=101, text="Mug", link_preview_options=SMALL_ABOVE)
    message = olena.chat.messages[-1]
    count = len(olena.chat.messages)

    answer = await call(
        method,
        chat_id=101,
        message_id=sent["result"]["message_id"],
        text="Cup",
        link_preview_options=options,
    )

    assert answer["description"].startswith(f"Bad Request: {problem}")
    assert len(olena.chat.messages) == count
    assert (message.text, message.link_preview) == ("Mug", SMALL_ABOVE)


async def test_an_edit_brings_changes_and_removes_a_preview(olena: User, call: Call) -> None:
    sent = await call("sendMessage", chat_id=101, text="Mug")
    message = olena.chat.messages[-1]
    steps: list[tuple[dict[str, Any], dict[str, Any] | None]] = [
        ({"link_preview_options": SMALL_ABOVE}, SMALL_ABOVE),
        ({"link_preview_options": {"url": URL}}, {"url": URL}),
        ({"link_preview_options": {"is_disabled": True}}, {"is_disabled": True}),
        ({"link_preview_options": {"url": URL}}, {"url": URL}),
        ({}, None),
    ]
    for params, kept in steps:
        edited = await call(
            "editMessageText",
            chat_id=101,
            message_id=sent["result"]["message_id"],
            text="Mug",
            **params,
        )
        assert edited["ok"], edited
        assert edited["result"].get("link_preview_options") == kept
        assert message.link_preview == kept


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (SMALL_ABOVE, SMALL_ABOVE),
        ({"is_disabled": True}, ""),
        ("", {"is_disabled": True}),
        ({"show_above_text": True}, ""),
    ],
)
async def test_the_same_preview_is_no_change(
    olena: User, call: Call, before: object, now: object
) -> None:
    sent = await call("sendMessage", chat_id=101, text="Mug", link_preview_options=before)

    answer = await call(
        "editMessageText",
        chat_id=101,
        message_id=sent["result"]["message_id"],
        text="Mug",
        link_preview_options=now,
    )

    assert NOT_MODIFIED in answer["description"]
    assert olena.chat.messages[-1].edit_date is None


async def test_new_buttons_leave_the_preview_and_copies_carry_it(olena: User, call: Call) -> None:
    sent = await call("sendMessage", chat_id=101, text="Mug", link_preview_options=SMALL_ABOVE)
    message_id = sent["result"]["message_id"]

    markup = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    edited = await call(
        "editMessageReplyMarkup", chat_id=101, message_id=message_id, reply_markup=markup
    )
    assert edited["result"]["link_preview_options"] == SMALL_ABOVE

    for method in ("copyMessage", "forwardMessage"):
        await call(method, chat_id=101, from_chat_id=101, message_id=message_id)
        assert olena.chat.messages[-1].link_preview == SMALL_ABOVE


async def test_a_bot_that_shows_none_by_default_must_say_so_to_show_one(
    sandbox: TelegramSandbox, olena: User
) -> None:
    """aiogram fills in its default where an option is left out: naming an address is not enough."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(sandbox.url))
    quiet = DefaultBotProperties(link_preview_is_disabled=True)
    async with Bot(sandbox.token, session=session, default=quiet) as bot:
        await bot.send_message(101, "Mug")
        await bot.send_message(101, "Mug", link_preview_options=LinkPreviewOptions(url=URL))
        shown = await bot.send_message(
            101,
            "Mug",
            link_preview_options=LinkPreviewOptions(
                is_disabled=False, url=URL, prefer_small_media=True, show_above_text=True
            ),
        )

    previews = [message.link_preview for message in olena.chat.messages[-3:]]
    assert previews == [{"is_disabled": True}, {"is_disabled": True}, SMALL_ABOVE]
    assert shown.link_preview_options is not None
    assert shown.link_preview_options.url == URL
