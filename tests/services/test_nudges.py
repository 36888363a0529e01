"""Nudges about new orders that nobody touched: each stage once, to whom it may concern."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from tortoise.timezone import now

from domain.rights import Role
from models.orders import Order
from models.outbox import EffectKind, OutboxEffect
from models.staff import StaffMember
from models.telegram import Chat
from services import calls, chats, drafts, nudges, orders, preferences, statuses
from services.preferences import Name
from tests.factories import OWNER_ID, Intake, incoming, line, make_staff

SELLER_CHAT = 5001


@pytest.fixture
async def owner(take_in: Intake) -> StaffMember:
    del take_in
    await chats.subscribe(SELLER_CHAT)
    return await make_staff("Олена", OWNER_ID, Role.OWNER)


async def waiting(take_in: Intake, number: str = "1", *, minutes: int = 20) -> Order:
    """A new order that came in a while ago."""
    await take_in(incoming(number, line("A")))
    await Order.filter(external_id=number).update(created_at=now() - timedelta(minutes=minutes))
    return await Order.get(external_id=number)


async def nudged() -> dict[int, list[int]]:
    """By the chat's Telegram id, the orders it is owed nudges about."""
    owed: dict[int, list[int]] = {}
    rows = OutboxEffect.filter(kind=EffectKind.NUDGE).order_by("id").select_related("chat")
    for row in await rows:
        owed.setdefault(row.chat.telegram_id, []).append(row.subject_id)
    return owed


async def test_chats_are_nudged_once_then_the_owners(take_in: Intake, owner: StaffMember) -> None:
    order = await waiting(take_in, minutes=14)
    assert await nudges.nudge() == 0

    await waiting(take_in, minutes=15)
    assert [await nudges.nudge() for _ in range(2)] == [1, 0]
    assert await nudged() == {OWNER_ID: [order.id], SELLER_CHAT: [order.id]}

    await OutboxEffect.all().delete()
    await waiting(take_in, minutes=45)
    assert [await nudges.nudge() for _ in range(2)] == [1, 0]
    assert await nudged() == {OWNER_ID: [order.id]}


async def test_whatever_staff_do_is_a_touch(
    take_in: Intake, owner: StaffMember, seller: StaffMember
) -> None:
    own = await statuses.create("CALL BACK")
    called, moved, opened, reopened, left = [
        await waiting(take_in, number) for number in ("1", "2", "3", "4", "5")
    ]
    await calls.note_no_answer(called.id, by=seller)
    await orders.change_status(moved.id, own.id, by=seller)
    await drafts.open_window(opened.id, by=seller)
    await orders.refuse(reopened.id, by=seller)
    await orders.reopen(reopened.id, by=seller)

    await nudges.nudge()

    assert await nudged() == {OWNER_ID: [left.id], SELLER_CHAT: [left.id]}
    ids = [called.id, moved.id, opened.id, reopened.id, left.id]
    assert [view.order.id for view in await nudges.waiting(ids)] == [left.id]


@pytest.mark.parametrize(
    ("chats_after", "owners_after", "times"),
    [(0, 0, {}), (0, 15, {OWNER_ID: 1}), (15, 0, {OWNER_ID: 1, SELLER_CHAT: 1})],
)
async def test_either_may_be_switched_off(
    take_in: Intake,
    owner: StaffMember,
    chats_after: int,
    owners_after: int,
    times: dict[int, int],
) -> None:
    await preferences.decide(Name.NUDGE_CHATS_AFTER, chats_after, by=owner)
    await preferences.decide(Name.NUDGE_OWNERS_AFTER, owners_after, by=owner)
    await waiting(take_in, minutes=60)

    for _ in range(3):
        await nudges.nudge()

    assert {chat: len(owed) for chat, owed in (await nudged()).items()} == times


async def test_what_is_old_is_left_in_peace(take_in: Intake, owner: StaffMember) -> None:
    await waiting(take_in, minutes=24 * 60)
    recent = await waiting(take_in, "2", minutes=24 * 60 - 1)

    await nudges.nudge()

    assert await nudged() == {OWNER_ID: [recent.id] * 2, SELLER_CHAT: [recent.id]}


async def test_chats_of_other_shops_hear_nothing(take_in: Intake, owner: StaffMember) -> None:
    await chats.unsubscribe(SELLER_CHAT)
    order = await waiting(take_in)

    await nudges.nudge()

    assert await nudged() == {OWNER_ID: [order.id]}
    assert await Chat.filter(telegram_id=SELLER_CHAT).exists()


async def test_two_clocks_nudge_once(take_in: Intake, owner: StaffMember) -> None:
    ids = [(await waiting(take_in, str(number), minutes=50)).id for number in range(1, 4)]

    await asyncio.gather(*(nudges.nudge() for _ in range(6)))

    owed = {chat: Counter(order_ids) for chat, order_ids in (await nudged()).items()}
    assert owed == {
        SELLER_CHAT: dict.fromkeys(ids, 1),
        OWNER_ID: dict.fromkeys(ids, 2),  # as a chat, and as the owner
    }
