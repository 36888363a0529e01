"""People: their roles, and what is left of them when they go."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest
from tortoise.timezone import now

from domain.errors import InviteError, NotAllowedError, NotFoundError
from domain.rights import Right, Role, may
from models.audit import AuditEntry, AuditKind
from models.care import Claim, Reminder
from models.drafts import SaleDraft
from models.orders import Order
from models.outbox import OutboxEffect
from models.staff import StaffMember
from models.telegram import Card, Chat, ChatState, DialogueState
from services import chats, check, dialogues, draft_lines, drafts, invites, orders, staff, undo
from tests.factories import OWNER_ID, Intake, make_staff, numbers, sell, stock_up
from tests.services.sale_stage import key_of, take_order


@pytest.fixture
async def owner(db: str) -> StaffMember:
    await staff.sync_owners([OWNER_ID])
    return await StaffMember.get(telegram_id=OWNER_ID)


async def as_role(member: StaffMember, role: Role) -> StaffMember:
    await StaffMember.filter(id=member.id).update(role=role)
    return await StaffMember.get(id=member.id)


async def open_wide_window(take_in: Intake, seller: StaffMember) -> Order:
    """A window whose sale needs three more than was ordered."""
    await stock_up({"A": 5})
    order = await take_order(take_in, quantity=2)
    await drafts.open_window(order.id, by=seller)
    await draft_lines.set_quantity(order.id, await key_of(order), Decimal(5), by=seller)
    assert await numbers("A") == ("5", "5")
    return await Order.get(id=order.id)


async def test_who_leaves_holds_nothing_any_more(
    take_in: Intake, owner: StaffMember, seller: StaffMember, colleague: StaffMember
) -> None:
    chat = await chats.subscribe(seller.telegram_id)
    group = await chats.subscribe(-100, is_group=True)
    order = await open_wide_window(take_in, seller)
    other = await take_order(take_in, "2", quantity=1)
    await Claim.filter(order_id=other.id).delete()
    await Claim.create(order_id=other.id, staff_id=seller.id, since=now(), at=now())
    due_at = now() + timedelta(hours=1)
    for place in (chat, group):
        await Reminder.create(
            order_id=other.id, chat_id=place.id, staff_id=seller.id, due_at=due_at
        )
    for user_id in (seller.telegram_id, colleague.telegram_id):
        await dialogues.set_state(f"fsm:42:-100:{user_id}:default", "Asked:reject_text")
    _, token = await invites.create(Role.PACKER, by=await as_role(seller, Role.OWNER))
    await as_role(seller, Role.SELLER)
    await OutboxEffect.all().delete()

    removed = await staff.remove(seller.id, by=owner)

    assert removed.id == seller.id
    assert await staff.recognise(seller.telegram_id, "Олег") is None
    assert not await SaleDraft.exists()
    assert await numbers("A") == ("5", "2")  # what the order itself holds
    assert (await Order.get(id=order.id)).revision == order.revision + 1
    assert not await Claim.exists(staff_id=seller.id)
    assert [reminder.chat_id for reminder in await Reminder.all()] == [group.id]
    shown = {(row.chat_id, row.subject_id) for row in await OutboxEffect.all() if row.is_card}
    assert (group.id, other.id) in shown  # the name goes from the cards
    assert chat.id not in {chat_id for chat_id, _ in shown}
    assert (await Chat.get(id=chat.id)).state is ChatState.UNSUBSCRIBED
    assert [row.key for row in await DialogueState.all()] == [
        f"fsm:42:-100:{colleague.telegram_id}:default"
    ]
    with pytest.raises(InviteError):
        await invites.accept(token, 7001, "Ira", language="uk")
    entry = await AuditEntry.get(kind=AuditKind.STAFF_REMOVED)
    assert (entry.staff_id, entry.data) == (owner.id, {"name": "Олег", "role": "seller"})
    assert not (await check.differences())
    await sell(order, colleague)  # no window is in the way


async def test_a_seller_who_becomes_a_packer_closes_their_window_and_may_not_go_on(
    take_in: Intake, owner: StaffMember, seller: StaffMember
) -> None:
    chat = await chats.subscribe(seller.telegram_id)
    order = await open_wide_window(take_in, seller)
    await Card.filter(order_id=order.id, chat_id=chat.id).delete()
    await Card.create(order_id=order.id, chat_id=chat.id, message_id=5)
    await OutboxEffect.all().delete()
    await dialogues.set_state(
        f"fsm:42:{seller.telegram_id}:{seller.telegram_id}:default", "Asked:x"
    )

    assert await staff.change_role(seller.id, Role.PACKER, by=owner)
    assert not await DialogueState.exists()
    assert not await staff.change_role(seller.id, Role.PACKER, by=owner)

    packer = await staff.member(seller.id)
    assert packer.role is Role.PACKER
    assert await numbers("A") == ("5", "2")
    assert not await SaleDraft.exists()
    # Their card is drawn anew, without the buttons.
    assert await OutboxEffect.filter(chat_id=chat.id, subject_id=order.id).count() == 1
    with pytest.raises(NotAllowedError):
        await drafts.open_window(order.id, by=packer)
    assert [entry.data for entry in await AuditEntry.all()] == [
        {"name": "Олег", "old": "seller", "new": "packer"}
    ]


async def test_undo_takes_the_right_to_the_step(
    take_in: Intake, owner: StaffMember, seller: StaffMember
) -> None:
    await stock_up({"A": 5})
    order = await take_order(take_in)
    await orders.refuse(order.id, by=seller)
    await staff.change_role(seller.id, Role.PACKER, by=owner)
    packer = await staff.member(seller.id)

    with pytest.raises(NotAllowedError):
        await undo.undo(order.id, by=packer)
    assert await numbers("A") == ("5", "0")


async def test_owners_are_fixed_and_others_may_change_nobody(
    owner: StaffMember, seller: StaffMember, colleague: StaffMember
) -> None:
    manager = await as_role(colleague, Role.MANAGER)
    attempts = [
        staff.remove(owner.id, by=owner),
        staff.change_role(owner.id, Role.SELLER, by=owner),
        staff.change_role(seller.id, Role.OWNER, by=owner),
        staff.remove(seller.id, by=manager),
        staff.change_role(seller.id, Role.PACKER, by=manager),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowedError):
            await attempt
    before = await StaffMember.all().order_by("id").values("role", "is_active")
    assert before == [
        {"role": role, "is_active": True} for role in (Role.OWNER, Role.SELLER, Role.MANAGER)
    ]
    assert not await AuditEntry.exists()


async def test_of_two_owners_who_remove_one_person_one_does(
    owner: StaffMember, seller: StaffMember
) -> None:
    await staff.sync_owners([OWNER_ID, OWNER_ID + 1])
    second = await StaffMember.get(telegram_id=OWNER_ID + 1)

    results = await asyncio.gather(
        *(staff.remove(seller.id, by=by) for by in (owner, second)), return_exceptions=True
    )

    assert sorted(type(result).__name__ for result in results) == ["NotFoundError", "StaffMember"]
    assert await AuditEntry.filter(kind=AuditKind.STAFF_REMOVED).count() == 1
    for attempt in (
        staff.member(seller.id),
        staff.change_role(seller.id, Role.PACKER, by=owner),
    ):
        with pytest.raises(NotFoundError):
            await attempt


async def test_removing_somebody_who_is_at_work_meets_no_deadlock(
    take_in: Intake, owner: StaffMember, seller: StaffMember, colleague: StaffMember
) -> None:
    await stock_up({"A": 50})
    taken = [await take_order(take_in, str(number), quantity=2) for number in range(1, 7)]
    for order in taken[:3]:
        await drafts.open_window(order.id, by=seller)
        await draft_lines.set_quantity(order.id, await key_of(order), Decimal(5), by=seller)

    async with asyncio.timeout(60):
        results = await asyncio.gather(
            *(sell(order, colleague) for order in taken[:2]),
            staff.remove(seller.id, by=owner),
            *(orders.refuse(order.id, by=seller) for order in taken[2:]),
            return_exceptions=True,
        )

    assert [type(each).__name__ for each in results if isinstance(each, BaseException)] == []
    assert not await SaleDraft.filter(staff_id=seller.id, order__phase="open").exists()
    assert not (await check.differences())


async def test_people_are_listed_owners_first_in_pages(owner: StaffMember) -> None:
    for number, role in enumerate([Role.PACKER, Role.SELLER, Role.MANAGER] * 4):
        await as_role(await make_staff(f"P{number:02}", 6000 + number), role)

    pages = [await staff.page(number) for number in range(3)]

    assert [member.name for page in pages[:2] for member in page.members] == [
        "",
        *("P02", "P05", "P08", "P11"),
        *("P01", "P04", "P07", "P10"),
        *("P00", "P03", "P06", "P09"),
    ]
    assert [page.pages for page in pages] == [2, 2, 2]
    assert pages[2] == pages[1]


def test_packers_see_no_profit_and_sell_nothing() -> None:
    assert [right for right in Right if may(Role.PACKER, right)] == [Right.CARE]
    assert [right for right in Right if not may(Role.MANAGER, right)] == [
        Right.EDIT_STAFF,
        Right.SEE_AUDIT,
        Right.EDIT_SHOPS,
    ]
    assert all(may(Role.OWNER, right) for right in Right)
