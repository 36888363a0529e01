"""What a sale window, a receipt and their questions show: read only."""

from dataclasses import dataclass
from decimal import Decimal

from domain.errors import InvalidTransitionError, NotFoundError
from models.drafts import SaleDraft
from models.money import MoneyAccount
from models.sales import Sale, SaleLine, SalesChannel
from models.staff import StaffMember
from services import customers, draft_content, drafts, money, order_views
from services.customers import Acquaintance
from services.draft_content import DraftContent, SaleItem
from services.order_views import OrderView


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowView:
    """An open sale window: what is in it, and its choices by name."""

    order: OrderView
    content: DraftContent
    sales_channel: SalesChannel
    down_account: MoneyAccount | None
    acquaintance: Acquaintance | None

    @property
    def draft(self) -> SaleDraft:
        return self.content.draft

    @property
    def money_account(self) -> MoneyAccount:
        return self.content.money_account

    def item(self, key: str) -> SaleItem:
        """One line of the sale.

        Raises:
            NotFoundError: it is not there any more.
        """
        for item in self.content.items:
            if item.key == key:
                return item
        raise NotFoundError("sale line")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptView:
    """A sale that was added. ``money``: where its money lies now."""

    order: OrderView
    sale: Sale
    lines: tuple[SaleLine, ...]
    sales_channel: SalesChannel
    money_account: MoneyAccount
    money: tuple[tuple[MoneyAccount, Decimal], ...]
    seller: str


async def window_view(order_id: int, *, by: StaffMember) -> WindowView:
    """The open sale window of an order, for the person who is in it.

    Raises:
        NotFoundError: no such order, or its window is closed.
        InvalidTransitionError: the order is no longer open.
        WindowTakenError: a colleague is in it.
    """
    # The order first: an edit on another phone in between must not look as if it had been shown.
    order = await order_views.order_view(order_id)
    draft = await SaleDraft.get_or_none(order_id=order_id).select_related(
        "sales_channel", "down_account"
    )
    if draft is None:
        raise NotFoundError("sale window")
    if not order.is_open:
        raise InvalidTransitionError(order_id, order.order.phase)
    if draft.staff_id != by.id:
        raise await drafts.taken(draft)
    content = await draft_content.read(order.order, draft)
    return WindowView(
        order=order,
        content=content,
        sales_channel=draft.sales_channel,
        down_account=draft.down_account,
        acquaintance=await customers.acquaintance(content.customer),
    )


async def receipt_view(sale_id: int) -> ReceiptView:
    """A sale's receipt.

    Raises:
        NotFoundError: there is no such sale.
    """
    sale = await Sale.get_or_none(id=sale_id).select_related(
        "sales_channel", "money_account", "staff"
    )
    if sale is None:
        raise NotFoundError("sale")
    lines = await SaleLine.filter(sale_id=sale.id).order_by("id")
    held = await money.balances_of(sale.id)
    accounts = await MoneyAccount.filter(id__in=list(held)).order_by("id") if held else []
    return ReceiptView(
        order=await order_views.order_view(sale.order_id),
        sale=sale,
        lines=tuple(lines),
        sales_channel=sale.sales_channel,
        money_account=sale.money_account,
        money=tuple((account, held[account.id]) for account in accounts),
        seller=sale.staff.name,
    )


async def last_sale(order_id: int) -> Sale | None:
    """The order's newest sale, standing or not; None when it was never sold."""
    return await Sale.filter(order_id=order_id).order_by("-id").first()


async def sales_channels() -> list[SalesChannel]:
    """All sales channels, oldest first."""
    return await SalesChannel.all().order_by("id")


async def money_accounts() -> list[MoneyAccount]:
    """All money accounts, the usual five first."""
    return await MoneyAccount.all().order_by("id")
