"""The chats where cards come, what is decided for each, and one's own chat."""

from collections.abc import Sequence

from bot.cards import Rendered
from bot.i18n import Translator
from bot.keyboards.chats import (
    back_to_my_chat,
    back_to_quiet,
    chat_keyboard,
    chats_keyboard,
    my_chat_keyboard,
    quiet_keyboard,
    shops_keyboard,
    state_mark,
)
from bot.markup import quoted
from bot.names import LANGUAGE_NAMES
from models.telegram import Chat, ChatState
from services.chat_settings import ChatsPage, ChatView, ShopChoice

_LONGEST_TITLE = 60
_LONGEST_SHOP = 40
_SHOWN_SHOPS = 10


def chats(page: ChatsPage, t: Translator) -> Rendered:
    """A page of the chats."""
    lines = [
        f"💬 <b>{t('Chats')}</b>",
        "",
        t("Cards of orders come to these chats. Tap one to choose its shops and quiet hours."),
        t("A new group: add the bot there and write /here; in a topic, they come to that topic."),
    ]
    if page.unheard:
        names = _listed(page.unheard)
        lines.extend(["", "⚠️ " + t("These orders come to no chat: {shops}", shops=names)])
    return Rendered("\n".join(lines), chats_keyboard(page, t))


def chat(view: ChatView, t: Translator) -> Rendered:
    """What is decided for a chat, and what can be."""
    row = view.chat
    hours = view.quiet_hours
    lines = [
        f"{state_mark(row)} <b>{_title(row)}</b> · {_kind(row, t)}",
        _state(row, t),
        "",
        f"🏪 {t('Shops')}: {_shops(view.chosen, t)}",
        f"🌙 {t('Quiet hours')}: {hours or t('off')}",
        f"📋 {t('Live board')}: {t('on') if row.has_board else t('off')}",
        f"🌐 {t('Language')}: {LANGUAGE_NAMES[row.language]}",
    ]
    return Rendered("\n".join(lines), chat_keyboard(view, t))


def shops(view: ChatView, t: Translator) -> Rendered:
    """Which shops' orders come to a chat."""
    lines = [
        f"🏪 <b>{_title(view.chat)}</b>",
        "",
        t("Orders of which shops come here? Cards that are here already stay up to date."),
    ]
    return Rendered("\n".join(lines), shops_keyboard(view, t))


def quiet(view: ChatView, t: Translator) -> Rendered:
    """The quiet hours of a chat."""
    return Rendered(_quiet_text(_title(view.chat), view, t), quiet_keyboard(view, t))


def my_chat(view: ChatView, t: Translator) -> Rendered:
    """The quiet hours of one's own private chat."""
    return Rendered(_quiet_text(t("My chat"), view, t), my_chat_keyboard(view, t))


def _quiet_text(title: str, view: ChatView, t: Translator) -> str:
    lines = [
        f"🌙 <b>{title}</b>",
        f"{t('Quiet hours')}: {view.quiet_hours or t('off')}",
        "",
        t("New orders wait till then and come as one message. Reminders and taps work as ever."),
    ]
    return "\n".join(lines)


def ask_hours(view: ChatView, t: Translator, *, problem: str = "") -> Rendered:
    """The question for own quiet hours, and what was wrong with the answer."""
    return Rendered(_question(problem, t), back_to_quiet(view, t))


def ask_my_hours(t: Translator, *, problem: str = "") -> Rendered:
    """The same for one's own chat."""
    return Rendered(_question(problem, t), back_to_my_chat(t))


def _question(problem: str, t: Translator) -> str:
    question = t("Type the quiet hours, for example 23-7 or 22:00-8:30.")
    return "\n".join([f"🌙 {question}", *([f"⚠️ {problem}"] if problem else [])])


def _title(row: Chat) -> str:
    return quoted(row.title or str(row.telegram_id), _LONGEST_TITLE)


def _kind(row: Chat, t: Translator) -> str:
    if not row.is_group:
        return t("private chat")
    return t("topic of a group") if row.topic_id else t("group")


def _state(row: Chat, t: Translator) -> str:
    match row.state:
        case ChatState.SUBSCRIBED:
            return t("Cards come here.")
        case ChatState.UNSUBSCRIBED:
            return t("No cards come here.")
        case ChatState.BLOCKED if row.is_group:
            return t("The group does not let the bot write. Add it again and write /here there.")
        case ChatState.BLOCKED:
            return t("The bot is blocked here. Unblock it and tap Start: what waited will come.")


def _shops(chosen: Sequence[ShopChoice], t: Translator) -> str:
    return _listed([shop.name for shop in chosen]) if chosen else t("all")


def _listed(names: Sequence[str]) -> str:
    shown = [quoted(name, _LONGEST_SHOP) for name in names[:_SHOWN_SHOPS]]
    return ", ".join(shown) + (" …" if len(names) > _SHOWN_SHOPS else "")
