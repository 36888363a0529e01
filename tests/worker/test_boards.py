"""Live boards: sent and pinned without a sound, kept true with few edits, taken down."""

from datetime import timedelta

import pytest

from domain.rights import Role
from models.outbox import OutboxEffect
from models.staff import StaffMember
from models.telegram import Chat
from sandbox.telegram import Group, Message, User
from services import boards, chat_settings, chats
from tests.worker.outbox_stage import BASIC_GROUP, Stage, cards_in


async def switch(chat: User | Group, *, on: bool) -> None:
    by, _ = await StaffMember.get_or_create(
        defaults={"role": Role.MANAGER}, telegram_id=7000, name="Ira"
    )
    row = await Chat.get(telegram_id=chat.id)
    await chat_settings.set_board(row.id, is_wanted=on, by=by)


def boards_in(chat: User | Group) -> list[Message]:
    messages = (chat.chat if isinstance(chat, User) else chat).messages
    return [message for message in messages if message.text.startswith("📋")]


def pinned(chat: User | Group) -> list[int]:
    return (chat.chat if isinstance(chat, User) else chat).pinned


async def test_a_board_is_pinned_silently_and_follows_the_orders(it: Stage) -> None:
    olena = await it.person()
    await switch(olena, on=True)
    it.run()
    await it.settled()
    [board] = boards_in(olena)
    assert board.silent
    assert board.text == "📋 Orders\n🆕 New 0"
    assert pinned(olena) == [board.message_id]

    for _ in range(3):
        await it.orders()
    await it.caught_up()
    assert board.text == "📋 Orders\n🆕 New 0"  # not yet: many changes are one edit
    it.clock.shift += timedelta(seconds=20)
    await it.settled()

    assert "🆕 New 3 · oldest: " in board.text
    assert len(board.edits) == 1
    assert boards_in(olena) == [board]
    pins = it.telegram.calls_of("pinChatMessage")
    assert [call.params["disable_notification"] for call in pins] == ["true"]


async def test_what_does_not_change_the_board_costs_no_call(it: Stage) -> None:
    olena = await it.person()
    [order_id] = await it.orders()
    await switch(olena, on=True)
    it.run()
    it.clock.shift += timedelta(seconds=20)
    await it.settled()
    it.telegram.calls.clear()

    await it.redraw(order_id)
    it.clock.shift += timedelta(seconds=20)
    await it.settled()

    assert it.telegram.calls == []


async def test_a_deleted_board_is_sent_anew(it: Stage) -> None:
    olena = await it.person()
    await switch(olena, on=True)
    it.run()
    await it.settled()
    [board] = boards_in(olena)
    await it.bot.delete_message(olena.id, board.message_id)

    await it.orders()
    it.clock.shift += timedelta(seconds=20)
    await it.settled()

    [anew] = boards_in(olena)
    assert "New 1" in anew.text
    assert pinned(olena) == [anew.message_id]
    assert anew.silent


async def test_switched_off_it_goes(it: Stage) -> None:
    olena = await it.person()
    await switch(olena, on=True)
    it.run()
    await it.settled()
    [board] = boards_in(olena)

    await switch(olena, on=False)
    await it.settled()
    await it.orders()
    it.clock.shift += timedelta(seconds=20)
    await it.settled()

    assert board.deleted
    assert pinned(olena) == []
    assert (await Chat.get(telegram_id=olena.id)).board_message_id is None
    assert len(olena.chat.messages) == 2  # the pin's notice, and the order


async def test_a_board_too_old_to_be_deleted_says_that_it_is_off(it: Stage) -> None:
    olena = await it.person()
    await switch(olena, on=True)
    it.run()
    await it.settled()
    [board] = boards_in(olena)

    it.telegram.clock.advance(3 * 24 * 3600)
    await switch(olena, on=False)
    await it.settled()

    assert board.text == "This live board is switched off."
    assert pinned(olena) == []
    assert (await Chat.get(telegram_id=olena.id)).board_message_id is None


async def test_without_the_right_to_pin_it_works_and_is_pinned_later(it: Stage) -> None:
    packers = await it.group()
    await switch(packers, on=True)
    it.run()
    await it.settled()
    [board] = boards_in(packers)
    assert pinned(packers) == []

    packers.promote_bot()
    await boards.pin_again(packers.id)
    await it.settled()

    assert boards_in(packers) == [board]
    assert pinned(packers) == [board.message_id]


async def test_a_chat_that_left_is_rid_of_its_board_and_gets_nothing_else(it: Stage) -> None:
    olena = await it.person()
    await switch(olena, on=True)
    it.run()
    await it.settled()
    [board] = boards_in(olena)

    await chats.unsubscribe(olena.id)
    await it.orders()
    await it.telegram.wait_for(lambda: board.deleted, timeout=30)
    await it.until(_nothing_owed)
    assert not cards_in(olena, 1)

    await chats.subscribe(olena.id)
    await it.settled()
    assert len(boards_in(olena)) == 1


async def _nothing_owed() -> bool:
    return not await OutboxEffect.exists()


async def test_a_chat_that_left_and_throws_us_out_is_left_alone(it: Stage) -> None:
    packers = await it.group()
    await switch(packers, on=True)
    it.run()
    await it.settled()

    await it.halt()
    await chats.unsubscribe(packers.id)
    packers.kick_bot()
    it.run()

    await it.until(_nothing_owed)


async def test_a_board_moves_with_its_group(it: Stage) -> None:
    group = await it.group(BASIC_GROUP)
    await switch(group, on=True)
    it.run()
    await it.settled()

    new = group.migrate()
    new.promote_bot()
    await it.orders()
    it.clock.shift += timedelta(seconds=20)
    await it.settled()

    [board] = boards_in(new)
    assert "New 1" in board.text
    assert pinned(new) == [board.message_id]
    assert len(cards_in(new, 1)) == 1


@pytest.mark.parametrize("status", [429, 500])
async def test_a_pin_that_fails_holds_up_nothing_and_is_tried_again(it: Stage, status: int) -> None:
    olena = await it.person()
    fault = it.telegram.faults.add("pinChatMessage", status=status, retry_after=60, times=None)
    await switch(olena, on=True)
    it.run()
    await it.orders()
    await it.caught_up()
    assert len(cards_in(olena, 1)) == 1
    assert fault.hits <= 3
    it.telegram.faults.clear()

    await it.orders()
    it.clock.shift += timedelta(seconds=20)
    await it.settled()

    [board] = boards_in(olena)
    assert "New 2" in board.text
    assert pinned(olena) == [board.message_id]
