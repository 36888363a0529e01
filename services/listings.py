"""What shops list, and which products that means."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from tortoise.expressions import F, Q
from tortoise.functions import Count

from domain.orders import ListingChanged, ListingGone, Phase
from domain.shops import ImportState
from models.connecting import CatalogueImport
from models.drafts import SaleDraftLine
from models.orders import Order, OrderLine
from models.shops import Listing
from models.stock import Product
from services import draft_lines, outbox, statuses, stock, stock_telling
from services.linker import Listed

ListingNews = ListingChanged | ListingGone
# Listings, and the products that they may be linked to, by the code that says so.
Foreseen = Mapping[Listed, Mapping[str, int]]
# What a shop tells of a listing, and when it was seen there.
FOLLOWED = (
    "sku",
    "alias",
    "name",
    "price",
    "parent_external_id",
    "image_url",
    "keeping",
    "stock",
    "modified_at",
    "is_gone",
    "seen_in",
)


async def store(shop_id: int, *changes: ListingNews) -> None:
    """Keep a shop's listings in step with what it tells of them. Safe to repeat, in any order.

    A listing without a product is linked to that of its SKU, else to the one whose SKU its shop
    knows as another code of it, and lines that waited for it too; a link that there is stays,
    whatever becomes of the codes. Goods never change by it.

    Inside a transaction that holds no lock but those of orders.
    """
    news = [(shop_id, change) for change in changes]
    links = await foreseen(news)
    order_ids = set(await waiting_orders([], links))
    await lock_orders(order_ids)
    await lock_goods(order_ids, goods_of(links))
    await store_all(news, links, order_ids)


async def foreseen(news: Iterable[tuple[int, ListingNews]]) -> Foreseen:
    """Which listings this news, given with its shops, may link to products, and to which.

    The products, and the orders that wait for the listings, are to be locked before it is stored.
    """
    told = _codes(news)
    codes = {code for pair in told.values() for code in pair if code}
    if not codes:
        return {}
    products = await products_of(codes)
    found = {
        listed: {code: products[code] for code in pair if code in products}
        for listed, pair in told.items()
    }
    links = {listed: by_code for listed, by_code in found.items() if by_code}
    linked = Listing.filter(
        shop_id__in={shop_id for shop_id, _ in links},
        external_id__in=[external_id for _, external_id in links],
        product_id__not_isnull=True,
    )
    known = set(await linked.values_list("shop_id", "external_id")) if links else set()
    return {listed: by_code for listed, by_code in links.items() if listed not in known}


def goods_of(links: Foreseen) -> set[int]:
    """The products that these links may lead to."""
    return {product_id for by_code in links.values() for product_id in by_code.values()}


async def store_all(
    news: Sequence[tuple[int, ListingNews]], links: Foreseen, order_ids: Collection[int]
) -> None:
    """As ``store``, of several shops at once, the earliest news first.

    ``links`` is what was ``foreseen``; its products and ``order_ids`` are locked.
    """
    if not news:
        return
    rows = await _locked(news)
    before = {row.id: _shown(row) for row in rows.values()}
    counted = {row.id: told_count(row) for row in rows.values()}
    reading = await _imports_under_way({shop_id for shop_id, _ in news})
    for shop_id, change in news:
        if isinstance(change, ListingGone):
            for row in rows.values():
                if row.shop_id == shop_id and _is_of(row, change.external_id):
                    row.is_gone = True
            continue
        row = rows[shop_id, change.external_id]
        row.seen_in = reading.get(shop_id, row.seen_in)
        take(row, change)
    changed = [row for row in rows.values() if _shown(row) != before[row.id]]
    if changed:
        await Listing.bulk_update(changed, fields=FOLLOWED, batch_size=stock.UPDATE_GROUP)
    await _link_unambiguous({rows[key]: links[key] for key in links}, order_ids)
    for row in changed:
        if told_count(row) != counted[row.id]:
            await stock_telling.heard(row)


def follow(row: Listing, change: ListingChanged) -> None:
    """Let a listing say what its shop says."""
    row.sku = row.sku if change.sku is None else change.sku
    row.alias = change.alias
    row.name, row.price = change.name, change.price
    row.parent_external_id, row.image_url = change.parent_external_id, change.image_url
    row.keeping, row.stock = change.keeping.value, change.stock
    row.modified_at = change.modified_at or row.modified_at
    row.is_gone = False


def take(row: Listing, change: ListingChanged) -> bool:
    """Let a listing say what its shop says, unless we know something newer; whether it differs."""
    before = _shown(row)
    if not _is_stale(row, change):
        follow(row, change)
    return _shown(row) != before


def _is_stale(row: Listing, change: ListingChanged) -> bool:
    """Whether we know something newer. A deletion carries no time: only later changes undo it."""
    if row.modified_at is None or change.modified_at is None:
        return False
    if row.is_gone:
        return change.modified_at <= row.modified_at
    return change.modified_at < row.modified_at


def _codes(news: Iterable[tuple[int, ListingNews]]) -> dict[Listed, tuple[str, str]]:
    """What each listing is called: its SKU, and its shop's other code."""
    return {
        (shop_id, change.external_id): (change.sku or "", change.alias)
        for shop_id, change in news
        if isinstance(change, ListingChanged)
    }


