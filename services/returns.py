"""Goods of a sale that come back, to stock or written off, with their money.

A return is put together first, like a sale, and then done in one transaction. While anything of the
sale is left with the customer the order stays completed; with the last of it, it becomes refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tortoise.expressions import F
from tortoise.timezone import now

from domain.errors import NotFoundError, NothingLeftError, OrderChangedError, TooMuchError
from domain.money import ZERO, plain, rounded
from domain.orders import Phase
from domain.rights import Right, demand
from domain.sums import part_of
from models.money import EntryKind, MoneyAccount
from models.orders import EventKind, Order
from models.sales import Sale, SaleLine, SaleReturn, SaleReturnLine, SaleState
from models.staff import StaffMember
from services import live_waybills, money, orders, stock, telling
from services.money import Balances
from services.statuses import COMPLETED_ID, REFUSED_ID
from services.stock import Goods
from services.transactions import transaction


@dataclass(frozen=True, slots=True)
class ReturnItem:
    """One line of the sale: how much of it can come back, and does."""

    line: SaleLine
    quantity: Decimal
    is_written_off: bool

    @property
    def left(self) -> Decimal:
        """How much of it the customer still has."""
        return self.line.quantity - self.line.returned

    @property
    def worth(self) -> Decimal:
        """What the customer paid for what comes back, less the line's share of the discount.

        Of several returns of one line the last one gets what the earlier ones left.
        """
        paid, line = self.line.amount - self.line.discount_share, self.line
        after = part_of(paid, line.returned + self.quantity, line.quantity)
        return after - part_of(paid, line.returned, line.quantity)


@dataclass(frozen=True, slots=True)
class ReturnContent:
    """A return that is being put together. ``most``: what can be given back of the money."""

    sale: Sale
    draft: SaleReturn
    items: tuple[ReturnItem, ...]
    most: Decimal

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the sale's goods is left with the customer after it."""
        return all(item.quantity == item.left for item in self.items)

    @property
    def amount(self) -> Decimal:
        """What is given back: as typed, else everything for all goods, else what they cost."""
        if self.draft.amount is not None:
            return min(self.draft.amount, self.most)
        if self.is_whole:
            return self.most
        return min(sum((item.worth for item in self.items), ZERO), self.most)


async def open_return(sale_id: int, *, by: StaffMember) -> int:
    """Begin a return of a sale with all that is left, or go on with the one that was begun.

    Returns the return's id.

    Raises:
        NotFoundError: there is no such sale, or it does not stand any more.
        NothingLeftError: everything came back already.
        NotAllowedError: not this person's to do; as all that changes a return.
    """
    demand(by.role, Right.MONEY)
    async with transaction():
        sale = await money.locked(sale_id)
        if sale.state is not SaleState.STANDING:
            raise NotFoundError("sale")
        draft = await SaleReturn.get_or_none(open_for=sale.id)
        if draft is not None:
            return draft.id
        left = [line for line in await _lines(sale.id) if line.returned < line.quantity]
        if not left:
            raise NothingLeftError("return")
        draft = await SaleReturn.create(sale_id=sale.id, staff_id=by.id, open_for=sale.id)
        await SaleReturnLine.bulk_create(
            SaleReturnLine(
                sale_return_id=draft.id,
                sale_line_id=line.id,
                quantity=line.quantity - line.returned,
            )
            for line in left
        )
    return draft.id


async def drop(return_id: int, *, by: StaffMember) -> None:
    """Leave a return that was begun; nothing was changed."""
    demand(by.role, Right.MONEY)
    async with transaction():
        draft = await SaleReturn.get_or_none(id=return_id, open_for__not_isnull=True)
        if draft is not None:
            await orders.lock((await Sale.get(id=draft.sale_id)).order_id)
            await drop_begun(draft.sale_id)


async def drop_begun(sale_id: int) -> None:
    """Forget the return of this sale that was begun, if any. The sale's order must be locked."""
    draft = await SaleReturn.get_or_none(open_for=sale_id)
    if draft is not None:
        await SaleReturnLine.filter(sale_return_id=draft.id).delete()
        await draft.delete()


