"""Reminders: one per order and chat, owed when due, gone with what was owed for it."""

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta

import pytest
from tortoise.timezone import now

from domain.errors import InvalidTransitionError, NotFoundError
from domain.orders import RejectReason
from models.care import Reminder
from models.orders import EventKind, Order, OrderEvent
from models.outbox import EffectKind, OutboxEffect
from models.staff import StaffMember
from models.telegram import Card, Chat
from services import card_places, cards, chats, order_views, orders, reminders, statuses
from services.card_places import Place
from services.transactions import transaction
from tests.factories import OWNER_ID, Intake, line, make_order
from tests.services.together import PATIENCE_S

HERE = Place(OWNER_ID, 0, 7, is_group=False)
GROUP = Place(-77, 0, 7, is_group=True)
HOUR = timedelta(hours=1)


@pytest.fixture
async def order(take_in: Intake) -> Order:
    await chats.subscribe(GROUP.chat_id, is_group=True)
    return await make_order(take_in, [line("A")])


async def owed(kind: EffectKind) -> list[OutboxEffect]:
    return await OutboxEffect.filter(kind=kind).order_by("id")


async def test_newer_reminder_replaces_the_one_of_its_chat(
    order: Order, seller: StaffMember
) -> None:
    at = now()

    for hours in (1, 3):
        await reminders.plan(order.id, HERE, at + hours * HOUR, by=seller)
    await reminders.plan(order.id, GROUP, at + 2 * HOUR, by=seller)

    kept = await Reminder.all().order_by("due_at")
    assert [reminder.due_at - at for reminder in kept] == [2 * HOUR, 3 * HOUR]
    effects = await owed(EffectKind.REMIND)
    assert {(row.subject_id, row.chat_id, row.due_at) for row in effects} == {
        (reminder.id, reminder.chat_id, reminder.due_at) for reminder in kept
    }
    view = await order_views.order_view(order.id)
    assert view.remind_at == at + 2 * HOUR
    assert view.order.is_touched
    events = await OrderEvent.filter(order_id=order.id, kind=EventKind.REMINDER)
    at_said = [datetime.fromisoformat(event.data["at"]) for event in events]
    assert sorted(at_said) == [at + HOUR, at + 2 * HOUR, at + 3 * HOUR]


async def test_deleted_reminder_is_owed_no_more(order: Order, seller: StaffMember) -> None:
    await reminders.plan(order.id, HERE, now() + HOUR, by=seller)
    assert await reminders.is_pending(order.id, HERE)
    assert not await reminders.is_pending(order.id, GROUP)

    for _ in range(2):
        await reminders.drop(order.id, HERE, by=seller)

    assert await Reminder.all().count() == 0
    assert await owed(EffectKind.REMIND) == []


async def test_closed_order_and_silent_chat_take_no_reminder(
    order: Order, seller: StaffMember
) -> None:
    await chats.unsubscribe(GROUP.chat_id)
    with pytest.raises(NotFoundError, match="chat"):
        await reminders.plan(order.id, GROUP, now() + HOUR, by=seller)
    await orders.reject(order.id, RejectReason.DUPLICATE, by=seller)
    with pytest.raises(InvalidTransitionError):
        await reminders.plan(order.id, HERE, now() + HOUR, by=seller)

    assert await Reminder.all().count() == 0
    assert await owed(EffectKind.REMIND) == []


async def test_reminder_of_a_closed_order_says_nothing_and_goes(
    order: Order, seller: StaffMember
) -> None:
    await reminders.plan(order.id, HERE, now() + HOUR, by=seller)
    (effect,) = await owed(EffectKind.REMIND)
    due = await reminders.due(effect.subject_id)
    assert due is not None
    assert (due.staff_name, due.order.order.id) == ("Олег", order.id)

    await orders.refuse(order.id, by=seller)
    assert await reminders.due(effect.subject_id) is None
    shown = len(await owed(EffectKind.SHOW_CARD))
    for _ in range(2):
        await reminders.done(effect.subject_id, [effect.id])

    assert await Reminder.all().count() == 0
    assert await owed(EffectKind.REMIND) == []
    assert len(await owed(EffectKind.SHOW_CARD)) == shown + 2  # each chat's card, once


