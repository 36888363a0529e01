"""Reminders and nudges on their way to Telegram: once, and not at all when pointless."""

import asyncio
from datetime import timedelta

import pytest
from tortoise.timezone import now

import worker.boards
from bot import reminder_windows
from domain.rights import Role
from models.care import Reminder
from models.orders import Order
from models.outbox import EffectKind, OutboxEffect
from models.staff import StaffMember
from models.telegram import Chat
from sandbox.telegram import Group, User
from services import card_places, nudges, orders, outbox, reminders
from services.card_places import Place
from services.transactions import transaction
from tests.factories import make_staff
from tests.worker.outbox_stage import PATIENCE_S, Stage, cards_in


async def plan(it: Stage, order_id: int, chat: User | Group, by: StaffMember) -> None:
    """A reminder that is due in a moment."""
    place = Place(chat.id, 0, 0, is_group=isinstance(chat, Group))
    await reminders.plan(order_id, place, now() + timedelta(seconds=0.5), by=by)


async def nothing_pending() -> bool:
    return not await Reminder.all().exists()


async def test_reminder_comes_when_it_is_due_though_its_chat_had_rested(it: Stage) -> None:
    olena, packers = await it.person(), await it.group()
    seller = await make_staff()
    it.run()
    [order_id] = await it.orders()
    await it.settled()
    await plan(it, order_id, packers, seller)
    await it.until(nothing_pending)
    await it.settled()

    [card, reminder] = packers.messages[-2:]
    assert "Reminder: order 1" in reminder.text
    assert reminder.reply_to is card
    assert len(olena.chat.messages) == 1
    assert await OutboxEffect.all().count() == 0


@pytest.mark.parametrize("kind", [EffectKind.NUDGE, EffectKind.SHOW_BOARD])
async def test_what_cannot_be_worded_does_not_hold_up_its_chat(
    it: Stage, monkeypatch: pytest.MonkeyPatch, kind: EffectKind
) -> None:
    def stumble(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(reminder_windows, "nudge", stumble)
    monkeypatch.setattr(worker.boards, "live_board", stumble)
    olena = await it.person()
    [chat] = await Chat.all()
    await Chat.filter(id=chat.id).update(has_board=True)
    [order_id] = await it.orders()
    await OutboxEffect.create(kind=kind, chat_id=chat.id, subject_id=order_id)
    it.run()
    await it.orders()

    async def both_came() -> bool:
        return bool(cards_in(olena, 1) and cards_in(olena, 2))

    await it.until(both_came)
    assert await OutboxEffect.filter(kind=kind).exclude(problem="").exists()


async def test_nobody_is_reminded_of_a_closed_order(it: Stage) -> None:
    olena = await it.person()
    seller = await make_staff()
    it.run()
    [order_id] = await it.orders()
    await it.settled()
    await plan(it, order_id, olena, seller)
    await orders.refuse(order_id, by=seller)
    await it.until(nothing_pending)

    assert len(olena.chat.messages) == 1


async def test_death_before_a_reminder_is_recorded_sends_it_again_and_no_more(
    it: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    olena = await it.person()
    seller = await make_staff()
    it.run()
    [order_id] = await it.orders()
    await it.settled()
    died = asyncio.Event()

    async def die(*_: object) -> None:
        died.set()
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(reminders, "done", die)
        await plan(it, order_id, olena, seller)
        await asyncio.wait_for(died.wait(), PATIENCE_S)
        await it.kill()
    it.new_process()
    it.run()
    await it.until(nothing_pending)
    await it.settled()

    told = [message for message in olena.chat.messages if "Reminder" in message.text]
    assert len(told) == 2  # as with every notice: the answer was lost, it is said again
    assert len(cards_in(olena, 1)) == 1


async def test_nudges_are_one_message_about_what_is_still_untouched(it: Stage) -> None:
    owner, seller_chat = await it.person(), await it.person(4002)
    seller = await make_staff()
    await StaffMember.create(name="Boss", telegram_id=owner.id, role=Role.OWNER)
    ids = await it.orders(13)
    await Order.all().update(created_at=now() - timedelta(minutes=50))
    await OutboxEffect.all().delete()  # their cards
    await nudges.nudge()
    await orders.refuse(ids[0], by=seller)
    await OutboxEffect.filter(kind=EffectKind.SHOW_CARD).delete()

    it.run()
    await it.settled()

    for chat in (owner.chat, seller_chat.chat):
        [message] = chat.messages
        assert "12 new orders are waiting" in message.text
        assert "and 2 more" in message.text
        buttons = [label for row in message.buttons for label in row]
        assert buttons == [f"#{number}" for number in range(2, 12)]
        assert not message.silent


async def test_nudge_about_orders_that_were_touched_meanwhile_is_not_sent(it: Stage) -> None:
    olena = await it.person()
    [order_id] = await it.orders()
    await OutboxEffect.all().delete()
    async with transaction():
        await outbox.owe_nudges([order_id])
    await Order.filter(id=order_id).update(is_touched=True)

    it.run()
    await it.settled()

    assert olena.chat.messages == []


async def test_redraw_that_was_held_back_comes_when_nobody_showed_the_change(
    it: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    olena = await it.person()
    seller = await make_staff()
    it.run()
    [order_id] = await it.orders()
    await it.settled()
    [card] = cards_in(olena, 1)
    monkeypatch.setattr(card_places, "HELD_BACK", timedelta(seconds=0.3))

    place = Place(olena.id, 0, card.message_id, is_group=False)
    await orders.change_to_new_status(order_id, "CALL BACK", by=seller, shown_at=place)

    await it.telegram.wait_for(lambda: "CALL BACK" in card.text)
