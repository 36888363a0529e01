"""Connected shops: their keys, kept encrypted, and the path of their webhooks."""

import secrets as random_secrets
from collections.abc import Mapping
from dataclasses import dataclass

from domain.errors import NotFoundError
from models.sales import SalesChannel
from models.shops import Shop
from services.secrets import SecretBox
from services.transactions import transaction

_WEBHOOK_SECRET = "webhook_secret"  # noqa: S105  (the name of it)


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


async def add(
    platform: str,
    name: str,
    *,
    box: SecretBox,
    base_url: str = "",
    credentials: Mapping[str, str] | None = None,
    webhook_secret: str | None = None,
) -> ConnectedShop:
    """Connect a shop, and make the sales channel of its name.

    ``credentials`` are the platform's keys by name; ``webhook_secret`` is made up when absent
    (letters and digits only: WooCommerce decodes HTML entities in it).
    """
    secret = webhook_secret or random_secrets.token_hex(24)
    content = {**(credentials or {}), _WEBHOOK_SECRET: secret}
    async with transaction():
        shop = await Shop.create(
            platform=platform,
            name=name,
            key=random_secrets.token_urlsafe(18),
            base_url=base_url,
            secrets=box.encrypt(content),
        )
        await SalesChannel.create(name=name, shop_id=shop.id)
    return _opened(shop, box)


async def active(box: SecretBox) -> list[ConnectedShop]:
    """The connected shops, oldest first."""
    shops = await Shop.filter(is_active=True).order_by("id")
    return [_opened(shop, box) for shop in shops]


async def find(platform: str, key: str, box: SecretBox) -> ConnectedShop | None:
    """The connected shop with this webhook key; None when there is none."""
    shop = await Shop.get_or_none(platform=platform, key=key, is_active=True)
    return _opened(shop, box) if shop else None


async def remove(shop_id: int) -> None:
    """Disconnect a shop. Its orders stay; its webhooks are no longer accepted, its keys are gone.

    Raises:
        NotFoundError: no such shop, or it is disconnected already.
    """
    async with transaction():
        if not await Shop.filter(id=shop_id, is_active=True).update(is_active=False, secrets=""):
            raise NotFoundError("shop")


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
