"""The requests that a simulated store sends: to whom it may, and who stands for whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import aiohttp
from yarl import URL

WORDPRESS_VERSION: Final = "7.0.4"
_PORTS = (80, 443, 8080)


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody answered."""

    status: int
    location: str


class Outgoing:
    """A way out for one store.

    WordPress sends nothing to this machine, private networks, other ports than 80, 443 and 8080,
    and addresses with a name and password. ``allows_private`` lets it, for the demo and the tests
    that live on this machine. ``hosts`` is a stand-in for DNS and TLS: who answers, under which
    address of this machine, for a public name: {"bot.example.test": "http://127.0.0.1:1234"}.
    """

    def __init__(self, *, allows_private: bool, hosts: Mapping[str, str]) -> None:
        self.allows_private = allows_private
        self.hosts = dict(hosts)
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True), cookie_jar=aiohttp.DummyCookieJar()
        )

    async def stop(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, timeout_s: float
    ) -> Reply | None:
        """Send one request and follow no redirect; None when it may not go, or nobody answers."""
        if self._session is None:
            raise RuntimeError("the store is not started")
        target = self._target(url)
        if target is None:
            return None
        usual = {"Accept": "*/*", "Accept-Encoding": "deflate, gzip, br, zstd"}
        try:
            async with self._session.request(
                method,
                target,
                data=body,
                headers={"Host": _host(URL(url)), **usual, **headers, "Connection": "close"},
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=timeout_s),
            ) as response:
                await response.read()
                return Reply(response.status, response.headers.get("Location", ""))
        except (aiohttp.ClientError, TimeoutError, OSError):
            return None

    def _target(self, text: str) -> URL | None:
        url = URL(text)
        stand_in = self.hosts.get(url.host or "")
        if stand_in is not None:
            is_allowed = url.port in _PORTS and url.user is None
            return URL(f"{stand_in}{url.raw_path_qs}", encoded=True) if is_allowed else None
        return url if self.allows_private else None


def _host(url: URL) -> str:
    return url.raw_authority.rpartition("@")[2]
