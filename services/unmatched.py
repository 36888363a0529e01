"""Listings of a shop that have no product yet: what staff look through, a page at a time.

A shop lists some thousands, and has orders by the million: only its newest open orders are asked
what they wait for, and only a page of listings is read with more than its number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from domain.errors import NotFoundError
from domain.rights import Right, demand
from domain.search import MOST_WORDS
from models.shops import Listing, Shop
from models.staff import StaffMember
from models.stock import Product
from services import linking, listings, statements, statuses

PAGE_SIZE = 8
FOUND = 8
_LOOKED_AT = 5_000  # open orders, the newest
_MOST_WAITED_FOR = 400  # listings that come first
_SOUGHT_IN = ("name", "sku", "alias")


class Why(StrEnum):
    """Why the import could not tell which product a listing is."""

    NO_SKU = "no_sku"  # nor another code
    REPEATED = "repeated"  # several listings of the shop have its SKU, or its other code
    UNKNOWN = "unknown"  # no product here has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """A listing of a shop, and its product if it has one. ``waiting``: open orders wait for it.

    ``why`` is None for one that has a product, or needs none.
    """

    listing: Listing
    shop: Shop
    product: Product | None
    why: Why | None
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmatchedPage:
    """A page of a shop's listings without a product, those that orders wait for first.

    ``page`` counts from 0. ``count``: of all such listings. ``ignored``: those that need none; they
    are what is listed when ``is_ignored``.
    """

    shop: Shop
    rows: tuple[Unmatched, ...]
    page: int
    count: int
    ignored: int
    is_ignored: bool

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(-(-self.count // PAGE_SIZE), 1)


async def listed(
    shop_id: int, page: int, *, by: StaffMember, is_ignored: bool = False
) -> UnmatchedPage:
    """A page of them; the last one where there are no more so many.

    Raises:
        NotAllowedError: not this person's to see to.
        NotFoundError: there is no such shop.
    """
    demand(by.role, Right.LINK)
    shop = await Shop.get_or_none(id=shop_id)
    if shop is None:
        raise NotFoundError("shop")
    without = Listing.filter(shop_id=shop_id, is_gone=False, product_id__isnull=True)
    ignored = await without.filter(is_ignored=True).count()
    count = ignored if is_ignored else await without.filter(is_ignored=False).count()
    page = min(page, max(-(-count // PAGE_SIZE), 1) - 1)
    found = without.filter(is_ignored=is_ignored)
    waiting = await _waiting(shop_id)
    rows = await _page_of(found, list(waiting), page * PAGE_SIZE)
    return UnmatchedPage(
        shop=shop,
        rows=await _explained(rows, waiting),
        page=page,
        count=count,
        ignored=ignored,
        is_ignored=is_ignored,
    )


async def one(listing_id: int, *, by: StaffMember) -> Unmatched:
    """One listing, whether it has a product or not.

    Raises:
        NotAllowedError: not this person's to see to.
        NotFoundError: there is no such listing.
    """
    demand(by.role, Right.LINK)
    listing = await linking.one(listing_id)
    (row,) = await _explained([listing], await _waiting(listing.shop_id))
    return row


async def find(shop_id: int, query: str, *, by: StaffMember) -> list[Unmatched]:
    """Listings of the shop, linked ones too, whose name or codes hold every word of the query.

    Raises:
        NotAllowedError: not this person's to see to.
    """
    demand(by.role, Right.LINK)
    sought = query.split()[:MOST_WORDS]
    if not sought:
        return []
    found = Listing.filter(shop_id=shop_id, is_gone=False)
    for word in sought:
        # Not by icontains: SQLite knows no case beyond A to Z.
        cases = {word, word.lower(), word.upper(), word.capitalize()}
        held = [Q(**{f"{field}__contains": case}) for field in _SOUGHT_IN for case in cases]
        found = found.filter(Q(*held, join_type=Q.OR))
    rows = await found.order_by("name", "id").limit(FOUND).select_related("shop", "product")
    return list(await _explained(rows, await _waiting(shop_id)))


async def _waiting(shop_id: int) -> dict[str, int]:
    """How many of the newest open orders wait for each listing, by its external id, most first."""
    opens = await statuses.open_ids()
    # CROSS JOIN: SQLite is to begin with the orders, not with all lines that have no product.
    rows = await statements.rows(
        'SELECT l."product_external_id" AS external_id, count(DISTINCT o."id") AS orders '  # noqa: S608
        'FROM (SELECT "id" FROM "order" '
        f'WHERE "status_id" IN ({statements.marks(len(opens))}) AND "shop_id" = ? '
        f'ORDER BY "id" DESC LIMIT {_LOOKED_AT}) AS o CROSS JOIN "order_line" AS l '
        'WHERE l."order_id" = o."id" AND l."product_id" IS NULL AND l."quantity" > 0 '
        'AND l."product_external_id" <> \'\' GROUP BY l."product_external_id" '
        f"ORDER BY 2 DESC, 1 LIMIT {_MOST_WAITED_FOR}",
        [*opens, shop_id],
    )
    return {row["external_id"]: row["orders"] for row in rows}


async def _page_of(
    found: QuerySet[Listing], waited_for: Sequence[str], offset: int
) -> list[Listing]:
    """Some listings: first those that orders wait for, as they are sorted, then the others."""
    sorted_first = {external_id: at for at, external_id in enumerate(waited_for)}
    ids = await found.filter(external_id__in=list(waited_for)).values_list("external_id", "id")
    first = [id_ for external_id, id_ in sorted(ids, key=lambda row: sorted_first[row[0]])]
    page = first[offset : offset + PAGE_SIZE]
    if len(page) < PAGE_SIZE:
        others = found.exclude(id__in=first) if first else found
        rest = others.order_by("name", "id").offset(max(offset - len(first), 0))
        page += [row.id for row in await rest.limit(PAGE_SIZE - len(page)).only("id")]
    by_id = {
        row.id: row for row in await Listing.filter(id__in=page).select_related("shop", "product")
    }
    return [by_id[id_] for id_ in page if id_ in by_id]


async def _explained(rows: Sequence[Listing], waiting: Mapping[str, int]) -> tuple[Unmatched, ...]:
    own = await listings.own_codes(rows)
    return tuple(
        Unmatched(
            listing=row,
            shop=row.shop,
            product=row.product,
            why=None if row.product_id or row.is_ignored else _why(row, own[row]),
            waiting=waiting.get(row.external_id, 0),
        )
        for row in rows
    )


def _why(row: Listing, own: Sequence[str]) -> Why:
    if not (row.sku or row.alias):
        return Why.NO_SKU
    return Why.UNKNOWN if own else Why.REPEATED
