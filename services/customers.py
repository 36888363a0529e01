"""Customers, recognised by their phone number."""

from dataclasses import dataclass

from models.customers import Customer
from models.sales import Sale, SaleState
from services import memory
from services.draft_content import Recipient
from services.memory import Sums


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """What earlier sales say of a customer: how many stand, and what they came to by currency."""

    sales: int
    sums: Sums


async def remember(recipient: Recipient) -> Customer | None:
    """Keep what a sale says of its customer for the next one. Inside a transaction.

    None without a phone number in international form: nothing else tells people apart.
    """
    if not recipient.phone.startswith("+"):
        return None
    known = await Customer.get_or_none(phone=recipient.phone)
    if known is None:
        await Customer.bulk_create([Customer(phone=recipient.phone)], ignore_conflicts=True)
        known = await Customer.get(phone=recipient.phone)
    known.name, known.email = recipient.name or known.name, recipient.email or known.email
    if recipient.delivery_city or recipient.delivery_address:
        _take_delivery(known, recipient)
    await known.save()
    return known


def _take_delivery(known: Customer, said: Recipient | Sale) -> None:
    """A delivery is kept whole: half of an earlier one would send a parcel astray."""
    known.delivery_method = said.delivery_method
    known.delivery_city = said.delivery_city
    known.delivery_address = said.delivery_address


async def forget_undone(sale: Sale) -> None:
    """What an undone sale said of its customer does not count; the one before it does."""
    if sale.customer_id is None:
        return
    known = await Customer.get(id=sale.customer_id)
    before = Sale.filter(customer_id=known.id).exclude(state=SaleState.UNDONE)
    last = await before.order_by("-id").first()
    known.name, known.email = (last.customer_name, last.email) if last else ("", "")
    _take_delivery(known, last or Sale(delivery_method="", delivery_city="", delivery_address=""))
    await known.save()


async def acquaintance(customer: Customer | None) -> Acquaintance | None:
    """What is known of earlier sales; None when there are none."""
    if customer is None:
        return None
    sales = await Sale.filter(customer_id=customer.id, state=SaleState.STANDING).order_by("id")
    if not sales:
        return None
    return Acquaintance(len(sales), memory.sums_of(sales))
