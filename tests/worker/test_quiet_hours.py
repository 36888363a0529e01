"""What quiet hours put off till morning, and what comes all the same."""

from datetime import timedelta

import pytest

from domain.carriers import ParcelState
from domain.quiet_hours import QuietHours
from domain.rights import Role
from models.orders import Order
from models.outbox import EffectKind, OutboxEffect
from models.staff import StaffMember
from models.telegram import Card, Chat
from services import card_places, cards, chat_settings, outbox, parcels
from services.card_places import Place
from services.cards import Owed
from services.transactions import transaction
from tests.factories import OWNER_ID, make_staff, stock_up
from tests.parcels import KyivTime, made, said, sold
from tests.worker.outbox_stage import KYIV, Stage, cards_in, places
from worker.quiet import waiting

NIGHT = QuietHours(22 * 60, 8 * 60)


async def manager() -> StaffMember:
    member, _ = await StaffMember.get_or_create(
        defaults={"role": Role.MANAGER}, telegram_id=7000, name="Ira"
    )
    return member


async def decide(it: Stage, telegram_id: int, hours: QuietHours | None) -> None:
    chat = await Chat.get(telegram_id=telegram_id)
    at = it.clock.utc_now()
    await chat_settings.set_quiet(chat.id, hours, by=await manager(), zone=KYIV, at=at)


async def test_new_orders_of_a_night_come_as_one_message_in_the_morning(it: Stage) -> None:
    olena, night_owl = await it.person(), await it.person(4002)
    await decide(it, olena.id, NIGHT)
    it.advance_to(23)
    it.run()
    await it.orders()
    await it.orders()
    await it.caught_up()
    assert not olena.chat.messages
    assert len(night_owl.chat.messages) == 2

    it.advance_to(8)
    await it.settled()

    [digest] = olena.chat.messages
    assert places(digest) == [1, 2]
    assert "#1" in str(digest.buttons)


async def test_one_order_of_a_night_comes_as_its_card(it: Stage) -> None:
    olena = await it.person()
    await decide(it, olena.id, NIGHT)
    it.advance_to(3)
    it.run()
    await it.orders()
    await it.caught_up()
    assert not olena.chat.messages

    await it.halt()
    it.new_process()  # it waits in the database
    it.advance_to(8)
    it.run()
    await it.settled()

    [card] = olena.chat.messages
    assert cards_in(olena, 1) == [card]
    assert not card.silent


async def test_edits_go_on_behind_a_night_full_of_orders(it: Stage) -> None:
    olena = await it.person()
    it.run()
    [order_id] = await it.orders()
    await it.settled()
    await decide(it, olena.id, NIGHT)
    it.advance_to(23)

    await it.orders(230)  # more than the sender looks at together
    async with transaction():
        await Order.filter(id=order_id).update(customer_name="Марія")
        await outbox.owe_cards([order_id])
    await it.caught_up()

    [card] = olena.chat.messages
    assert "Марія" in card.text
    it.advance_to(8)
    await it.settled()
    shown = [number for message in olena.chat.messages for number in places(message)]
    assert shown == list(range(1, 232))


async def test_a_card_that_was_asked_for_comes_at_once_without_a_sound(it: Stage) -> None:
    olena = await it.person()
    await decide(it, olena.id, NIGHT)
    it.advance_to(23)
    it.run()
    first, _ = await it.orders(2)
    await it.caught_up()

    await card_places.move_here(first, Place(olena.id, 0, 1, is_group=False))
    await it.caught_up()

    [card] = olena.chat.messages
    assert cards_in(olena, 1) == [card]
    assert card.silent
    it.advance_to(8)
    await it.settled()
    assert [places(message) for message in olena.chat.messages] == [[1], [2]]


async def test_switched_off_at_night_what_waited_comes_at_once(it: Stage) -> None:
    olena = await it.person()
    await decide(it, olena.id, NIGHT)
    it.advance_to(23)
    it.run()
    await it.orders()
    await it.caught_up()

    await decide(it, olena.id, None)
    await it.settled()

    assert len(cards_in(olena, 1)) == 1


async def test_changed_at_night_the_new_end_counts(it: Stage) -> None:
    olena = await it.person()
    await decide(it, olena.id, NIGHT)
    it.advance_to(23)
    it.run()
    await it.orders()
    await it.caught_up()

    await decide(it, olena.id, QuietHours(22 * 60, 6 * 60))
    await it.caught_up()
    assert not olena.chat.messages
    it.advance_to(6)
    await it.settled()

    assert len(cards_in(olena, 1)) == 1


async def test_news_for_the_owner_wait_for_the_morning(it: Stage) -> None:
    owner = await it.person(OWNER_ID)
    await decide(it, owner.id, NIGHT)
    it.advance_to(23)
    it.run()
    async with transaction():
        await outbox.owe_owners([await it.set_aside_entry()], [owner.id])
    await it.caught_up()
    assert not owner.chat.messages

    it.advance_to(8)
    await it.settled()

    assert len(owner.chat.messages) == 1


@pytest.mark.parametrize("kind", EffectKind)
def test_reminders_boards_and_what_was_seen_do_not_wait(kind: EffectKind) -> None:
    rows = (
        OutboxEffect(id=1, kind=kind, subject_id=5),
        OutboxEffect(id=2, kind=kind, subject_id=6),
    )
    seen = {5: Card(order_id=5)}

    held = waiting(Owed(Chat(), rows, seen))

    match kind:
        case EffectKind.REMIND | EffectKind.SHOW_BOARD:
            assert held == []
        case EffectKind.SHOW_CARD:
            assert held == [2]
        case _:
            assert held == [1, 2]


async def test_hours_that_were_changed_meanwhile_hold_nothing(it: Stage) -> None:
    olena = await it.person()
    await decide(it, olena.id, NIGHT)
    it.advance_to(23)
    await it.orders()
    owed = await cards.owed((await Chat.get(telegram_id=olena.id)).id, it.clock.utc_now())
    assert owed is not None
    await decide(it, olena.id, None)

    it.advance_to(8)
    before = await OutboxEffect.all().values_list("due_at", flat=True)
    await cards.hold(owed.chat, [row.id for row in owed.effects], it.clock.utc_now())

    assert await OutboxEffect.all().values_list("due_at", flat=True) == before


async def test_in_the_morning_staff_hear_only_of_parcels_that_still_wait(
    it: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told in a chat's quiet hours, which are the day of the carrier's customers."""
    clock = KyivTime()
    monkeypatch.setattr(parcels, "now", clock)
    await stock_up({"A": 10})
    seller, olena = await make_staff(), await it.person()
    fetched, left = [await sold(it.intake, seller, number) for number in ("1", "2")]
    for order in (fetched, left):
        await made(order, f"2045000000000{order.id}")
    it.run()
    await it.caught_up()
    await decide(it, olena.id, NIGHT)
    it.advance_to(23)
    for order in (fetched, left):
        long_ago = clock.at.date() - timedelta(days=4)
        await said(order, ParcelState.ARRIVED, stored_since=long_ago)
    await it.caught_up()
    await said(fetched, ParcelState.RECEIVED)
    await it.caught_up()
    cards = list(olena.chat.messages)

    it.advance_to(8)
    await it.caught_up()

    (notice,) = [each for each in olena.chat.messages if each not in cards]
    assert notice.text.startswith("📦 Order 2: the parcel waits 4 days")
    assert notice.reply_to is cards_in(olena, 2)[0]
