"""The first screen of Settings."""

from bot.cards import Rendered
from bot.i18n import Translator
from bot.keyboards.buttons import button, keyboard, rows_of
from bot.keyboards.settings import SettingsScreen, SettingsTap
from domain.rights import Right, Role, may

# Which right opens which screen; None: everybody's.
RIGHTS = {
    SettingsScreen.SHOPS: Right.EDIT_CHATS,
    SettingsScreen.DELIVERY: Right.EDIT_SHOPS,
    SettingsScreen.STATUSES: Right.EDIT_STATUSES,
    SettingsScreen.CHANNELS: Right.EDIT_MONEY,
    SettingsScreen.ACCOUNTS: Right.EDIT_MONEY,
    SettingsScreen.STAFF: Right.EDIT_STAFF,
    SettingsScreen.CHATS: Right.EDIT_CHATS,
    SettingsScreen.MY_CHAT: None,
    SettingsScreen.NUDGES: Right.EDIT_CHATS,
    SettingsScreen.LANGUAGE: None,
    SettingsScreen.AUDIT: Right.SEE_AUDIT,
}


def root(role: Role, t: Translator) -> Rendered:
    """What may be set by this role, one button each."""
    labels = {
        SettingsScreen.SHOPS: "🏪 " + t("Shops"),
        SettingsScreen.DELIVERY: "🚚 " + t("Delivery"),
        SettingsScreen.STATUSES: "🏷 " + t("Statuses"),
        SettingsScreen.CHANNELS: "🛒 " + t("Sales channels"),
        SettingsScreen.ACCOUNTS: "💰 " + t("Money accounts"),
        SettingsScreen.STAFF: "👥 " + t("Staff"),
        SettingsScreen.CHATS: "💬 " + t("Chats"),
        SettingsScreen.MY_CHAT: "🌙 " + t("My chat"),
        SettingsScreen.NUDGES: "⏰ " + t("Waiting orders"),
        SettingsScreen.LANGUAGE: "🌐 " + t("Language"),
        SettingsScreen.AUDIT: "📜 " + t("Audit log"),
    }
    allowed = [
        button(label, SettingsTap(screen=screen))
        for screen, label in labels.items()
        if (right := RIGHTS[screen]) is None or may(role, right)
    ]
    what = t("The shop's and your own. Which buttons you see depends on your role.")
    return Rendered(f"⚙️ <b>{t('Settings')}</b>\n\n{what}", keyboard(rows_of(2, allowed)))
