"""WooCommerce's page of consent: whoever runs the shop lets an app in, and it is posted its keys.

As in ``class-wc-auth.php`` the names in the address of *Approve* are not encoded again: an "&" in
the app's name or user id ends it there, and addresses are decoded once more at each step.
https://woocommerce.github.io/woocommerce-rest-api-docs/#rest-api-keys
"""

import html
import secrets
from collections.abc import Mapping
from urllib.parse import quote, unquote_plus

from aiohttp import web
from yarl import URL

from sandbox.woocommerce.auth import ApiKey, KeyRing
from sandbox.woocommerce.goods import Goods
from sandbox.woocommerce.outgoing import WORDPRESS_VERSION, Outgoing
from sandbox.woocommerce.php import Json, php_json

CONSENT = "/wc-auth/v1/"
TIMEOUT_S = 60
MOST_REDIRECTS = 5

_PARAMS = ("app_name", "user_id", "return_url", "callback_url", "scope")
_SCOPES = {"read": "Read", "write": "Write", "read_write": "Read/Write"}
_VIEW = ("View coupons", "View customers", "View orders and sales reports", "View products")
_MAKE = (
    "Create webhooks",
    "Create coupons",
    "Create customers",
    "Create orders",
    "Create products",
)
_BOTH = (
    "Create webhooks",
    "View and manage coupons",
    "View and manage customers",
    "View and manage orders and sales reports",
    "View and manage products",
)
_ALLOWED = {"read": _VIEW, "write": _MAKE, "read_write": _BOTH}
_STYLE = """body{font:16px/1.5 sans-serif;max-width:30em;margin:2em auto;padding:0 1em}
a{display:block;margin:.5em 0;padding:.8em;border-radius:.3em;text-align:center;background:#ddd}
a.approve{background:#96588a;color:#fff}"""


class DeniedError(Exception):
    """The page ends here; the message says why."""


class ConsentPages:
    """The pages of one store. Its visitor is logged in already."""

    def __init__(self, store: Goods, keys: KeyRing, outgoing: Outgoing) -> None:
        self._store = store
        self._keys = keys
        self._outgoing = outgoing
        self._nonce = secrets.token_hex(5)

    async def show(self, request: web.Request, *, may_manage: bool) -> web.Response:
        route = request.path.removeprefix(CONSENT) if may_manage else ""
        try:
            return await self._answer(route, request.query)
        except DeniedError as error:
            text = f"<p>Error: {html.escape(str(error))}.</p>"
            return _page("Access denied", text, status=401)

    async def _answer(self, route: str, query: Mapping[str, str]) -> web.Response:
        asked = _checked(query)
        match route:
            case "authorize":
                return self._question(asked)
            case "access_granted":
                if query.get("wc_auth_nonce") != self._nonce:
                    raise DeniedError("Invalid nonce verification")
                await self._let_in(asked)
                address = _return_address(asked, success=1)
                return web.Response(status=302, headers={"Location": address})
            case _:
                raise DeniedError("You do not have permission to access this page")

    def _question(self, asked: Mapping[str, str]) -> web.Response:
        app, scope = html.escape(asked["app_name"]), asked["scope"]
        allowed = "".join(f"<li>{each}</li>" for each in _ALLOWED[scope])
        granted = html.escape(self._granted_address(asked))
        denied = html.escape(_return_address(asked, success=0))
        return _page(
            f"{app} would like to connect to your store",
            f"<p>This will give “{app}” <b>{_SCOPES[scope]}</b> access which will allow it to:</p>"
            f"<ul>{allowed}</ul>"
            f'<a class="approve" href="{granted}">Approve</a>'
            f'<a class="deny" href="{denied}">Deny</a>',
        )

    def _granted_address(self, asked: Mapping[str, str]) -> str:
        params = {
            "app_name": asked["app_name"],
            "user_id": asked["user_id"],
            "return_url": quote(_formatted(asked["return_url"]), safe=""),
            "callback_url": quote(_formatted(asked["callback_url"]), safe=""),
            "scope": asked["scope"],
            "wc_auth_nonce": self._nonce,
        }
        query = "&".join(f"{name}={value}" for name, value in params.items())
        return f"{self._store.url}{CONSENT}access_granted?{query}"

    async def _let_in(self, asked: Mapping[str, str]) -> None:
        """Make a key and post it; it is deleted again unless that ends with exactly 200."""
        key = self._keys.make(asked["scope"])
        status = await self._post(key, asked["user_id"], _formatted(asked["callback_url"]))
        if status == 200:
            return
        self._keys.revoke(key.consumer_key)
        if status is None:
            raise DeniedError("A valid URL was not provided")
        raise DeniedError(
            "An error occurred in the request and at the time were unable to send the consumer data"
        )

    async def _post(self, key: ApiKey, user_id: str, url: str) -> int | None:
        """Redirects are followed, the first turns it into a GET."""
        headers = {
            "User-Agent": f"WordPress/{WORDPRESS_VERSION}; {self._store.url}",
            "Content-Type": "application/json;charset=UTF-8",
        }
        said: Json = {
            "key_id": key.id,
            "user_id": user_id,
            "consumer_key": key.consumer_key,
            "consumer_secret": key.consumer_secret,
            "key_permissions": key.permissions,
        }
        body = php_json(said).encode()
        reply = await self._outgoing.send("POST", url, headers, body, TIMEOUT_S)
        for _ in range(MOST_REDIRECTS):
            if reply is None or reply.status not in (301, 302, 303) or not reply.location:
                break
            url = str(URL(url).join(URL(reply.location)))
            reply = await self._outgoing.send("GET", url, headers, b"", TIMEOUT_S)
        return reply.status if reply else None


def _checked(query: Mapping[str, str]) -> Mapping[str, str]:
    for name in _PARAMS:
        if not query.get(name):
            raise DeniedError(f"Missing parameter {name}")
    if query["scope"] not in _SCOPES:
        raise DeniedError(f"Invalid scope {query['scope']}")
    for name in ("return_url", "callback_url"):
        url = _formatted(query[name])
        if not _is_url(url):
            raise DeniedError(f"The {url} is not a valid URL")
    if not _formatted(query["callback_url"]).lower().startswith("https://"):
        raise DeniedError("The callback_url needs to be over SSL")
    return {name: query[name] for name in _PARAMS}


def _formatted(url: str) -> str:
    url = unquote_plus(url)
    return url if "://" in url else f"https://{url}"


def _is_url(text: str) -> bool:
    try:
        return bool(URL(text).host) and text.isascii() and " " not in text
    except ValueError:
        return False


def _return_address(asked: Mapping[str, str], *, success: int) -> str:
    url = _formatted(asked["return_url"])
    return f"{url}{'&' if '?' in url else '?'}success={success}&user_id={asked['user_id']}"


def _page(title: str, body: str, status: int = 200) -> web.Response:
    text = (
        '<!DOCTYPE html><html><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{title}</h1>{body}</body></html>"
    )
    return web.Response(text=text, status=status, content_type="text/html")
