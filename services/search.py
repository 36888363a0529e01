"""Finding orders by whatever somebody types: the number, a phone, a name, goods, a waybill.

Everything is looked up in indexes and cut short, so that a search takes as long among a million
orders as among a thousand. Lists of orders are asked for newest first, a few dozen of each, in one
statement. Of several words the rarest is looked up, and the others are asked of its orders.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.orders import Phase
from domain.phones import phone_key
from domain.search import MOST_WORDS, plain_words, words
from models.orders import Order
from models.search import KeyKind
from models.statuses import OrderStatus, StatusKind
from services import search_lists, search_terms
from services.search_index import sku_key, waybill_keys
from services.search_lists import Grade, Listed, Probe
from services.search_terms import Products, Term

PAGE_SIZE = 8
MOST = 5 * PAGE_SIZE  # orders that one search finds
LONGEST_QUERY = 100  # characters
_LONGEST_NUMBER = 64
_LARGEST_ID = 2**31 - 1
_MOST_STATUSES = 200
_PROBED = 20_000  # orders of the rarest word that are asked for the others


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page of what was found, the most exact first, then the newest.

    ``number`` counts from 0; ``count`` is of all pages. ``is_cut``: there is more than a search
    finds.
    """

    query: str
    orders: tuple[Order, ...]
    number: int
    count: int
    is_cut: bool

    @property
    def has_more(self) -> bool:
        """Whether a page follows."""
        return (self.number + 1) * PAGE_SIZE < self.count


async def find_page(query: str, number: int = 0) -> FoundPage:
    """One page of the orders that match, with their statuses; past the end, the last one."""
    ids = await find(query)
    count = min(len(ids), MOST)
    number = max(0, min(number, (count - 1) // PAGE_SIZE))
    shown = ids[:count][number * PAGE_SIZE :][:PAGE_SIZE]
    return FoundPage(cleaned(query), tuple(await load(shown)), number, count, len(ids) > MOST)


def cleaned(query: str) -> str:
    """What is really looked for: one line of a sensible length."""
    return " ".join(query.split())[:LONGEST_QUERY].strip()


async def newest_open(most: int) -> list[int]:
    """The ids of the newest open orders, newest first."""
    in_use = OrderStatus.filter(phase=Phase.OPEN).exclude(kind=StatusKind.DELETED)
    statuses = await in_use.order_by("id").limit(_MOST_STATUSES).only("id")
    lists = [search_lists.of_status(status.id) for status in statuses]
    found = await search_lists.run(lists, (), passed=most, most=most)
    return sorted((id_ for _, id_ in found), reverse=True)[:most]


async def load(order_ids: Sequence[int]) -> list[Order]:
    """These orders with their statuses, in the same order."""
    found = await Order.filter(id__in=list(order_ids)).select_related("status")
    by_id = {order.id: order for order in found}
    return [by_id[id_] for id_ in order_ids if id_ in by_id]


async def find(query: str) -> list[int]:
    """The ids of matching orders, at most one more than ``MOST``: exact ones first, then newest."""
    query = cleaned(query)
    sought = words(query)
    terms = await search_terms.read(plain_words(query)[:MOST_WORDS])
    if not terms:
        return []
    products = await search_terms.products(sought, query)
    lists = [*_by_number(query), *_whole(query, products), *_ended(query)]
    lists += search_terms.bought(products, sought)
    if len(terms) == 1:
        lists += terms[0].lists
    found = await _newest(lists)
    if len(terms) > 1:
        for grade in (Grade.WORDS, Grade.PARTS):
            if len(found) <= MOST:
                found = _merged(found, await _holding_all(terms, grade))
    return found[: MOST + 1]


def _by_number(query: str) -> list[Listed]:
    """Orders of this number or id, and those whose number begins so."""
    number = query.lstrip("#№ ")
    if not 0 < len(number) <= _LONGEST_NUMBER:
        return []
    lists = [search_lists.of_number(number), *search_lists.begun(number)]
    if number.isascii() and number.isdigit() and int(number) <= _LARGEST_ID:
        lists.append(search_lists.of_id(int(number)))
    return lists


def _whole(query: str, products: Products) -> list[Listed]:
    """Orders of this very phone, waybill or SKU."""
    lists = search_lists.of_products(products.of_sku, Grade.WHOLE)
    lists.append(search_lists.of_key(KeyKind.WORD, sku_key(query), Grade.WHOLE))
    lists += (
        search_lists.of_key(KeyKind.WAYBILL, key, Grade.WHOLE) for key in waybill_keys(query)[:1]
    )
    if phone := phone_key(query):
        lists += search_lists.of_phone(phone)
    return lists


def _ended(query: str) -> list[Listed]:
    """Orders whose phone or waybill ends with these digits, however they are set apart."""
    digits = "".join(char for char in query if char not in " ()+-–.#№")
    return search_lists.ended(digits) if search_lists.is_ending(digits) else []


async def _newest(lists: Sequence[Listed], probes: Sequence[Probe] = ()) -> list[int]:
    """What the lists hold and every probe accepts: the most exact first, then the newest."""
    most = MOST + 1
    passed = max(_PROBED // len(lists), most) if probes else most
    rows = await search_lists.run(lists, probes, passed=passed, most=most)
    return _merged(id_ for _, id_ in sorted(rows, key=lambda row: (row[0], -row[1])))


async def _holding_all(terms: Sequence[Term], grade: Grade) -> list[int]:
    """Orders that hold every term, as whole words or at least as parts of words."""
    choices = [term.within(grade) for term in terms]
    if not all(choice.lists for choice in choices):
        return []
    rarest = await search_terms.rarest(choices)
    probes = [choice.probe for choice in choices if choice is not rarest]
    return await _newest(rarest.lists, probes)


def _merged(*parts: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(id_ for part in parts for id_ in part))
