"""Who may decide what for a chat, what that changes, and how chats move and leave."""

import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from tortoise.timezone import now

from domain.errors import NotAllowedError, NotFoundError
from domain.quiet_hours import QuietHours
from domain.rights import Role
from models.audit import AuditEntry, AuditKind
from models.care import Reminder
from models.outbox import EffectKind, OutboxEffect
from models.staff import StaffMember
from models.telegram import Card, Chat, ChatShop, ChatState
from services import boards, chat_settings, chats
from services.transactions import transaction
from tests.factories import Intake, line, make_order, make_shop, make_staff

KYIV = ZoneInfo("Europe/Kyiv")
NIGHT = QuietHours(22 * 60, 8 * 60)


@pytest.fixture
async def manager(db: str) -> StaffMember:
    del db
    return await StaffMember.create(name="Ira", telegram_id=7000, role=Role.MANAGER)


async def group(telegram_id: int = -77) -> Chat:
    return await chats.subscribe(telegram_id, is_group=True, title="Packing")


async def set_quiet(chat: Chat, hours: QuietHours | None, by: StaffMember) -> None:
    await chat_settings.set_quiet(chat.id, hours, by=by, zone=KYIV, at=now())


async def test_a_seller_decides_only_when_their_own_chat_is_quiet(seller: StaffMember) -> None:
    mine, other, packing = (
        await chats.subscribe(seller.telegram_id),
        await chats.subscribe(5002),
        await group(),
    )

    await set_quiet(mine, NIGHT, seller)
    for chat in (other, packing):
        with pytest.raises(NotAllowedError):
            await set_quiet(chat, NIGHT, seller)
    with pytest.raises(NotAllowedError):
        await chat_settings.set_board(mine.id, is_wanted=True, by=seller)
    with pytest.raises(NotAllowedError):
        await chat_settings.set_state(packing.id, is_subscribed=False, by=seller)
    with pytest.raises(NotAllowedError):
        await chat_settings.set_language(packing.id, "en", by=seller)
    with pytest.raises(NotAllowedError):
        await chat_settings.choose_all_shops(packing.id, by=seller)

    assert (await chat_settings.own(seller)).quiet_hours == NIGHT
    assert await Chat.filter(quiet_from=None).count() == 2
    assert await AuditEntry.all().count() == 1


async def test_what_was_decided_is_kept_and_logged(manager: StaffMember) -> None:
    packing, shop = await group(), await make_shop()

    await chat_settings.choose_shop(packing.id, shop.id, is_chosen=True, by=manager)
    await set_quiet(packing, NIGHT, manager)
    await chat_settings.set_board(packing.id, is_wanted=True, by=manager)
    await chat_settings.set_language(packing.id, "en", by=manager)
    await chat_settings.set_state(packing.id, is_subscribed=False, by=manager)
    await chat_settings.choose_all_shops(packing.id, by=manager)
    await set_quiet(packing, None, manager)

    view = await chat_settings.view(packing.id)
    chat = view.chat
    assert (view.chosen, view.quiet_hours) == ((), None)
    assert (chat.has_board, chat.language, chat.state) == (True, "en", ChatState.UNSUBSCRIBED)
    entries = await AuditEntry.filter(kind=AuditKind.CHAT_CHANGED).order_by("id")
    assert [(entry.data["what"], entry.data["value"]) for entry in entries] == [
        ("shops", ["My Shop"]),
        ("quiet", "22:00–8:00"),
        ("board", True),
        ("language", "en"),
        ("state", "unsubscribed"),
        ("shops", []),
        ("quiet", ""),
    ]
    assert {entry.data["title"] for entry in entries} == {"Packing"}


