"""How people let us into their shops; each platform that offers it has one such entrance."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What the platform's own page is to ask for.

    ``token`` is the one-time secret by which its answer is known; it is posted to
    ``callback_url``. ``return_url`` is where the person goes afterwards.
    """

    app_name: str
    token: str
    callback_url: str
    return_url: str


@dataclass(frozen=True, slots=True)
class Grant:
    """What the platform posts when the person has agreed. Never logged: its repr hides it."""

    token: str
    credentials: Mapping[str, str]

    def __repr__(self) -> str:
        return "Grant(hidden)"


class Entrance(Protocol):
    """The way into the shops of one platform. Pure."""

    @property
    def key_names(self) -> tuple[str, ...]:
        """What ``ShopAccount.credentials`` must hold."""

    def keys_in(self, text: str) -> Mapping[str, str]:
        """The keys that a text holds, by name, whatever stands around them."""

    def surely_holds_key(self, text: str) -> bool:
        """Whether there is a key in a text that nobody asked for: ordinary ones hold none."""


@runtime_checkable
class SiteEntrance(Entrance, Protocol):
    """The way into shops that are found by their address and have a page of their own for it."""

    @property
    def unknown_keys(self) -> Mapping[str, str]:
        """Keys that no shop knows: to see whether there is a shop that refuses them."""

    def consent_url(self, base_url: str, consent: Consent) -> str:
        """The shop's page where a person lets us in with one tap."""

    def grant(self, body: bytes) -> Grant:
        """What was posted after that.

        Raises:
            MalformedPayloadError: it is none.
        """