async def _locked(news: Sequence[tuple[int, ListingNews]]) -> dict[Listed, Listing]:
    """The listings that are told of, also those new here, locked; variations with their parents."""
    told = sorted({(shop_id, each.external_id) for shop_id, each in news if _is_there(each)})
    shop_ids = {shop_id for shop_id, _ in news}
    external_ids = {each.external_id for _, each in news}
    known = Listing.filter(shop_id__in=shop_ids, external_id__in=external_ids)
    there = set(await known.values_list("shop_id", "external_id"))
    await Listing.bulk_create(
        (Listing(shop_id=key[0], external_id=key[1]) for key in told if key not in there),
        ignore_conflicts=True,
    )
    meant = Q(external_id__in=external_ids)
    if gone := [each.external_id for _, each in news if not _is_there(each)]:
        meant |= Q(parent_external_id__in=gone)
    found = Listing.filter(meant, shop_id__in=shop_ids).order_by("id")
    rows = await found.select_for_update(no_key=True)
    return {(row.shop_id, row.external_id): row for row in rows}


def _is_there(change: ListingNews) -> bool:
    return isinstance(change, ListingChanged)


def _is_of(row: Listing, external_id: str) -> bool:
    """Whether it is this product, or a variation of it."""
    return external_id in (row.external_id, row.parent_external_id)


def _shown(row: Listing) -> list[object]:
    return [getattr(row, name) for name in FOLLOWED]


def told_count(row: Listing) -> tuple[object, ...]:
    """What decides how much a shop says that there is."""
    return row.is_gone, row.keeping, row.stock


async def _imports_under_way(shop_ids: Collection[int]) -> dict[int, int]:
    """The import that reads each of these shops now: what is told of meanwhile, it has seen."""
    reading = CatalogueImport.filter(shop_id__in=shop_ids, state=ImportState.READING.value)
    return {row.shop_id: row.id for row in await reading.only("id", "shop_id")}


async def _link_unambiguous(
    wanted: Mapping[Listing, Mapping[str, int]], order_ids: Collection[int]
) -> None:
    """Link those that are for sale, by the first code that is theirs alone and that a product has.

    What was foreseen may be news that came late, and was not applied: then its codes are others.
    """
    free = {row: by for row, by in wanted.items() if not row.is_gone and not row.is_ignored}
    own = await own_codes(free)
    found = {row: [by[code] for code in own[row] if code in by] for row, by in free.items()}
    await link({row: ids[0] for row, ids in found.items() if ids}, order_ids)


async def link(wanted: Mapping[Listing, int], order_ids: Collection[int]) -> int:
    """Link listings to products, and the lines that waited for them; returns how many were free.

    Inside a transaction that has locked ``order_ids``, then the products.
    """
    linked = await link_listings({row.id: product_id for row, product_id in wanted.items()})
    if linked:
        by_listing = {(row.shop_id, row.external_id): product_id for row, product_id in linked}
        lines = await link_lines({}, by_listing, order_ids)
        product_ids = {product_id for _, product_id in linked}
        await serve(product_ids, lines, order_ids)
        await stock_telling.owe(product_ids)
    return len(linked)