async def test_stopped_cards_come_again_and_only_to_people_with_access(
    take_in: Intake, manager: StaffMember, seller: StaffMember
) -> None:
    private, packing = await chats.subscribe(seller.telegram_id), await group()
    await make_order(take_in, [line("A")])
    for chat in (private, packing):
        await chat_settings.set_state(chat.id, is_subscribed=False, by=manager)
        assert not await OutboxEffect.exists(chat_id=chat.id)
    await StaffMember.filter(id=seller.id).update(is_active=False)

    await chat_settings.set_state(packing.id, is_subscribed=True, by=manager)
    with pytest.raises(NotFoundError):
        await chat_settings.set_state(private.id, is_subscribed=True, by=manager)

    await make_order(take_in, [line("A")], "2")
    assert await OutboxEffect.filter(chat_id=packing.id).count() == 1
    listed = (await chat_settings.listed(0)).chats
    assert [chat.telegram_id for chat in listed] == [-77]
    assert not (await chat_settings.view(private.id)).is_ours


async def test_a_chat_that_refuses_us_is_not_resumed_by_a_tap(manager: StaffMember) -> None:
    packing = await group()
    await chats.block(-77)

    await chat_settings.set_state(packing.id, is_subscribed=True, by=manager)

    assert (await Chat.get(id=packing.id)).state is ChatState.BLOCKED


async def test_switching_quiet_hours_off_frees_only_what_they_held(
    take_in: Intake, manager: StaffMember
) -> None:
    packing = await group()
    await set_quiet(packing, NIGHT, manager)
    night = now().astimezone(KYIV).replace(hour=23, minute=0, second=0, microsecond=0)
    morning = NIGHT.ending(night, KYIV)
    assert morning is not None
    order = await make_order(take_in, [line("A")])
    await OutboxEffect.filter(chat_id=packing.id).update(due_at=morning)
    of_morning = await OutboxEffect.create(
        kind=EffectKind.REMIND, chat_id=packing.id, subject_id=1, due_at=morning
    )
    undo_ends = await OutboxEffect.create(
        kind=EffectKind.SHOW_CARD,
        chat_id=packing.id,
        subject_id=order.id,
        due_at=night + timedelta(seconds=60),
    )

    await chat_settings.set_quiet(packing.id, None, by=manager, zone=KYIV, at=night)

    due = dict(await OutboxEffect.filter(chat_id=packing.id).values_list("id", "due_at"))
    assert due.pop(of_morning.id) == morning
    assert due.pop(undo_ends.id) == night + timedelta(seconds=60)
    assert list(due.values()) == [night]


async def test_a_supergroup_keeps_what_was_decided_for_the_group(
    take_in: Intake, manager: StaffMember
) -> None:
    packing = await group()
    order = await make_order(take_in, [line("A")])
    await _decide_all(packing, order.id, take_in.shop_id, manager)
    await Chat.filter(id=packing.id).update(board_message_id=12, board_shown="x")
    await OutboxEffect.all().delete()

    await chats.migrate(-77, -100_77)

    chat = await Chat.get(telegram_id=-100_77)
    assert chat.id == packing.id
    assert (chat.quiet_from, chat.quiet_until, chat.has_board) == (1320, 480, True)
    assert (chat.board_message_id, chat.board_shown) == (None, "")
    assert await ChatShop.filter(chat_id=chat.id).count() == 1
    assert await Reminder.filter(chat_id=chat.id).count() == 1
    assert await OutboxEffect.filter(chat_id=chat.id, kind=EffectKind.SHOW_BOARD).count() == 1


async def test_here_before_the_move_is_heard_of_loses_nothing(
    take_in: Intake, manager: StaffMember
) -> None:
    packing = await group()
    order = await make_order(take_in, [line("A")])
    await _decide_all(packing, order.id, take_in.shop_id, manager)
    new = await group(-100_77)

    await chats.migrate(-77, -100_77)

    old, chat = await Chat.get(id=packing.id), await Chat.get(id=new.id)
    assert (old.state, chat.state) == (ChatState.UNSUBSCRIBED, ChatState.SUBSCRIBED)
    assert (chat.quiet_from, chat.quiet_until, chat.has_board) == (1320, 480, True)
    assert await ChatShop.filter(chat_id=chat.id).count() == 1
    assert await Reminder.filter(chat_id=chat.id).count() == 1
    assert await OutboxEffect.filter(chat_id=chat.id, kind=EffectKind.REMIND).count() == 1
    unseen = OutboxEffect.filter(chat_id=chat.id, kind=EffectKind.SHOW_CARD, subject_id=order.id)
    assert await unseen.count() == 1
    assert not await OutboxEffect.exists(chat_id=old.id)