async def test_two_who_set_a_reminder_at_once_leave_one(
    order: Order, seller: StaffMember, colleague: StaffMember
) -> None:
    await asyncio.gather(
        *(
            reminders.plan(order.id, HERE, now() + HOUR, by=person)
            for person in (seller, colleague) * 4
        )
    )

    (reminder,) = await Reminder.all()
    (effect,) = await owed(EffectKind.REMIND)
    assert effect.subject_id == reminder.id


async def test_reminder_that_is_sent_while_a_newer_one_is_set_meets_no_deadlock(
    order: Order, seller: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    await reminders.plan(order.id, HERE, now() + HOUR, by=seller)
    (sent,) = await Reminder.all()
    effect_ids = [effect.id for effect in await owed(EffectKind.REMIND)]
    is_half_done = asyncio.Event()
    settle = cards.settle

    async def settle_late(ids: Collection[int]) -> None:
        is_half_done.set()
        await asyncio.sleep(PATIENCE_S)  # for the other to come as far as it gets
        await settle(ids)

    async def plan_meanwhile() -> None:
        await is_half_done.wait()
        await reminders.plan(order.id, HERE, now() + HOUR, by=seller)

    monkeypatch.setattr(cards, "settle", settle_late)
    await asyncio.gather(reminders.done(sent.id, effect_ids), plan_meanwhile())

    (reminder,) = await Reminder.all()
    assert [effect.subject_id for effect in await owed(EffectKind.REMIND)] == [reminder.id]


# --- whose message shows the order ---------------------------------------------------------------


async def test_tapped_message_becomes_the_card_and_the_other_is_named(order: Order) -> None:
    chat = await Chat.get(telegram_id=OWNER_ID)
    card = await Card.create(order_id=order.id, chat_id=chat.id, message_id=5, shown="x")
    await OutboxEffect.all().delete()

    assert await card_places.adopt(order.id, HERE) == 5
    assert await card_places.adopt(order.id, HERE) is None

    await card.refresh_from_db()
    assert (card.message_id, card.shown) == (7, "")
    (effect,) = await owed(EffectKind.SHOW_CARD)  # the reminder is to show the card
    assert effect.chat_id == chat.id


async def test_redraw_is_held_back_for_whoever_shows_the_change_themselves(
    order: Order, seller: StaffMember
) -> None:
    chat = await Chat.get(telegram_id=OWNER_ID)
    await Card.create(order_id=order.id, chat_id=chat.id, message_id=7)
    own = await statuses.create("CALL BACK")
    await OutboxEffect.all().delete()

    await orders.change_status(order.id, own.id, by=seller, shown_at=HERE)

    soon = now() + timedelta(seconds=1)
    due = {row.chat_id: row.due_at for row in await owed(EffectKind.SHOW_CARD)}
    assert due.pop(chat.id) > soon
    assert [at < soon for at in due.values()] == [True]
    revision = (await Order.get(id=order.id)).revision
    await card_places.cover(order.id, HERE, revision=revision)
    assert [row.chat_id for row in await owed(EffectKind.SHOW_CARD)] == list(due)


async def test_what_was_shown_of_an_older_order_is_drawn_again(
    order: Order, seller: StaffMember
) -> None:
    chat = await Chat.get(telegram_id=OWNER_ID)
    await Card.create(order_id=order.id, chat_id=chat.id, message_id=7)
    own = await statuses.create("CALL BACK")
    seen = (await Order.get(id=order.id)).revision
    await orders.change_status(order.id, own.id, by=seller)
    async with transaction():
        await OutboxEffect.all().delete()

    await card_places.cover(order.id, HERE, revision=seen)

    assert [row.chat_id for row in await owed(EffectKind.SHOW_CARD)] == [chat.id]
