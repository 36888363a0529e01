"""How shops are doing, and what their owners hear of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from prometheus_client import Counter
from tortoise.timezone import now

from domain.shops import ImportState, NoticeKind, Trouble
from models.connecting import CatalogueImport
from models.shops import Shop, ShopEffect, ShopNotice
from services import shop_notices, staff
from services.transactions import transaction

# A hiccup is nobody's business: trouble is told once it has lasted this long.
TOLD_AFTER = timedelta(minutes=15)
# A shop that switches webhooks off again and again: its owners know.
REVIVED_TOLD_AGAIN_AFTER = timedelta(days=1)

polls_total = Counter(
    "kramar_shop_polls_total", "Times shops were asked for changed orders", ["outcome"]
)


@dataclass(frozen=True, slots=True)
class Overview:
    """Ids of shops: whose webhooks reach us, and for whom there is something to do by now."""

    with_webhooks: frozenset[int]
    with_work: frozenset[int]


async def overview() -> Overview:
    """What all shops need."""
    hooked = Shop.filter(is_active=True, has_webhooks=True, heard_at__isnull=False)
    with_webhooks = await hooked.only("id")
    owed = await ShopEffect.filter(due_at__lte=now()).distinct().values_list("shop_id")
    read = CatalogueImport.filter(state__in=[ImportState.READING, ImportState.STORING])
    return Overview(
        frozenset(shop.id for shop in with_webhooks),
        frozenset(shop_id for (shop_id,) in [*owed, *await read.values_list("shop_id")]),
    )


async def has_webhooks(shop_id: int) -> bool:
    """Whether we look after the shop's webhooks. Keys that may not write leave no choice."""
    return await Shop.exists(id=shop_id, is_active=True, has_webhooks=True, can_write=True)


async def forget_hiccups() -> None:
    """Trouble that nobody was told of begins anew: the program was away meanwhile."""
    await (
        Shop.filter(is_trouble_told=False)
        .exclude(trouble="")
        .update(trouble="", trouble_text="", trouble_since=None)
    )


async def note_trouble(shop_id: int, trouble: Trouble, text: str) -> None:
    """A shop could not be asked. Its owners are told once, when this has lasted long enough."""
    at = now()
    told = {"trouble": trouble.value, "trouble_text": text[:300]}
    async with transaction():
        active = Shop.filter(id=shop_id, is_active=True)
        if not await active.filter(trouble="").update(**told, trouble_since=at):
            await active.update(**told)
        lasting = active.filter(is_trouble_told=False, trouble_since__lte=at - TOLD_AFTER)
        if await lasting.update(is_trouble_told=True):
            shop = await Shop.get(id=shop_id)
            await _tell(NoticeKind.TROUBLE, shop, trouble=trouble.value, text=shop.trouble_text)


async def note_answer(shop_id: int, orders: int) -> None:
    """A shop was asked, and so many orders were news. Who heard of its trouble hears of this."""
    if not await Shop.exists(id=shop_id, trouble__not=""):
        return
    async with transaction():
        shop = await Shop.filter(id=shop_id).select_for_update(no_key=True).get()
        await Shop.filter(id=shop_id).update(
            trouble="", trouble_text="", trouble_since=None, is_trouble_told=False
        )
        if shop.is_trouble_told:
            await _tell(NoticeKind.BACK, shop, orders=orders)


async def note_revived(shop_id: int, topics: Collection[str]) -> None:
    """Webhooks that the shop had switched off, or lost, are there again; told once a day."""
    async with transaction():
        told = ShopNotice.filter(
            shop_id=shop_id,
            kind=NoticeKind.WEBHOOKS_REVIVED.value,
            at__gt=now() - REVIVED_TOLD_AGAIN_AFTER,
        )
        if not await told.exists():
            await shop_notices.tell(
                NoticeKind.WEBHOOKS_REVIVED,
                shop_id,
                await staff.owner_ids(),
                topics=list(topics),
            )


async def _tell(kind: NoticeKind, shop: Shop, **data: object) -> None:
    since = shop.trouble_since.isoformat() if shop.trouble_since else ""
    await shop_notices.tell(kind, shop.id, await staff.owner_ids(), since=since, **data)
