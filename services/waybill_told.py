"""What an open sale window, or a sale that was added, says for its waybill. Read only.

Kopiykas are not collected at a counter: sums are rounded up to whole hryvnias. Sums of an order in
another currency say nothing in hryvnias: then there are none, and staff have to name them.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from domain import person_names
from domain.money import ZERO
from domain.payments import AccountKind
from models.drafts import SaleDraft
from models.money import MoneyAccount
from models.orders import Order
from models.sales import Sale, SaleLine
from services import draft_content, money
from services.draft_content import DraftContent

HRYVNIAS = "UAH"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a waybill says where staff changed nothing. Money in whole UAH.

    ``name`` begins with the surname when it was understood; else it is as it was written. ``goods``
    is what the goods are sold for, ``delivery_cost`` what the customer pays us for the delivery
    (to the kopiyka), ``cod_amount`` what the carrier is to collect of it and the
    rest. ``is_foreign``: the order is in another currency, ``is_cod_foreign``: there is something
    of it to collect.
    """

    name: str
    phone: str
    place: str
    goods: Decimal
    delivery_cost: Decimal
    cod_amount: Decimal
    is_foreign: bool
    is_cod_foreign: bool
    product: str


async def of_window(order: Order, draft: SaleDraft) -> Told:
    """What an open window says now."""
    content = await draft_content.read(order, draft)
    recipient, sums = content.recipient, content.sums
    name, phone = _recipient(order, recipient.name, recipient.phone)
    sold = content.sold
    return _told(
        order.currency,
        name=name,
        phone=phone,
        place=_place(recipient.delivery_city, recipient.delivery_address),
        goods=sums.goods - sums.discount,
        delivery_cost=sums.delivery_cost,
        cod=await _to_collect(content),
        product=sold[0].name if sold else "",
    )


async def _to_collect(content: DraftContent) -> Decimal:
    """What of the sum goes into the COD account: all, the rest, or the down payment."""
    down = content.down_payment
    amounts = {content.money_account.id: max(content.sums.due, ZERO) - down}
    if down and content.draft.down_account_id is not None:
        amounts[content.draft.down_account_id] = down
    return await _cod_of(amounts)


async def of_sale(order: Order, sale: Sale) -> Told:
    """What a sale says now: of its money, what is still to be collected."""
    name, phone = _recipient(order, sale.customer_name, sale.phone)
    line = await SaleLine.filter(sale_id=sale.id).order_by("id").first()
    return _told(
        sale.currency,
        name=name,
        phone=phone,
        place=_place(sale.delivery_city, sale.delivery_address),
        goods=sale.goods - sale.discount - sale.returned,
        delivery_cost=sale.delivery_cost,
        cod=await _cod_of(await money.balances_of(sale.id)),
        product=line.name if line is not None else "",
    )


async def _cod_of(amounts: money.Balances) -> Decimal:
    accounts = await MoneyAccount.filter(kind=AccountKind.COD)
    return max(sum((amounts.get(account.id, ZERO) for account in accounts), ZERO), ZERO)


def _told(
    currency: str,
    *,
    name: str,
    phone: str,
    place: str,
    goods: Decimal,
    delivery_cost: Decimal,
    cod: Decimal,
    product: str,
) -> Told:
    is_ours = currency == HRYVNIAS
    return Told(
        name=name,
        phone=phone,
        place=place,
        goods=_whole(max(goods, ZERO)) if is_ours else ZERO,
        delivery_cost=delivery_cost if is_ours else ZERO,
        cod_amount=_whole(cod) if is_ours else ZERO,
        is_foreign=not is_ours,
        is_cod_foreign=bool(cod) and not is_ours,
        product=product,
    )


def _whole(amount: Decimal) -> Decimal:
    return amount.to_integral_value(ROUND_CEILING)


def _place(city: str, address: str) -> str:
    return ", ".join(filter(None, (city, address)))


def _recipient(order: Order, name: str, phone: str) -> tuple[str, str]:
    """Who gets the parcel: whom the platform names besides the customer, unless staff changed that.

    Both shops give the first name first (``integrations/*/orders.py``). A name that staff typed
    into the sale follows them when a word of it stands where the shop has it: they corrected the
    other. Else it begins with the surname.
    """
    is_changed = (order.customer_name and name != order.customer_name) or (
        order.phone and phone != order.phone
    )
    if is_changed or not (order.recipient_name or order.recipient_phone):
        told = zip(name.casefold().split(), order.customer_name.casefold().split(), strict=False)
        return _surname_first(name, is_as_told=any(one == other for one, other in told)), phone
    is_named = bool(order.recipient_name)
    chosen = _surname_first(order.recipient_name if is_named else name, is_as_told=True)
    return chosen, order.recipient_phone or phone


def _surname_first(text: str, *, is_as_told: bool) -> str:
    name = person_names.read(text, is_first_name_first=is_as_told)
    return name.full if name is not None else text
