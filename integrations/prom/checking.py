"""What a token may do, and whose it is."""

from collections.abc import Awaitable, Iterable

from yarl import URL

from domain.errors import CredentialsError, RequestRefusedError
from domain.shops import ConnectProblem
from integrations.base import StoreFacts
from integrations.http import ApiAnswer
from integrations.prom.cabinet import MOST_PER_PAGE, Cabinet, Row
from integrations.prom.products import CURRENCY

# Where the marketplace shows everybody's goods: an address there is nobody's own.
_MARKETPLACES = frozenset({"prom.ua", "bigl.ua"})
_NO_SHOPS = frozenset({"m", "my", "images"})  # in front of prom.ua

_GOODS = ("products", "groups")  # goods are found by their groups


async def check(cabinet: Cabinet) -> StoreFacts:
    """What the cabinet tells of itself. Changes nothing there.

    The API has no "who am I": the addresses of goods that were ordered give the shop away.

    Raises:
        CredentialsError: the token is none, or may not read orders.
        RequestRefusedError: the shop's package does not include the API.
    """
    # One order may have been placed on the marketplace, or since we were told of any.
    newest = await cabinet.rows("orders/list", "orders", {"limit": str(MOST_PER_PAGE)})
    site = _site(newest)
    # Asked to change nothing: who may not write is told so all the same.
    can_write = await _may(cabinet.post("orders/set_status", {"ids": [], "status": "received"}))
    can_stock = await _may(cabinet.post("products/edit", []))
    goods = [await _may(cabinet.get(f"{each}/list", {"limit": "1"})) for each in _GOODS]
    return StoreFacts(
        name=site.removeprefix("www.").removesuffix(".prom.ua"),
        currency=CURRENCY,
        version="",
        can_write=can_write,
        can_stock=can_stock,
        can_list=all(goods),
        address=f"https://{site}" if site else "",
        orders=tuple(str(row.id) for row in newest if row.id),
    )


async def _may(call: Awaitable[ApiAnswer]) -> bool:
    """Whether the token has the right to such a call, whatever else is said of it."""
    try:
        await call
    except CredentialsError as error:
        if error.problem is not ConnectProblem.NO_RIGHTS:
            raise
        return False
    except RequestRefusedError as error:
        if error.problem is not None:
            raise
    return True


def _site(orders: Iterable[Row]) -> str:
    """The host where the ordered goods are shown, "" unless it is the shop's own."""
    for row in orders:
        products = row.data.get("products")
        for product in products if isinstance(products, list) else ():
            host = _host(product.get("url")) if isinstance(product, dict) else ""
            if _is_own(host.removeprefix("www.")):
                return host
    return ""


def _host(address: object) -> str:
    try:
        return (isinstance(address, str) and URL(address).host) or ""
    except ValueError:
        return ""


def _is_own(host: str) -> bool:
    before, _, after = host.partition(".")
    is_nobodys = host in _MARKETPLACES or (after in _MARKETPLACES and before in _NO_SHOPS)
    return after != "" and not is_nobodys
