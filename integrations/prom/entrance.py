"""The way into a cabinet: the token that its owner makes there. Pure."""

import re
from collections.abc import Mapping

TOKEN = "token"  # noqa: S105  (the name of it)

# Tokens seen are 40 hexadecimal digits, yet nobody promises that.
_TOKEN = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{20,200}(?![A-Za-z0-9_-])", re.ASCII)


_USUAL_TOKEN = re.compile(
    r"(?<![A-Za-z0-9_-])(?=\d*[a-fA-F])(?=[a-fA-F]*\d)[0-9a-fA-F]{40}(?![A-Za-z0-9_-])", re.ASCII
)


class PromEntrance:
    """How people let us into their cabinet on Prom.ua."""

    key_names = (TOKEN,)

    def keys_in(self, text: str) -> Mapping[str, str]:
        """The first token in a text."""
        match = _TOKEN.search(text)
        return {TOKEN: match[0]} if match else {}

    def surely_holds_key(self, text: str) -> bool:
        """Whether there is a token of the usual form in a text."""
        return _USUAL_TOKEN.search(text) is not None
