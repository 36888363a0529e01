"""What orders are found by is written here, in the transaction that makes it true.

Keys are only ever added: what an order was once known by keeps finding it. Call it after all rows
are locked: words that nobody had before are written sorted, so that two transactions that learn
the same ones wait in one direction.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from domain.orders import IncomingOrder
from domain.phones import phone_key
from domain.search import endings, folded, plain_words
from models.orders import Order, OrderLine
from models.sales import Sale
from models.search import KeyKind
from services import statements

LONGEST_KEY = 64  # characters, as the columns are
LONGEST_WORD = LONGEST_KEY - 1  # so that WHOLE may stand before it
MOST_KEYS = 60  # of one order; a longer one is found by its first goods
# Columns of an order that it is found by through keys.
COLUMNS = ("customer_name", "recipient_name", "recipient_phone", "waybill_number")
WHOLE = "."  # stands before a word that is known, among the endings; no word begins so

Key = tuple[KeyKind, str]


@dataclass(frozen=True, slots=True)
class Findable:
    """What an order's search keys come from."""

    order_id: int
    told: IncomingOrder
    lines: Sequence[OrderLine]


async def add_orders(found: Iterable[Findable]) -> None:
    """Let orders be found by people, a parcel, and goods that are not in the stock."""
    await _store((each.order_id, _order_keys(each)) for each in found)


async def add_sale(order: Order, sale: Sale) -> None:
    """Let an order also be found by what its sale says otherwise, and by the waybill."""
    keys: list[Key] = []
    if sale.customer_name != order.customer_name:
        keys += _words(sale.customer_name)
    phone = phone_key(sale.phone)
    if phone and phone != order.phone_key:
        keys.append((KeyKind.PHONE, phone))
    keys += ((KeyKind.WAYBILL, key) for key in waybill_keys(sale.waybill_number))
    await _store([(order.id, keys)])


async def add_waybill(order: Order, number: str) -> None:
    """Let an order also be found by the number of its parcel, sold or not."""
    await _store([(order.id, [(KeyKind.WAYBILL, key) for key in waybill_keys(number)])])


def waybill_keys(number: str) -> list[str]:
    """What a waybill is found by: its letters and digits backwards, and its digits alone."""
    kept = "".join(plain_words(number))
    digits = "".join(char for char in kept if char.isascii() and char.isdigit())
    return list(dict.fromkeys(key[::-1][:LONGEST_KEY] for key in (kept, digits) if key))


def sku_key(sku: str) -> str:
    """What the line of goods that are not in the stock is found by, besides its words."""
    return folded(sku)[:LONGEST_WORD]


def _order_keys(found: Findable) -> list[Key]:
    told = found.told
    keys = _words(f"{told.customer_name} {told.recipient_name}")
    keys.append((KeyKind.PHONE, phone_key(told.recipient_phone)))
    keys += ((KeyKind.WAYBILL, key) for key in waybill_keys(told.waybill_number))
    for line in found.lines:
        if line.product_id is None:
            keys.append((KeyKind.WORD, sku_key(line.sku)))
            keys += _words(f"{line.sku} {line.name}")
    return [key for key in dict.fromkeys(keys) if key[1]][:MOST_KEYS]


def _words(text: str) -> list[Key]:
    return [(KeyKind.WORD, word[:LONGEST_WORD]) for word in plain_words(text)]


async def _store(keys: Iterable[tuple[int, Collection[Key]]]) -> None:
    rows = [(kind.value, key, order_id) for order_id, of_order in keys for kind, key in of_order]
    if not rows:
        return
    await statements.insert_new("search_key", ("kind", "key", "order_id"), rows)
    await _learn({key for kind, key, _ in rows if kind == KeyKind.WORD})


async def _learn(words: set[str]) -> None:
    """Let parts of these words be found, too."""
    if new := words - await _known(words):
        told = {(WHOLE + word, word) for word in new}
        told |= {(ending, word) for word in new for ending in endings(word)}
        await statements.insert_new("word_ending", ("ending", "word"), sorted(told))


async def _known(words: Iterable[str]) -> set[str]:
    known: set[str] = set()
    sought = sorted(words)
    for start in range(0, len(sought), statements.VALUES_AT_ONCE):
        part = sought[start : start + statements.VALUES_AT_ONCE]
        found = await statements.rows(
            f'SELECT "word" FROM "word_ending" WHERE "ending" IN ({statements.marks(len(part))})',  # noqa: S608
            [WHOLE + word for word in part],
        )
        known.update(row["word"] for row in found)
    return known
