"""What a card says of those around the order: who is on it, what is known of the customer."""

from bot.i18n import Translator
from bot.markup import quoted
from models.orders import Order
from services.claims import Holder
from services.memory import COUNTED, Memory

_LONGEST_NAME = 60
_LONGEST_NUMBER = 64


def holder(on_it: Holder | None, t: Translator) -> list[str]:
    """Who is on the order, and since when."""
    if on_it is None:
        return []
    who = quoted(on_it.name, _LONGEST_NAME)
    return ["✋ " + t("{who} is on it since {time}", who=who, time=t.time(on_it.since))]


def twin(known: Memory | None, t: Translator) -> list[str]:
    """The order of another shop that this one likely repeats."""
    if known is None or known.twin is None:
        return []
    number = quoted(known.twin.number, _LONGEST_NUMBER)
    shop = quoted(known.twin.shop_name, _LONGEST_NAME)
    return ["⚠️ " + t("Likely duplicate of order {number} · {shop}", number=number, shop=shop)]


def wishes(order: Order, t: Translator) -> list[str]:
    """What the customer asks of whoever works on the order."""
    return ["🔕 " + t("Do not call back")] * order.wants_no_call


def memory(known: Memory | None, t: Translator) -> list[str]:
    """Earlier orders with the same phone, what they came to, and how many were refused."""
    if known is None:
        return []
    orders = str(known.orders) if known.orders <= COUNTED else f"{COUNTED}+"
    count = t.plural(
        "{orders} earlier order", "{orders} earlier orders", known.orders, orders=orders
    )
    sums = " + ".join(t.money(amount, currency) for currency, amount in known.sums if amount)
    refused = ""
    if known.refused:
        refused = t.plural("{count} refused", "{count} refused", known.refused)
    return ["🔁 " + " · ".join(part for part in (count, sums, refused) if part)]
