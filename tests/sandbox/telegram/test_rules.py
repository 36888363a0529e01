"""What Telegram refuses is refused with its words, what it takes is taken."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from sandbox.telegram import Group, TelegramSandbox, User

Call = Callable[..., Coroutine[Any, Any, dict[str, Any]]]


def keyboard(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


def button(**fields: Any) -> dict[str, Any]:
    return {"text": "Go", **fields}


NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are "
    "exactly the same as a current content and reply markup of the message"
)
ENTITIES = "Bad Request: can't parse entities: "
BUTTON = "Bad Request: can't parse inline keyboard button: "
URL = "Bad Request: inline keyboard button URL "


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"chat_id": ""}, "Bad Request: chat_id is empty"),
        ({"chat_id": 999}, "Bad Request: chat not found"),
        ({"chat_id": "@nobody"}, "Bad Request: chat not found"),
        ({"text": ""}, "Bad Request: message text is empty"),
        ({"text": " \n "}, "Bad Request: message text is empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "Bad Request: message text is empty"),
        ({"text": "я" * 4097}, "Bad Request: message is too long"),
        ({"text": "x" * 32769}, "Bad Request: text is too long"),
        ({"parse_mode": "Nonsense"}, "Bad Request: unsupported parse_mode"),
        ({"message_thread_id": 77}, "Bad Request: message thread not found"),
        (
            {"reply_parameters": {"message_id": 4242}},
            "Bad Request: message to be replied not found",
        ),
        ({"reply_to_message_id": 4242}, "Bad Request: message to be replied not found"),
        (
            {"reply_markup": "{"},
            "Bad Request: can't parse reply keyboard markup JSON object",
        ),
        ({"reply_markup": [1]}, "Bad Request: object expected as reply markup"),
        (
            {"reply_markup": keyboard([button(callback_data="x" * 65)])},
            "Bad Request: BUTTON_DATA_INVALID",
        ),
        (
            {"reply_markup": keyboard([button(callback_data="я" * 33)])},
            "Bad Request: BUTTON_DATA_INVALID",
        ),
        (
            {"reply_markup": keyboard([button(callback_data="")])},
            BUTTON + "Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"reply_markup": keyboard([{"callback_data": "x"}])},
            BUTTON + 'Can\'t find field "text"',
        ),
        (
            {"reply_markup": keyboard([{"text": 5, "callback_data": "x"}])},
            BUTTON + 'Field "text" must be of type String',
        ),
        (
            {"reply_markup": keyboard([button(callback_data="x", style="warning")])},
            BUTTON + "invalid button style specified",
        ),
        (
            {"reply_markup": keyboard([button(copy_text={"text": "x" * 257})])},
            "Bad Request: BUTTON_COPY_TEXT_INVALID",
        ),
        (
            {"reply_markup": keyboard([button(copy_text={"text": ""})])},
            "Bad Request: BUTTON_COPY_TEXT_INVALID",
        ),
        (
            {"reply_markup": keyboard(*[[button(callback_data="x")]] * 101)},
            "Bad Request: reply markup is too long",
        ),
        (
            {"reply_markup": keyboard([button(url="http://localhost:8080/x")])},
            URL + "'http://localhost:8080/x' is invalid: Wrong HTTP URL",
        ),
        (
            {"reply_markup": keyboard([button(url="ftp://example.com")])},
            URL + "'ftp://example.com' is invalid: Unsupported URL protocol",
        ),
        (
            {"reply_markup": {"force_reply": True, "input_field_placeholder": "x" * 65}},
            "Bad Request: reply markup is invalid: input field placeholder must be 1-64 characters",
        ),
    ],
)
async def test_sending_is_refused(
    sandbox: TelegramSandbox, olena: User, call: Call, params: dict[str, Any], description: str
) -> None:
    before = len(olena.chat.messages)

    answer = await call("sendMessage", **{"chat_id": 101, "text": "Hello", **params})

    assert answer == {"ok": False, "error_code": 400, "description": description}
    assert len(olena.chat.messages) == before


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("привіт <br>", 'Unsupported start tag "br" at byte offset 13'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b><i>x</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        (
            "<a href>x</a>",
            'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
        ),
        ("<a =x>x</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<tg-emoji emoji-id="x">x</tg-emoji>', "Invalid custom emoji identifier specified"),
    ],
)
async def test_broken_html_is_refused_with_its_offset(
    olena: User, call: Call, html: str, problem: str
) -> None:
    answer = await call("sendMessage", chat_id=101, text=html, parse_mode="HTML")

    assert answer["description"] == ENTITIES + problem


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("<b>x</b>", "x", [("bold", 0, 1)]),
        ("<STRONG>x</STRONG>", "x", [("bold", 0, 1)]),
        ("<b class='x'>x</b>", "x", [("bold", 0, 1)]),
        ("<b>x</>", "x", [("bold", 0, 1)]),
        ("A & B &copy; &lt;&gt;&quot;&#39;&#x41;", "A & B &copy; <>\"'A", []),
        ("😀<i>x</i>", "😀x", [("italic", 2, 1)]),
        ("<u><s>x</s></u>", "x", [("underline", 0, 1), ("strikethrough", 0, 1)]),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1)]),
        ("<pre>x</pre><code>y</code>", "xy", [("pre", 0, 1), ("code", 1, 1)]),
        ('<pre><code class="language-py">x</code></pre>', "x", [("pre", 0, 1)]),
        ("<blockquote>x</blockquote>", "x", [("blockquote", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", 0, 1)]),
        ('<a href="https://e.com/?a=1&amp;b">x</a>', "x", [("text_link", 0, 1)]),
        ('<a href="nonsense">x</a>', "x", []),
        ('<a href="tg://user?id=5">x</a>', "x", [("text_mention", 0, 1)]),
        ("call +380671234567 now", "call +380671234567 now", [("phone_number", 5, 13)]),
        (
            "/help @olena #tag https://e.com",
            "/help @olena #tag https://e.com",
            [("bot_command", 0, 5), ("mention", 6, 6), ("hashtag", 13, 4), ("url", 18, 13)],
        ),
        ("<code>+380671234567</code>", "+380671234567", [("code", 0, 13)]),
        ("  x <b>y </b> ", "x y", [("bold", 2, 1)]),
    ],
)
async def test_html_becomes_text_and_entities(
    olena: User, call: Call, html: str, text: str, entities: list[tuple[str, int, int]]
) -> None:
    answer = await call("sendMessage", chat_id=101, text=html, parse_mode="HTML")

    found = [(e["type"], e["offset"], e["length"]) for e in answer["result"].get("entities", [])]
    assert answer["result"]["text"] == text
    assert found == entities


async def test_sent_html_can_be_read_back(olena: User, call: Call) -> None:
    html = '<b>1 &lt; <i>2</i></b> <a href="https://e.com/?a&amp;b">x</a> 😀 <code>y</code>'

    await call("sendMessage", chat_id=101, text=html, parse_mode="HTML")

    assert olena.chat.messages[-1].html == html


@pytest.mark.parametrize(
    "params",
    [
        {"text": "я" * 4096},
        {"text": "<b>" + "x" * 4096 + "</b>", "parse_mode": "HTML"},
        {"reply_parameters": {"message_id": 4242, "allow_sending_without_reply": True}},
        {"reply_markup": keyboard([button(callback_data="x" * 64)])},
        {"reply_markup": keyboard([button(callback_data="x", style="danger")])},
        {"reply_markup": keyboard([button(url="http://127.0.0.1/x")])},
        {"reply_markup": keyboard([button(url="tg://user?id=1")])},
        {"reply_markup": keyboard([button(disabled={})])},
        {"reply_markup": {"force_reply": True, "input_field_placeholder": "x" * 64}},
        {"reply_markup": {"remove_keyboard": True}},
        {"reply_markup": {"keyboard": [["A", {"text": "B"}]]}},
        {"reply_markup": keyboard()},
    ],
)
async def test_sending_is_accepted(olena: User, call: Call, params: dict[str, Any]) -> None:
    answer = await call("sendMessage", **{"chat_id": 101, "text": "Hello", **params})

    assert answer["ok"] is True


async def test_superfluous_and_empty_buttons_are_dropped(olena: User, call: Call) -> None:
    row = [button(callback_data=str(number)) for number in range(14)]
    rows = [row, [{"text": " ", "callback_data": "x"}]]

    await call("sendMessage", chat_id=101, text="x", reply_markup={"inline_keyboard": rows})

    assert olena.chat.messages[-1].buttons == [["Go"] * 12]


@pytest.mark.parametrize(
    ("method", "params", "description"),
    [
        ("editMessageText", {"text": "Hello"}, NOT_MODIFIED),
        ("editMessageText", {"text": "<b></b>Hello ", "parse_mode": "HTML"}, NOT_MODIFIED),
        ("editMessageText", {"text": ""}, "Bad Request: message text is empty"),
        ("editMessageText", {"text": "x" * 4097}, "Bad Request: MESSAGE_TOO_LONG"),
        (
            "editMessageText",
            {"text": "x", "message_id": 4242},
            "Bad Request: message to edit not found",
        ),
        (
            "editMessageText",
            {"text": "x", "message_id": 0},
            "Bad Request: message identifier is not specified",
        ),
        (
            "editMessageText",
            {"text": "x", "reply_markup": {"force_reply": True}},
            "Bad Request: inline keyboard expected",
        ),
        (
            "editMessageCaption",
            {"caption": "x"},
            "Bad Request: there is no caption in the message to edit",
        ),
        ("editMessageReplyMarkup", {}, NOT_MODIFIED),
    ],
)
async def test_editing_is_refused(
    olena: User, call: Call, method: str, params: dict[str, Any], description: str
) -> None:
    sent = await call("sendMessage", chat_id=101, text="Hello")
    target = {"chat_id": 101, "message_id": sent["result"]["message_id"]}

    answer = await call(method, **{**target, **params})

    assert answer["description"] == description
    assert olena.chat.messages[-1].edits == []


@pytest.mark.parametrize(
    "markup",
    [
        {"keyboard": [["A"]]},
        {"remove_keyboard": True},
        {"force_reply": True},
    ],
)
async def test_what_carried_another_keyboard_is_never_edited(
    olena: User, call: Call, markup: dict[str, Any]
) -> None:
    sent = await call("sendMessage", chat_id=101, text="Hello", reply_markup=markup)

    answer = await call(
        "editMessageText", chat_id=101, message_id=sent["result"]["message_id"], text="x"
    )

    assert answer["description"] == "Bad Request: message can't be edited"


async def test_foreign_and_forwarded_messages_are_never_edited(olena: User, call: Call) -> None:
    theirs = olena.chat.messages[0].message_id
    forwarded = await call("forwardMessage", chat_id=101, from_chat_id=101, message_id=theirs)

    for message_id in (theirs, forwarded["result"]["message_id"]):
        answer = await call("editMessageText", chat_id=101, message_id=message_id, text="x")
        assert answer["description"] == "Bad Request: message can't be edited"


async def test_edit_without_markup_removes_the_keyboard(olena: User, call: Call) -> None:
    markup = keyboard([button(callback_data="x")])
    sent = await call("sendMessage", chat_id=101, text="Hello", reply_markup=markup)

    await call("editMessageText", chat_id=101, message_id=sent["result"]["message_id"], text="New")

    message = olena.chat.messages[-1]
    assert (message.text, message.buttons) == ("New", [])
    assert [(edit.text, edit.reply_markup) for edit in message.edits] == [("Hello", markup)]


async def test_own_messages_are_edited_at_any_age_but_deleted_only_for_two_days(
    sandbox: TelegramSandbox, olena: User, call: Call
) -> None:
    sent = await call("sendMessage", chat_id=101, text="Hello")
    target = {"chat_id": 101, "message_id": sent["result"]["message_id"]}
    sandbox.clock.advance(48 * 3600)

    edited = await call("editMessageText", **target, text="New")
    deleted = await call("deleteMessage", **target)

    assert edited["ok"] is True
    assert deleted["description"] == "Bad Request: message can't be deleted for everyone"


async def test_deleted_messages_are_gone(olena: User, call: Call) -> None:
    sent = await call("sendMessage", chat_id=101, text="Hello")
    target = {"chat_id": 101, "message_id": sent["result"]["message_id"]}
    message = olena.chat.messages[-1]

    assert (await call("deleteMessage", **target))["ok"] is True

    again = await call("deleteMessage", **target)
    edited = await call("editMessageText", **target, text="x")
    assert message.deleted
    assert message not in olena.chat.messages
    assert again["description"] == "Bad Request: message to delete not found"
    assert edited["description"] == "Bad Request: message to edit not found"


async def test_whoever_does_not_let_the_bot_in(
    sandbox: TelegramSandbox, olena: User, oleh: User, call: Call
) -> None:
    stranger = await call("sendMessage", chat_id=102, text="x")
    sandbox.add_group(id=-5, title="G", members=[oleh])
    acquainted = await call("sendMessage", chat_id=102, text="x")
    olena.block_bot()
    blocked = await call("sendMessage", chat_id=101, text="x")
    olena.deactivate()
    deactivated = await call("sendMessage", chat_id=101, text="x")

    assert stranger["description"] == "Bad Request: chat not found"
    assert acquainted["description"] == "Forbidden: bot can't initiate conversation with a user"
    assert blocked["description"] == "Forbidden: bot was blocked by the user"
    assert deactivated["description"] == "Forbidden: user is deactivated"
    assert [a["error_code"] for a in (stranger, acquainted, blocked)] == [400, 403, 403]


async def test_groups_the_bot_is_not_in(sandbox: TelegramSandbox, group: Group, call: Call) -> None:
    group.kick_bot()
    kicked = await call("sendMessage", chat_id=-1001, text="x")
    group.add_bot()
    assert (await call("leaveChat", chat_id=-1001))["ok"] is True
    left = await call("sendMessage", chat_id=-1001, text="x")

    assert kicked["description"] == "Forbidden: bot was kicked from the group chat"
    assert left["description"] == "Forbidden: bot is not a member of the group chat"


async def test_topics(sandbox: TelegramSandbox, olena: User, call: Call) -> None:
    forum = sandbox.add_group(id=-(10**12) - 7, title="Forum", members=[olena], is_forum=True)
    topic = forum.add_topic("Orders")

    sent = await call("sendMessage", chat_id=forum.id, text="x", message_thread_id=topic.id)
    forum.close_topic(topic)
    gone = await call("sendMessage", chat_id=forum.id, text="x", message_thread_id=topic.id)

    assert sent["result"]["message_thread_id"] == topic.id
    assert sent["result"]["is_topic_message"] is True
    assert gone["description"] == "Bad Request: message thread not found"


@pytest.mark.parametrize(
    ("method", "params", "description"),
    [
        ("sendChatAction", {"action": "dance"}, "Bad Request: wrong parameter action in request"),
        ("sendPhoto", {}, "Bad Request: there is no photo in the request"),
        (
            "sendDocument",
            {"document": "nonsense"},
            "Bad Request: wrong file identifier/HTTP URL specified",
        ),
        ("sendDocument", {"caption": "x" * 1025}, "Bad Request: message caption is too long"),
        ("getFile", {"file_id": "nonsense"}, "Bad Request: invalid file_id"),
        (
            "getChatAdministrators",
            {},
            "Bad Request: there are no administrators in the private chat",
        ),
        ("getChatMember", {"user_id": 0}, "Bad Request: invalid user_id specified"),
        (
            "setMyCommands",
            {"commands": [{"command": "Orders", "description": "x"}]},
            "Bad Request: BOT_COMMAND_INVALID",
        ),
        (
            "setMyCommands",
            {"commands": [{"command": "orders", "description": ""}]},
            "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID",
        ),
        (
            "answerCallbackQuery",
            {"callback_query_id": "1"},
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
        ),
        ("answerCallbackQuery", {"text": "x" * 201}, "Bad Request: MESSAGE_TOO_LONG"),
        ("answerCallbackQuery", {"url": "https://example.com"}, "Bad Request: URL_INVALID"),
        (
            "setMessageReaction",
            {"message_id": 4242},
            "Bad Request: message to react not found",
        ),
        (
            "copyMessage",
            {"from_chat_id": 101, "message_id": 42},
            "Bad Request: message to copy not found",
        ),
        (
            "setWebhook",
            {"url": "http://127.0.0.1:1/", "secret_token": "a b"},
            "Bad Request: secret token contains unallowed characters",
        ),
        ("flyToTheMoon", {}, "Not Found"),
    ],
)
async def test_other_methods_refuse(
    olena: User, call: Call, method: str, params: dict[str, Any], description: str
) -> None:
    answer = await call(method, **{"chat_id": 101, **params})

    assert answer["description"] == description
