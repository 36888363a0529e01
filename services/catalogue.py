"""Importing a shop's catalogue: read in parts, summed up, decided by a person, stored in parts.

What people do with an import, and what they see of it; ``services.catalogue_parts`` does the work.
Of a shop at most one import is open: it is begun with the shop's row locked.
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from tortoise.queryset import QuerySet

from domain.errors import NotFoundError
from domain.rights import Right, demand
from domain.shops import OPEN_IMPORTS, ImportState
from models.connecting import CatalogueImport
from models.shops import Listing, Shop
from models.staff import StaffMember
from services.transactions import transaction

FINAL = "final"  # its message shows the end of an import


@dataclass(frozen=True, slots=True)
class Counts:
    """What an import has come to, and what was decided about it.

    ``products``: how many of the shop's products were read so far. Of the listings found,
    ``matched`` have a product here, ``new`` have a SKU of their own and none (``uncounted`` of them
    without a stock of their own), ``unmatched`` cannot be matched. ``gone`` were there before.
    ``makes``: whether products are to be made; ``made`` and ``linked``: how many were by now.
    ``trouble``: why the shop cannot be read at present, or was not ("": it can).
    """

    products: int = 0
    matched: int = 0
    new: int = 0
    uncounted: int = 0
    unmatched: int = 0
    gone: int = 0
    makes: bool = False
    made: int = 0
    linked: int = 0
    decided_by: int = 0
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportView:
    """An import as its message shows it. ``language``: as who watches it has chosen, if known.

    ``problem``: see ``catalogue_parts.interrupted``.
    """

    id: int
    shop_id: int
    shop_name: str
    platform: str
    state: ImportState
    found: int
    total: int
    counts: Counts
    problem: str
    chat_id: int
    message_id: int
    shown: str
    language: str

    @property
    def is_open(self) -> bool:
        """Whether it may still change."""
        return self.state in OPEN_IMPORTS

    @property
    def is_running(self) -> bool:
        """Whether it changes by itself."""
        return self.state in {ImportState.READING, ImportState.STORING}


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueView:
    """A shop's catalogue: its newest import, if there was one, and what is known of it now."""

    shop_id: int
    shop_name: str
    imported_at: datetime | None
    listings: int
    newest: ImportView | None


# What people do


async def view(shop_id: int, *, by: StaffMember) -> CatalogueView:
    """A shop's catalogue.

    Raises:
        NotAllowedError: not this person's to see.
        NotFoundError: no such shop, or it is disconnected.
    """
    demand(by.role, Right.EDIT_SHOPS)
    shop = await _shop(shop_id)
    newest = await _with_names(CatalogueImport.filter(shop_id=shop_id)).order_by("-id").first()
    return CatalogueView(
        shop_id=shop.id,
        shop_name=shop.name,
        imported_at=shop.imported_at,
        listings=await Listing.filter(shop_id=shop_id, is_gone=False).count(),
        newest=_viewed(newest) if newest else None,
    )


async def begin(shop_id: int, *, by: StaffMember, chat_id: int, message_id: int) -> int:
    """Have a shop's catalogue read, its progress shown in this message (Telegram's ids).

    One that is under way already goes on, and is shown there. Returns the import's id.

    Raises:
        NotAllowedError: not this person's to do.
        NotFoundError: no such shop, or it is disconnected.
    """
    demand(by.role, Right.EDIT_SHOPS)
    async with transaction():
        shop = await _shop(shop_id, is_locked=True)
        imports = CatalogueImport.filter(shop_id=shop.id, state__in=OPEN_IMPORTS)
        row = await imports.first()
        if row is not None:
            await show_in(row.id, chat_id, message_id)
            return row.id
        row = await CatalogueImport.create(
            shop_id=shop.id,
            staff_id=by.id,
            chat_id=chat_id,
            message_id=message_id,
            counts=asdict(Counts()),
        )
    return row.id


