"""Whatever two people do in sale windows, the totals, the reservations and the ledgers agree.

Hypothesis invents the edits, the platform meddles, sales are added, undone, settled and returned.
The model beside it counts in whole kopiykas and fractions and knows nothing of the services' code.
``MACHINE_EXAMPLES`` in the environment asks for more histories.
"""

import asyncio
import copy
import os
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from domain.errors import (
    InvalidTransitionError,
    KramarError,
    NothingLeftError,
    OutOfStockError,
)
from domain.orders import Phase, RejectReason
from models.drafts import SaleDraft, SaleDraftLine
from models.money import MoneyEntry
from models.orders import Order, OrderLine
from models.sales import Sale, SaleLine, SaleState
from models.stock import Product
from services import check, draft_content, drafts, money, orders, returns, sales, undo
from tests.factories import drain
from tests.services.test_machine import PHASES
from tests.services.window_edits import WindowEdits
from tests.services.window_model import (
    CARD,
    CASH,
    CLOSED,
    COD,
    SKUS,
    UNPAID,
    Known,
    Sold,
    hryvnias,
    kinds,
    kopiykas,
    people,
    quantity,
    sums,
)


class Windows(WindowEdits):
    """Sales on top of the edits, and what must never break."""

    # --- sales -------------------------------------------------------------------------------

    @rule(data=st.data(), who=people, accept=st.sampled_from([True, True, False]))
    def add_sale(self, data: st.DataObject, who: int, accept: bool) -> None:
        number, order, by = self._pick(data, who)
        expected = self._expected(order, by)
        sold = order.amounts() if expected is None else {}
        if expected is None and not sold:
            expected = NothingLeftError
        before = copy.deepcopy(self.on_hand)
        try:
            sale = self.run(self._sell(number, by, accept))
        except OutOfStockError:
            assert expected is None
            assert not accept
            self.run(self._is_short(number, sold))
            return
        except KramarError as error:
            assert type(error) is expected  # noqa: PT017
            return
        assert expected is None
        assert order.window is not None
        due = order.due()
        assert kopiykas(sale.due) == due
        lines: list[list[Any]] = [[sku, count, Fraction(0)] for sku, count, _ in sold.values()]
        self._move_goods([(sku, -count) for sku, count, _ in lines])
        assert accept or all(self.on_hand[sku] >= 0 for sku, *_ in lines if sku in before)
        down = min(order.window.down[1], due) if order.window.down else 0
        booked = {order.window.account: due - down}
        if order.window.down:
            booked[order.window.down[0]] = down
        stored = self.run(self._lies(sale.id))
        assert stored == {kind: amount for kind, amount in booked.items() if amount}
        order.phase, order.sold = Phase.COMPLETED, Sold(sale.id, lines, due)
        order.last_step = ("sale", by)

    async def _sell(self, number: str, by: int, accept: bool) -> Sale:
        id_ = await self._id(number)
        return await sales.add_sale(id_, by=self.staff[by], accept_shortage=accept)

    async def _is_short(self, number: str, sold: dict[str, tuple[str, Fraction, int]]) -> None:
        """Refused for lack of goods: what others hold leaves too little of something."""
        wanted = Counter[str]()
        for sku, count, _ in sold.values():
            if sku in SKUS:
                wanted[sku] += count  # type: ignore[assignment]
        free = {product.sku: product.on_hand for product in await Product.all()}
        for table in (OrderLine, SaleDraftLine):
            others = table.exclude(order__external_id=number).filter(product_id__not_isnull=True)
            for each in await others.select_related("product"):
                assert each.product is not None
                free[each.product.sku] -= each.reserved
        assert any(quantity(Fraction(count)) > free[sku] for sku, count in wanted.items())

    async def _lies(self, sale_id: int) -> dict[str, int]:
        names = {id_: kind for kind, id_ in self.accounts.items()}
        held = await money.balances_of(sale_id)
        return {names[id_]: kopiykas(amount) for id_, amount in held.items()}

    def _move_goods(self, changes: list[tuple[str, Fraction]]) -> None:
        for sku, change in changes:
            if sku in self.on_hand:
                self.on_hand[sku] += change

    @precondition(lambda self: any(order.last_step for order in self.known.values()))
    @rule(data=st.data(), who=st.sampled_from([0, 0, 1]))
    def undo(self, data: st.DataObject, who: int) -> None:
        number = data.draw(st.sampled_from(sorted(n for n, o in self.known.items() if o.last_step)))
        step = self.known[number].last_step
        assert step is not None
        self._undone(number, (step[1] + who) % 2)

    def _undone(self, number: str, by: int) -> None:
        order = self.known[number]
        assert order.last_step is not None
        what, maker, *rest = order.last_step
        expected = None if by == maker else InvalidTransitionError
        if not self._try(self._undo(number, by), expected):
            return
        order.last_step = None
        if what == "sale":
            assert order.sold is not None
            self._move_goods([(sku, count) for sku, count, _ in order.sold.lines])
            order.phase, order.sold = Phase.OPEN, None
            self._catch_up(order)
        elif what == "return":
            before, order.sold = rest
            self._move_goods(before)
            order.phase = Phase.COMPLETED
        else:
            order.phase, order.by_platform = Phase.OPEN, False

    async def _undo(self, number: str, by: int) -> None:
        await undo.undo(await self._id(number), by=self.staff[by])
        await drain(self.intake.worker)

    @precondition(lambda self: any(order.sold for order in self.known.values()))
    @rule(data=st.data(), kind=st.sampled_from([CASH, CARD]), part=st.integers(1, 4))
    def settle(self, data: st.DataObject, kind: str, part: int) -> None:
        sold = self._pick_sold(data)
        before = self.run(self._lies(sold.id))
        owed = before.get(COD, 0) + before.get(UNPAID, 0)
        received = max(owed * part // 4, 1)
        expected = None if owed > 0 else NothingLeftError
        if self._try(self._settle(sold.id, kind, owed, received), expected):
            after = self.run(self._lies(sold.id))
            assert after.get(COD, 0) + after.get(UNPAID, 0) == owed - received
            assert after.get(kind, 0) == before.get(kind, 0) + received

    async def _settle(self, sale_id: int, kind: str, owed: int, received: int) -> None:
        await money.settle(
            sale_id,
            self.accounts[kind],
            by=self.staff[0],
            expected=hryvnias(owed),
            amount=hryvnias(received),
        )

    def _pick_sold(self, data: st.DataObject) -> Sold:
        standing = [number for number, order in self.known.items() if order.sold]
        sold = self.known[data.draw(st.sampled_from(sorted(standing)))].sold
        assert sold is not None
        return sold

    @precondition(lambda self: any(order.sold for order in self.known.values()))
    @rule(
        data=st.data(),
        by=st.sampled_from([0, 1]),
        parts=st.lists(st.tuples(st.integers(0, 2), st.booleans()), min_size=6, max_size=6),
        amount=st.none() | sums,
        kind=st.none() | kinds,
        is_done=st.sampled_from([True, True, False]),
        then=st.sampled_from(["stay", "undo", "begin the next and undo"]),
    )
    def take_back(
        self,
        data: st.DataObject,
        by: int,
        parts: list[tuple[int, bool]],
        amount: int | None,
        kind: str | None,
        is_done: bool,
        then: str,
    ) -> None:
        sold = self._pick_sold(data)
        order = next(order for order in self.known.values() if order.sold is sold)
        coming = [
            min(line[1] - line[2], Fraction(part[0], 2) * line[1])
            for line, part in zip(sold.lines, parts, strict=False)
        ]
        lost = [is_lost for _, is_lost in parts]
        wish = None if amount is None else min(amount, sold.due - sold.returned)
        content = self.run(self._begin_return(sold.id, by, coming, lost, wish, kind))
        is_whole = all(
            line[1] == line[2] + part for line, part in zip(sold.lines, coming, strict=True)
        )
        assert content.is_whole == is_whole
        given = kopiykas(content.amount)
        assert 0 <= given <= sold.due - sold.returned
        if wish is not None or is_whole:
            assert given == (sold.due - sold.returned if wish is None else wish)
        if not is_done:
            return  # left open, to be gone on with
        if not self._try(
            returns.complete(content.draft.id, by=self.staff[by]),
            None if any(coming) else NothingLeftError,
        ):
            return
        before = copy.deepcopy(sold)
        back: list[tuple[str, Fraction]] = []
        for line, part, is_lost in zip(sold.lines, coming, lost, strict=False):
            line[2] += part
            back.append((line[0], Fraction(0) if is_lost else part))
        undone = [(sku, -part) for sku, part in back]
        self._move_goods(back)
        sold.returned += given
        order.last_step = ("return", by, undone, before)
        if is_whole:
            order.phase, order.sold, order.window = Phase.REFUSED, None, None
            order.by_platform = False
        elif then == "begin the next and undo":
            self.run(returns.open_return(sold.id, by=self.staff[1 - by]))
        if then != "stay":
            self._undone(next(n for n, each in self.known.items() if each is order), by)

    async def _begin_return(
        self,
        sale_id: int,
        by: int,
        coming: list[Fraction],
        lost: list[bool],
        wish: int | None,
        kind: str | None,
    ) -> returns.ReturnContent:
        id_ = await returns.open_return(sale_id, by=self.staff[by])
        lines = await SaleLine.filter(sale_id=sale_id).order_by("id")
        there = {item.line.id for item in (await returns.content(id_)).items}
        assert there == {line.id for line in lines if line.returned < line.quantity}
        for line, part, is_lost in zip(lines, coming, lost, strict=False):
            if line.id in there:
                await returns.set_line(
                    id_, line.id, quantity(part), is_written_off=is_lost, by=self.staff[by]
                )
        await returns.set_amount(id_, None if wish is None else hryvnias(wish), by=self.staff[by])
        await returns.set_account(
            id_, None if kind is None else self.accounts[kind], by=self.staff[by]
        )
        return await returns.content(id_)

    @rule(
        data=st.data(),
        by=st.sampled_from([0, 1]),
        step=st.sampled_from(["back", "reject", "reopen", "reopen"]),
    )
    def leave_or_reopen(self, data: st.DataObject, by: int, step: str) -> None:
        closed = [n for n, order in self.known.items() if order.phase in CLOSED]
        if step == "reopen" and closed:
            number = data.draw(st.sampled_from(sorted(closed)))
            order = self.known[number]
        else:
            number, order, _ = self._pick(data, 0)
        expected = self._expected(order, by)
        if step != "back":
            fits = {Phase.OPEN} if step == "reject" else CLOSED
            expected = None if order.phase in fits else InvalidTransitionError
        if not self._try(self._leave_or_reopen(number, by, step), expected):
            return
        if step == "back":
            order.window = None
        elif step == "reject":
            self._close(order, Phase.CANCELED)
            order.last_step = ("reject", by)
        else:
            order.phase, order.by_platform, order.last_step = Phase.OPEN, False, None
            order.is_decided = True
            self._catch_up(order)

    async def _leave_or_reopen(self, number: str, by: int, step: str) -> None:
        id_, staff = await self._id(number), self.staff[by]
        if step == "back":
            await drafts.close_window(id_, by=staff)
        elif step == "reject":
            await orders.reject(id_, RejectReason.OTHER, by=staff)
        else:
            await orders.reopen(id_, by=staff)
            await drain(self.intake.worker)

    # --- what must never break ---------------------------------------------------------------

    @invariant()
    def all_agree(self) -> None:
        self.run(self._all_agree())

    async def _all_agree(self) -> None:
        assert await check.differences() == []
        stored = {order.external_id: order for order in await Order.all()}
        assert {number: order.phase for number, order in stored.items()} == {
            number: order.phase for number, order in self.known.items()
        }
        products = await Product.all()
        assert {product.sku: product.on_hand for product in products} == {
            sku: quantity(count) for sku, count in self.on_hand.items()
        }
        await self._holders_hold_it(products)
        await self._windows_are_as_edited(stored)
        await self._accounts_are_sums()

    async def _holders_hold_it(self, products: list[Product]) -> None:
        held = Counter[int | None]()
        for table in (OrderLine, SaleDraftLine):
            for each in await table.all().select_related("order"):
                held[each.product_id] += each.reserved  # type: ignore[assignment]
                assert each.order.phase is Phase.OPEN or each.reserved == 0
                assert each.product_id is not None or each.reserved == 0
        assert {product.id: product.reserved for product in products} == {
            product.id: held[product.id] for product in products
        }

    async def _windows_are_as_edited(self, stored: dict[str, Order]) -> None:
        there = {draft.order_id: draft for draft in await SaleDraft.all()}
        assert there.keys() == {stored[n].id for n, order in self.known.items() if order.window}
        for number, order in self.known.items():
            if order.window is None or order.phase is not Phase.OPEN:
                continue
            draft = there[stored[number].id]
            assert draft.staff_id == self.staff[order.window.holder].id
            content = await draft_content.read(stored[number], draft)
            assert [(item.quantity, kopiykas(item.sum.amount)) for item in content.sold] == [
                (quantity(count), amount) for _, count, amount in _in_order(order, content)
            ]
            assert kopiykas(content.sums.due) == order.due()

    async def _accounts_are_sums(self) -> None:
        entries = await MoneyEntry.all()
        for account_id in self.accounts.values():
            mine = [entry.amount for entry in entries if entry.account_id == account_id]
            assert await money.balance(account_id, "UAH") == sum(mine, Decimal(0))
        standing = [order.sold for order in self.known.values() if order.sold]
        expected = sum(sold.due - sold.returned for sold in standing)
        kept = await Sale.filter(state=SaleState.RETURNED)  # what was not given back
        expected += sum(kopiykas(sale.due - sale.returned) for sale in kept)
        assert kopiykas(sum((entry.amount for entry in entries), Decimal(0))) == expected
        promises = {self.accounts[COD], self.accounts[UNPAID]}
        for sold in standing:
            of_sale = [entry for entry in entries if entry.sale_id == sold.id]
            kept_later = [each.amount for each in of_sale if each.account_id in promises]
            promised = sum(kept_later, Decimal(0))
            assert (await Sale.get(id=sold.id)).outstanding == promised


def _in_order(order: Known, content: draft_content.DraftContent) -> list[tuple[str, Fraction, int]]:
    """The model's lines in the order in which the window shows them."""
    amounts = order.amounts()
    names = []
    for item in content.sold:
        assert item.order_line or item.product
        names.append(
            item.name if item.product is None or item.order_line else f"+{item.product.sku}"
        )
    assert sorted(names) == sorted(amounts)
    return [amounts[name] for name in names]


def test_windows_and_ledgers_agree_whatever_happens(runner: asyncio.Runner) -> None:
    machine = type("Machine", (Windows,), {"runner": runner})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(os.environ.get("MACHINE_EXAMPLES", "6")),
            stateful_step_count=30,
            deadline=None,
            phases=PHASES,
            derandomize=bool(os.environ.get("CI")),
            suppress_health_check=list(HealthCheck),
        ),
    )
