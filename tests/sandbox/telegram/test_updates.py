"""Long polling: confirmation, expiry, filters, rivals."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from sandbox.telegram import Group, TelegramSandbox, User

Call = Callable[..., Coroutine[Any, Any, dict[str, Any]]]
MARKUP = {"inline_keyboard": [[{"text": "Confirm", "callback_data": "x"}]]}


def ids(answer: dict[str, Any]) -> list[int]:
    return [update["update_id"] for update in answer["result"]]


async def test_updates_repeat_until_confirmed(olena: User, call: Call) -> None:
    first, second = await olena.send("1"), await olena.send("2")

    assert ids(await call("getUpdates")) == [first.update_id, second.update_id]
    assert ids(await call("getUpdates", limit=1)) == [first.update_id]
    assert ids(await call("getUpdates", offset=second.update_id)) == [second.update_id]
    assert ids(await call("getUpdates")) == [second.update_id]
    assert ids(await call("getUpdates", offset=second.update_id + 1)) == []


async def test_negative_offset_keeps_only_the_last(olena: User, call: Call) -> None:
    updates = [await olena.send(str(number)) for number in range(4)]

    assert ids(await call("getUpdates", offset=-2)) == [u.update_id for u in updates[2:]]
    assert ids(await call("getUpdates")) == [u.update_id for u in updates[2:]]


async def test_poll_waits_for_an_update(sandbox: TelegramSandbox, olena: User, call: Call) -> None:
    async with asyncio.TaskGroup() as tasks:
        poll = tasks.create_task(call("getUpdates", timeout=20))
        await sandbox.wait_for(lambda: sandbox.is_polled)
        update = await olena.send("now")

    assert ids(poll.result()) == [update.update_id]
    assert poll.result()["result"][0]["message"]["text"] == "now"


async def test_older_poll_is_terminated(sandbox: TelegramSandbox, olena: User, call: Call) -> None:
    async with asyncio.TaskGroup() as tasks:
        older = tasks.create_task(call("getUpdates", timeout=20))
        await sandbox.wait_for(lambda: sandbox.is_polled)
        newer = tasks.create_task(call("getUpdates", timeout=20))
        await asyncio.wait({older})
        await olena.send("x")

    assert older.result()["error_code"] == 409
    assert older.result()["description"] == (
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running"
    )
    assert len(newer.result()["result"]) == 1


async def test_no_polling_beside_a_webhook(call: Call) -> None:
    await call("setWebhook", url="http://127.0.0.1:9/hook")

    answer = await call("getUpdates")

    assert answer["error_code"] == 409
    assert answer["description"].startswith("Conflict: can't use getUpdates method while webhook")


async def test_allowed_updates_are_kept_from_the_last_call(olena: User, call: Call) -> None:
    await call("getUpdates", allowed_updates=["callback_query"])
    unwanted = await olena.send("x")
    await call("getUpdates", allowed_updates=[])
    wanted = await olena.send("y")

    assert not unwanted.delivered
    assert ids(await call("getUpdates")) == [wanted.update_id]


async def test_taps_live_150_s_and_messages_a_day(
    sandbox: TelegramSandbox, olena: User, call: Call
) -> None:
    sent = await call("sendMessage", chat_id=101, text="x", reply_markup=MARKUP)
    message = olena.chat.message(sent["result"]["message_id"])
    assert message is not None
    sandbox.world.tell_tap(olena, message, "x")
    text = await olena.send("y")

    sandbox.clock.advance(149)
    assert len((await call("getUpdates"))["result"]) == 2
    sandbox.clock.advance(1)
    assert ids(await call("getUpdates")) == [text.update_id]
    sandbox.clock.advance(24 * 3600)
    assert ids(await call("getUpdates")) == []


async def test_late_answer_to_a_tap_is_refused(
    sandbox: TelegramSandbox, olena: User, call: Call
) -> None:
    await call("sendMessage", chat_id=101, text="x", reply_markup=MARKUP)
    first = sandbox.world.tell_tap(olena, olena.chat.messages[-1], "x")
    assert (await call("answerCallbackQuery", callback_query_id=first.id))["ok"] is True
    second = sandbox.world.tell_tap(olena, olena.chat.messages[-1], "x")
    sandbox.clock.advance(sandbox.answer_window_s + 0.1)

    for query in (first, second):
        answer = await call("answerCallbackQuery", callback_query_id=query.id)
        assert answer["description"].startswith("Bad Request: query is too old")


async def test_privacy_mode(
    sandbox: TelegramSandbox, olena: User, oleh: User, group: Group, call: Call
) -> None:
    sent = await call("sendMessage", chat_id=group.id, text="Card")
    card = group.message(sent["result"]["message_id"])

    chatter = await olena.send("hello all", in_chat=group)
    other_bot = await olena.send("/start@other_bot", in_chat=group)
    command = await olena.send("/orders", in_chat=group)
    own = await olena.send("/orders@kramar_demo_bot now", in_chat=group)
    reply = await oleh.send("Out of stock", in_chat=group, reply_to=card)
    foreign_reply = await oleh.send("ok", in_chat=group, reply_to=chatter.message)
    group.promote_bot()
    as_administrator = await olena.send("hello again", in_chat=group)

    seen = [u.delivered for u in (chatter, other_bot, command, own, reply, foreign_reply)]
    assert seen == [False, False, True, True, True, False]
    assert as_administrator.delivered


async def test_message_ids_are_shared_except_in_supergroups(
    sandbox: TelegramSandbox, olena: User, group: Group, call: Call
) -> None:
    supergroup = sandbox.add_group(id=-(10**12) - 1, title="Super", members=[olena])
    last = group.messages[-1].message_id

    private = await call("sendMessage", chat_id=101, text="x")
    unseen = await olena.send("chatter", in_chat=group)
    basic = await call("sendMessage", chat_id=group.id, text="x")
    own_counter = await call("sendMessage", chat_id=supergroup.id, text="x")

    assert private["result"]["message_id"] == last + 1
    assert unseen.message is not None
    assert unseen.message.message_id == last + 2
    assert basic["result"]["message_id"] == last + 3
    assert own_counter["result"]["message_id"] == 2  # after "added the bot"


async def test_block_and_unblock_are_told(olena: User, call: Call) -> None:
    olena.block_bot()
    olena.unblock_bot()

    updates = [u["my_chat_member"] for u in (await call("getUpdates"))["result"]]
    statuses = [
        (u["chat"]["id"], u["old_chat_member"]["status"], u["new_chat_member"]["status"])
        for u in updates
    ]
    assert statuses == [(101, "member", "kicked"), (101, "kicked", "member")]


async def test_adding_the_bot_is_told_twice(
    sandbox: TelegramSandbox, olena: User, call: Call
) -> None:
    sandbox.add_group(id=-7, title="New", members=[olena])

    member, message = (await call("getUpdates"))["result"]
    assert member["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert message["message"]["new_chat_members"][0]["id"] == sandbox.bot.id


async def test_migration(sandbox: TelegramSandbox, olena: User, group: Group, call: Call) -> None:
    new = group.migrate()

    updates = (await call("getUpdates"))["result"]
    refused = await call("sendMessage", chat_id=group.id, text="x")
    accepted = await call("sendMessage", chat_id=new.id, text="x")
    messages = [u["message"] for u in updates if "message" in u]
    members = [u["my_chat_member"] for u in updates if "my_chat_member" in u]
    assert (messages[0]["chat"]["id"], messages[0]["migrate_to_chat_id"]) == (group.id, new.id)
    assert (messages[1]["chat"]["id"], messages[1]["migrate_from_chat_id"]) == (new.id, group.id)
    assert [(m["chat"]["id"], m["new_chat_member"]["status"]) for m in members] == [
        (new.id, "member"),
        (group.id, "left"),
    ]
    assert refused["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert refused["parameters"] == {"migrate_to_chat_id": new.id}
    assert accepted["result"]["chat"]["type"] == "supergroup"


async def test_a_pin_is_told_to_the_chat_and_the_telling_can_be_deleted(
    sandbox: TelegramSandbox, group: Group, call: Call
) -> None:
    sent = await call("sendMessage", chat_id=group.id, text="board")
    target = {"chat_id": group.id, "message_id": sent["result"]["message_id"]}
    group.promote_bot()
    sandbox.world.queue.clear()

    for _ in range(2):  # what is pinned already is no news
        await call("pinChatMessage", **target, disable_notification=True)
    updates = (await call("getUpdates"))["result"]
    [told] = [update["message"] for update in updates]
    notice = {"chat_id": group.id, "message_id": told["message_id"]}
    edited = await call("editMessageText", **notice, text="x")
    pinned = await call("pinChatMessage", **notice)
    deleted = await call("deleteMessage", **notice)
    await call("unpinChatMessage", **target)

    assert told["pinned_message"]["text"] == "board"
    assert told["from"]["is_bot"]
    assert edited["description"] == "Bad Request: message can't be edited"
    assert pinned["description"] == "Bad Request: a service message can't be pinned"
    assert deleted["ok"]
    assert group.pinned == []