async def waiting_orders(skus: Collection[str], listed: Collection[Listed] = ()) -> list[int]:
    """The open orders with lines that wait for these products: not linked yet, or short.

    ``listed``: lines of these listings wait too, whatever their SKU.
    """
    unlinked = OrderLine.filter(
        product_id__isnull=True, sku__in=list(skus), order__phase=Phase.OPEN
    )
    short = OrderLine.filter(
        product__sku__in=list(skus), order__phase=Phase.OPEN, reserved__lt=F("quantity")
    )
    found = [line.order_id for part in (unlinked, short) for line in await part.only("order_id")]
    windows = SaleDraftLine.filter(
        product__sku__in=list(skus), order__phase=Phase.OPEN, reserved__lt=F("wanted")
    )
    found.extend(line.order_id for line in await windows.only("order_id"))
    found.extend(line.order_id for line in await _unlinked(listed))
    return found


async def lock_orders(order_ids: Iterable[int]) -> None:
    """Lock these orders until the transaction ends, before any product (see ``services.stock``)."""
    for part in _parts(order_ids):
        await Order.filter(id__in=part).order_by("id").only("id").select_for_update()


async def lock_goods(order_ids: Collection[int], product_ids: Iterable[int]) -> None:
    """Lock these products, and those that open sale windows of the (locked) orders hold."""
    edits = await draft_lines.of_orders(order_ids)
    held = {edit.product_id for edit in edits if edit.product_id is not None}
    await stock.lock_products(held.union(product_ids))


async def link_waiting(products: Sequence[Product], order_ids: Collection[int]) -> None:
    """Lines of open orders that waited for these products (by SKU) are linked, and reserve.

    As ``link_lines``, then ``serve``.
    """
    by_sku = {product.sku: product.id for product in products}
    linked = await link_lines(by_sku, {}, order_ids)
    await serve(by_sku.values(), linked, order_ids)


async def link_lines(
    by_sku: Mapping[str, int], by_listing: Mapping[Listed, int], order_ids: Collection[int]
) -> list[OrderLine]:
    """Link lines without a product: those of these listings, and those of these SKUs.

    Inside a transaction that has locked ``order_ids``: lines of other orders are left alone,
    somebody may be selling or closing them. Those of closed orders follow when they are opened
    again (``services.late_links``). Nothing is reserved yet.
    """
    linked: dict[int, OrderLine] = {}
    waiting = OrderLine.filter(
        product_id__isnull=True, sku__in=list(by_sku), order__phase=Phase.OPEN
    )
    for line in await waiting.order_by("id").select_related("order"):
        if line.order_id in order_ids:
            line.product_id = by_sku[line.sku]
            linked[line.id] = line
    for line in await _unlinked(by_listing):  # their listing says more than their SKU
        if line.order_id in order_ids:
            line.product_id = by_listing[line.order.shop_id, line.product_external_id]
            linked[line.id] = line
    found = list(linked.values())
    if found:
        await OrderLine.bulk_update(found, fields=["product_id"], batch_size=stock.UPDATE_GROUP)
    return found


async def serve(
    product_ids: Collection[int], linked: Sequence[OrderLine], order_ids: Collection[int]
) -> None:
    """Let lines of open orders take what there is of these products, and draw their cards.

    Lines that were short take their share too, oldest order first, but for orders whose status
    holds no goods. ``linked``: those that were linked just now. Inside a transaction that has
    locked ``order_ids``, as ``link_lines``.
    """
    found: list[OrderLine] = []
    for part in _parts(order_ids):
        lines = OrderLine.filter(product_id__in=list(product_ids), order_id__in=part)
        of_open = lines.filter(order__phase=Phase.OPEN)
        found.extend(await of_open.select_related("order__status"))
    found.sort(key=lambda line: line.id)
    before = {line.id: line.reserved for line in found}
    await stock.reserve([line for line in found if line.order.status.holds_goods])
    new = {line.id for line in linked}
    touched = {
        line.order_id for line in found if line.id in new or line.reserved != before[line.id]
    }
    await outbox.owe_redraws(touched)
    windows = {edit.order_id for edit in await draft_lines.of_orders(order_ids)}
    for order in await Order.filter(id__in=list(windows)).order_by("id"):
        await draft_lines.settle(order)


