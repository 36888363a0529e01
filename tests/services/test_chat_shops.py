"""Which chats are owed what of which order: those that get its shop, and those that know it."""

import pytest

from domain.rights import Role
from models.orders import EventKind, OrderEvent
from models.outbox import EffectKind, OutboxEffect
from models.staff import StaffMember
from models.telegram import Card, Chat, ChatState
from services import boards, card_places, chat_settings, chats, outbox
from services.card_places import Place
from services.transactions import transaction
from tests.factories import Intake, incoming, line, make_order, make_shop, stock_up


@pytest.fixture
async def manager(db: str) -> StaffMember:
    del db
    return await StaffMember.create(name="Ira", telegram_id=7000, role=Role.MANAGER)


async def owed(kind: EffectKind = EffectKind.SHOW_CARD) -> list[tuple[int, int]]:
    """(the chat's Telegram id, subject) of what is owed; then forgotten."""
    rows = OutboxEffect.filter(kind=kind).order_by("id")
    found = await rows.values_list("chat__telegram_id", "subject_id")
    await OutboxEffect.all().delete()
    return [(telegram_id, subject) for telegram_id, subject in found]


async def listens_to(telegram_id: int, *shop_ids: int, by: StaffMember) -> Chat:
    chat = await chats.subscribe(telegram_id)
    for shop_id in shop_ids:
        await chat_settings.choose_shop(chat.id, shop_id, is_chosen=True, by=by)
    return chat


async def redraw(*order_ids: int) -> None:
    async with transaction():
        await outbox.owe_cards(order_ids)


async def test_orders_come_to_the_chats_of_their_shop(
    take_in: Intake, manager: StaffMember
) -> None:
    other = Intake((await make_shop("Second")).id)
    await listens_to(1, take_in.shop_id, by=manager)
    await listens_to(2, other.shop_id, by=manager)
    await listens_to(3, take_in.shop_id, other.shop_id, by=manager)
    await owed()

    await take_in(incoming("1", line("A")), incoming("2", line("A")))
    await other(incoming("3", line("A")))

    owner = 4001  # has not chosen: gets all
    assert await owed() == [
        *((chat, order) for order in (1, 2) for chat in (owner, 1, 3)),
        *((chat, 3) for chat in (owner, 2, 3)),
    ]


async def test_a_chat_that_knows_an_order_hears_of_it_whatever_it_chooses(
    take_in: Intake, manager: StaffMember
) -> None:
    other = await make_shop("Second")
    shown, waiting, opened, never = [
        await listens_to(id_, take_in.shop_id if id_ < 3 else other.id, by=manager)
        for id_ in (1, 2, 3, 4)
    ]
    order = await make_order(take_in, [line("A")])
    await OutboxEffect.exclude(chat_id=waiting.id).delete()
    await Card.create(order_id=order.id, chat_id=shown.id, message_id=5)
    for chat in (shown, waiting):
        await chat_settings.choose_shop(chat.id, other.id, is_chosen=True, by=manager)
        await chat_settings.choose_shop(chat.id, take_in.shop_id, is_chosen=False, by=manager)
    await card_places.move_here(order.id, Place(3, 0, 1, is_group=False))

    await redraw(order.id)

    told = [effect.chat_id for effect in await OutboxEffect.all()]
    assert told.count(shown.id) == 1
    assert told.count(waiting.id) == 2
    assert told.count(opened.id) == 2
    assert told.count(never.id) == 0


async def test_what_the_platform_said_goes_the_same_way(
    take_in: Intake, manager: StaffMember
) -> None:
    other = await make_shop("Second")
    await listens_to(1, take_in.shop_id, by=manager)
    await listens_to(2, other.id, by=manager)
    order = await make_order(take_in, [line("A")])
    event = await OrderEvent.create(order_id=order.id, kind=EventKind.PLATFORM_NOTICE, data={})
    await owed()

    async with transaction():
        await outbox.owe_event(event.id)

    assert await owed(EffectKind.TELL_EVENT) == [(4001, event.id), (1, event.id)]


async def test_the_last_shop_let_go_brings_all_again(take_in: Intake, manager: StaffMember) -> None:
    chat = await listens_to(1, (await make_shop("Second")).id, by=manager)
    view = await chat_settings.view(chat.id)
    assert [shop.name for shop in view.chosen] == ["Second"]

    await chat_settings.choose_shop(chat.id, view.chosen[0].id, is_chosen=False, by=manager)
    await take_in(incoming("1", line("A")))

    assert (1, 1) in await owed()


async def test_shops_that_no_chat_hears_are_named(take_in: Intake, manager: StaffMember) -> None:
    owner = await Chat.get(telegram_id=4001)
    second = await make_shop("Second")
    assert (await chat_settings.listed(0)).unheard == ()

    await chat_settings.choose_shop(owner.id, second.id, is_chosen=True, by=manager)
    assert (await chat_settings.listed(0)).unheard == ("My Shop",)

    await listens_to(1, take_in.shop_id, by=manager)
    assert (await chat_settings.listed(0)).unheard == ()
    await chats.block(1)
    assert (await chat_settings.listed(0)).unheard == ("My Shop",)


async def test_a_change_owes_boards_one_effect_each(take_in: Intake, manager: StaffMember) -> None:
    with_board, blocked, _ = [await listens_to(id_, by=manager) for id_ in (1, 2, 3)]
    for chat in (with_board, blocked):
        await chat_settings.set_board(chat.id, is_wanted=True, by=manager)
    await chats.block(2)
    await owed()

    await take_in(*(incoming(str(number), line("A")) for number in range(5)))

    [effect] = await OutboxEffect.filter(kind=EffectKind.SHOW_BOARD)
    assert effect.chat_id == with_board.id
    await chats.unblock(2)
    assert await OutboxEffect.filter(kind=EffectKind.SHOW_BOARD, chat_id=blocked.id).count() == 1


async def test_a_board_counts_the_orders_of_its_chat(take_in: Intake, manager: StaffMember) -> None:
    await stock_up({"A": 50})
    second = Intake((await make_shop("Second")).id)
    everything = await Chat.get(telegram_id=4001)
    some = await listens_to(1, second.shop_id, by=manager)
    nothing = await listens_to(2, (await make_shop("Third")).id, by=manager)
    await take_in(incoming("1", line("A")))
    await second(incoming("2", line("A")), incoming("3", line("A")))

    views = [await boards.view(chat.id) for chat in (everything, some, nothing)]

    assert [[tab.count for tab in view.tabs] for view in views] == [[3], [2], [0]]
    oldest = [view.oldest_new_at for view in views]
    assert oldest[0] is not None
    assert oldest[1] is not None
    assert oldest[0] < oldest[1]
    assert oldest[2] is None
    assert some.state is ChatState.SUBSCRIBED
