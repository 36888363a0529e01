"""Settings, Staff: people, their roles, and invites."""

from datetime import datetime

from bot.cards import Rendered
from bot.i18n import Translator
from bot.keyboards.staff import (
    GIVEN_ROLES,
    invite_roles_keyboard,
    invites_keyboard,
    link_keyboard,
    person_keyboard,
    remove_keyboard,
    staff_keyboard,
)
from bot.markup import quoted
from bot.names import role_name
from domain.rights import Role
from models.staff import Invite, StaffMember
from services.invites import InvitesPage
from services.staff import StaffPage

_LONGEST_NAME = 60


def what_role_does(role: Role, t: Translator) -> str:
    """One line for whoever gives the role away; the whole table is in ``docs/rights.md``."""
    match role:
        case Role.OWNER:
            return t("Everything, also people and the audit log.")
        case Role.MANAGER:
            return t("All that a seller does; also statuses, channels, accounts, chats.")
        case Role.SELLER:
            return t("Orders, sales, returns, money received; sees the profit.")
        case Role.PACKER:
            return t("Orders and their statuses; sees neither costs nor profit.")


def people(page: StaffPage, open_invites: int, reader: StaffMember, t: Translator) -> Rendered:
    """Who has access. ``reader`` is one of them."""
    lines = [f"👥 <b>{t('Staff')}</b>", ""]
    for member in page.members:
        you = f" ({t('you')})" if member.id == reader.id else ""
        lines.append(f"• {_name(member)}{you} · {role_name(member.role, t)}")
    lines.extend(["", t("Tap a person to change their role or to remove them.")])
    buttons = staff_keyboard(page.members, page.page, page.pages, open_invites, t)
    return Rendered("\n".join(lines), buttons)


def _name(member: StaffMember) -> str:
    return quoted(member.name, _LONGEST_NAME) or str(member.telegram_id)


def person(member: StaffMember, page: int, t: Translator) -> Rendered:
    """One person. ``page``: of the list, for Back."""
    lines = [f"👤 <b>{_name(member)}</b>"]
    if member.role is Role.OWNER:
        owner = t("Owners are named in the program's settings (OWNER_IDS), not here.")
        lines.extend([role_name(member.role, t), "", owner])
    else:
        lines.extend(["", *_roles(t), "", t("Which role?")])
    return Rendered("\n".join(lines), person_keyboard(member, page, t))


def _roles(t: Translator) -> list[str]:
    return [f"<b>{role_name(role, t)}</b>: {what_role_does(role, t)}" for role in GIVEN_ROLES]


def ask_remove(member: StaffMember, page: int, t: Translator) -> Rendered:
    """Remove them indeed?"""
    question = t("Remove {name}?", name=_name(member))
    what = t(
        "Access ends at once, for old buttons too. Open sale windows close and their goods are "
        "free; orders and sales stay as they are."
    )
    return Rendered(f"<b>{question}</b>\n\n{what}", remove_keyboard(member, page, t))


def choose_role(t: Translator) -> Rendered:
    """For whom is the invite?"""
    lines = [f"➕ <b>{t('Invite')}</b>", "", *_roles(t), "", t("For whom is the invite?")]
    return Rendered("\n".join(lines), invite_roles_keyboard(t))


def link(address: str, invite: Invite, t: Translator, *, now: datetime) -> Rendered:
    """The link, which is shown this once. ``address`` is our own."""
    until = t.date_time(invite.expires_at, now=now)
    lines = [
        f"✉️ <b>{t('One-time invite: {role}', role=role_name(invite.role, t))}</b>",
        "",
        f"<code>{address}</code>",
        "",
        t("Send this link to your colleague. It lets one person in, until {until}.", until=until),
        t("It is shown only now. Settings, Staff, Open invites can revoke it."),
    ]
    invitation = t("Open the link and tap Start: it lets you into our shop's bot.")
    return Rendered("\n".join(lines), link_keyboard(address, invitation, t))


def open_invites(page: InvitesPage, t: Translator, *, now: datetime) -> Rendered:
    """The invites that still work."""
    lines = [f"✉️ <b>{t('Open invites')}</b>", ""]
    if not page.invites:
        lines.append(t("No invite is open."))
    labels = []
    for invite in page.invites:
        role, until = role_name(invite.role, t), t.date_time(invite.expires_at, now=now)
        who = quoted(invite.created_by.name, _LONGEST_NAME)
        until_ = t("until {until}", until=until)
        lines.append(f"• {role} · {until_} · {who}")
        labels.append((invite.id, f"{role} · {until}"))
    return Rendered("\n".join(lines), invites_keyboard(labels, page.page, page.pages, t))
