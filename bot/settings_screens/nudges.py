"""After how long somebody is nudged about a new order that nobody touched."""

from bot.cards import Rendered
from bot.i18n import Translator
from bot.keyboards.nudges import CHOICES, Nudged, minutes_keyboard, nudges_keyboard


def nudges(minutes: dict[Nudged, int], t: Translator) -> Rendered:
    """What is set. ``minutes``: 0 for never."""
    what = t(
        "When nobody does anything about a new order, its chats are reminded of it, and later the "
        "owners."
    )
    labels = {
        Nudged.CHATS: "💬 " + t("Chats: {after}", after=_after(minutes[Nudged.CHATS], t)),
        Nudged.OWNERS: "👑 " + t("Owners: {after}", after=_after(minutes[Nudged.OWNERS], t)),
    }
    return Rendered(f"{_title(t)}\n\n{what}", nudges_keyboard(labels, t))


def choose(whom: Nudged, minutes: int, t: Translator) -> Rendered:
    """The choices for one of the two. ``minutes``: what is set."""
    question = t("When are chats reminded of a new order that nobody touched?")
    if whom is Nudged.OWNERS:
        question = t("When are owners told of it, in their private chats? Not before the chats.")
    labels = {choice: _after(choice, t) for choice in CHOICES}
    return Rendered(f"{_title(t)}\n\n{question}", minutes_keyboard(whom, labels, minutes, t))


def _title(t: Translator) -> str:
    return f"⏰ <b>{t('Waiting orders')}</b>"


def _after(minutes: int, t: Translator) -> str:
    return t("after {count} min", count=minutes) if minutes else t("off")
