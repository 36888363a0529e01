"""The commands about shops. What talks to them is imported where it is needed."""

import argparse
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.cli_frame import BadInputError, add_command, answer, answer_rows, read_id
from bot.logs import hide_secret
from bot.settings import Settings, load_secret_key
from domain.errors import IntegrationError, SiteTakenError
from models.database import database
from models.shops import Shop
from services import shops
from services.secrets import SecretBox
from services.shops import LONGEST_NAME, ConnectedShop

if TYPE_CHECKING:
    from integrations.base import StoreFacts
    from sync.office import ShopOffice

OK = 0
_WOOCOMMERCE = "woocommerce"
_PROM = "prom"


def add_commands(commands: Any) -> None:
    """``shop add``, ``shop list`` and ``shop remove``."""
    shop = commands.add_parser("shop", help="connected shops").add_subparsers(
        title="commands", required=True
    )
    add = shop.add_parser("add", help="connect a shop").add_subparsers(
        title="platforms", required=True
    )
    woo = add_command(add, _WOOCOMMERCE, _add_woocommerce, "a WooCommerce site")
    woo.add_argument("--url", required=True, help="the address of the site")
    woo.add_argument("--key", required=True, help="consumer key, ck_...")
    woo.add_argument("--secret", required=True, help="consumer secret, cs_...")
    woo.add_argument("--webhook-secret", help="made up when absent")
    prom = add_command(add, _PROM, _add_prom, "a cabinet on Prom.ua")
    prom.add_argument("--token", required=True, help="made in the cabinet, for orders and goods")
    for command in (woo, prom):
        command.add_argument("--name", required=True, help="what staff call it")
        command.add_argument(
            "--no-verify",
            action="store_true",
            help="keep it as it is: the shop is asked nothing, and no webhooks are made there",
        )
    add_command(shop, "list", _list, "list the connected shops")
    remove = add_command(shop, "remove", _remove, "disconnect a shop; its orders stay")
    remove.add_argument("id", type=read_id)


async def _add_woocommerce(options: argparse.Namespace, settings: Settings) -> int:
    url = options.url.strip().rstrip("/")
    keys = {"consumer_key": options.key, "consumer_secret": options.secret}
    for secret in (*keys.values(), options.webhook_secret):
        hide_secret(secret or "")
    if not url.startswith(("https://", "http://")):
        raise BadInputError("--url must begin with https:// (or http://)")
    if "@" in urlsplit(url).netloc:
        raise BadInputError("--url must hold no user and password: they would be shown in lists")
    return await _add(options, settings, _WOOCOMMERCE, url, keys, options.webhook_secret)


async def _add_prom(options: argparse.Namespace, settings: Settings) -> int:
    from bot.platforms import ENTRANCES

    hide_secret(options.token)
    keys = ENTRANCES[_PROM].keys_in(options.token)
    if not keys:
        raise BadInputError("--token is no token: copy it whole from the cabinet on Prom.ua")
    return await _add(options, settings, _PROM, "", keys)


async def _add(
    options: argparse.Namespace,
    settings: Settings,
    platform: str,
    url: str,
    keys: Mapping[str, str],
    webhook_secret: str | None = None,
) -> int:
    name = " ".join(options.name.split())[:LONGEST_NAME]
    if not name:
        raise BadInputError("--name must not be empty")
    async with _office(settings) as office:
        if options.no_verify:
            shop = await shops.add(
                platform,
                name,
                box=office.box,
                base_url=url,
                credentials=keys,
                webhook_secret=webhook_secret,
            )
        else:
            shop = await _verified(office, platform, name, url, keys, webhook_secret)
    answer(
        options,
        {
            "shop_id": shop.id,
            "webhook_path": shop.webhook_path,
            "webhook_secret": shop.webhook_secret,
        },
    )
    return OK


async def _verified(
    office: "ShopOffice",
    platform: str,
    name: str,
    url: str,
    keys: Mapping[str, str],
    webhook_secret: str | None,
) -> ConnectedShop:
    """Connect it once its keys are known to work, and let it send us webhooks, where shops do.

    Raises:
        BadInputError: the shop does not accept them, or is connected already.
    """
    from integrations.base import SendsWebhooks
    from sync import connecting

    try:
        facts = await connecting.check(office, platform, url, keys)
        base_url = facts.address or url
        shop = await shops.connect(
            platform,
            base_url,
            keys,
            connecting.site_facts(name, facts),
            box=office.box,
            webhook_secret=webhook_secret,
        )
    except IntegrationError as error:
        raise BadInputError(f"the shop was not connected: {_why_not(error, platform)}") from error
    except SiteTakenError as error:
        taken = f"it is connected already, as shop {error.shop_id} ({error.name})"
        raise BadInputError(f"the shop was not connected: {taken}") from error
    for lack in _lacks(facts):
        _remark(lack)
    may_send = facts.can_write and isinstance(office.apis[platform], SendsWebhooks)
    if may_send and not await connecting.set_up_webhooks(office, shop):
        _remark("no webhooks were made there: orders are looked for every half minute")
    return shop


def _lacks(facts: "StoreFacts") -> Iterator[str]:
    """What the keys may not do, and what that costs."""
    if not facts.can_write and not facts.can_stock:
        yield "the keys may only read: the site will be told neither statuses nor stock"
    elif not facts.can_write:
        yield "the keys may not change orders: the site will be told no statuses"
    elif not facts.can_stock:
        yield "the keys may not change goods: the site will be told no stock"
    if not facts.can_list:
        yield "the keys may not read goods: the catalogue cannot be read"


def _why_not(error: IntegrationError, platform: str) -> str:
    from zoneinfo import ZoneInfo

    from bot.i18n import ENGLISH, Translator
    from bot.shop_texts import why_not

    return why_not(error, platform, Translator(ENGLISH, ZoneInfo("UTC")))


def _remark(text: str) -> None:
    print(text, file=sys.stderr)


async def _list(options: argparse.Namespace, settings: Settings) -> int:
    async with database(settings.database_url):
        known = {shop.id: shop for shop in await Shop.filter(is_active=True)}
        rows = [
            {
                "shop_id": shop.id,
                "platform": shop.platform,
                "name": shop.name,
                "url": shop.base_url,
                "webhook_path": shop.webhook_path,
                "state": known[shop.id].trouble or "ok",
                "orders_come_by": "webhooks" if known[shop.id].has_webhooks else "polling",
            }
            for shop in await shops.active(_box(settings))
        ]
    answer_rows(options, "shops", rows)
    return OK


async def _remove(options: argparse.Namespace, settings: Settings) -> int:
    from sync import connecting

    async with _office(settings) as office:
        shop = await shops.one(options.id, office.box)
        if not await connecting.disconnect(office, shop):
            _remark("webhooks of ours may be left on the site: delete those named “Kramar” there")
    answer(options, {"removed": options.id})
    return OK


@asynccontextmanager
async def _office(settings: Settings) -> AsyncIterator["ShopOffice"]:
    """The open database, and a way to talk to shops."""
    from bot.platforms import ENTRANCES, PLATFORMS, open_apis_of
    from sync.office import ShopOffice

    async with (
        database(settings.database_url),
        open_apis_of(settings) as apis,
    ):
        yield ShopOffice(
            PLATFORMS,
            apis,
            _box(settings),
            settings.public_url,
            entrances=ENTRANCES,
            currency=settings.currency,
        )


def _box(settings: Settings) -> SecretBox:
    return SecretBox(load_secret_key(settings).get_secret_value(), on_reveal=hide_secret)
