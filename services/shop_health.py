"""How shops are doing, and what their owners hear of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

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

_LONGEST_WORDS = 300

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


async def note_trouble(
    shop_id: int, trouble: Trouble, words: str, *, at_once: bool = False
) -> None:
    """A shop could not be asked. Its owners are told once, when this has lasted long enough.

    ``words``: the shop's own, "" for none. ``at_once``: only a person can end this, so they are
    told now, also when they have heard already that the shop is in some other trouble.
    """
    at = now()
    async with transaction():
        locked = Shop.filter(id=shop_id, is_active=True).select_for_update(no_key=True)
        shop = await locked.first()
        if shop is None:
            return
        since = shop.trouble_since or at
        is_due = at_once or since <= at - TOLD_AFTER
        is_told = shop.is_trouble_told and not (at_once and await _is_new(trouble, shop_id, since))
        text = words[:_LONGEST_WORDS]
        await Shop.filter(id=shop_id).update(
            trouble=trouble.value,
            trouble_text=text,
            trouble_since=since,
            is_trouble_told=shop.is_trouble_told or is_due,
        )
        if is_due and not is_told:
            data = {"trouble": trouble.value, "text": text}
            await _tell(NoticeKind.TROUBLE, shop_id, at if at_once else since, **data)


async def _is_new(trouble: Trouble, shop_id: int, since: datetime) -> bool:
    """Whether the owners have not been told of this trouble since then."""
    told = ShopNotice.filter(shop_id=shop_id, kind=NoticeKind.TROUBLE.value, at__gte=since)
    return all(notice.data["trouble"] != trouble.value for notice in await told)


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
            await _tell(NoticeKind.BACK, shop_id, shop.trouble_since, orders=orders)


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


async def _tell(kind: NoticeKind, shop_id: int, since: datetime | None, **data: object) -> None:
    told_since = since.isoformat() if since else ""
    await shop_notices.tell(kind, shop_id, await staff.owner_ids(), since=told_since, **data)
