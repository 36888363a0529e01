"""A sale window as its person sees it: what is in it, and names for what is tapped."""

import asyncio
from collections.abc import Awaitable, Iterable
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from domain.errors import RejectedError
from domain.payments import AccountKind
from models.drafts import SaleDraft
from models.money import MoneyAccount, MoneyEntry
from models.orders import Order
from models.sales import Sale
from models.staff import StaffMember
from models.stock import Product
from services import draft_content, drafts, returns, sale_views, sales
from services.draft_content import DraftContent, SaleItem
from services.sale_views import WindowView
from tests.factories import Intake, incoming, line, the_order

D = Decimal
CASH, CARD, COD, UNPAID = (
    AccountKind.CASH,
    AccountKind.CARD,
    AccountKind.COD,
    AccountKind.UNPAID,
)


async def take_order(
    take_in: Intake, external_id: str = "1", quantity: object = 2, **content: Any
) -> Order:
    """An order for A, and whatever else the platform says of it."""
    await take_in(incoming(external_id, line("A", quantity), **content))
    return await the_order(external_id)


async def window(order: Order, by: StaffMember) -> WindowView:
    return await sale_views.window_view(order.id, by=by)


async def content_of(order: Order) -> DraftContent:
    """What the window comes to, whoever is in it."""
    fresh = await Order.get(id=order.id)
    return await draft_content.read(fresh, await SaleDraft.get(order_id=order.id))


async def items(order: Order) -> list[SaleItem]:
    return list((await content_of(order)).items)


async def key_of(order: Order, name: str = "Product A") -> str:
    return next(item.key for item in await items(order) if item.name == name)


async def account(kind: AccountKind) -> MoneyAccount:
    return await MoneyAccount.get(kind=kind)


async def product(sku: str) -> Product:
    return await Product.get(sku=sku)


TOLD: dict[str, Any] = {
    "customer_name": "Олена Коваль",
    "phone": "+380671234567",
    "email": "olena@ukr.net",
    "delivery_method": "Нова Пошта",
    "delivery_city": "Київ",
    "delivery_address": "Відділення №12",
    "delivery_cost": D(70),
    "discount": D(5),
    "total": D(85),
}
TEXT_FIELDS = sorted({*TOLD} - {"delivery_cost", "discount", "total"})


def texts_of(content: DraftContent) -> dict[str, str]:
    """What ``TEXT_FIELDS`` of the window say."""
    said = asdict(content.recipient)
    return {"customer_name": said.pop("name"), **said}


PATIENCE_S = 60


async def at_once(*work: Awaitable[object]) -> list[object]:
    """Everything together; what was raised is among the results. A deadlock takes a second."""
    async with asyncio.timeout(PATIENCE_S):
        return list(await asyncio.gather(*work, return_exceptions=True))


def losses(results: Iterable[object]) -> list[type[BaseException]]:
    """How they lost; a loss that nobody could be told of, such as a deadlock, is a failure."""
    lost = [result for result in results if isinstance(result, BaseException)]
    for each in lost:
        if not isinstance(each, RejectedError):
            raise each
    return [type(each) for each in lost]


async def sale_of(take_in: Intake, seller: StaffMember) -> Sale:
    await take_in(
        incoming("1", line("A", 3), line("B", 1), discount=D(10), delivery_cost=D(70), total=D(100))
    )
    order = await the_order()
    await drafts.open_window(order.id, by=seller)
    await drafts.choose_account(order.id, (await account(CASH)).id, by=seller)
    return await sales.add_sale(order.id, by=seller)


async def come_back(
    sale: Sale,
    by: StaffMember,
    a: object = 0,
    b: object = 0,
    *,
    lost: bool = False,
    amount: Decimal | None = None,
    kind: AccountKind | None = None,
) -> int:
    """Return so much of A and B."""
    return_id = await returns.open_return(sale.id, by=by)
    chosen = {item.line.name: item for item in (await returns.content(return_id)).items}
    for name, quantity in (("Product A", a), ("Product B", b)):
        if name in chosen:
            await returns.set_line(
                return_id, chosen[name].line.id, D(str(quantity)), is_written_off=lost, by=by
            )
    if amount is not None:
        await returns.set_amount(return_id, amount, by=by)
    if kind is not None:
        await returns.set_account(return_id, (await account(kind)).id, by=by)
    await returns.complete(return_id, by=by)
    return return_id


async def balances() -> dict[AccountKind, Decimal]:
    entries = await MoneyEntry.all().select_related("account")
    found: dict[AccountKind, Decimal] = {}
    for entry in entries:
        found[entry.account.kind] = found.get(entry.account.kind, D(0)) + entry.amount
    return {kind: amount for kind, amount in found.items() if amount}
