"""What differs by platform in what staff read about their shops: a module for each."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from bot.i18n import Translator
from bot.platform_texts import prom, woocommerce
from domain.shops import ConnectProblem, Trouble


class PlatformTexts(Protocol):
    """The words for one platform: plain text, where HTML is not said."""

    NAME: str

    def ask_keys(self, missing: Collection[str], t: Translator) -> Sequence[str]:
        """Where the keys are made that are still ``missing``, by name; lines."""

    def kept_safe(self, t: Translator) -> str:
        """What becomes of the message with the keys."""

    def no_keys(self, t: Translator) -> str:
        """To a text that holds none."""

    def checking(self, t: Translator) -> str:
        """The keys have come and are being tried."""

    def checked(self, t: Translator) -> str:
        """The keys of a connected shop still work."""

    def lacks(
        self,
        t: Translator,
        *,
        can_write: bool = True,
        can_stock: bool = True,
        can_list: bool = True,
    ) -> Sequence[str]:
        """What keys with these rights cannot do, what that costs, and how to mend it."""

    def problem(self, problem: ConnectProblem | None, detail: str, t: Translator) -> str:
        """Why a shop cannot be asked, and what to do; None: nobody knows why."""

    def said_no(self, words: str, t: Translator) -> str:
        """It refused in these words."""

    def trouble(self, trouble: Trouble, since: str, t: Translator) -> str:
        """Why a connected shop cannot be asked. ``since``: as people read it."""

    def advice(self, trouble: Trouble, shop: str, t: Translator) -> str:
        """What to do when a connected shop cannot be asked. HTML, as ``shop``, its name."""

    def other_keys(self, shop: str, t: Translator) -> str:
        """How to give a connected shop other keys. HTML, as ``shop``, its name."""

    def farewell(self, t: Translator, *, are_webhooks_gone: bool) -> str:
        """What is left to be done by hand in a shop that was disconnected; "" for nothing."""


TEXTS: Mapping[str, PlatformTexts] = {"woocommerce": woocommerce, "prom": prom}


def name_of(platform: str) -> str:
    """What people call a platform."""
    return TEXTS[platform].NAME if platform in TEXTS else platform
