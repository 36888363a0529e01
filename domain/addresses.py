"""The address of a site, out of what somebody typed or copied from a browser."""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from domain.errors import TypedError, TypedProblem

LONGEST_ADDRESS = 300
_DEEPEST = 3  # folders of a site's address that are looked into
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_AROUND = "«»“”„\"'`<>()[]{}.,;: "
# Where WordPress itself begins: what stands before is the site.
_INSIDE = re.compile(r"/(?:wp-admin|wp-login\.php|wp-json|wp-content|wp-auth|index\.php)(?:/.*)?$")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?", re.ASCII)
_USUAL_PORTS = {"https": 443, "http": 80}


def site_address(text: str) -> str:
    """The site that is meant: "shop.ua", "Shop.UA/", "https://shop.ua/blog/?x#y", "крамниця.укр".

    https where nobody says otherwise; query, fragment and closing slashes are gone.

    Raises:
        TypedError: it is no address of a website, or holds a user and a password.
    """
    found = _LINK.search(text)
    link = (found[0] if found else text).strip().strip(_AROUND).replace("\\", "/")
    if "://" not in link:
        link = "https://" + link.lstrip("/")
    try:
        parts = urlsplit(link)
        host, port = _host(parts), parts.port
    except ValueError:
        raise TypedError(TypedProblem.NOT_AN_ADDRESS, text) from None
    if parts.username is not None or parts.password is not None:
        raise TypedError(TypedProblem.HAS_LOGIN, "")
    if parts.scheme not in _USUAL_PORTS or port == 0 or not link.isprintable() or " " in link:
        raise TypedError(TypedProblem.NOT_AN_ADDRESS, text)
    if len(link) > LONGEST_ADDRESS:
        raise TypedError(TypedProblem.TOO_LONG, text, LONGEST_ADDRESS)
    place = host if port in (None, _USUAL_PORTS[parts.scheme]) else f"{host}:{port}"
    path = _INSIDE.sub("", re.sub("/{2,}", "/", parts.path)).rstrip("/")
    return f"{parts.scheme}://{place}{path}"


def _host(parts: SplitResult) -> str:
    """The host as people read it.

    Raises:
        ValueError: it cannot be one.
    """
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        return f"[{ipaddress.IPv6Address(host)}]"
    labels = _ascii(host).split(".")
    is_name = len(labels) > 1 or host == "localhost"
    if not is_name or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(host)
    return host


def _ascii(host: str) -> str:
    """The host as the network knows it: "xn--..." for letters that are not Latin."""
    return host.encode("idna").decode("ascii").lower()


def candidates(address: str) -> tuple[str, ...]:
    """Where the shop may be, given a site's address: there, in each folder above, at the root."""
    parts = urlsplit(address)
    folders = [folder for folder in parts.path.split("/") if folder]
    depths = range(len(folders), -1, -1) if len(folders) <= _DEEPEST else (len(folders), 0)
    root = f"{parts.scheme}://{parts.netloc}"
    return tuple("/".join([root, *folders[:depth]]) for depth in depths)


def site_key(address: str) -> str:
    """Equal for addresses of one site: with and without www., by http and https."""
    try:
        parts = urlsplit(address.strip().lower())
        host, port = _ascii((parts.hostname or "").rstrip(".")), parts.port
    except ValueError:  # an old one that nobody had checked
        return address
    place = f"{host.removeprefix('www.')}:{port}"
    if port is None or port in _USUAL_PORTS.values():
        place = host.removeprefix("www.")
    return place + parts.path.rstrip("/")
