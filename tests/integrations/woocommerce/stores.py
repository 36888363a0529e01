"""Simulated stores as the tests of the client need them."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from integrations.base import ShopAccount
from sandbox.woocommerce import WooCommerceStore
from sandbox.woocommerce.faults import Fault, Handler
from sandbox.woocommerce.rest import RestApi

KEY, SECRET = "ck_live_0123", "cs_live_4567"


def account(url: str, key: str = KEY, secret: str = SECRET) -> ShopAccount:
    return ShopAccount(
        base_url=url,
        credentials={"consumer_key": key, "consumer_secret": secret},
        webhook_secret="w",
    )


class Clock:
    """A store's clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def tick(self, seconds: int = 1) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now


@dataclass(slots=True, kw_only=True)
class Meanwhile(Fault):
    """Before the store answers the call that fits, something happens there."""

    page: str
    act: Callable[[], Awaitable[object]]

    async def apply(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.query.get("page") == self.page and self.left:
            self.left -= 1
            await self.act()
        return await handler(request)


def certificate_for(host: str, folder: Path) -> Path:
    """A key and a certificate of this host, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{host}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


@asynccontextmanager
async def over_https(store: WooCommerceStore, certificate: Path) -> AsyncIterator[str]:
    """The address of the same store over https."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", RestApi(store, store.site).handle)
    server = TestServer(app, scheme="https", host="localhost")
    await server.start_server(ssl=context)
    try:
        yield f"https://localhost:{server.port}"
    finally:
        await server.close()