async def decide(import_id: int, *, makes: bool, by: StaffMember) -> bool:
    """Store what was read: link it by SKU and, with ``makes``, make products of the rest.

    False when it was decided, or stopped, already.

    Raises:
        NotAllowedError: not this person's to do.
    """
    demand(by.role, Right.EDIT_SHOPS)
    async with transaction():
        row = await locked(import_id, ImportState.READ)
        if row is None:
            return False
        counts = replace(counts_of(row), makes=makes, decided_by=by.id)
        await save(row, state=ImportState.STORING, counts=counts, cursor="")
    return True


async def stop(import_id: int, *, by: StaffMember) -> bool:
    """Read or store no more of it; what was stored stays. False when it had ended before.

    Raises:
        NotAllowedError: not this person's to do.
    """
    demand(by.role, Right.EDIT_SHOPS)
    async with transaction():
        row = await locked(import_id, *OPEN_IMPORTS)
        if row is None:
            return False
        await save(row, state=ImportState.STOPPED, counts=replace(counts_of(row), trouble=""))
    return True


async def one(import_id: int) -> ImportView:
    """An import.

    Raises:
        NotFoundError: there is none of this id.
    """
    row = await _with_names(CatalogueImport.filter(id=import_id)).first()
    if row is None:
        raise NotFoundError("import")
    return _viewed(row)


# The message that shows it


async def to_show() -> list[ImportView]:
    """The imports whose message may have to be changed, oldest first."""
    rows = _with_names(CatalogueImport.exclude(shown=FINAL))
    return [_viewed(row) for row in await rows.order_by("id")]


async def note_shown(view: ImportView, message_id: int, shown: str) -> None:
    """A message shows an import as it was viewed, unless it has been moved to another meanwhile.

    ``shown``: the fingerprint of what it shows, or ``FINAL`` when it will never change.
    """
    mine = CatalogueImport.filter(id=view.id, chat_id=view.chat_id, message_id=view.message_id)
    await mine.update(message_id=message_id, shown=shown)


async def show_in(import_id: int, chat_id: int, message_id: int, shown: str = "") -> None:
    """From now on an import is shown in this message (0: in none, until there is a result).

    ``shown``: as for ``note_shown``.
    """
    rows = CatalogueImport.filter(id=import_id)
    await rows.update(chat_id=chat_id, message_id=message_id, shown=shown)


# Helpers


async def _shop(shop_id: int, *, is_locked: bool = False) -> Shop:
    shops = Shop.filter(id=shop_id, is_active=True)
    shop = await (shops.select_for_update(no_key=True) if is_locked else shops).first()
    if shop is None:
        raise NotFoundError("shop")
    return shop


async def locked(import_id: int, *states: ImportState) -> CatalogueImport | None:
    """The import, locked; None when it is in none of these states any more."""
    rows = CatalogueImport.filter(id=import_id, state__in=[state.value for state in states])
    return await rows.select_for_update(no_key=True).first()


async def save(
    row: CatalogueImport,
    *,
    counts: Counts,
    state: ImportState | None = None,
    cursor: str | None = None,
) -> None:
    """Keep what an import has come to; it is locked."""
    row.counts = asdict(counts)
    row.state = row.state if state is None else state.value
    row.cursor = row.cursor if cursor is None else cursor
    await row.save()


def counts_of(row: CatalogueImport) -> Counts:
    """What an import has come to."""
    return Counts(**row.counts)


def _with_names(rows: QuerySet[CatalogueImport]) -> QuerySet[CatalogueImport]:
    return rows.select_related("shop", "staff")


def _viewed(row: CatalogueImport) -> ImportView:
    return ImportView(
        id=row.id,
        shop_id=row.shop_id,
        shop_name=row.shop.name,
        platform=row.shop.platform,
        state=ImportState(row.state),
        found=row.found,
        total=row.total,
        counts=counts_of(row),
        problem=row.problem,
        chat_id=row.chat_id,
        message_id=row.message_id,
        shown=row.shown,
        language=row.staff.language if row.staff.telegram_id == row.chat_id else "",
    )
