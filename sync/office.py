"""What it takes to talk to shops."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from domain.errors import (
    CredentialsError,
    IntegrationError,
    RequestRefusedError,
    UnavailableError,
)
from domain.shops import ConnectProblem, Trouble
from integrations.base import Platform, ShopAccount, ShopApi
from integrations.connecting import Entrance
from services.secrets import SecretBox
from services.shops import ConnectedShop
from services.told_notes import ToldStep


def _no_words(step: ToldStep) -> str:
    """Where nothing is told of orders, e.g. at the command line."""
    del step
    return ""


@dataclass(frozen=True, slots=True)
class ShopOffice:
    """The platforms, their APIs, and the key to the shops' secrets; one for the whole program.

    ``public_url`` is our own address as shops reach it, "" when they cannot. ``note`` puts what
    somebody did with an order into words, for the shop's people. ``entrances`` are the ways into
    shops that staff connect themselves. ``currency`` is what we count in.
    """

    platforms: Mapping[str, Platform]
    apis: Mapping[str, ShopApi]
    box: SecretBox
    public_url: str = ""
    entrances: Mapping[str, Entrance] = field(default_factory=dict)
    currency: str = "UAH"
    note: Callable[[ToldStep], str] = _no_words

    def api(self, shop: ConnectedShop) -> ShopApi | None:
        """The API of the shop's platform; None when that has none (a signed-webhook source)."""
        return self.apis.get(shop.platform)

    def webhook_address(self, shop: ConnectedShop) -> str:
        """Where the shop reaches us; "" when it cannot."""
        return self.public_url + shop.webhook_path if self.public_url else ""


def account(shop: ConnectedShop) -> ShopAccount:
    """The shop as its platform's API needs to know it."""
    return ShopAccount(
        base_url=shop.base_url,
        credentials=shop.credentials,
        webhook_secret=shop.webhook_secret,
    )


def trouble_of(error: IntegrationError) -> Trouble:
    """What kind of trouble a shop gives."""
    if error.problem is ConnectProblem.NO_API:
        return Trouble.NO_API
    if isinstance(error, UnavailableError):
        return Trouble.UNAVAILABLE
    return Trouble.CREDENTIALS if isinstance(error, CredentialsError) else Trouble.REFUSED


def refusal_of(error: IntegrationError) -> str | None:
    """Why a shop said no to this one thing, in its words; None: it fails us whatever it is asked.

    A problem that people can mend (the package, the address) is one of the whole shop.
    """
    if isinstance(error, RequestRefusedError) and error.problem is None:
        return error.words
    return None


def asked_for(error: IntegrationError) -> timedelta | None:
    """How long a shop wants to be left in peace, when it says."""
    seconds = error.retry_after_s if isinstance(error, UnavailableError) else None
    return None if seconds is None else timedelta(seconds=seconds)