async def set_line(
    return_id: int, sale_line_id: int, quantity: Decimal, *, is_written_off: bool, by: StaffMember
) -> None:
    """Let this much of a line come back; zero: nothing of it.

    Raises:
        NotFoundError: the return is over, or has no such line.
        TooMuchError: the customer has less of it.
    """
    demand(by.role, Right.MONEY)
    async with transaction():
        content = await _locked(return_id)
        item = next((each for each in content.items if each.line.id == sale_line_id), None)
        if item is None:
            raise NotFoundError("return")
        if not ZERO <= quantity <= item.left:
            raise TooMuchError(item.left)
        await SaleReturnLine.filter(sale_return_id=return_id, sale_line_id=sale_line_id).update(
            quantity=quantity, is_written_off=is_written_off
        )
        await _changed(return_id)


async def set_amount(return_id: int, amount: Decimal | None, *, by: StaffMember) -> None:
    """Give this much money back (the sale's currency); None: what follows from the lines.

    Raises:
        NotFoundError: the return is over.
        TooMuchError: more than the sale brought.
    """
    demand(by.role, Right.MONEY)
    async with transaction():
        content = await _locked(return_id)
        if amount is not None and not ZERO <= amount <= content.most:
            raise TooMuchError(content.most, content.sale.currency)
        await _changed(return_id, amount=amount)


async def set_account(return_id: int, account_id: int | None, *, by: StaffMember) -> None:
    """Give the money back out of this account; None: out of where the sale's money lies.

    Raises:
        NotFoundError: the return is over, or there is no such account.
    """
    demand(by.role, Right.MONEY)
    async with transaction():
        await _locked(return_id)
        if account_id is not None and not await MoneyAccount.exists(id=account_id):
            raise NotFoundError("money account")
        await _changed(return_id, money_account_id=account_id)


async def _changed(return_id: int, **values: object) -> None:
    await SaleReturn.filter(id=return_id).update(revision=F("revision") + 1, **values)


async def content(return_id: int) -> ReturnContent:
    """What a return comes to now.

    Raises:
        NotFoundError: it is over.
    """
    draft = await SaleReturn.get_or_none(id=return_id, open_for__not_isnull=True)
    if draft is None:
        raise NotFoundError("return")
    sale = await Sale.get(id=draft.sale_id)
    lines = {line.id: line for line in await _lines(sale.id)}
    chosen = await SaleReturnLine.filter(sale_return_id=draft.id).order_by("sale_line_id")
    items = tuple(
        ReturnItem(lines[each.sale_line_id], each.quantity, each.is_written_off) for each in chosen
    )
    return ReturnContent(sale, draft, items, max(sale.due - sale.returned, ZERO))


async def _lines(sale_id: int) -> list[SaleLine]:
    return await SaleLine.filter(sale_id=sale_id).order_by("id")


async def _locked(return_id: int) -> ReturnContent:
    """As ``content``, with the order locked until the transaction ends."""
    draft = await SaleReturn.get_or_none(id=return_id)
    if draft is None:
        raise NotFoundError("return")
    await money.locked(draft.sale_id)
    return await content(return_id)


async def complete(return_id: int, *, by: StaffMember, revision: int | None = None) -> Sale:
    """Take the goods and the money back, exactly once.

    Raises:
        NotFoundError: the return is over.
        OrderChangedError: it is not as the person was shown (``revision``) any more.
        NothingLeftError: no goods were chosen.
    """
    demand(by.role, Right.MONEY)
    async with transaction():
        chosen = await _locked(return_id)
        sale = chosen.sale
        if revision not in {None, chosen.draft.revision}:
            raise OrderChangedError(sale.order_id)
        coming = [item for item in chosen.items if item.quantity]
        if not coming:
            raise NothingLeftError("return")
        order = await orders.lock(sale.order_id)
        amount, is_whole = chosen.amount, chosen.is_whole
        await _take_goods(order, coming, by)
        for item in coming:
            item.line.returned += item.quantity
        await SaleLine.bulk_update([item.line for item in coming], fields=["returned"])
        await SaleReturnLine.filter(sale_return_id=return_id, quantity=ZERO).delete()
        await SaleReturn.filter(id=return_id).update(
            staff_id=by.id, amount=amount, open_for=None, done_at=now()
        )
        sale.returned += amount
        sale.returned_cost = await _returned_cost(sale.id)
        if is_whole:
            sale.state, sale.standing_for = SaleState.RETURNED, None
        await sale.save()
        await _give_back(chosen, amount, by)
        await orders.move(
            order,
            Phase.REFUSED if is_whole else Phase.COMPLETED,
            REFUSED_ID if is_whole else COMPLETED_ID,
            EventKind.RETURNED,
            staff_id=by.id,
            data={"return_id": return_id, "amount": plain(amount)},
        )
    return sale


