"""The work of an import: a shop's catalogue is read in parts, and stored in parts.

Each part is one transaction that also moves the import's cursor, so that after any crash it goes on
where it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tortoise.timezone import now

from domain.orders import ListingChanged
from domain.shops import ImportState, Trouble
from models.audit import AuditKind
from models.connecting import CatalogueImport
from models.shops import Listing, Shop
from models.staff import StaffMember
from services import audit, listings, new_products, stock, stock_telling
from services.catalogue import Counts, counts_of, locked, save
from services.transactions import transaction

PART = 200  # listings stored in one transaction, which others wait for on SQLite
_LONGEST_PROBLEM = 300
_LISTINGS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Part:
    """Where to go on reading."""

    import_id: int
    cursor: str


# Reading


async def next_part(shop_id: int) -> Part | None:
    """What is to be read next of a shop; None: nobody wants it read."""
    imports = CatalogueImport.filter(shop_id=shop_id, state=ImportState.READING.value)
    row = await imports.order_by("id").first()
    return Part(row.id, row.cursor) if row else None


async def keep(part: Part, told: Sequence[ListingChanged], cursor: str, total: int) -> None:
    """Store a part that was read, and where to go on; ``cursor`` "": that was all.

    Once all was read, what the shop did not tell of is gone. Nothing happens when the import was
    stopped meanwhile, or has gone on without this part. Nothing is linked yet.
    """
    async with transaction():
        row = await locked(part.import_id, ImportState.READING)
        if row is None or row.cursor != part.cursor:
            return
        found = await _store_read(row, told)
        roots = {change.parent_external_id or change.external_id for change in told}
        read = counts_of(row).products + len(roots)
        counts = replace(counts_of(row), products=read, trouble="")
        row.found, row.total, row.problem = row.found + found, total, ""
        state = ImportState.READING
        if not cursor:
            state, counts = ImportState.READ, await _summed_up(row, counts)
        await save(row, state=state, counts=counts, cursor=cursor)


async def interrupted(part: Part, trouble: Trouble, problem: str, *, is_final: bool) -> None:
    """The shop could not be read: for the moment, or (``is_final``) until somebody begins anew.

    ``problem``: why it said no, in its own words, or a value of ``domain.shops.ConnectProblem``.
    """
    async with transaction():
        row = await locked(part.import_id, ImportState.READING)
        if row is None:
            return
        row.problem = problem[:_LONGEST_PROBLEM]
        state = ImportState.STOPPED if is_final else ImportState.READING
        await save(row, state=state, counts=replace(counts_of(row), trouble=trouble.value))


async def _store_read(row: CatalogueImport, told: Sequence[ListingChanged]) -> int:
    """Bring listings to what was read of them; returns how many were not met before."""
    changes = {change.external_id: change for change in told}
    mine = Listing.filter(shop_id=row.shop_id, external_id__in=list(changes))
    there = {listing.external_id for listing in await mine.only("external_id")}
    new = [_new(row, changes[id_]) for id_ in sorted(changes) if id_ not in there]
    await Listing.bulk_create(new, ignore_conflicts=True)
    rows = await mine.order_by("id").select_for_update(no_key=True)
    unseen = [listing for listing in rows if listing.seen_in != row.id]
    met = Listing.filter(id__in=[listing.id for listing in unseen])
    await met.update(seen_in=row.id, is_gone=False)
    counted = {listing.id: listings.told_count(listing) for listing in rows}
    for listing in unseen:
        listing.seen_in, listing.is_gone = row.id, False
    changed = [listing for listing in rows if listings.take(listing, changes[listing.external_id])]
    if changed:
        fields = listings.FOLLOWED
        await Listing.bulk_update(changed, fields=fields, batch_size=stock.UPDATE_GROUP)
    for listing in rows:
        if listings.told_count(listing) != counted[listing.id]:
            await stock_telling.heard(listing)
    return sum(listing.external_id not in there for listing in rows) + sum(
        listing.external_id in there for listing in unseen
    )


def _new(row: CatalogueImport, change: ListingChanged) -> Listing:
    listing = Listing(shop_id=row.shop_id, external_id=change.external_id, seen_in=row.id)
    listings.follow(listing, change)
    return listing


async def _summed_up(row: CatalogueImport, counts: Counts) -> Counts:
    """Mark what the shop has no more, and count what there is to decide.

    A shop that tells of nothing at all is not believed: its listings stay.
    """
    gone = 0
    if row.found:
        unseen = Listing.filter(shop_id=row.shop_id, is_gone=False).exclude(seen_in=row.id)
        gone = await unseen.update(is_gone=True)
    there = Listing.filter(shop_id=row.shop_id, is_gone=False).order_by("id")
    rows = await there
    sort = await _sorted(rows)
    return replace(
        counts,
        gone=gone,
        matched=len(sort.linked) + len(sort.known),
        new=len(sort.new),
        uncounted=sum(new_products.on_hand_of(listing) is None for listing in sort.new),
        unmatched=len(sort.unclear),
    )


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Listings by what can be done with them. Those that need no product are left out."""

    linked: Sequence[Listing]
    known: Mapping[Listing, int]  # whose SKU, or alias, is a product's SKU
    new: Sequence[Listing]
    unclear: Sequence[Listing]  # without a code of their own


