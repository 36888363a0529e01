"""How much shops are to be told there is, and what they made of it.

Numbers are absolute, so telling one twice does no harm, and the last one told holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from tortoise.timezone import now

from domain.shops import StockKeeping, StockLevel
from domain.stock import sellable
from models.shops import Listing, Shop, ShopEffect, ShopEffectKind
from services import shop_effects, stock
from services.stock_telling import BURST
from services.transactions import transaction

PRODUCTS_AT_ONCE = 100  # what a failure has to repeat, and how long orders wait for their turn
LONGEST_PROBLEM = 300  # characters


@dataclass(frozen=True, slots=True)
class Told:
    """A listing, how much of it there is, and what the shop itself said when that was looked at."""

    listing_id: int
    level: StockLevel
    heard: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What a shop is to be told now, and what it is owed no more then.

    ``known`` are listings of which it says the right number already.
    """

    told: tuple[Told, ...]
    known: tuple[Told, ...]
    effects: tuple[ShopEffect, ...]

    @property
    def levels(self) -> list[StockLevel]:
        return [each.level for each in self.told]


async def due(shop_id: int) -> Telling | None:
    """What a shop is to be told by now, at most of some hundred products; None when nothing."""
    owed = ShopEffect.filter(shop_id=shop_id, kind=ShopEffectKind.TELL_STOCK.value)
    if not await owed.filter(due_at__lte=now()).exists():
        return None
    async with transaction():
        shop = await Shop.get(id=shop_id)
        if not (shop.is_active and shop.tells_stock and shop.can_stock):
            await shop_effects.drop(shop_id, ShopEffectKind.TELL_STOCK)
            return None
        first = await shop_effects.due(shop_id, ShopEffectKind.TELL_STOCK)
        ids = list(dict.fromkeys(effect.subject_id for effect in first))[:PRODUCTS_AT_ONCE]
        # Whoever has changed one of them, and owed that to the shops there were, is waited for.
        products = await stock.lock_products(ids)
        effects = await owed.filter(subject_id__in=ids).order_by("id")
        return _telling(effects, products, await _listings(shop_id, ids))


async def _listings(shop_id: int, product_ids: Sequence[int]) -> list[Listing]:
    return await Listing.filter(
        shop_id=shop_id,
        product_id__in=product_ids,
        is_gone=False,
        is_ignored=False,
        keeping=StockKeeping.OWN.value,
    ).order_by("parent_external_id", "id")


def _telling(
    effects: Sequence[ShopEffect], products: stock.Products, listings: Sequence[Listing]
) -> Telling:
    """What is to be told of these products.

    While an order may be on its way to us, a shop is told of less, never of more than it says.
    """
    waiting = {effect.subject_id for effect in effects if _waits(effect)}
    told: list[Told] = []
    known: list[Told] = []
    held: set[int] = set()
    for listing in listings:
        product_id = listing.product_id or 0
        level = sellable(products[product_id].available)
        if product_id in waiting and listing.stock is not None and listing.stock < level:
            held.add(product_id)
            continue
        each = Told(listing.id, _level(listing, level), listing.stock)
        (known if _is_known(listing, level) else told).append(each)
    settled = [each for each in effects if each.subject_id not in held or not _waits(each)]
    return Telling(told=tuple(told), known=tuple(known), effects=tuple(settled))


def _waits(effect: ShopEffect) -> bool:
    """Whether it leaves an order time to come in (``stock_telling.heard``)."""
    return effect.attempts == 0 and effect.due_at > now() + BURST


def _is_known(listing: Listing, level: Decimal) -> bool:
    """Whether the shop says so by itself: it was told, or has sold by itself since.

    More than it was told says an old word that came late, or somebody there: it is told again.
    """
    return listing.told_stock is not None and listing.stock == level <= listing.told_stock


def _level(listing: Listing, quantity: Decimal) -> StockLevel:
    return StockLevel(
        external_id=listing.external_id,
        parent_external_id=listing.parent_external_id,
        quantity=quantity,
    )


async def record(telling: Telling, refusals: Mapping[str, str]) -> None:
    """The shop was told; ``refusals``: why not of these, by external id. Nothing of it is owed."""
    by_listing = {each.listing_id: each for each in (*telling.told, *telling.known)}
    async with transaction():
        rows = await Listing.filter(id__in=list(by_listing)).order_by("id").select_for_update()
        for listing in rows:
            each = by_listing[listing.id]
            listing.problem = refusals.get(listing.external_id, "")[:LONGEST_PROBLEM]
            if not listing.problem:
                listing.told_stock = each.level.quantity
                if listing.stock == each.heard:  # else it has spoken meanwhile
                    listing.stock = each.level.quantity
        fields = ["told_stock", "stock", "problem"]
        if rows:
            await Listing.bulk_update(rows, fields=fields, batch_size=stock.UPDATE_GROUP)
        ids = [effect.id for effect in telling.effects]
        for start in range(0, len(ids), stock.LOCK_GROUP):
            await shop_effects.settle(ids[start : start + stock.LOCK_GROUP])


async def postpone(telling: Telling, *, at_least: timedelta | None = None) -> None:
    """The shop could not be asked: all of it is owed still, a little later."""
    async with transaction():
        await shop_effects.postpone(telling.effects, at_least=at_least)
