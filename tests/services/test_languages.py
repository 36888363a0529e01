"""A person's language, and what it changes at once."""

import pytest

from domain.orders import RejectReason
from models.outbox import EffectKind, OutboxEffect
from models.staff import StaffMember
from models.telegram import Card, Chat
from services import chats, languages, orders, redrawing
from tests.factories import Intake, stock_up
from tests.services.sale_stage import take_order


async def owed(chat: Chat) -> list[int]:
    effects = OutboxEffect.filter(chat_id=chat.id, kind=EffectKind.SHOW_CARD).order_by("id")
    return [effect.subject_id for effect in await effects]


async def test_the_private_chat_follows_with_the_newest_cards_of_open_orders(
    take_in: Intake, seller: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redrawing, "REDRAWN", 2)
    await stock_up({"A": 50})
    chat = await chats.subscribe(seller.telegram_id, language="uk")
    group = await chats.subscribe(-100, is_group=True, language="uk")
    made = [await take_order(take_in, str(number)) for number in range(1, 6)]
    for at, order in enumerate(made[:4]):  # the fifth was never shown
        await Card.create(order_id=order.id, chat_id=chat.id, message_id=10 + at)
        await Card.create(order_id=order.id, chat_id=group.id, message_id=10 + at)
    await orders.reject(made[3].id, RejectReason.DUPLICATE, by=seller)
    await Chat.filter(id=chat.id).update(has_board=True)
    await OutboxEffect.all().delete()

    await languages.choose("en", shown="en", by=seller)

    assert await owed(chat) == [made[2].id, made[1].id]
    assert await OutboxEffect.filter(kind=EffectKind.SHOW_BOARD, chat_id=chat.id).count() == 1
    assert await owed(group) == []
    assert (await StaffMember.get(id=seller.id)).language == "en"
    assert (await Chat.get(id=chat.id)).language == "en"
    assert (await Chat.get(id=group.id)).language == "uk"


async def test_what_is_shown_already_is_not_shown_again(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 50})
    chat = await chats.subscribe(seller.telegram_id, language="en")
    order = await take_order(take_in)
    await Card.create(order_id=order.id, chat_id=chat.id, message_id=10)
    await OutboxEffect.all().delete()

    await languages.choose(languages.AS_TELEGRAM, shown="en", by=seller)

    assert await owed(chat) == []
    assert (await StaffMember.get(id=seller.id)).language == ""
