"""Which language a person reads."""

from bot.cards import Rendered
from bot.i18n import Translator
from bot.keyboards.choices import languages_keyboard


def languages(chosen: str, t: Translator) -> Rendered:
    """The languages. ``chosen``: a code, "" for as in Telegram."""
    title = f"🌐 <b>{t('Language')}</b>"
    what = t(
        "For you alone: this chat and the cards in it. A group has a language of its own, under "
        "Chats."
    )
    return Rendered(f"{title}\n\n{what}", languages_keyboard(chosen, t))