async def _decide_all(chat: Chat, order_id: int, shop_id: int, by: StaffMember) -> None:
    await chat_settings.choose_shop(chat.id, shop_id, is_chosen=True, by=by)
    await set_quiet(chat, NIGHT, by)
    await chat_settings.set_board(chat.id, is_wanted=True, by=by)
    at = now() + timedelta(hours=3)
    reminder = await Reminder.create(order_id=order_id, chat_id=chat.id, staff_id=by.id, due_at=at)
    await OutboxEffect.create(
        kind=EffectKind.REMIND, chat_id=chat.id, subject_id=reminder.id, due_at=at
    )


async def test_here_keeps_the_language_chosen_for_a_group(manager: StaffMember) -> None:
    packing = await group()
    await chat_settings.set_language(packing.id, "en", by=manager)

    again = await chats.subscribe(-77, is_group=True, title="Packing", language="uk", by=manager)

    assert again.language == "en"


async def test_another_language_draws_the_newest_cards_anew(
    take_in: Intake, manager: StaffMember
) -> None:
    packing = await group()
    order = await make_order(take_in, [line("A")])
    await Card.create(order_id=order.id, chat_id=packing.id, message_id=3)
    await OutboxEffect.all().delete()

    await chat_settings.set_language(packing.id, "en", by=manager)

    [effect] = await OutboxEffect.all()
    assert (effect.chat_id, effect.subject_id) == (packing.id, order.id)


async def test_two_people_who_choose_shops_at_once_choose_both(manager: StaffMember) -> None:
    packing = await group()
    shop_ids = [(await make_shop(name)).id for name in ("A", "B", "C", "D")]

    await asyncio.gather(
        *(
            chat_settings.choose_shop(packing.id, shop_id, is_chosen=True, by=manager)
            for shop_id in shop_ids * 2
        )
    )

    assert [shop.id for shop in (await chat_settings.view(packing.id)).chosen] == shop_ids


async def test_orders_come_in_while_somebody_decides_about_a_chat(postgres_db: str) -> None:
    """On SQLite one transaction waits for the other."""
    take_in = Intake((await make_shop()).id)
    manager = await make_staff("Ірина", role=Role.MANAGER)
    packing = await group()
    is_deciding, is_stored = asyncio.Event(), asyncio.Event()

    async def decide() -> None:
        async with transaction():
            await chat_settings.set_board(packing.id, is_wanted=True, by=manager)
            is_deciding.set()
            await is_stored.wait()

    async def store() -> None:
        await is_deciding.wait()
        await make_order(take_in, [line("A")])
        is_stored.set()

    async with asyncio.timeout(5):
        await asyncio.gather(decide(), store())


async def test_a_board_that_is_sent_while_its_chat_leaves_is_taken_down(
    manager: StaffMember,
) -> None:
    early, late = await group(), await group(-78)
    for chat in (early, late):
        await chat_settings.set_board(chat.id, is_wanted=True, by=manager)

    await chats.unsubscribe(-77)
    await boards.sent(early.id, 12)
    await boards.sent(late.id, 12)
    await chats.unsubscribe(-78)

    rows = await OutboxEffect.all().order_by("chat_id")
    assert [(row.chat_id, row.kind) for row in rows] == [
        (early.id, EffectKind.SHOW_BOARD),
        (late.id, EffectKind.SHOW_BOARD),
    ]


async def test_a_board_wanted_again_while_it_is_taken_down_comes_back(
    manager: StaffMember,
) -> None:
    packing = await group()
    await chat_settings.set_board(packing.id, is_wanted=True, by=manager)
    await boards.sent(packing.id, 12)
    effect_ids = await boards.owed(packing.id)

    await boards.taken_down(packing.id, 12, effect_ids)

    assert (await Chat.get(id=packing.id)).board_message_id is None
    assert len(await boards.owed(packing.id)) == 1