async def _take_goods(order: Order, coming: Sequence[ReturnItem], by: StaffMember) -> None:
    await stock.take_back(_goods(order, coming), staff_id=by.id)
    lost = [item for item in coming if item.is_written_off]
    await stock.write_off(_goods(order, lost), staff_id=by.id)


def _goods(order: Order, items: Sequence[ReturnItem]) -> list[Goods]:
    return [
        Goods(
            name=item.line.name,
            order_id=order.id,
            product_id=item.line.product_id,
            quantity=item.quantity,
        )
        for item in items
        if item.line.product_id is not None
    ]


async def _returned_cost(sale_id: int) -> Decimal:
    """What the goods cost that came back and can be sold again: each line is rounded once."""
    back = await SaleReturnLine.filter(
        sale_return__sale_id=sale_id,
        sale_return__done_at__not_isnull=True,
        sale_return__undone_at__isnull=True,
        is_written_off=False,
    ).select_related("sale_line")
    costs = {each.sale_line_id: each.sale_line.unit_cost for each in back}
    quantities = dict.fromkeys(costs, ZERO)
    for each in back:
        quantities[each.sale_line_id] += each.quantity
    return sum((rounded(costs[id_] * quantity) for id_, quantity in quantities.items()), ZERO)


async def _give_back(chosen: ReturnContent, amount: Decimal, by: StaffMember) -> None:
    account_id = chosen.draft.money_account_id
    if account_id is not None:
        changes: Mapping[int, Decimal] = {account_id: -amount}
    else:
        changes = await _out_of_where_it_lies(chosen.sale, amount)
    await money.book(
        chosen.sale, EntryKind.RETURN, changes, staff_id=by.id, return_id=chosen.draft.id
    )


async def _out_of_where_it_lies(sale: Sale, amount: Decimal) -> Balances:
    """Promises go first: nobody will keep them now. Then the accounts with most of its money."""
    held = await money.balances_of(sale.id)
    promises = await money.promise_ids()
    changes: Balances = {}
    for id_ in sorted(held, key=lambda each: (each not in promises, -held[each], each)):
        taken = min(max(held[id_], ZERO), amount)
        changes[id_] = -taken
        amount -= taken
    if amount:  # it went elsewhere meanwhile: the account that the sale named stands for it
        changes[sale.money_account_id] = changes.get(sale.money_account_id, ZERO) - amount
    return changes


async def take_back(order: Order, return_id: int, *, staff_id: int) -> None:
    """Undo a return, inside the transaction that locked the order: the sale stands as before.

    What a carrier collected meanwhile is settled now, and a waybill that was made or deleted is the
    sale's news too. A next return that was begun meanwhile knows nothing of these goods: it must
    begin anew.
    """
    done = await SaleReturn.get(id=return_id)
    sale = await Sale.get(id=done.sale_id)
    back = SaleReturnLine.filter(sale_return_id=done.id).order_by("id")
    chosen = await back.select_related("sale_line")
    items = [ReturnItem(each.sale_line, each.quantity, each.is_written_off) for each in chosen]
    await stock.untake_back(
        _goods(order, [item for item in items if not item.is_written_off]), staff_id=staff_id
    )
    for item in items:
        item.line.returned -= item.quantity
    await SaleLine.bulk_update([item.line for item in items], fields=["returned"])
    await SaleReturn.filter(id=done.id).update(undone_at=now())
    sale.returned -= done.amount or ZERO
    sale.returned_cost = await _returned_cost(sale.id)
    sale.state, sale.standing_for = SaleState.STANDING, order.id
    await sale.save()
    await drop_begun(sale.id)
    await live_waybills.catch_up(order, sale)
    await telling.owe_waybill(order, due_at=max(now(), sale.at + orders.UNDO_WINDOW))
    await money.reverse(sale, staff_id=staff_id, return_id=done.id)
    await money.settle_by_carrier(order.id)
