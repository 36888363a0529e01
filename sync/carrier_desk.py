"""What it takes to talk to carriers."""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from domain.carriers import CarrierProblem
from domain.errors import KeyRefusedError
from integrations.carriers import Carrier
from services import carrier_accounts, carrier_trouble
from services.carrier_accounts import OpenAccount
from services.secrets import SecretBox, WrongSecretKeyError

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CarrierDesk:
    """The carriers, and the key to our accounts with them; one for the whole program."""

    carriers: Mapping[str, Carrier]
    box: SecretBox

    async def account(self, carrier: str = "") -> OpenAccount:
        """Our account with this carrier, or with the one there is.

        Raises:
            NotFoundError: there is none.
            KeyRefusedError: its key cannot be read any more. The owners are told: as with one that
                the carrier refuses, they have to enter it anew.
        """
        try:
            return await carrier_accounts.opened(self.box, carrier)
        except WrongSecretKeyError as error:
            logger.warning("the key of a carrier cannot be read", problem=str(error))
            refused = KeyRefusedError(CarrierProblem.WRONG_KEY, "")  # it said nothing itself
            account = await carrier_accounts.active(carrier)
            if account is not None:
                await carrier_trouble.note_refused(account.id, refused)
            raise refused from error

    def name_of(self, carrier: str) -> str:
        """What people call a carrier."""
        known = self.carriers.get(carrier)
        return known.name if known is not None else carrier
