"""Connected shops: their keys, kept encrypted, and the path of their webhooks."""

import secrets as random_secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, count

from tortoise.timezone import now

from domain.errors import NotFoundError, OtherShopError, SiteTakenError
from domain.rights import Right, demand
from domain.shops import OPEN_IMPORTS, ImportState
from domain.typed import line_of_text
from models.audit import AuditKind
from models.connecting import CatalogueImport
from models.sales import SalesChannel
from models.shops import Shop
from models.staff import StaffMember
from services import audit, shop_effects, shop_identity, stock_telling
from services.secrets import SecretBox
from services.statements import is_sqlite, rows
from services.transactions import transaction

LONGEST_NAME = 100
# What was changed while a shop was away for longer is no news any more.
_SHORT_ABSENCE = timedelta(days=1)
_WEBHOOK_SECRET = "webhook_secret"  # noqa: S105  (the name of it)
_CONNECTING_LOCK = 0x6B72616D_73686F70  # PostgreSQL's: any number that nobody else uses


@dataclass(frozen=True, slots=True)
class ConnectedShop:
    """A shop with its secrets decrypted. Never logged: its repr hides them."""

    id: int
    platform: str
    name: str
    base_url: str
    webhook_path: str
    webhook_secret: str
    credentials: Mapping[str, str]

    def __repr__(self) -> str:
        return f"ConnectedShop({self.id}, {self.platform!r}, {self.name!r}, secrets hidden)"


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What a site said of itself and of its keys when they were checked.

    ``orders``: external ids of its newest orders, all of them since the oldest, where these are
    numbers that only grow and no other shop of the platform has them.
    """

    name: str
    currency: str
    version: str
    can_write: bool
    can_stock: bool = True
    orders: tuple[str, ...] = ()


async def add(
    platform: str,
    name: str,
    *,
    box: SecretBox,
    base_url: str = "",
    credentials: Mapping[str, str] | None = None,
    webhook_secret: str | None = None,
    by: StaffMember | None = None,
) -> ConnectedShop:
    """Connect a shop, and make the sales channel of its name. Nothing is compared or asked.

    ``credentials`` are the platform's keys by name; ``webhook_secret`` is made up when absent
    (letters and digits only: WooCommerce decodes HTML entities in it).
    """
    async with transaction():
        shop = await Shop.create(
            platform=platform,
            name=name,
            key=_new_key(),
            base_url=base_url,
            secrets=_locked(box, credentials, webhook_secret),
        )
        await SalesChannel.create(name=name, shop_id=shop.id)
        await audit.record(AuditKind.SHOP_CONNECTED, by=by, name=name, platform=platform)
    return _opened(shop, box)


async def connect(
    platform: str,
    base_url: str,
    credentials: Mapping[str, str],
    facts: SiteFacts,
    *,
    box: SecretBox,
    webhook_secret: str | None = None,
    by: StaffMember | None = None,
) -> ConnectedShop:
    """Connect a shop whose keys were checked. One that was connected before is so again, with its
    orders; of two people who connect one shop at once the first does. By what a shop is known
    again: ``services/shop_identity.py``.

    Raises:
        SiteTakenError: it is connected already.
    """
    async with transaction():
        await _one_at_a_time()
        former = await shop_identity.find(platform, base_url, credentials, facts.orders, box)
        if former is not None and former.is_active:
            raise SiteTakenError(former.id, former.name)
        if former is None:
            name = facts.name[:LONGEST_NAME]
            shop = await add(
                platform, name, box=box, base_url=base_url, webhook_secret=webhook_secret, by=by
            )
            shop_id = shop.id
        else:
            shop_id, base_url = former.id, base_url or former.base_url
            await _take_up(former, by)
        await Shop.filter(id=shop_id).update(
            **_keyed(box, credentials, webhook_secret), **_told(base_url, facts)
        )
    return await one(shop_id, box)


async def _take_up(shop: Shop, by: StaffMember | None) -> None:
    """A disconnected shop is connected again, by a new path: what is signed with the old secret
    finds nobody. After a short absence its changes are asked for from where they were known.
    """
    again = now()
    cursor = shop.orders_cursor
    was_short = cursor is not None and again - cursor < _SHORT_ABSENCE
    await Shop.filter(id=shop.id).update(
        key=_new_key(),
        is_active=True,
        created_at=shop.created_at if was_short else again,
        orders_cursor=cursor if was_short else None,
        products_cursor=None,
        polled_at=None,
        heard_at=None,
        silence_told_at=None,
    )
    data = {"name": shop.name, "platform": shop.platform}
    await audit.record(AuditKind.SHOP_CONNECTED, by=by, **data)


async def rekey(
    shop_id: int,
    base_url: str,
    credentials: Mapping[str, str],
    facts: SiteFacts,
    *,
    box: SecretBox,
    by: StaffMember | None = None,
) -> ConnectedShop:
    """Let a connected shop have other keys, which were checked; its webhooks stay as they are.

    ``base_url``: where these lead, "" when that is not known; then its address stays, too.

    Raises:
        NotFoundError: it is not connected (any more).
        SiteTakenError: they are those of another shop that is connected.
        OtherShopError: they open another shop, known or not.
    """
    async with transaction():
        await _one_at_a_time()
        shop = await lock(shop_id)
        if not shop_identity.is_at(shop, base_url):
            await _demand_own(shop, base_url, credentials, facts.orders, box)
        secret = box.decrypt(shop.secrets)[_WEBHOOK_SECRET]
        await Shop.filter(id=shop_id).update(
            **_keyed(box, credentials, secret), **_told(base_url or shop.base_url, facts)
        )
        await _catch_up(shop, facts)
        await audit.record(AuditKind.SHOP_CHANGED, by=by, name=shop.name, what="keys")
    return await one(shop_id, box)


async def _demand_own(
    shop: Shop,
    base_url: str,
    credentials: Mapping[str, str],
    orders: Collection[str],
    box: SecretBox,
) -> None:
    """Go on only if these keys may open this very shop."""
    theirs = await shop_identity.find(shop.platform, base_url, credentials, orders, box)
    if theirs is None:
        is_elsewhere = shop.base_url and base_url
        if is_elsewhere or await shop_identity.lacks_ours(shop, orders):
            raise OtherShopError(base_url)
    elif theirs.id != shop.id:
        if theirs.is_active:
            raise SiteTakenError(theirs.id, theirs.name)
        raise OtherShopError(theirs.name)


async def learn(shop_id: int, base_url: str, facts: SiteFacts) -> None:
    """Keep what a shop said of itself just now; its name stays what staff call it."""
    async with transaction():
        shop = await _locked_row(shop_id)
        if shop is not None:
            await Shop.filter(id=shop_id).update(**_told(base_url, facts))
            await _catch_up(shop, facts)


async def lock(shop_id: int) -> Shop:
    """A connected shop, locked for all but rows that are stored for it. In a transaction.

    Raises:
        NotFoundError: it is not connected (any more).
    """
    shop = await _locked_row(shop_id)
    if shop is None:
        raise NotFoundError("shop")
    return shop


async def _locked_row(shop_id: int) -> Shop | None:
    return await Shop.filter(id=shop_id, is_active=True).select_for_update(no_key=True).first()


async def _catch_up(shop: Shop, facts: SiteFacts) -> None:
    """Keys that could not write before may do so now: what was not told meanwhile is owed."""
    if facts.can_stock and not shop.can_stock:
        await stock_telling.owe_all(shop.id)


async def rename(shop_id: int, text: str, *, by: StaffMember) -> None:
    """Call a shop otherwise, and its sales channel too.

    Raises:
        NotAllowedError: not this person's to do.
        TypedError: empty or longer than 100 characters.
        NotFoundError: it is not connected (any more).
    """
    demand(by.role, Right.EDIT_SHOPS)
    name = line_of_text(text, LONGEST_NAME)
    async with transaction():
        shop = await lock(shop_id)
        if shop.name != name:
            await Shop.filter(id=shop_id).update(name=name)
            await SalesChannel.filter(shop_id=shop_id).update(name=name)
            data = {"name": shop.name, "what": "name", "value": name}
            await audit.record(AuditKind.SHOP_CHANGED, by=by, **data)


async def active(box: SecretBox) -> list[ConnectedShop]:
    """The connected shops, oldest first."""
    shops = await Shop.filter(is_active=True).order_by("id")
    return [_opened(shop, box) for shop in shops]


async def one(shop_id: int, box: SecretBox) -> ConnectedShop:
    """A connected shop.

    Raises:
        NotFoundError: it is not connected (any more).
    """
    shop = await Shop.get_or_none(id=shop_id, is_active=True)
    if shop is None:
        raise NotFoundError("shop")
    return _opened(shop, box)


async def find(platform: str, key: str, box: SecretBox) -> ConnectedShop | None:
    """The connected shop with this webhook key; None when there is none."""
    shop = await Shop.get_or_none(platform=platform, key=key, is_active=True)
    return _opened(shop, box) if shop else None


async def demand_free(platform: str, base_url: str) -> None:
    """Go on only if this site is not connected.

    Raises:
        SiteTakenError: it is.
    """
    shop = await shop_identity.of_site(platform, base_url)
    if shop is not None and shop.is_active:
        raise SiteTakenError(shop.id, shop.name)


async def heard(shop_id: int) -> None:
    """Something of the shop has reached our address by itself."""
    await Shop.filter(id=shop_id).update(heard_at=now())


async def heard_at(shop_id: int) -> datetime | None:
    """When that was the last time (aware UTC); None: never."""
    return (await Shop.get(id=shop_id)).heard_at


async def set_webhooks(shop_id: int, *, are_there: bool) -> None:
    """Whether its webhooks are set up, so that asking now and then is enough."""
    await Shop.filter(id=shop_id).update(has_webhooks=are_there)


async def remove(shop_id: int, *, by: StaffMember | None = None) -> None:
    """Disconnect a shop. Its orders stay; its webhooks are no longer accepted, its keys are gone,
    and it is told and asked nothing any more.

    Raises:
        NotAllowedError: not this person's to do.
        NotFoundError: no such shop, or it is disconnected already.
    """
    if by is not None:
        demand(by.role, Right.EDIT_SHOPS)
    async with transaction():
        reading = CatalogueImport.filter(
            shop_id=shop_id, state__in=[state.value for state in OPEN_IMPORTS]
        )
        await reading.update(state=ImportState.STOPPED.value)  # first, as who ends an import does
        left = Shop.filter(id=shop_id, is_active=True)
        if not await left.update(
            is_active=False,
            secrets="",
            has_webhooks=False,
            tells_stock=False,
            imported_at=None,
            trouble="",
            trouble_text="",
            trouble_since=None,
            is_trouble_told=False,
        ):
            raise NotFoundError("shop")
        await shop_effects.drop(shop_id)
        shop = await Shop.get(id=shop_id)
        data = {"name": shop.name, "platform": shop.platform}
        await audit.record(AuditKind.SHOP_DISCONNECTED, by=by, **data)


async def free_name(name: str) -> str:
    """This name, or with the first number behind it by which no shop is called yet."""
    taken = {shop.name for shop in await Shop.filter(name__startswith=name)}
    numbered = (f"{name} {number}" for number in count(2))
    return next(each for each in chain([name], numbered) if each not in taken)


async def _one_at_a_time() -> None:
    """Whoever connects a shop waits for whoever does so now. First of all in a transaction."""
    if not is_sqlite():  # there a transaction has the database to itself
        await rows("SELECT pg_advisory_xact_lock(?)", [_CONNECTING_LOCK])


def _new_key() -> str:
    return random_secrets.token_urlsafe(18)


def _locked(
    box: SecretBox, credentials: Mapping[str, str] | None, webhook_secret: str | None
) -> str:
    secret = webhook_secret or random_secrets.token_hex(24)
    return box.encrypt({**(credentials or {}), _WEBHOOK_SECRET: secret})


def _keyed(
    box: SecretBox, credentials: Mapping[str, str], webhook_secret: str | None
) -> dict[str, str | None]:
    """Other keys: nobody has said yet when they end."""
    secrets = _locked(box, credentials, webhook_secret)
    return {"secrets": secrets, "keys_end_on": None, "keys_end_told": None}


def _told(base_url: str, facts: SiteFacts) -> dict[str, str | bool]:
    return {
        "base_url": base_url,
        "currency": facts.currency,
        "version": facts.version,
        "can_write": facts.can_write,
        "can_stock": facts.can_stock,
    }


def _opened(shop: Shop, box: SecretBox) -> ConnectedShop:
    credentials = dict(box.decrypt(shop.secrets))
    webhook_secret = credentials.pop(_WEBHOOK_SECRET)
    return ConnectedShop(
        id=shop.id,
        platform=shop.platform,
        name=shop.name,
        base_url=shop.base_url,
        webhook_path=f"/webhooks/{shop.platform}/{shop.key}",
        webhook_secret=webhook_secret,
        credentials=credentials,
    )
