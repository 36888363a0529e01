"""Nobody but active staff sees or does anything, whatever kind of update it is."""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from aiogram.types import Update

from domain.orders import RejectReason
from domain.rights import Role
from models.drafts import SaleDraft
from models.orders import Order, OrderEvent
from models.outbox import OutboxEffect
from models.staff import StaffMember
from models.statuses import OrderStatus
from models.telegram import Card, Chat, ChatState, DialogueState
from services import orders, staff
from tests.bot.conftest import SELLER_ID, Scene
from tests.factories import OWNER_ID

STRANGER = {"id": 666, "is_bot": False, "first_name": "Mallory", "language_code": "en"}
PRIVATE = {"id": 666, "type": "private", "first_name": "Mallory"}
GROUP = {"id": -500, "type": "group", "title": "Somewhere"}
BOT = {"id": 42, "is_bot": True, "first_name": "Kramar", "username": "kramar_demo_bot"}


def message(text: str, chat: dict[str, Any] = PRIVATE) -> dict[str, Any]:
    command = {"type": "bot_command", "offset": 0, "length": len(text.split()[0])}
    return {
        "message_id": 9,
        "date": 1,
        "chat": chat,
        "from": STRANGER,
        "text": text,
        "entities": [command] if text.startswith("/") else [],
    }


def tap(data: str, chat: dict[str, Any] = PRIVATE) -> dict[str, Any]:
    card = {**message("card", chat), "from": BOT}
    return {"id": "1", "from": STRANGER, "chat_instance": "1", "data": data, "message": card}


def membership(status: str, before: str = "member") -> dict[str, Any]:
    def member(status: str) -> dict[str, Any]:
        extra = {"until_date": 0} if status == "kicked" else {}
        return {"user": BOT, "status": status, **extra}

    return {
        "chat": PRIVATE,
        "from": STRANGER,
        "date": 1,
        "old_chat_member": member(before),
        "new_chat_member": member(status),
    }


KINDS = {
    "start": {"message": message("/start")},
    "link": {"message": message("/start sale_1")},
    "guess": {"message": message("/start inv_abcdefghijklmnopqrstuvwxyz012345")},
    "guess in a group": {"message": message("/start inv_abcdef", GROUP)},
    "orders": {"message": message("/orders")},
    "menu": {"message": message("Orders")},
    "cancel": {"message": message("/cancel")},
    "here": {"message": message("/here", GROUP)},
    "text": {"message": message("1234")},
    "edited": {"edited_message": message("/start")},
    "confirm": {"callback_query": tap("o1:cf:1")},
    "refuse": {"callback_query": tap("s1:1:4")},
    "reject": {"callback_query": tap("r1:1:duplicate", GROUP)},
    "label": {"callback_query": tap("s1:1:0")},
    "add": {"callback_query": tap("w1:ad:1")},
    "back": {"callback_query": tap("w1:bk:1")},
    "unknown": {"callback_query": tap("zz")},
    "inline": {"inline_query": {"id": "1", "from": STRANGER, "query": "1234", "offset": ""}},
    "blocked": {"my_chat_member": membership("kicked")},
    "unblocked": {"my_chat_member": membership("member", "kicked")},
    "member": {"chat_member": membership("member", "left")},
    "join": {"chat_join_request": {"chat": GROUP, "from": STRANGER, "user_chat_id": 1, "date": 1}},
    "channel": {"channel_post": {"message_id": 9, "date": 1, "chat": GROUP, "text": "/orders"}},
    "business": {"business_message": message("/orders")},
}


async def everything() -> list[object]:
    tables = (Order, OrderEvent, OutboxEffect, SaleDraft, StaffMember, OrderStatus, Card, Chat)
    return [await table.all().order_by("id").values() for table in (*tables,)] + [
        await DialogueState.all().order_by("key").values()
    ]


@pytest.mark.parametrize("kind", KINDS)
async def test_stranger_changes_nothing_and_sees_nothing(resting: Scene, kind: str) -> None:
    resting.telegram.add_user(id=666, first_name="Mallory", has_started=True)
    order = await resting.new_order(("A", 2))
    assert order.id == 1
    before = await everything()
    dispatcher = resting.new_dispatcher()

    update = Update.model_validate({"update_id": 1, **KINDS[kind]})
    await dispatcher.feed_update(resting.bot, update)

    assert await everything() == before
    for call in resting.telegram.calls:
        assert call.method in {"sendMessage", "answerCallbackQuery", "answerInlineQuery"}
        if call.method == "answerInlineQuery":
            told = call.params
            assert (told["results"], told["cache_time"], told["is_personal"]) == ("[]", "0", "true")
        if call.method == "sendMessage":
            assert call.params["chat_id"] == "666"
        assert "1234" not in call.params.get("text", "")
        assert "Олена" not in call.params.get("text", "")


async def test_stranger_is_refused_politely_in_their_language_once_a_minute(scene: Scene) -> None:
    stranger = scene.telegram.add_user(id=666, first_name="Mallory", language_code="pl")
    local = scene.telegram.add_user(id=667, first_name="Марко", language_code="uk")

    for text in ("/start", "hello", "/orders"):
        await stranger.send(text)
    await local.send("/start")

    await scene.message(local.chat, "працівників")
    await scene.message(stranger.chat, "ask the owner")
    await scene.settled()
    assert len([m for m in stranger.chat.messages if m.sender is not stranger]) == 1
    assert not await Chat.exists(telegram_id=666)


