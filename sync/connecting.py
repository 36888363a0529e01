"""A shop is connected, looked at, and disconnected."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

import structlog

from domain.addresses import candidates, site_key
from domain.errors import CredentialsError, IntegrationError
from domain.shops import ConnectionState, ConnectProblem
from integrations.base import SendsWebhooks, ShopAccount, StoreFacts
from integrations.connecting import Consent, SiteEntrance
from models.connecting import ShopConnection
from models.staff import StaffMember
from services import connections, shops
from services.shops import ConnectedShop, SiteFacts
from sync.office import ShopOffice, account

logger = structlog.get_logger(__name__)

CALLBACK_PATH = "/connect"
FAREWELL_S = 30.0  # how long a shop may take to forget our webhooks
_MOST_MOVES = 3
# The same for every folder of a site.
_ANYWHERE = frozenset(
    {
        ConnectProblem.PRIVATE_ADDRESS,
        ConnectProblem.CERTIFICATE,
        ConnectProblem.TIMEOUT,
        ConnectProblem.DOWN,
    }
)
# Says less than what was found in a folder.
_NOTHING_THERE = frozenset({ConnectProblem.WRONG_ADDRESS, ConnectProblem.NO_WOOCOMMERCE})
# What a shop answers that does not know the keys: it is one.
_ABOUT_KEYS = frozenset({None, ConnectProblem.WRONG_KEYS, ConnectProblem.NO_RIGHTS})
_ELSEWHERE = frozenset({ConnectProblem.REDIRECT, ConnectProblem.NO_HTTPS})


class Hearing(StrEnum):
    """How we hear of what happens in a shop."""

    WEBHOOKS = "webhooks"  # it tells us at once, and has shown that it can
    NO_ADDRESS = "no_address"  # we ask: we have no address that it could reach
    NO_WEBHOOKS = "no_webhooks"  # we ask: shops of this platform send nothing
    READ_ONLY = "read_only"  # we ask: the keys may not set up webhooks
    DEAF = "deaf"  # we ask: it cannot reach our address
    REFUSED = "refused"  # we ask: it did not let us set up webhooks


@dataclass(frozen=True, slots=True)
class Looked:
    """What a shop says of itself, and how we hear of it from now on."""

    shop: ConnectedShop
    facts: StoreFacts
    hearing: Hearing


@dataclass(frozen=True, slots=True)
class Connected:
    """A shop that has been connected, or has other keys now (not ``is_new``).

    ``open_orders``: how many wait in a new one.
    """

    looked: Looked
    is_new: bool
    open_orders: int


async def look(office: ShopOffice, platform: str, address: str) -> str:
    """Whether there is a shop at this address; returns the address it is to be called by.

    Asked with keys that no shop knows. Folders of the address may belong to a page of the shop,
    and the site may send us on to another name of its own.

    Raises:
        IntegrationError: there is none, or it cannot be asked.
    """
    *folders, root = candidates(address)
    found: list[IntegrationError] = []
    for folder in folders:
        try:
            return await _look_at(office, platform, folder)
        except IntegrationError as error:
            if error.problem in _ANYWHERE:
                raise
            found.append(error)
    try:
        return await _look_at(office, platform, root)
    except IntegrationError as error:
        found.append(error)
        telling = (each for each in found[::-1] if each.problem not in _NOTHING_THERE)
        raise next(telling, error) from None


async def _look_at(office: ShopOffice, platform: str, address: str, moves: int = 0) -> str:
    try:
        await check(office, platform, address, _site_entrance(office, platform).unknown_keys)
    except IntegrationError as error:
        moved = _moved(address, error)
        if moved and moves < _MOST_MOVES:
            return await _look_at(office, platform, moved, moves + 1)
        if not isinstance(error, CredentialsError) or error.problem not in _ABOUT_KEYS:
            raise
    return address


def _moved(address: str, error: IntegrationError) -> str:
    """Where else the same site says it is; "" when it does not, or that would be another site."""
    if error.problem not in _ELSEWHERE or not error.detail:
        return ""
    target = urlsplit(error.detail)
    moved = f"{target.scheme}://{target.netloc}{urlsplit(address).path}"
    return moved if moved != address and site_key(moved) == site_key(address) else ""


async def check(
    office: ShopOffice, platform: str, base_url: str, keys: Mapping[str, str]
) -> StoreFacts:
    """What a shop says of itself to these keys.

    Raises:
        IntegrationError: it does not accept them, or cannot be asked.
    """
    unknown = ShopAccount(base_url=base_url, credentials=keys, webhook_secret="")
    return await office.apis[platform].check(unknown)


def consent_url(
    office: ShopOffice,
    platform: str,
    base_url: str,
    token: str,
    *,
    app_name: str,
    return_url: str,
) -> str:
    """The shop's own page where a person lets us in; its answer comes to ``web/connections.py``."""
    consent = Consent(
        app_name=app_name,
        token=token,
        callback_url=f"{office.public_url}{CALLBACK_PATH}/{platform}/{token}",
        return_url=return_url,
    )
    return _site_entrance(office, platform).consent_url(base_url, consent)


def _site_entrance(office: ShopOffice, platform: str) -> SiteEntrance:
    entrance = office.entrances[platform]
    if not isinstance(entrance, SiteEntrance):
        raise TypeError(f"shops of {platform} have no address of their own")
    return entrance


