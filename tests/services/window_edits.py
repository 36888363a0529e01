"""The half of ``test_window_machine`` that comes before the sale: platform, windows, edits."""

import asyncio
from collections.abc import Coroutine
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
)

from domain.errors import (
    InvalidTransitionError,
    KramarError,
    NotFoundError,
    WindowTakenError,
)
from domain.orders import IncomingLine, Phase, PlatformState
from domain.rights import Role
from models.drafts import SaleDraftLine
from models.money import MoneyAccount
from models.orders import Order, OrderLine
from models.stock import Product
from services import draft_lines, drafts
from tests.factories import Intake, incoming, make_shop, make_staff, stock_up
from tests.services.emptied import empty
from tests.services.window_model import (
    NUMBERS,
    PRICE,
    SKUS,
    Edited,
    Known,
    Window,
    counts,
    discount_of,
    discounts,
    halves,
    hryvnias,
    kinds,
    mostly,
    order_sums,
    people,
    quantity,
    sums,
    told_lines,
)

T = TypeVar("T")


class WindowEdits(RuleBasedStateMachine):
    """The program under test and the model beside it."""

    runner: asyncio.Runner

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @initialize(
        counted=st.dictionaries(st.sampled_from(SKUS), counts),
        told=st.lists(st.tuples(told_lines, order_sums), min_size=2, max_size=3),
    )
    def start(self, counted: dict[str, Fraction], told: list[tuple[Any, Any]]) -> None:
        self.on_hand = {sku: counted.get(sku, Fraction(3)) for sku in SKUS}
        self.known: dict[str, Known] = {}
        self.minute = 0
        self.run(self._start())
        for number, (lines, parts) in zip(NUMBERS, told, strict=False):
            self._told(number, lines, parts, canceled=False)

    async def _start(self) -> None:
        await empty()
        self.intake = Intake((await make_shop()).id)
        people = {"Олег": 5001, "Ірина": 5002}  # owners, whom nobody's claim holds up
        self.staff = [await make_staff(*person, Role.OWNER) for person in people.items()]
        self.accounts = {account.kind.value: account.id for account in await MoneyAccount.all()}
        await stock_up({sku: quantity(count) for sku, count in self.on_hand.items()})
        self.products = {product.sku: product.id for product in await Product.all()}

    # --- the platform and the warehouse ------------------------------------------------------

    @rule(
        number=st.sampled_from(NUMBERS),
        lines=told_lines,
        parts=order_sums,
        canceled=st.sampled_from([False] * 7 + [True]),
    )
    def platform_tells(
        self,
        number: str,
        lines: dict[str, tuple[str, Fraction, int]],
        parts: tuple[int, int, int],
        canceled: bool,
    ) -> None:
        self._told(number, lines, parts, canceled=canceled)

    def _told(
        self, number: str, lines: dict[str, Any], parts: tuple[int, int, int], *, canceled: bool
    ) -> None:
        self.minute += 1
        self.run(self._tell(number, lines, parts, canceled))
        order = self.known.setdefault(number, Known(lines, *parts))
        if order.phase is not Phase.COMPLETED:
            self._apply(order, lines, parts, canceled)
            return
        if order.applied != (lines, parts, canceled):
            order.applied, order.unapplied = None, (lines, parts, canceled)
        order.is_decided = order.is_decided and (order.is_canceled or not canceled)
        order.is_canceled = canceled

    def _catch_up(self, order: Known) -> None:
        """An order that is open again takes what was said while it was sold."""
        if order.unapplied is not None:
            self._apply(order, *order.unapplied)

    def _apply(
        self, order: Known, lines: dict[str, Any], parts: tuple[int, int, int], canceled: bool
    ) -> None:
        is_known = order.is_canceled and (order.applied is not None or order.is_decided)
        order.applied, order.unapplied, order.is_canceled = (lines, parts, canceled), None, canceled
        order.lines = lines
        order.discount, order.delivery, order.total = parts
        if order.phase is Phase.OPEN and canceled:
            if not is_known:
                self._close(order, Phase.CANCELED)
                order.by_platform, order.is_decided = True, False
        elif order.by_platform and not canceled:
            order.phase, order.by_platform, order.last_step = Phase.OPEN, False, None

    async def _tell(
        self,
        number: str,
        lines: dict[str, tuple[str, Fraction, int]],
        parts: tuple[int, int, int],
        canceled: bool,
    ) -> None:
        told = [
            IncomingLine(
                external_id=id_,
                product_external_id="",
                sku=sku,
                name=id_,
                quantity=quantity(count),
                amount=hryvnias(amount),
            )
            for id_, (sku, count, amount) in lines.items()
        ]
        state = PlatformState.CANCELED if canceled else PlatformState.ACTIVE
        discount, delivery, total = map(hryvnias, parts)
        money_ = {"discount": discount, "delivery_cost": delivery, "total": total}
        await self.intake(incoming(number, *told, state=state, minute=self.minute, **money_))

    @staticmethod
    def _close(order: Known, phase: Phase) -> None:
        order.phase, order.window, order.last_step, order.by_platform = phase, None, None, False

    @rule(counted=st.dictionaries(st.sampled_from(SKUS), halves, min_size=1))
    def import_products(self, counted: dict[str, Fraction]) -> None:
        self.run(stock_up({sku: quantity(count) for sku, count in counted.items()}))
        self.on_hand.update(counted)

    # --- windows -----------------------------------------------------------------------------

    def _pick(self, data: st.DataObject, who: int) -> tuple[str, Known, int]:
        """An open order, if there is one, and who taps: 0 is whoever is in its window."""
        open_ = [number for number, order in self.known.items() if order.phase is Phase.OPEN]
        number = data.draw(st.sampled_from(sorted(open_ or self.known)))
        order = self.known[number]
        if order.phase is Phase.OPEN and order.window is None and data.draw(mostly):
            self._opened(number, order, 0, take_over=False)
        holder = order.window.holder if order.window else 0
        return number, order, (holder + who) % 2

    def _expected(self, order: Known, who: int) -> type[KramarError] | None:
        """What an edit must be refused with."""
        if order.phase is not Phase.OPEN:
            return InvalidTransitionError
        if order.window is None:
            return NotFoundError
        return None if order.window.holder == who else WindowTakenError

    def _try(self, work: Coroutine[Any, Any, object], expected: type[KramarError] | None) -> bool:
        """Whether it went through; it must, unless an error is expected."""
        try:
            self.run(work)
        except KramarError as error:
            assert type(error) is expected  # noqa: PT017
            return False
        assert expected is None
        return True

    async def _id(self, number: str) -> int:
        return (await Order.get(external_id=number)).id

    @rule(data=st.data(), who=st.sampled_from([0, 1]), take_over=mostly)
    def open_window(self, data: st.DataObject, who: int, take_over: bool) -> None:
        number, order, by = self._pick(data, who)
        self._opened(number, order, by, take_over=take_over)

    def _opened(self, number: str, order: Known, by: int, *, take_over: bool) -> None:
        expected = self._expected(order, by)
        if expected is NotFoundError or (expected is WindowTakenError and take_over):
            expected = None
        if self._try(self._open(number, by, take_over), expected):
            order.window = order.window or Window(by)
            order.window.holder = by

    async def _open(self, number: str, by: int, take_over: bool) -> None:
        await drafts.open_window(await self._id(number), by=self.staff[by], take_over=take_over)

    @rule(
        data=st.data(),
        who=people,
        what=st.sampled_from(["quantity", "more", "less", "price", "discount", "restore", "out"]),
        count=counts,
        price=sums,
        discount=discounts,
    )
    def edit_line(
        self,
        data: st.DataObject,
        who: int,
        what: str,
        count: Fraction,
        price: int,
        discount: tuple[bool, int],
    ) -> None:
        number, order, by = self._pick(data, who)
        if order.window is None:
            return  # there is nothing to tap
        names = [*order.lines, *(f"+{sku}" for sku in order.window.added)]
        name = data.draw(st.sampled_from(sorted(names)))
        edit = self._edit(number, name, by, what, (count, price, discount))
        if self._try(edit, self._expected(order, by)):
            self._model_edit(order, name, what, (count, price, discount))
            if what in {"quantity", "more", "out"}:
                self.run(self._extras_are_held(number))

    async def _edit(
        self, number: str, name: str, by: int, what: str, drawn: tuple[Any, ...]
    ) -> None:
        count, price, discount = drawn
        order = await Order.get(external_id=number)
        if name.startswith("+"):
            added = SaleDraftLine.filter(order_id=order.id, order_line_id__isnull=True)
            key = f"a{(await added.get(product__sku=name[1:])).id}"
        else:
            key = f"o{(await OrderLine.get(order_id=order.id, external_id=name)).id}"
        staff = self.staff[by]
        match what:
            case "quantity":
                await draft_lines.set_quantity(order.id, key, quantity(count), by=staff)
            case "out":
                await draft_lines.set_quantity(order.id, key, Decimal(0), by=staff)
            case "more":
                await draft_lines.step_quantity(order.id, key, 1, by=staff)
            case "less":
                await draft_lines.step_quantity(order.id, key, -1, by=staff)
            case "price":
                await draft_lines.set_price(order.id, key, hryvnias(price), by=staff)
            case "discount":
                await draft_lines.set_discount(order.id, key, discount_of(discount), by=staff)
            case _:
                await draft_lines.restore(order.id, key, by=staff)

    @staticmethod
    def _model_edit(order: Known, name: str, what: str, drawn: tuple[Any, ...]) -> None:
        assert order.window is not None
        count, price, discount = drawn
        if name.startswith("+"):
            edit = order.window.added[name[1:]]
            if what == "out":
                del order.window.added[name[1:]]
            there = edit.quantity or Fraction(0)
        else:
            edit = order.window.edits.setdefault(name, Edited())
            if what == "restore":
                del order.window.edits[name]
            elif what == "out":
                edit.quantity = Fraction(0)
            there = order.lines[name][1] if edit.quantity is None else edit.quantity
        match what:
            case "quantity":
                edit.quantity = count
            case "more":
                edit.quantity = there + 1
            case "less" if there > 1:
                edit.quantity = there - 1
            case "price":
                edit.price = price
            case "discount":
                edit.discount = discount
            case _:
                pass

    async def _extras_are_held(self, number: str) -> None:
        """Whatever a window lacks is not there to be had."""
        for edit in await SaleDraftLine.filter(order__external_id=number).select_related("product"):
            if edit.product is not None and edit.reserved < edit.wanted:
                assert edit.product.available <= 0

    @rule(data=st.data(), who=people, sku=st.sampled_from(SKUS))
    def add_product(self, data: st.DataObject, who: int, sku: str) -> None:
        number, order, by = self._pick(data, who)
        if self._try(self._add(number, sku, by), self._expected(order, by)):
            assert order.window is not None
            added = order.window.added.setdefault(sku, Edited(Fraction(0), PRICE))
            added.quantity = (added.quantity or Fraction(0)) + 1
            self.run(self._extras_are_held(number))

    async def _add(self, number: str, sku: str, by: int) -> None:
        product_id = self.products[sku]
        await draft_lines.add_product(await self._id(number), product_id, by=self.staff[by])

    @rule(
        data=st.data(),
        who=people,
        what=st.sampled_from(["discount", "delivery", "account", "down", "note"]),
        discount=discounts,
        amount=sums,
        kind=kinds,
    )
    def edit_sale(
        self,
        data: st.DataObject,
        who: int,
        what: str,
        discount: tuple[bool, int],
        amount: int,
        kind: str,
    ) -> None:
        number, order, by = self._pick(data, who)
        edit = self._edit_sale(number, by, what, (discount, amount, kind))
        if not self._try(edit, self._expected(order, by)):
            return
        window = order.window
        assert window is not None
        match what:
            case "discount":
                window.discount = discount
            case "delivery":
                window.delivery = amount
            case "account":
                window.account = kind
                if window.down and window.down[0] == kind:
                    window.down = None
            case "down":
                window.down = (kind, amount) if amount and kind != window.account else None
            case _:
                pass

    async def _edit_sale(self, number: str, by: int, what: str, drawn: tuple[Any, ...]) -> None:
        discount, amount, kind = drawn
        id_, staff = await self._id(number), self.staff[by]
        match what:
            case "discount":
                await drafts.set_discount(id_, discount_of(discount), by=staff)
            case "delivery":
                await drafts.set_delivery_cost(id_, hryvnias(amount), by=staff)
            case "account":
                await drafts.choose_account(id_, self.accounts[kind], by=staff)
            case "down":
                await drafts.split(id_, self.accounts[kind], hryvnias(amount), by=staff)
            case _:
                await drafts.set_text(id_, "note", "крихке", by=staff)
