"""What people are told about their access, and owners about people."""

from bot.i18n import Translator
from bot.markup import quoted
from bot.names import role_name
from domain.rights import Role

_LONGEST_NAME = 60


def link_is_over(t: Translator) -> str:
    """To a stranger whose invite does not work: never why."""
    return t("This link no longer works. Ask for a new one.")


def joined(name: str, role: Role, t: Translator) -> str:
    """To the owner who invited them."""
    return t(
        "👋 {name} has joined by your invite. Role: {role}.",
        name=quoted(name, _LONGEST_NAME),
        role=role_name(role, t),
    )


def your_role(role: Role, t: Translator) -> str:
    """To the person whose role was set or changed."""
    return t("Your role is now: {role}.", role=role_name(role, t))


def in_already(t: Translator) -> str:
    """To somebody on the staff who opens an invite."""
    return t(
        "You have access already, and the link stays unused. Forward it to the person whom you "
        "want to let in: it works once."
    )


def removed(t: Translator) -> str:
    """To the person who was removed."""
    return t("Your access to this bot has ended.")


def is_removed(t: Translator) -> str:
    """To the owner who removed somebody."""
    return t("Removed. Their access has ended.")


def revoked(t: Translator) -> str:
    return t("Revoked. The link lets nobody in.")