async def products_of(codes: Collection[str]) -> dict[str, int]:
    """The products that have one of these codes as their SKU."""
    return dict(await Product.filter(sku__in=list(codes)).order_by("id").values_list("sku", "id"))


async def own_codes(rows: Iterable[Listing]) -> dict[Listing, list[str]]:
    """The codes that tell which product each one is, the surest first: its SKU, then its alias.

    A code that another listing of the shop has too says nothing: a SKU that is another's SKU, an
    alias that is another's SKU or alias.
    """
    by_shop: dict[int, list[Listing]] = {}
    for row in rows:
        by_shop.setdefault(row.shop_id, []).append(row)
    found: dict[Listing, list[str]] = {}
    for shop_id, of_shop in by_shop.items():
        aliases = {row.alias for row in of_shop if row.alias}
        by_sku = await _holders(shop_id, "sku", aliases | {row.sku for row in of_shop if row.sku})
        by_alias = await _holders(shop_id, "alias", aliases)
        for row in of_shop:
            found[row] = [row.sku] if row.sku and by_sku.get(row.sku, 0) <= 1 else []
            called_so = by_alias.get(row.alias, 0) + by_sku.get(row.alias, 0)
            if row.alias and row.alias != row.sku and called_so <= 1:
                found[row].append(row.alias)
    return found


async def _holders(shop_id: int, field: str, codes: Collection[str]) -> dict[str, int]:
    """How many listings of the shop have each of these codes in this field."""
    if not codes:
        return {}
    rows = Listing.filter(shop_id=shop_id, is_gone=False, **{f"{field}__in": list(codes)})
    counted = rows.annotate(count=Count("id")).group_by(field)
    return dict(await counted.values_list(field, "count"))


async def link_listings(product_ids: Mapping[int, int]) -> list[tuple[Listing, int]]:
    """Link listings, by id, to products; one that somebody has linked meanwhile stays as it is.

    A product without a picture takes the listing's. Returns what was linked. Inside a transaction
    that has locked the products.
    """
    free = Listing.filter(id__in=list(product_ids), product_id__isnull=True).order_by("id")
    linked = [(row, product_ids[row.id]) for row in await free.select_for_update(no_key=True)]
    for row, product_id in linked:
        row.product_id = product_id
    if linked:
        rows = [row for row, _ in linked]
        await Listing.bulk_update(rows, fields=["product_id"], batch_size=stock.UPDATE_GROUP)
    await give_pictures(linked)
    return linked


async def give_pictures(linked: Iterable[tuple[Listing, int]]) -> None:
    """Let (locked) products without a picture take that of their listing."""
    pictures = {product_id: row.image_url for row, product_id in linked if row.image_url}
    bare = await Product.filter(id__in=list(pictures), image_url="").order_by("id")
    for product in bare:
        product.image_url = pictures[product.id]
    if bare:
        await Product.bulk_update(bare, fields=["image_url"], batch_size=stock.UPDATE_GROUP)


async def _unlinked(listed: Iterable[Listed]) -> list[OrderLine]:
    """Lines of open orders that are of these listings and have no product, with their orders.

    Looked for among the open orders, which are few: history may hold any number of such lines.
    Those of closed orders follow when they are opened again (``services.late_links``).
    """
    by_shop: dict[int, list[str]] = {}
    for shop_id, external_id in listed:
        by_shop.setdefault(shop_id, []).append(external_id)
    opens = await statuses.open_ids() if by_shop else []
    found: list[OrderLine] = []
    for shop_id, external_ids in by_shop.items():
        orders = Order.filter(status_id__in=opens, shop_id=shop_id)
        for part in _parts([order.id for order in await orders.only("id")]):
            lines = OrderLine.filter(
                product_id__isnull=True, product_external_id__in=external_ids, order_id__in=part
            )
            found.extend(await lines.order_by("id").select_related("order"))
    return found


def _parts(order_ids: Iterable[int]) -> Iterator[list[int]]:
    ids = sorted(set(order_ids))
    return (ids[start : start + stock.LOCK_GROUP] for start in range(0, len(ids), stock.LOCK_GROUP))