async def connect(office: ShopOffice, row: ShopConnection, *, unnamed: str) -> Connected:
    """Go on with a connection whose keys have come. Safe to repeat from any point.

    ``unnamed``: what a shop is called that tells neither its name nor its address.

    Raises:
        IntegrationError: the site does not accept the keys, or cannot be asked; nothing is stored.
        RejectedError: it must not be connected, as ``connections.store`` says.
    """
    keys = connections.keys(row, office.box)
    facts = await check(office, row.platform, row.base_url, keys)
    if row.state == ConnectionState.KEYED:
        # Where keys alone lead in, what we knew of the shop says nothing of whose these are.
        asked = row.base_url if isinstance(office.entrances[row.platform], SiteEntrance) else ""
        base_url = facts.address or asked
        name = facts.name or _host(base_url) or await shops.free_name(unnamed)
        shop = await connections.store(row, base_url, site_facts(name, facts), office.box)
    else:
        shop = await shops.one(row.shop_id or 0, office.box)
    hearing = await listen(office, shop, can_write=facts.can_write)
    is_new = row.state == ConnectionState.ADDED
    waiting = await _open_orders(office, shop) if is_new else 0
    return Connected(Looked(shop, facts, hearing), is_new, waiting)


def _host(base_url: str) -> str:
    return urlsplit(base_url).hostname or base_url


def site_facts(name: str, facts: StoreFacts) -> SiteFacts:
    """What is kept of what a shop said. ``name``: what it is called, should it be new."""
    return SiteFacts(
        name=name,
        currency=facts.currency,
        version=facts.version,
        can_write=facts.can_write,
        can_stock=facts.can_stock,
        orders=facts.orders,
    )


async def look_again(office: ShopOffice, shop: ConnectedShop) -> Looked:
    """Ask a connected shop who it is, and set its webhooks up anew if they need it.

    Raises:
        IntegrationError: it does not accept the keys, or cannot be asked.
    """
    facts = await office.apis[shop.platform].check(account(shop))
    await shops.learn(shop.id, facts.address or shop.base_url, site_facts(shop.name, facts))
    return Looked(shop, facts, await listen(office, shop, can_write=facts.can_write))


async def listen(office: ShopOffice, shop: ConnectedShop, *, can_write: bool) -> Hearing:
    """Let the shop tell us what happens there, and see whether its word reaches us.

    A shop says hello while a webhook is made. Where that is not heard, none is left there: what
    cannot arrive would only make somebody believe that it does.
    """
    hearing = await _listen(office, shop, can_write)
    await shops.set_webhooks(shop.id, are_there=hearing is Hearing.WEBHOOKS)
    return hearing


async def _listen(office: ShopOffice, shop: ConnectedShop, can_write: bool) -> Hearing:
    api, asked = office.apis[shop.platform], account(shop)
    if not isinstance(api, SendsWebhooks):
        return Hearing.NO_WEBHOOKS
    address = office.webhook_address(shop)
    if not address:
        return Hearing.NO_ADDRESS
    if not can_write:
        return Hearing.READ_ONLY
    before = await shops.heard_at(shop.id)
    try:
        if before is None:  # those that are there already would say no hello
            await api.remove_webhooks(asked, address)
        report = await api.ensure_webhooks(asked, address)
        is_new = report.created or report.revived
        if is_new and await shops.heard_at(shop.id) == before:
            await api.remove_webhooks(asked, address)
            return Hearing.DEAF
    except IntegrationError as error:
        logger.warning("webhooks are not set up", shop_id=shop.id, problem=str(error))
        return Hearing.REFUSED
    return Hearing.WEBHOOKS


async def set_up_webhooks(office: ShopOffice, shop: ConnectedShop) -> bool:
    """Let the shop send us webhooks, though nobody may be there yet to hear its hello.

    Returns whether it does.
    """
    api, address = office.apis[shop.platform], office.webhook_address(shop)
    if not isinstance(api, SendsWebhooks) or not address:
        return False
    try:
        await api.ensure_webhooks(account(shop), address)
    except IntegrationError as error:
        logger.warning("webhooks are not set up", shop_id=shop.id, problem=str(error))
        return False
    await shops.set_webhooks(shop.id, are_there=True)
    return True


async def _open_orders(office: ShopOffice, shop: ConnectedShop) -> int:
    try:
        return await office.apis[shop.platform].count_open_orders(account(shop))
    except IntegrationError as error:
        logger.warning("open orders are not counted", shop_id=shop.id, problem=str(error))
        return 0


async def disconnect(
    office: ShopOffice, shop: ConnectedShop, *, by: StaffMember | None = None
) -> bool:
    """Disconnect a shop, then ask it to send us nothing more. A dead one is disconnected too.

    Returns whether no webhook of ours is left there.

    Raises:
        NotAllowedError: not this person's to do.
        NotFoundError: it is disconnected already.
    """
    await shops.remove(shop.id, by=by)
    api, address = office.api(shop), office.webhook_address(shop)
    if api is None or not isinstance(api, SendsWebhooks) or not address:
        return True
    try:
        async with asyncio.timeout(FAREWELL_S):
            await api.remove_webhooks(account(shop), address)
    except (IntegrationError, TimeoutError) as error:
        logger.warning("webhooks are left in a shop", shop_id=shop.id, problem=str(error))
        return False
    return True
