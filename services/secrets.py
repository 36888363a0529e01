"""Shop credentials at rest: encrypted and tamper-proof under the program's secret key."""

import base64
import json
from collections.abc import Callable, Mapping

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.errors import KramarError

# Part of the derived key: with another text every stored credential becomes unreadable.
_PURPOSE = b"kramar: shop credentials"


class WrongSecretKeyError(KramarError):
    """Credentials were encrypted with another SECRET_KEY, or their text was damaged."""

    def __init__(self) -> None:
        super().__init__(
            "credentials cannot be read: SECRET_KEY is not the one they were saved with"
        )


class SecretBox:
    """Locks and unlocks credentials.

    Args:
        key: the secret key, any text; it should be long and random.
        on_reveal: told each secret value that leaves or enters, so that logs can hide it.
    """

    def __init__(self, key: str, *, on_reveal: Callable[[str], object] | None = None) -> None:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(key.encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))
        self._on_reveal = on_reveal

    def encrypt(self, credentials: Mapping[str, str]) -> str:
        """The credentials as a text that can be stored; a different one each time."""
        self._reveal(credentials)
        return self._fernet.encrypt(json.dumps(dict(credentials)).encode()).decode("ascii")

    def decrypt(self, stored: str) -> dict[str, str]:
        """The inverse of ``encrypt``.

        Raises:
            WrongSecretKeyError: it was encrypted with another key, or damaged.
        """
        try:
            credentials: dict[str, str] = json.loads(self._fernet.decrypt(stored.encode()))
        except InvalidToken:
            raise WrongSecretKeyError from None
        self._reveal(credentials)
        return credentials

    def _reveal(self, credentials: Mapping[str, str]) -> None:
        if self._on_reveal is not None:
            for value in credentials.values():
                self._on_reveal(value)
