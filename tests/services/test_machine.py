"""Whatever platforms and people do in whatever order, the books agree.

Hypothesis invents histories: requests new, repeated, late and changed, taps of two people, imports
of products. After each step the sums must hold, and a model too simple to be wrong must know the
same goods on the shelf. ``MACHINE_EXAMPLES`` in the environment asks for more histories.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import Phase as Phase_
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tortoise.timezone import now

from domain.errors import InvalidTransitionError, OutOfStockError
from domain.orders import IncomingOrder, OrderGone, Phase, PlatformState, RejectReason
from domain.rights import Role
from models.inbox import EntryState, InboxEntry
from models.orders import EventKind, Order, OrderEvent, OrderLine
from models.outbox import EffectKind, OutboxEffect
from models.stock import Product
from models.telegram import Chat
from services import chats, check, drafts, orders, status_edits, statuses, undo
from tests.factories import (
    Intake,
    cards_were_sent,
    drain,
    incoming,
    line,
    make_shop,
    make_staff,
    sell,
    stock_up,
)
from tests.services.emptied import empty
from tests.services.known_order import Known

T = TypeVar("T")

PHASES = (Phase_.explicit, Phase_.reuse, Phase_.generate)
SKUS = ("A", "B", "C")
LABELS = ("CALL BACK", "LATER")
NUMBERS = ("1", "2", "3")

quantities = st.integers(0, 12).map(lambda halves: Decimal(halves) / 2)
told_lines = st.dictionaries(
    st.sampled_from(["l1", "l2", "l3"]), st.tuples(st.sampled_from(SKUS), quantities), max_size=3
)
states = st.sampled_from([*PlatformState, PlatformState.ACTIVE, PlatformState.ACTIVE])
numbers = st.sampled_from(NUMBERS)
people = st.sampled_from([0, 1])


class Books(RuleBasedStateMachine):
    """The program under test and the model beside it."""

    runner: asyncio.Runner

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @initialize()
    def start(self) -> None:
        self.on_hand: dict[str, Decimal] = {}
        self.known: dict[str, Known] = {}
        self.minute = 0
        self.told: list[IncomingOrder] = []
        self.seen_events: dict[int, tuple[object, ...]] = {}
        self.seen_orders: dict[str, tuple[object, ...]] = {}
        self.run(self._start())

    async def _start(self) -> None:
        await empty()
        self.intake = Intake((await make_shop()).id)
        people = {"Олег": 5001, "Ірина": 5002}  # owners, whom nobody's claim holds up
        self.staff = [await make_staff(*person, Role.OWNER) for person in people.items()]
        self.labels = [await statuses.create(label) for label in LABELS]
        self.manager = await make_staff("Марія", 5009, Role.MANAGER)
        await chats.subscribe(5001)
        await chats.subscribe(-100, is_group=True)
        await chats.subscribe(5002)
        await chats.block(5002)
        await chats.subscribe(5003)
        await chats.unsubscribe(5003)
        self.owed_chats = {chat.id for chat in await Chat.exclude(telegram_id=5003)}

    # --- the platform ------------------------------------------------------------------------

    @rule(number=numbers, lines=told_lines, state=states, age=st.sampled_from([0, 0, 0, 1, 5]))
    def platform_tells(
        self, number: str, lines: dict[str, tuple[str, Decimal]], state: PlatformState, age: int
    ) -> None:
        self.minute += 1
        self._receive([self._incoming(number, lines, state, self.minute - age)])

    @rule(
        news=st.lists(
            st.tuples(numbers, told_lines, states, st.integers(0, 3)) | numbers,
            min_size=2,
            max_size=4,
        )
    )
    def platform_tells_much_at_once(self, news: list[Any]) -> None:
        self.minute += 3
        self._receive(
            [
                OrderGone(each)
                if isinstance(each, str)
                else self._incoming(each[0], each[1], each[2], self.minute - each[3])
                for each in news
            ]
        )

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def platform_repeats_itself(self, data: st.DataObject) -> None:
        change = data.draw(st.sampled_from(self.told))
        self._receive([change] * data.draw(st.integers(1, 2)))

    @precondition(lambda self: self.told)
    @rule(data=st.data(), state=states)
    def platform_changes_only_the_state(self, data: st.DataObject, state: PlatformState) -> None:
        self.minute += 1
        change = data.draw(st.sampled_from(self.told))
        modified_at = change.modified_at.replace(microsecond=0)
        modified_at += timedelta(minutes=self.minute - self._minute_of(change))
        self._receive([replace(change, state=state, modified_at=modified_at)])

    @rule(number=numbers)
    def platform_deletes(self, number: str) -> None:
        self._receive([OrderGone(number)])

    def _incoming(
        self,
        number: str,
        lines: dict[str, tuple[str, Decimal]],
        state: PlatformState,
        minute: int,
    ) -> IncomingOrder:
        told = [line(sku, quantity, id_) for id_, (sku, quantity) in lines.items()]
        return incoming(number, *told, state=state, minute=minute)

    @staticmethod
    def _minute_of(change: IncomingOrder) -> int:
        return int((change.modified_at - change.placed_at).total_seconds()) // 60

    def _receive(self, changes: list[IncomingOrder | OrderGone]) -> None:
        self.run(self.intake(*changes))
        for change in changes:
            if isinstance(change, OrderGone):
                self._model_gone(change)
            else:
                self.told.append(change)
                self._model_told(change)

    def _model_gone(self, change: OrderGone) -> None:
        order = self.known.get(change.external_id)
        if order is not None:
            order.vanish()

    def _model_told(self, change: IncomingOrder) -> None:
        if change.state is PlatformState.DRAFT:
            return
        minute, content = self._minute_of(change), change.digest()
        order = self.known.get(change.external_id)
        if order is None:
            order = self.known[change.external_id] = Known()
        elif minute < order.modified or (minute, content) == (order.modified, order.content):
            return
        order.modified, order.content = minute, content
        order.hear(change)

    # --- the staff ---------------------------------------------------------------------------

    @precondition(lambda self: self.known)
    @rule(data=st.data(), who=people, accept=st.booleans())
    def add_sale(self, data: st.DataObject, who: int, accept: bool) -> None:
        number, order = self._pick(data)
        try:
            self.run(self._sell(number, who, accept))
        except InvalidTransitionError:
            assert order.phase is not Phase.OPEN
        except OutOfStockError:
            assert order.phase is Phase.OPEN
            assert not accept
        else:
            assert order.phase is Phase.OPEN
            order.phase, order.last_step = Phase.COMPLETED, ("sale", who)
            order.sold = Counter()
            for sku, quantity in order.lines.values():
                if sku in self.on_hand:
                    order.sold[sku] += quantity  # type: ignore[assignment]
                    self.on_hand[sku] -= quantity
            assert accept or all(self.on_hand[sku] >= 0 for sku in order.sold)

    async def _sell(self, number: str, who: int, accept: bool) -> None:
        order = await Order.get(external_id=number)
        await sell(order, self.staff[who], accept_shortage=accept)

    @precondition(lambda self: self.known)
    @rule(data=st.data(), who=people)
    def back(self, data: st.DataObject, who: int) -> None:
        number, order = self._pick(data)
        if order.phase is Phase.OPEN:
            revision = self.run(self._open_and_close(number, who))
            phase, status_id, _, *rest = self.seen_orders[number]
            # A window shows on no card.
            self.seen_orders[number] = (phase, status_id, revision, *rest)

    async def _open_and_close(self, number: str, who: int) -> int:
        order = await Order.get(external_id=number)
        await drafts.open_window(order.id, by=self.staff[who], take_over=True)
        await drafts.close_window(order.id, by=self.staff[who])
        return (await Order.get(id=order.id)).revision

    @precondition(lambda self: self.known)
    @rule(data=st.data(), who=people, step=st.sampled_from(["reject", "refuse"]))
    def close(self, data: st.DataObject, who: int, step: str) -> None:
        number, order = self._pick(data)
        try:
            self.run(self._close(number, who, step))
        except InvalidTransitionError:
            assert order.phase is not Phase.OPEN
        else:
            assert order.phase is Phase.OPEN
            order.phase = Phase.CANCELED if step == "reject" else Phase.REFUSED
            order.by_platform, order.last_step = False, (step, who)

    async def _close(self, number: str, who: int, step: str) -> None:
        order = await Order.get(external_id=number)
        if step == "reject":
            await orders.reject(order.id, RejectReason.OTHER, by=self.staff[who], text="x")
        else:
            await orders.refuse(order.id, by=self.staff[who])

    @precondition(lambda self: self.known)
    @rule(data=st.data(), who=people, label=st.sampled_from([0, 1]))
    def relabel(self, data: st.DataObject, who: int, label: int) -> None:
        number, order = self._pick(data)
        try:
            self.run(self._relabel(number, who, label))
        except InvalidTransitionError:
            assert order.phase is not Phase.OPEN
        else:
            assert order.phase is Phase.OPEN

    async def _relabel(self, number: str, who: int, label: int) -> None:
        order = await Order.get(external_id=number)
        await orders.change_status(order.id, self.labels[label].id, by=self.staff[who])

    @precondition(lambda self: self.known)
    @rule(data=st.data(), who=people)
    def reopen(self, data: st.DataObject, who: int) -> None:
        number, order = self._pick(data)
        try:
            self.run(self._reopen(number, who))
        except InvalidTransitionError:
            assert order.phase in {Phase.OPEN, Phase.COMPLETED}
        else:
            assert order.phase in {Phase.CANCELED, Phase.REFUSED}
            order.phase, order.by_platform, order.last_step = Phase.OPEN, False, None
            order.is_decided = True

    async def _reopen(self, number: str, who: int) -> None:
        order = await Order.get(external_id=number)
        await orders.reopen(order.id, by=self.staff[who])
        await drain(self.intake.worker)

    @precondition(lambda self: self.known)
    @rule(data=st.data(), who=people, late=st.sampled_from([False, False, True]))
    def undo(self, data: st.DataObject, who: int, late: bool) -> None:
        number, order = self._pick(data)
        try:
            self.run(self._undo(number, who, late))
        except InvalidTransitionError:
            assert late or order.last_step is None or order.last_step[1] != who
        else:
            assert not late
            assert order.last_step is not None
            assert order.last_step[1] == who
            order.phase, order.by_platform, order.last_step = Phase.OPEN, False, None
            for sku, quantity in order.sold.items():
                self.on_hand[sku] += quantity
            order.sold = Counter()
            if order.unapplied is not None:
                order.apply(order.unapplied)
        if late:
            order.last_step = None  # it stays too late

    async def _undo(self, number: str, who: int, late: bool) -> None:
        order = await Order.get(external_id=number)
        if late:
            long_ago = now() - orders.UNDO_WINDOW - timedelta(seconds=1)
            await OrderEvent.filter(order_id=order.id).update(at=long_ago)
        await undo.undo(order.id, by=self.staff[who])
        await drain(self.intake.worker)

    def _pick(self, data: st.DataObject) -> tuple[str, Known]:
        number = data.draw(st.sampled_from(sorted(self.known)))
        return number, self.known[number]

    # --- the statuses ------------------------------------------------------------------------

    @rule(label=st.sampled_from([0, 1]), holds=st.booleans())
    def let_a_status_hold_or_not(self, label: int, holds: bool) -> None:
        id_ = self.labels[label].id
        self.run(status_edits.set_holding(id_, holds, by=self.manager))

    @rule(label=st.sampled_from([0, 1]), is_to_new=st.booleans())
    def delete_a_status_and_make_it_again(self, label: int, is_to_new: bool) -> None:
        move_to = statuses.NEW_ID if is_to_new else self.labels[1 - label].id
        id_ = self.labels[label].id
        self.run(status_edits.delete(id_, by=self.manager, move_to=move_to))
        self.labels[label] = self.run(statuses.create(LABELS[label]))

    # --- the warehouse -----------------------------------------------------------------------

    @rule(counts=st.dictionaries(st.sampled_from(SKUS), quantities, min_size=1))
    def import_products(self, counts: dict[str, Decimal]) -> None:
        self.run(stock_up(counts))
        self.on_hand.update(counts)

    # --- what must never break ---------------------------------------------------------------

    @invariant()
    def books_agree(self) -> None:
        self.run(self._books_agree())

    async def _books_agree(self) -> None:
        assert await check.differences() == []
        assert not await InboxEntry.exclude(state=EntryState.DONE).exists()
        stored = {order.external_id: order for order in await Order.all()}
        assert await Order.all().count() == len(stored)
        assert {id_: order.phase for id_, order in stored.items()} == {
            id_: order.phase for id_, order in self.known.items()
        }
        lines = await OrderLine.all()
        await self._stock_is_right(stored, lines)
        await self._changed_orders_are_owed(stored, lines)
        await self._history_only_grows()

    async def _stock_is_right(self, stored: dict[str, Order], lines: list[OrderLine]) -> None:
        open_ids = {order.id for order in stored.values() if order.phase is Phase.OPEN}
        held = Counter[int | None]()
        for one in lines:
            assert 0 <= one.reserved <= one.quantity
            assert one.order_id in open_ids or one.reserved == 0
            assert one.product_id is not None or one.reserved == 0
            held[one.product_id] += one.reserved  # type: ignore[assignment]
        products = await Product.all()
        assert {product.sku: product.on_hand for product in products} == self.on_hand
        for product in products:
            assert product.reserved == held[product.id]
        for one in lines:
            if one.order_id in open_ids and one.quantity:  # others follow when they are opened
                assert (one.product_id is not None) == (one.sku in self.on_hand)
        await self._lines_are_as_told(stored, lines)

    async def _lines_are_as_told(self, stored: dict[str, Order], lines: list[OrderLine]) -> None:
        for number, order in stored.items():
            if order.phase is not Phase.OPEN:
                continue
            shown = {
                one.external_id: (one.sku, one.quantity)
                for one in lines
                if one.order_id == order.id and one.quantity
            }
            assert shown == self.known[number].lines

    async def _changed_orders_are_owed(
        self, stored: dict[str, Order], lines: list[OrderLine]
    ) -> None:
        seen: dict[str, tuple[object, ...]] = {}
        owed = {
            (effect.subject_id, effect.chat_id)
            for effect in await OutboxEffect.filter(kind=EffectKind.SHOW_CARD)
        }
        await cards_were_sent()
        for number, order in stored.items():
            seen[number] = (
                order.phase,
                order.status_id,
                order.revision,
                order.total,
                sorted(
                    (one.external_id, one.sku, one.quantity, one.reserved, one.product_id or 0)
                    for one in lines
                    if one.order_id == order.id and one.quantity
                ),
            )
            before = self.seen_orders.get(number)
            if before is None:
                must_show = order.phase is Phase.OPEN
            elif order.phase is Phase.OPEN:
                must_show = before != seen[number]
            else:  # what an import or the platform changes on a closed order changes no card
                must_show = before[:3] != seen[number][:3]
            if must_show:
                assert {chat for id_, chat in owed if id_ == order.id} == self.owed_chats
        assert self.seen_orders.keys() <= seen.keys()
        self.seen_orders = seen

    async def _history_only_grows(self) -> None:
        events = {
            event.id: (event.order_id, event.kind, event.staff_id, event.to_status_id)
            for event in await OrderEvent.all()
        }
        assert self.seen_events.items() <= events.items()
        self.seen_events = dict(events)
        created = Counter(id_ for id_, kind, *_ in events.values() if kind is EventKind.CREATED)
        assert set(created.values()) <= {1}


def test_books_agree_whatever_happens(runner: asyncio.Runner) -> None:
    machine = type("Machine", (Books,), {"runner": runner})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(os.environ.get("MACHINE_EXAMPLES", "20")),
            stateful_step_count=25,
            deadline=None,
            phases=PHASES,
            derandomize=bool(os.environ.get("CI")),
            suppress_health_check=list(HealthCheck),
        ),
    )
