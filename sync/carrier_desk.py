"""What it takes to talk to carriers."""

from collections.abc import Mapping
from dataclasses import dataclass

from integrations.carriers import Carrier
from services import carrier_accounts
from services.carrier_accounts import OpenAccount
from services.secrets import SecretBox


@dataclass(frozen=True, slots=True)
class CarrierDesk:
    """The carriers, and the key to our accounts with them; one for the whole program."""

    carriers: Mapping[str, Carrier]
    box: SecretBox

    async def account(self, carrier: str = "") -> OpenAccount:
        """Our account with this carrier, or with the one there is.

        Raises:
            NotFoundError: there is none.
        """
        return await carrier_accounts.opened(self.box, carrier)

    def name_of(self, carrier: str) -> str:
        """What people call a carrier."""
        known = self.carriers.get(carrier)
        return known.name if known is not None else carrier