async def _sorted(rows: Sequence[Listing]) -> _Sorted:
    linked = [row for row in rows if row.product_id is not None]
    free = [row for row in rows if row.product_id is None and not row.is_ignored]
    known: dict[Listing, int] = {}
    new: list[Listing] = []
    unclear: list[Listing] = []
    for start in range(0, len(free), _LISTINGS_AT_ONCE):
        own = await listings.own_codes(free[start : start + _LISTINGS_AT_ONCE])
        products = await listings.products_of({code for codes in own.values() for code in codes})
        for row, codes in own.items():
            found = [products[code] for code in codes if code in products]
            if found:
                known[row] = found[0]
            else:
                (new if codes else unclear).append(row)
    return _Sorted(linked, known, new, unclear)


# Storing


async def store_part(shop_id: int, *, currency: str) -> bool:
    """Store the next part of what was decided for a shop; False: there is nothing to store.

    A product's price is the listing's, if the shop counts in our ``currency``.
    """
    imports = CatalogueImport.filter(shop_id=shop_id, state=ImportState.STORING.value)
    found = await imports.order_by("id").first()
    if found is None:
        return False
    # Two transactions: both lock orders before products.
    async with transaction():
        row = await locked(found.id, ImportState.STORING)
        if row is not None:
            await _link_part(row, await _sorted(await _part(row)))
    async with transaction():
        row = await locked(found.id, ImportState.STORING)
        if row is not None:
            await _make_part(row, await _part(row), currency)
    return True


async def _part(row: CatalogueImport) -> list[Listing]:
    """The listings to be stored next."""
    there = Listing.filter(shop_id=row.shop_id, is_gone=False, id__gt=int(row.cursor or 0))
    return await there.order_by("id").limit(PART)


async def _link_part(row: CatalogueImport, part: _Sorted) -> None:
    """Link listings to products that have their code; those without a picture get one."""
    listed = [(each.shop_id, each.external_id) for each in part.known]
    order_ids = set(await listings.waiting_orders([], listed))
    await listings.lock_orders(order_ids)
    linked = [(each, each.product_id) for each in part.linked if each.product_id is not None]
    goods = {product_id for each, product_id in linked if each.image_url}
    await listings.lock_goods(order_ids, goods.union(part.known.values()))
    await listings.give_pictures(linked)
    count = await listings.link(part.known, order_ids)
    counts = counts_of(row)
    await save(row, counts=replace(counts, linked=counts.linked + count))


async def _make_part(row: CatalogueImport, part: Sequence[Listing], currency: str) -> None:
    """Make products of the rest, if that was decided, and go on; after the last part it is done."""
    shop = await Shop.get(id=row.shop_id)
    counts = counts_of(row)
    decider = await StaffMember.get(id=counts.decided_by)
    if counts.makes:
        new = (await _sorted(part)).new
        made = await new_products.make(new, by=decider, currency=currency)
        counts = replace(counts, made=counts.made + made)
    if len(part) == PART:
        await save(row, counts=counts, cursor=str(part[-1].id))
        return
    await Shop.filter(id=shop.id).update(imported_at=now())
    await save(row, state=ImportState.DONE, counts=counts)
    what = {"name": shop.name, "created": counts.made, "linked": counts.linked}
    await audit.record(AuditKind.CATALOGUE_IMPORTED, by=decider, **what)