async def test_refusals_begin_again_after_a_minute(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = scene.telegram.add_user(id=666, first_name="Mallory", language_code="en")
    await stranger.send("hello")
    first = await scene.message(stranger.chat, "ask the owner")
    started = time.monotonic()
    # Not time.monotonic itself: that is the event loop's clock as well, which must go on.
    monkeypatch.setattr("bot.access.time", SimpleNamespace(monotonic=lambda: started + 61))

    await stranger.send("hello again")

    await scene.telegram.wait_for(lambda: stranger.chat.messages[-1] is not first)
    await scene.telegram.wait_for(lambda: "ask the owner" in stranger.chat.messages[-1].text)


async def test_stranger_in_a_group_is_met_with_silence_but_for_taps(scene: Scene) -> None:
    stranger = scene.telegram.add_user(id=666, first_name="Mallory", language_code="en")
    group = scene.telegram.add_group(id=-77, title="Shop", members=[scene.owner, stranger])
    await scene.owner.send("/here", in_chat=group)
    await scene.message(group, "з’являтимуться")
    order = await scene.new_order(("A", 2))
    card = await scene.message(group, "1234", button="Відхилити")
    count = len(group.messages)

    await stranger.send("/orders@kramar_demo_bot", in_chat=group)
    first = await scene.tap(stranger, card, "Відхилити")
    second = await scene.tap(stranger, card, "Підтвердити")

    assert first.show_alert
    assert "staff of one shop" in first.text
    assert (second.text, second.url) == ("", None)
    await scene.settled()
    assert len(group.messages) == count + 1  # their own words
    assert (await Order.get(id=order.id)).revision == order.revision


async def test_dismissed_staff_are_out_with_the_next_tap(scene: Scene) -> None:
    await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, button="Reject")
    await staff.dismiss(await scene.member(scene.seller))

    answer = await scene.tap(scene.seller, card, "Reject")
    await scene.new_order(("A", 1), number="1235")
    await scene.message(scene.owner.chat, "1235")

    assert answer.show_alert
    assert "staff of one shop" in answer.text
    await scene.settled()
    assert not any("1235" in message.text for message in scene.seller.chat.messages)


async def test_name_follows_telegram_and_language_the_choice(scene: Scene) -> None:
    scene.seller.first_name = "Oleh Renamed"
    await StaffMember.filter(telegram_id=SELLER_ID).update(language="uk")

    await scene.seller.send("/help")

    await scene.message(scene.seller.chat, "Підтвердити")
    assert (await scene.member(scene.seller)).name == "Oleh Renamed"


async def test_owners_are_those_of_the_environment(db: str) -> None:
    await staff.sync_owners([1, 2])
    await staff.sync_owners([2, 3])

    members = await StaffMember.all().order_by("telegram_id")
    assert [(m.telegram_id, m.role, m.is_active) for m in members] == [
        (1, Role.OWNER, False),
        (2, Role.OWNER, True),
        (3, Role.OWNER, True),
    ]
    assert await staff.owner_ids() == [2, 3]
    states = {chat.telegram_id: chat.state for chat in await Chat.all()}
    assert states == {
        1: ChatState.UNSUBSCRIBED,
        2: ChatState.SUBSCRIBED,
        3: ChatState.SUBSCRIBED,
    }


async def test_seller_named_owner_becomes_one_and_a_former_owner_returns(db: str) -> None:
    await StaffMember.create(telegram_id=5, role=Role.SELLER, name="Ira")
    await staff.sync_owners([5])
    await staff.sync_owners([6])
    await staff.sync_owners([5, 6])

    member = await StaffMember.get(telegram_id=5)
    assert (member.role, member.is_active, member.name) == (Role.OWNER, True, "Ira")
    assert (await Chat.get(telegram_id=5)).state is ChatState.SUBSCRIBED


async def test_other_staff_stay_when_owners_change(db: str) -> None:
    await StaffMember.create(telegram_id=5, role=Role.SELLER)

    await staff.sync_owners([6])

    assert (await StaffMember.get(telegram_id=5)).is_active


async def test_owner_gets_what_waited_once_they_press_start(resting: Scene) -> None:
    await resting.start()
    try:
        await resting.new_order(("A", 2))

        async def refused() -> bool:
            return await Chat.exists(telegram_id=OWNER_ID, state=ChatState.BLOCKED)

        await resting.telegram.wait_for(refused, timeout=15)
        await resting.owner.send("/start")

        await resting.message(resting.owner.chat, "1234", button="Підтвердити")
    finally:
        await resting.stop()


async def test_rejected_order_stays_rejected_for_a_stranger_with_an_old_button(
    scene: Scene,
) -> None:
    order = await scene.new_order(("A", 2))
    await orders.reject(order.id, RejectReason.DUPLICATE, by=await scene.member(scene.owner))
    card = await scene.message(scene.seller.chat, button="Reopen")
    await staff.dismiss(await scene.member(scene.seller))

    await scene.tap(scene.seller, card, "Reopen")

    assert (await Order.get(id=order.id)).phase.value == "canceled"
