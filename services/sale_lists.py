"""Lists of sales, and what the screen of one of them shows beside its receipt: read only.

Pages are sought by the sale they begin with, and so are flat in time however many sales there are;
sums are made by the database.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tortoise.expressions import Q, RawSQL
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from domain.errors import InvalidTransitionError, NotFoundError, NothingLeftError
from domain.money import ZERO, from_kopiykas
from domain.units import takes_fractions
from models.money import MoneyAccount
from models.orders import Order
from models.sales import Sale, SaleLine, SaleReturn, SaleReturnLine, SaleState
from services import returns, sale_views
from services.returns import ReturnContent
from services.sale_views import ReceiptView

PAGE_SIZE = 8
COUNTED_TO = 99

# In kopiykas, as ``Sale.due`` less what was returned, and as ``Sale.profit``.
_KEPT = '("total" - "refunded" - "returned")'
_PROFIT = (
    f'({_KEPT} - CASE WHEN {_KEPT} <= 0 THEN 0 WHEN {_KEPT} < "delivery_cost" THEN {_KEPT} '
    'ELSE "delivery_cost" END - ("cost" - "returned_cost"))'
)


@dataclass(frozen=True, slots=True)
class CurrencySums:
    """Some sales of one currency: what was kept of them after returns, and earned."""

    currency: str
    count: int
    kept: Decimal
    profit: Decimal


@dataclass(frozen=True, slots=True)
class SalesPage:
    """A page of a list. ``before`` and ``after``: the sales that the pages beside it begin with.

    None where there is no such page, 0 for the first page of all.
    """

    sales: tuple[Sale, ...]
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesDay:
    """The sales of one day, newest first. ``awaiting`` stops at 100: "more than 99"."""

    page: SalesPage
    sums: tuple[CurrencySums, ...]
    has_earlier: bool
    awaiting: int


@dataclass(frozen=True, slots=True)
class AwaitedSums:
    """Money of one currency that lies in promises, and of how many sales."""

    currency: str
    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class AwaitingSales:
    """Sales whose money is still awaited, oldest first."""

    page: SalesPage
    sums: tuple[AwaitedSums, ...]


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """What came back of one line."""

    name: str
    quantity: Decimal
    is_written_off: bool


@dataclass(frozen=True, slots=True)
class ReturnView:
    """A return that was done and not undone. ``amount`` was given back."""

    done_at: datetime
    who: str
    amount: Decimal
    lines: tuple[ReturnedLine, ...]


async def day(begin: datetime, end: datetime, *, start: int = 0) -> SalesDay:
    """A page of the sales from ``begin`` until before ``end`` (aware), undone ones left out.

    ``start``: the sale that the page begins with, as ``SalesPage`` names it; 0: the newest.
    """
    sales = _counting().filter(at__gte=begin, at__lt=end)
    rows = (
        await sales.annotate(
            count=Count("id"), kept=RawSQL(f"SUM({_KEPT})"), profit=RawSQL(f"SUM({_PROFIT})")
        )
        .group_by("currency")
        .order_by("currency")
        .values("currency", "count", "kept", "profit")
    )
    return SalesDay(
        page=await _page(sales, start, is_newest_first=True),
        sums=tuple(
            CurrencySums(row["currency"], row["count"], _money(row["kept"]), _money(row["profit"]))
            for row in rows
        ),
        has_earlier=await _counting().filter(at__lt=begin).exists(),
        awaiting=len(await _awaited().limit(COUNTED_TO + 1).values_list("id", flat=True)),
    )


async def awaiting(*, start: int = 0) -> AwaitingSales:
    """A page of the sales of any day whose money is still awaited; ``start`` as for ``day``."""
    rows = (
        await _awaited()
        .annotate(count=Count("id"), amount=RawSQL('SUM("outstanding")'))
        .group_by("currency")
        .order_by("currency")
        .values("currency", "count", "amount")
    )
    return AwaitingSales(
        await _page(_awaited(), start, is_newest_first=False),
        tuple(AwaitedSums(row["currency"], row["count"], _money(row["amount"])) for row in rows),
    )


def _counting() -> QuerySet[Sale]:
    return Sale.exclude(state=SaleState.UNDONE)


def _awaited() -> QuerySet[Sale]:
    return Sale.filter(outstanding__gt=ZERO)


def _money(kopiykas: int | Decimal) -> Decimal:
    """A sum as the engine tells it: an int, or a Decimal from PostgreSQL."""
    return from_kopiykas(int(kopiykas))


async def _page(query: QuerySet[Sale], start: int, *, is_newest_first: bool) -> SalesPage:
    """The page that begins with ``start``, or where that sale stood if it is not listed any more.

    Where nothing is left from there on, it is the first page.
    """
    onward, backward = (_older, _newer) if is_newest_first else (_newer, _older)
    pivot = await Sale.get_or_none(id=start) if start else None
    before: int | None = None
    found: list[Sale] = []
    if pivot is not None:
        found = await onward(query, pivot, with_it=True)
        there = await backward(query, pivot, with_it=False)
        if there:
            before = there[PAGE_SIZE - 1].id if len(there) > PAGE_SIZE else 0
    if not found:
        found, before = await onward(query, None, with_it=True), None
    after = found[PAGE_SIZE].id if len(found) > PAGE_SIZE else None
    return SalesPage(tuple(found[:PAGE_SIZE]), before, after)


# The outer bound on the time is what lets its index be used.


async def _older(query: QuerySet[Sale], pivot: Sale | None, *, with_it: bool) -> list[Sale]:
    if pivot is not None:
        same = Q(id__lte=pivot.id) if with_it else Q(id__lt=pivot.id)
        query = query.filter(Q(at__lte=pivot.at) & (Q(at__lt=pivot.at) | same))
    return await query.order_by("-at", "-id").limit(PAGE_SIZE + 1).select_related("order")


async def _newer(query: QuerySet[Sale], pivot: Sale | None, *, with_it: bool) -> list[Sale]:
    if pivot is not None:
        same = Q(id__gte=pivot.id) if with_it else Q(id__gt=pivot.id)
        query = query.filter(Q(at__gte=pivot.at) & (Q(at__gt=pivot.at) | same))
    return await query.order_by("at", "id").limit(PAGE_SIZE + 1).select_related("order")


async def returns_of(sale_id: int) -> tuple[ReturnView, ...]:
    """What came back of a sale, oldest first, undone returns left out."""
    done = (
        await SaleReturn.filter(sale_id=sale_id, done_at__not_isnull=True, undone_at__isnull=True)
        .select_related("staff")
        .order_by("id")
    )
    if not done:
        return ()
    lines = (
        await SaleReturnLine.filter(sale_return_id__in=[each.id for each in done])
        .select_related("sale_line")
        .order_by("sale_line_id")
    )
    return tuple(
        ReturnView(
            each.done_at,
            each.staff.name,
            each.amount,
            tuple(
                ReturnedLine(line.sale_line.name, line.quantity, line.is_written_off)
                for line in lines
                if line.sale_return_id == each.id
            ),
        )
        for each in done
        if each.done_at is not None and each.amount is not None
    )


@dataclass(frozen=True, slots=True)
class OpenReturn:
    """A return that is being put together, with names. ``account``: None for as it was paid."""

    content: ReturnContent
    number: str
    account: MoneyAccount | None


async def open_return(return_id: int) -> OpenReturn:
    """All that the screen of a return shows.

    Raises:
        NotFoundError: it is over.
    """
    content = await returns.content(return_id)
    order = await Order.get(id=content.sale.order_id)
    account_id = content.draft.money_account_id
    account = await MoneyAccount.get(id=account_id) if account_id is not None else None
    return OpenReturn(content, order.number, account)


async def outstanding(sale_id: int) -> ReceiptView:
    """A sale whose money is still awaited.

    Raises:
        NotFoundError: there is no such sale.
        NothingLeftError: all of it was received.
    """
    view = await sale_views.receipt_view(sale_id)
    if view.sale.outstanding <= 0:
        raise NothingLeftError("settle")
    return view


async def real_accounts() -> list[MoneyAccount]:
    """The accounts that money really lies in: all but COD and Unpaid, the usual ones first."""
    return [each for each in await MoneyAccount.all().order_by("id") if not each.is_promise]


async def counts_fractions(sale_line_id: int) -> bool:
    """Whether a part of a unit of this sale's line can come back.

    Raises:
        NotFoundError: there is no such line.
    """
    line = await SaleLine.get_or_none(id=sale_line_id).select_related("product")
    if line is None:
        raise NotFoundError("sale line")
    return takes_fractions(line.product.unit if line.product else "", line.quantity)


async def standing_sale(order_id: int) -> int:
    """The id of the sale that an order was completed with.

    Raises:
        InvalidTransitionError: it is not completed (any more).
        NotFoundError: there is no such order.
    """
    sale = await Sale.get_or_none(standing_for=order_id)
    if sale is not None:
        return sale.id
    order = await Order.get_or_none(id=order_id)
    if order is None:
        raise NotFoundError("order")
    raise InvalidTransitionError(order.id, order.phase)
