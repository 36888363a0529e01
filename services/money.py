"""The money ledger: what each account received and gave back, and promises that are kept later."""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

from tortoise.expressions import RawSQL

from domain.carriers import ParcelState
from domain.errors import NotFoundError, NothingLeftError, TooMuchError
from domain.money import ZERO, from_kopiykas, plain
from domain.payments import AccountKind
from domain.rights import Right, demand
from models.carriers import CarrierAccount, Waybill
from models.money import EntryKind, MoneyAccount, MoneyEntry
from models.orders import EventKind, OrderEvent
from models.sales import Sale, SaleState
from models.staff import StaffMember
from services import orders, outbox
from services.transactions import transaction

Balances = dict[int, Decimal]  # by account id

_HRYVNIA = "UAH"


async def balances_of(sale_id: int) -> Balances:
    """Where the money of a sale lies now, the accounts with something in them, oldest first."""
    found: Balances = {}
    for entry in await MoneyEntry.filter(sale_id=sale_id).order_by("id"):
        found[entry.account_id] = found.get(entry.account_id, ZERO) + entry.amount
    return {account_id: amount for account_id, amount in found.items() if amount}


async def promise_ids() -> list[int]:
    """The accounts whose money is still to be received, the oldest first."""
    return [account.id for account in await MoneyAccount.all().order_by("id") if account.is_promise]


async def balance(account_id: int, currency: str) -> Decimal:
    """What an account holds in this currency: the sum of its entries."""
    entries = MoneyEntry.filter(account_id=account_id, currency=currency)
    total = RawSQL('COALESCE(SUM("amount"), 0)')
    rows = await entries.annotate(balance=total).values("balance")
    return from_kopiykas(int(rows[0]["balance"]))


async def balances(account_ids: Collection[int]) -> dict[int, dict[str, Decimal]]:
    """What each of these accounts holds, by currency; without the currencies it never saw."""
    rows = (
        await MoneyEntry.filter(account_id__in=list(account_ids))
        .annotate(balance=RawSQL('SUM("amount")'))
        .group_by("account_id", "currency")
        .order_by("account_id", "currency")
        .values("account_id", "currency", "balance")
    )
    found: dict[int, dict[str, Decimal]] = {id_: {} for id_ in account_ids}
    for row in rows:
        found[row["account_id"]][row["currency"]] = from_kopiykas(int(row["balance"]))
    return found


async def book(
    sale: Sale,
    kind: EntryKind,
    changes: Mapping[int, Decimal],
    *,
    staff_id: int,
    return_id: int | None = None,
) -> None:
    """Change account balances because of a sale, and keep its ``outstanding`` right.

    Inside a transaction that locked the sale's order. ``changes``: by account id, zeros left out.
    """
    await MoneyEntry.bulk_create(
        MoneyEntry(
            account_id=account_id,
            kind=kind,
            amount=amount,
            currency=sale.currency,
            sale_id=sale.id,
            sale_return_id=return_id,
            staff_id=staff_id,
        )
        for account_id, amount in changes.items()
        if amount
    )
    held = await balances_of(sale.id)
    sale.outstanding = sum((held.get(id_, ZERO) for id_ in await promise_ids()), ZERO)
    await Sale.filter(id=sale.id).update(outstanding=sale.outstanding)


async def settle(
    sale_id: int,
    account_id: int,
    *,
    by: StaffMember,
    expected: Decimal,
    amount: Decimal | None = None,
) -> Decimal:
    """Money that was promised (COD, Unpaid) has come into a real account; returns how much.

    ``expected`` is what was outstanding when the person was asked: of two who settle at once one
    wins. ``amount``: a part of it; None: all.

    Raises:
        NothingLeftError: nothing is outstanding any more, or not what was expected.
        TooMuchError: more than is outstanding.
        NotFoundError: no such sale or account, or the account is a promise itself.
        NotAllowedError: not this person's to do.
    """
    demand(by.role, Right.MONEY)
    async with transaction():
        sale = await locked(sale_id)
        account = await MoneyAccount.get_or_none(id=account_id)
        if account is None or account.is_promise:
            raise NotFoundError("money account")
        if sale.outstanding <= 0 or sale.outstanding != expected:
            raise NothingLeftError("settle")
        received = sale.outstanding if amount is None else amount
        if not ZERO < received <= sale.outstanding:
            raise TooMuchError(sale.outstanding, sale.currency)
        changes = await _from_promises(sale.id, received, await promise_ids())
        changes[account.id] = received
        await book(sale, EntryKind.SETTLE, changes, staff_id=by.id)
        await _note_settled(sale, received, account, staff_id=by.id)
        await outbox.owe_cards([sale.order_id])
    return received


