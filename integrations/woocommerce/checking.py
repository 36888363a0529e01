"""Whether a store can be worked with, who it is, and what is wrong where it cannot."""

from yarl import URL

from domain.errors import (
    CredentialsError,
    IntegrationError,
    MalformedPayloadError,
    RequestRefusedError,
    UnavailableError,
)
from domain.shops import ConnectProblem
from integrations.base import StoreFacts
from integrations.fields import Fields, plain_line
from integrations.woocommerce.store import Store, fields_of

LONGEST_NAME = 100  # characters
LONGEST_FACT = 32
OLDEST_VERSION = 8

# What says enough by itself; for anything else the site is looked at more closely.
_PLAIN = frozenset(
    {
        ConnectProblem.WRONG_ADDRESS,
        ConnectProblem.PRIVATE_ADDRESS,
        ConnectProblem.CERTIFICATE,
        ConnectProblem.TIMEOUT,
        ConnectProblem.DOWN,
        ConnectProblem.NO_RIGHTS,
    }
)


async def check(store: Store) -> StoreFacts:
    """Ask the store who it is. The keys must be allowed to read orders; no more is needed.

    Raises:
        CredentialsError: it does not accept the keys.
        UnavailableError: it cannot be reached, or there is no WooCommerce at this address.
        RequestRefusedError: it lives at another address, or is too old.
    """
    try:
        orders = await store.page("orders", {"per_page": "1"})
    except IntegrationError as error:
        raise await _diagnosed(store, error) from None
    newest: Fields = orders.rows[0].data if orders.rows else {}
    status = await _status(store)
    environment, settings = _inner(status, "environment"), _inner(status, "settings")
    version = _first_text("version", environment, newest)
    if _is_old(version):
        old = RequestRefusedError("old_version", f"WooCommerce {version} is too old")
        raise old.meaning(ConnectProblem.OLD_VERSION, version)
    index = await _index(store, store.site / "wp-json" / "")
    can_write = await _can_write(store)
    return StoreFacts(
        name=_name(index) or store.site.host or "",
        currency=_first_text("currency", settings, newest),
        version=version,
        can_write=can_write,
        can_stock=can_write,
    )


def _is_old(version: str) -> bool:
    major = version.partition(".")[0]
    return major.isdecimal() and int(major) < OLDEST_VERSION


async def _can_write(store: Store) -> bool:
    """Whether the keys may change something. Asks for a webhook without saying of what."""
    try:
        await store.write("POST", "webhooks", {})
    except CredentialsError:
        return False
    except RequestRefusedError:
        return True
    return True


async def _diagnosed(store: Store, error: IntegrationError) -> IntegrationError:
    """What is really wrong with a store that did not show its orders."""
    if error.problem in _PLAIN:
        return error
    if error.problem is ConnectProblem.REDIRECT:
        return _moved(store.site, error)
    index = await _index(store, store.site / "wp-json" / "")
    spoken = _namespaces(index)
    if not spoken:
        return await _without_api(store, error)
    if not any(name.startswith("wc/") for name in spoken):
        return _unusable(error).meaning(ConnectProblem.NO_WOOCOMMERCE)
    if "wc/v3" not in spoken:
        return _unusable(error).meaning(ConnectProblem.OLD_VERSION)
    if error.problem is ConnectProblem.WRONG_KEYS:
        return await _with_wrong_keys(store, error, index)
    return error if error.problem else _unusable(error)


def _moved(site: URL, error: IntegrationError) -> IntegrationError:
    """A redirect to the same place is one to a page for people: to a login, to "coming soon"."""
    if error.detail in ("", str(site.origin())):
        return error.meaning(ConnectProblem.FIREWALL)
    return error.meaning(ConnectProblem.REDIRECT, error.detail + site.raw_path.rstrip("/"))


async def _without_api(store: Store, error: IntegrationError) -> IntegrationError:
    """With plain permalinks WordPress has its API elsewhere, and with Basic refuses any key."""
    if _namespaces(await _index(store, store.site.with_query(rest_route="/"))):
        return _unusable(error).meaning(ConnectProblem.PERMALINKS)
    if isinstance(error, RequestRefusedError):
        return _unusable(error).meaning(ConnectProblem.WRONG_ADDRESS)
    return error


async def _with_wrong_keys(
    store: Store, error: IntegrationError, index: Fields
) -> IntegrationError:
    """Keys are also refused when another address of the store was meant, or they only write."""
    site = store.site
    home = _origin(_first_text("home", index))
    if home and home != str(site.origin()):
        return error.meaning(ConnectProblem.REDIRECT, home + site.raw_path.rstrip("/"))
    if site.scheme == "http":
        secure = site.with_scheme("https")
        if _namespaces(await _index(store, secure / "wp-json" / "")):
            return error.meaning(ConnectProblem.NO_HTTPS, str(secure).rstrip("/"))
    if await _can_write(store):
        return error.meaning(ConnectProblem.WRITE_ONLY)
    return error.meaning(ConnectProblem.WRONG_KEYS)


def _unusable(error: IntegrationError) -> IntegrationError:
    return UnavailableError(f"no WooCommerce found at this address ({error})")


async def _status(store: Store) -> Fields:
    """Version and currency; empty when the keys' owner may not see them."""
    wanted = {"_fields": "environment.version,settings.currency"}
    try:
        return fields_of(await store.get("system_status", wanted))
    except (CredentialsError, RequestRefusedError):
        return {}


async def _index(store: Store, url: URL) -> Fields:
    """What WordPress tells anybody of its API; empty where it hides that, or is none."""
    try:
        return fields_of(await store.public(url.update_query(_fields="name,home,namespaces")))
    except IntegrationError:
        return {}


def _namespaces(index: Fields) -> list[str]:
    names = index.get("namespaces")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _name(index: Fields) -> str:
    """The site's title, "" when there is none."""
    try:
        return plain_line(index, "name", LONGEST_NAME)
    except MalformedPayloadError:
        return ""


def _origin(address: str) -> str:
    """The address without its path; "" when it is none."""
    try:
        return str(URL(address).origin())
    except ValueError:
        return ""


def _inner(data: Fields, key: str) -> Fields:
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _first_text(key: str, *sources: Fields) -> str:
    texts = (source.get(key) for source in sources)
    return next((text[:LONGEST_FACT] for text in texts if isinstance(text, str) and text), "")
