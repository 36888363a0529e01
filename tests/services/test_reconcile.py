"""What asking a shop brings: only what is news, all of it, together with how far we know it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from tortoise.timezone import now

from domain.errors import MalformedPayloadError
from domain.orders import IncomingOrder, OrderGone, Phase, PlatformState
from models.inbox import EntryState, InboxEntry
from models.orders import Order
from models.outbox import EffectKind, OutboxEffect
from models.shops import Shop
from models.staff import StaffMember
from models.telegram import Chat
from services import check, inbox, nudges, outbox, reconcile
from services.reconcile import Asking
from services.transactions import transaction
from tests.factories import (
    Intake,
    drain,
    incoming,
    line,
    make_order,
    numbers,
    sell,
    stock_up,
    the_order,
)

BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
SLOW_CLOCK = reconcile.OVERLAP


@dataclass(frozen=True)
class FoundOrder:
    order: IncomingOrder | None
    topic: str
    body: bytes


@pytest.fixture(autouse=True)
async def _goods(db: str) -> None:
    del db
    await stock_up({"A": 9})


async def found(intake: Intake, *orders: IncomingOrder) -> list[FoundOrder]:
    return [FoundOrder(order, "order.updated", intake.told.body(order)) for order in orders]


async def begin(intake: Intake) -> Asking:
    return await reconcile.begin(intake.shop_id)


async def ask(intake: Intake, *orders: IncomingOrder) -> int:
    """Ask, get these, store them."""
    return await reconcile.store_orders(await begin(intake), await found(intake, *orders))


async def connected_at(intake: Intake, at: datetime) -> None:
    await Shop.filter(id=intake.shop_id).update(created_at=at)


@pytest.fixture
async def shop(take_in: Intake) -> Intake:
    """A shop that was connected long before any of its orders."""
    await connected_at(take_in, BEFORE)
    return take_in


async def cards() -> int:
    return await OutboxEffect.filter(kind=EffectKind.SHOW_CARD).count()


# --- what is news --------------------------------------------------------------------------------


async def test_an_order_that_no_webhook_told_of_is_found_once(shop: Intake) -> None:
    order = incoming("1", line("A", 2))

    news = [await ask(shop, order), await ask(shop, order)]  # it waits in the inbox
    await drain(shop.worker)
    news.append(await ask(shop, order))

    assert news == [1, 1, 0]
    assert (await Order.all().count(), await cards()) == (1, 1)
    assert await numbers("A") == ("9", "2")
    row = await Shop.get(id=shop.shop_id)
    assert row.orders_cursor == order.modified_at
    assert (await begin(shop)).orders_since == order.modified_at - timedelta(minutes=10)


async def test_only_what_is_newer_or_says_something_else_is_news(shop: Intake) -> None:
    await make_order(shop, [line("A", 2)])
    await shop(incoming("1", line("A", 2), minute=5))

    told = [
        await ask(shop, incoming("1", line("A", 2), minute=5)),
        await ask(shop, incoming("1", line("A", 3), minute=4)),  # from before
        await ask(shop, incoming("9", state=PlatformState.DRAFT)),
        await ask(shop, incoming("1", line("A", 3), minute=5)),  # within the same second
        await ask(shop, incoming("1", line("A", 2), minute=6)),
    ]

    assert told == [0, 0, 0, 1, 1]


async def test_a_sold_order_is_not_news_again_and_again(shop: Intake, seller: StaffMember) -> None:
    await sell(await make_order(shop, [line("A", 2)]), seller)
    done = incoming("1", line("A", 2), state=PlatformState.COMPLETED, minute=1)

    news = []
    for _ in range(2):
        news.append(await ask(shop, done))
        await drain(shop.worker)

    assert news == [1, 0]
    assert (await the_order()).phase is Phase.COMPLETED


async def test_what_was_before_the_shop_was_connected_waits_to_be_wanted(take_in: Intake) -> None:
    placed = incoming().placed_at
    await connected_at(take_in, placed + timedelta(minutes=3, microseconds=7) + SLOW_CLOCK)

    await ask(
        take_in,
        incoming("open", line("A")),
        incoming("done later", line("A"), state=PlatformState.COMPLETED, minute=5),
        incoming("canceled later", line("A"), state=PlatformState.CANCELED, minute=5),
        incoming("paid later", line("A"), minute=5),
        incoming("in that second", line("A"), placed_at=placed + timedelta(minutes=3), minute=3),
    )
    await drain(take_in.worker)

    ids = [order.external_id for order in await Order.all().order_by("external_id")]
    assert ids == ["in that second", "paid later"]
    assert await cards() == 2


async def test_an_order_that_a_slow_clock_places_before_the_shop_was_connected_is_news(
    take_in: Intake,
) -> None:
    await connected_at(take_in, incoming().placed_at + SLOW_CLOCK)

    assert await ask(take_in, incoming("1", line("A"))) == 1
    await drain(take_in.worker)

    assert await cards() == 1


async def test_a_deletion_that_came_while_we_asked_is_not_undone(shop: Intake) -> None:
    await make_order(shop, [line("A")])
    asking = await begin(shop)
    page = await found(shop, incoming("1", line("A")))
    await shop(OrderGone("1"))

    assert await reconcile.store_orders(asking, page) == 0
    assert (await the_order()).phase is Phase.CANCELED
    # Asked again, it is there: it was taken out of the trash.
    assert await ask(shop, incoming("1", line("A"))) == 1
    await drain(shop.worker)
    assert (await the_order()).phase is Phase.OPEN


async def test_a_time_that_is_still_to_come_does_not_hide_what_comes_before_it(
    shop: Intake,
) -> None:
    far = now() + timedelta(days=400)

    await ask(shop, incoming("1", modified_at=far))

    row = await Shop.get(id=shop.shop_id)
    assert row.orders_cursor is not None
    assert row.orders_cursor <= now()


async def test_the_cursor_never_moves_back(shop: Intake) -> None:
    await ask(shop, incoming("1", minute=9))

    await ask(shop, incoming("2", minute=3))

    row = await Shop.get(id=shop.shop_id)
    assert row.orders_cursor == incoming(minute=9).modified_at


@pytest.mark.parametrize("is_readable", [True, False])
async def test_an_order_that_cannot_be_worked_is_told_of_once_however_often_it_is_found(
    shop: Intake, is_readable: bool
) -> None:
    body = shop.told.broken_body(MalformedPayloadError("odd"))
    odd = FoundOrder(incoming() if is_readable else None, "order.updated", body)

    news = []
    for _ in range(3):
        # The second time it waits still.
        news += [await reconcile.store_orders(await begin(shop), [odd]) for _ in range(2)]
        await drain(shop.worker)

    assert news == [1, 0, 0, 0, 0, 0]
    assert len(await inbox.aside()) == 1
    assert await OutboxEffect.filter(kind=EffectKind.TELL_OWNER).count() == 1


# --- a crash anywhere ----------------------------------------------------------------------------


class Crash(BaseException):
    """The process died."""


@pytest.mark.parametrize("is_before", [True, False])
@pytest.mark.parametrize(
    ("module", "name"),
    [
        (reconcile, "_known"),
        (reconcile, "_without_waiting"),
        (inbox, "append_all"),
        (reconcile, "_move"),
    ],
)
async def test_news_and_the_cursor_are_stored_together_or_not_at_all(
    shop: Intake, monkeypatch: pytest.MonkeyPatch, module: object, name: str, is_before: bool
) -> None:
    work: Callable[..., Awaitable[object]] = getattr(module, name)

    async def die(*args: object, **kwargs: object) -> object:
        if not is_before:
            await work(*args, **kwargs)
        raise Crash

    order = incoming("1", line("A"))
    with monkeypatch.context() as dying:
        dying.setattr(module, name, die)
        with pytest.raises(Crash):
            await ask(shop, order)

    assert not await InboxEntry.exists()
    assert (await Shop.get(id=shop.shop_id)).orders_cursor is None
    assert await ask(shop, order) == 1


# --- open orders of before -----------------------------------------------------------------------


async def test_open_orders_of_before_come_in_without_a_sound(take_in: Intake) -> None:
    await Chat.all().update(has_board=True)
    placed = incoming().placed_at
    await connected_at(take_in, placed + timedelta(minutes=3) + SLOW_CLOCK)
    page = [
        *await found(take_in, *(incoming(f"{n}", line("A", 2)) for n in range(3))),
        *await found(take_in, incoming("new", line("A"), placed_at=placed + timedelta(minutes=4))),
    ]

    taken = [await reconcile.store_open_orders(await begin(take_in), page)]
    await drain(take_in.worker)
    taken.append(await reconcile.store_open_orders(await begin(take_in), page))

    assert taken == [4, 0]
    assert await numbers("A") == ("9", "7")
    owed = await OutboxEffect.all().order_by("id")
    assert {effect.kind for effect in owed} == {EffectKind.SHOW_CARD, EffectKind.SHOW_BOARD}
    (card,) = [effect for effect in owed if effect.is_card]
    assert card.subject_id == (await the_order("new")).id
    await Order.all().update(created_at=now() - timedelta(hours=1))
    assert await nudges.nudge() == 2  # about the new one: its chats, then the owners
    nudged = await OutboxEffect.filter(kind=EffectKind.NUDGE)
    assert {effect.subject_id for effect in nudged} == {card.subject_id}
    assert await check.differences() == []


@pytest.mark.parametrize("is_silent_first", [True, False])
async def test_what_is_told_aloud_as_well_is_not_silent(
    shop: Intake, is_silent_first: bool
) -> None:
    order = incoming("1", line("A"))
    for is_silent in (is_silent_first, not is_silent_first):
        async with transaction():
            request = ("order.updated", shop.told.body(order))
            await inbox.append_all(shop.shop_id, [request], is_silent=is_silent)

    await drain(shop.worker)

    assert await cards() == 1


async def test_what_came_in_silently_gets_no_card_by_being_drawn_anew(take_in: Intake) -> None:
    await connected_at(take_in, now())
    page = await found(take_in, incoming("1", line("B", 2)))
    await reconcile.store_open_orders(await begin(take_in), page)
    await take_in(incoming("2", line("B", 2)))
    await OutboxEffect.filter(kind=EffectKind.SHOW_BOARD).delete()

    await stock_up({"B": 9})  # both orders' lines are linked now

    assert await numbers("B") == ("9", "4")
    ids = [effect.subject_id for effect in await OutboxEffect.all().order_by("id")]
    assert ids == [(await the_order("2")).id] * 2
    async with transaction():
        await outbox.owe_redraws([(await the_order("1")).id])
    assert await OutboxEffect.all().count() == 2


# --- orders that are gone ------------------------------------------------------------------------


async def test_only_orders_that_are_open_on_both_sides_are_looked_for(
    shop: Intake, seller: StaffMember
) -> None:
    await sell(await make_order(shop, [line("A")], "sold"), seller)
    await shop(incoming("canceled", state=PlatformState.CANCELED), incoming("open", line("A")))
    await make_order(shop, [line("A")], "reopened")  # by staff, who know it was canceled there
    await Order.filter(external_id="reopened").update(platform_state=PlatformState.CANCELED)

    assert await reconcile.open_orders(shop.shop_id) == ["open"]

    await reconcile.store_gone(shop.shop_id, [("x", shop.told.body(OrderGone("open")))])
    await drain(shop.worker)
    assert (await the_order("open")).phase is Phase.CANCELED
    assert await InboxEntry.filter(state=EntryState.PENDING).count() == 0