async def settle_by_carrier(order_id: int) -> Decimal:
    """What the carrier collected, when the customer has the order's parcel, comes into the account
    that was chosen for it, if one was; returns how much.

    Inside a transaction that locked the order. May be repeated: its number may be named again, it
    may be sold only after it was received, or a return of it be undone. Orders that went in one
    parcel share what was collected. Of a sale in another currency than the carrier's, and beyond
    what lies in COD, nothing is moved. The ledger names the seller; the history, the carrier (the
    name of its folder) and the parcel's number.
    """
    parcel = await Waybill.get_or_none(live_for=order_id, parcel=ParcelState.RECEIVED)
    sale = await Sale.get_or_none(standing_for=order_id)
    if parcel is None or sale is None or sale.currency != _HRYVNIA:
        return ZERO
    # Locked, so that orders that went in one parcel share it one after another.
    carriers = CarrierAccount.filter(carrier=parcel.carrier).select_for_update(no_key=True)
    account = await carriers.first()
    into = await MoneyAccount.get_or_none(id=account.cod_account_id) if account else None
    if into is None or into.is_promise:
        return ZERO
    brought = await _brought(sale, parcel.number) + await _brought_to_others(parcel)
    collected = max(parcel.cod_amount - brought, ZERO)
    cod = await MoneyAccount.filter(kind=AccountKind.COD).order_by("id")
    changes = await _from_promises(sale.id, collected, [each.id for each in cod])
    received = -sum(changes.values(), ZERO)
    if received > 0:
        changes[into.id] = received
        await book(sale, EntryKind.SETTLE, changes, staff_id=sale.staff_id)
        await _note_settled(sale, received, into, carrier=parcel.carrier, parcel=parcel.number)
    return received


async def _brought(sale: Sale, parcel: str) -> Decimal:
    """What a carrier has brought of this parcel (its number) to a sale."""
    since = OrderEvent.filter(order_id=sale.order_id, kind=EventKind.SETTLED, at__gte=sale.at)
    amounts = [event.data["amount"] for event in await since if event.data.get("parcel") == parcel]
    return sum(map(Decimal, amounts), ZERO)


async def _brought_to_others(parcel: Waybill) -> Decimal:
    """What the carrier has brought of it to other orders since the first of their sales that was
    not undone: what came back was collected all the same, and given back by us.
    """
    same = Waybill.filter(carrier=parcel.carrier, number=parcel.number)
    others = await same.exclude(order_id=parcel.order_id).values_list("order_id", flat=True)
    if not others:
        return ZERO
    sales = Sale.filter(order_id__in=others).exclude(state=SaleState.UNDONE)
    firsts = {sale.order_id: sale for sale in await sales.order_by("-id")}
    return sum([await _brought(sale, parcel.number) for sale in firsts.values()], ZERO)


async def _note_settled(
    sale: Sale,
    amount: Decimal,
    account: MoneyAccount,
    *,
    staff_id: int | None = None,
    **who: str,
) -> None:
    """Into the order's history. ``who``: the carrier and the parcel, when it was a carrier."""
    await OrderEvent.create(
        order_id=sale.order_id,
        kind=EventKind.SETTLED,
        staff_id=staff_id,
        data={"amount": plain(amount), "account": account.id, **who},
    )


async def _from_promises(sale_id: int, amount: Decimal, promises: Iterable[int]) -> Balances:
    """Take an amount, or what there is, out of these promises of the sale, one after another."""
    changes: Balances = {}
    held = await balances_of(sale_id)
    for id_ in promises:
        if (there := held.get(id_, ZERO)) > 0:
            taken = min(there, amount)
            changes[id_] = -taken
            amount -= taken
    return changes


async def reverse(sale: Sale, *, staff_id: int, return_id: int | None = None) -> None:
    """Undo what a sale, or one return of it, did to the accounts."""
    if return_id is None:
        held = await balances_of(sale.id)
    else:
        entries = await MoneyEntry.filter(sale_return_id=return_id)
        held = {entry.account_id: entry.amount for entry in entries}
    opposite = {account_id: -amount for account_id, amount in held.items()}
    await book(sale, EntryKind.UNDO, opposite, staff_id=staff_id, return_id=return_id)


async def locked(sale_id: int) -> Sale:
    """A sale that was not undone, whose order is locked until the transaction ends.

    Raises:
        NotFoundError: there is no such sale, or it was undone.
    """
    sale = await Sale.get_or_none(id=sale_id)
    if sale is None:
        raise NotFoundError("sale")
    await orders.lock(sale.order_id)
    sale = await Sale.get(id=sale_id)  # as it is now that nobody else can change it
    if sale.is_undone:
        raise NotFoundError("sale")
    return sale
