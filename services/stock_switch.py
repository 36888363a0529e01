"""Whether a shop is told of stock: what owners see of that, and decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.errors import NotFoundError
from domain.rights import Right, demand
from domain.shops import Trouble
from models.audit import AuditKind
from models.shops import Shop, ShopEffectKind
from models.staff import StaffMember
from services import audit, shop_effects, statements
from services.stock_telling import TOLD_LISTINGS, owe_all
from services.transactions import transaction

REFUSALS_SHOWN = 8

# How much there is to sell, in thousandths: ``domain.stock.sellable`` in SQL.
LEVEL = "(CASE WHEN p.on_hand > p.reserved THEN (p.on_hand - p.reserved) / 1000 * 1000 ELSE 0 END)"
_COUNTS = (
    f"SELECT COUNT(*) AS listed, "  # noqa: S608  (our own words)
    f"COALESCE(SUM(CASE WHEN l.stock IS NULL OR l.stock <> {LEVEL} THEN 1 ELSE 0 END), 0) "
    "AS differing, COALESCE(SUM(CASE WHEN l.problem <> '' THEN 1 ELSE 0 END), 0) AS refused "
    'FROM "listing" l JOIN "product" p ON p.id = l.product_id '
    f"WHERE l.shop_id = ? AND {TOLD_LISTINGS}"
)
_UNCOUNTED = (
    "SELECT COUNT(*) AS number FROM \"listing\" l WHERE l.shop_id = ? AND l.keeping <> 'own' "
    "AND l.product_id IS NOT NULL AND NOT l.is_gone AND NOT l.is_ignored"
)
_WAITING = (
    "SELECT COUNT(DISTINCT e.subject_id) AS number FROM shop_effect e "
    "WHERE e.shop_id = ? AND e.kind = ?"
)
_REFUSED = (
    'SELECT l.name, l.sku, l.problem FROM "listing" l '  # noqa: S608  (our own words)
    f"WHERE l.shop_id = ? AND {TOLD_LISTINGS} AND l.problem <> '' ORDER BY l.id LIMIT ? OFFSET ?"
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A listing whose stock the shop did not take, and why, in its own words."""

    name: str
    sku: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StockFacts:
    """A shop, and the stock of what it lists.

    ``listed``: listings that are told of when it is on; ``differing``: those of them that the shop
    says another number of, as far as is known; ``waiting``: products it is still to be told of;
    ``uncounted``: linked listings whose stock the shop does not count, each by itself.
    ``trouble``: why it cannot be asked at present, and since when, aware UTC.
    """

    shop_id: int
    platform: str
    name: str
    is_on: bool
    is_imported: bool
    can_stock: bool
    trouble: tuple[Trouble, datetime] | None
    listed: int
    differing: int
    waiting: int
    uncounted: int
    refused: int
    refusals: tuple[Refusal, ...]
    page: int

    @property
    def pages(self) -> int:
        """Of refusals."""
        return -(-self.refused // REFUSALS_SHOWN)


async def facts(shop_id: int, page: int = 0, *, by: StaffMember) -> StockFacts:
    """What there is to know, without asking the shop; refusals in pages.

    Raises:
        NotAllowedError: not this person's to see.
        NotFoundError: the shop is not connected (any more).
    """
    shop = await _shop(shop_id, by)
    (counts,) = await statements.rows(_COUNTS, [shop_id])
    (uncounted,) = await statements.rows(_UNCOUNTED, [shop_id])
    (owed,) = await statements.rows(_WAITING, [shop_id, ShopEffectKind.TELL_STOCK.value])
    refused = int(counts["refused"])
    page = min(page, max(refused - 1, 0) // REFUSALS_SHOWN)
    return StockFacts(
        shop_id=shop.id,
        platform=shop.platform,
        name=shop.name,
        is_on=shop.tells_stock,
        is_imported=shop.imported_at is not None,
        can_stock=shop.can_stock,
        trouble=_trouble(shop),
        listed=int(counts["listed"]),
        differing=int(counts["differing"]),
        waiting=int(owed["number"]),
        uncounted=int(uncounted["number"]),
        refused=refused,
        refusals=await _refusals(shop_id, page) if refused else (),
        page=page,
    )


def _trouble(shop: Shop) -> tuple[Trouble, datetime] | None:
    if not shop.trouble or shop.trouble_since is None:
        return None
    return Trouble(shop.trouble), shop.trouble_since


async def _refusals(shop_id: int, page: int) -> tuple[Refusal, ...]:
    values: Sequence[object] = [shop_id, REFUSALS_SHOWN, page * REFUSALS_SHOWN]
    return tuple(Refusal(**row) for row in await statements.rows(_REFUSED, values))


async def turn_on(shop_id: int, *, by: StaffMember) -> bool:
    """Tell a shop of stock from now on, beginning with all there is. Whether that is new.

    Not before its catalogue was imported, nor with keys that may only read. Safe to repeat.

    Raises:
        NotAllowedError: not this person's to decide.
        NotFoundError: the shop is not connected (any more).
    """
    shop = await _shop(shop_id, by)
    async with transaction():
        ready = Shop.filter(
            id=shop_id, is_active=True, can_stock=True, tells_stock=False, imported_at__isnull=False
        )
        if not await ready.update(tells_stock=True):
            return False
        await owe_all(shop_id)
        await audit.record(AuditKind.SHOP_CHANGED, by=by, name=shop.name, what="stock", value=True)
    return True


async def turn_off(shop_id: int, *, by: StaffMember) -> bool:
    """Tell a shop of stock no more; what it says now stays. Whether that is new.

    Raises:
        NotAllowedError, NotFoundError: as ``turn_on``.
    """
    shop = await _shop(shop_id, by)
    async with transaction():
        if not await Shop.filter(id=shop_id, tells_stock=True).update(tells_stock=False):
            return False
        await shop_effects.drop(shop_id, ShopEffectKind.TELL_STOCK)
        await audit.record(AuditKind.SHOP_CHANGED, by=by, name=shop.name, what="stock", value=False)
    return True


async def send_again(shop_id: int, *, by: StaffMember) -> None:
    """Owe a shop all numbers anew, also those that it has or did not take.

    Raises:
        NotAllowedError, NotFoundError: as ``turn_on``.
    """
    await _shop(shop_id, by)
    async with transaction():
        await owe_all(shop_id)


async def _shop(shop_id: int, by: StaffMember) -> Shop:
    demand(by.role, Right.EDIT_SHOPS)
    shop = await Shop.get_or_none(id=shop_id, is_active=True)
    if shop is None:
        raise NotFoundError("shop")
    return shop
