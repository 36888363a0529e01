"""The buttons of Settings, Staff, and of the audit log."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlencode

import pydantic
from aiogram.enums import ButtonStyle
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.i18n import Translator
from bot.keyboards.buttons import CHOSEN, Row, button, keyboard, turns
from bot.keyboards.settings import SettingsScreen, back_to
from bot.markup import plain
from bot.names import role_name
from domain.rights import Role
from models.staff import StaffMember

# Who can be invited or promoted: owners are named in the program's own settings.
GIVEN_ROLES = (Role.MANAGER, Role.SELLER, Role.PACKER)
_NAME = 30
_SHARE = "https://t.me/share/url"

_Page = Annotated[int, pydantic.Field(ge=0, lt=100_000)]
_Id = Annotated[int, pydantic.Field(ge=0, lt=2**31)]


class StaffAction(StrEnum):
    """What a tap wants done. ``id`` is a person's or an invite's."""

    LIST = "ls"
    PERSON = "pe"
    ASK_REMOVE = "ar"
    REMOVE = "rm"
    INVITE = "iv"  # choose a role for a new invite
    INVITES = "is"
    REVOKE = "rv"


class StaffTap(CallbackData, prefix="gs"):
    """A tap on people or invites. ``page`` counts from 0 and is where Back leads."""

    action: StaffAction
    page: _Page = 0
    id: _Id = 0


class RoleTap(CallbackData, prefix="gr"):
    """A role chosen, for a person (``id``), or for a new invite (0)."""

    id: _Id
    role: Role
    page: _Page = 0


class AuditTap(CallbackData, prefix="ga"):
    """Turn the audit log: rows older, or newer, than one of them."""

    older_than: _Id = 0
    newer_than: _Id = 0


def staff_keyboard(
    members: Sequence[StaffMember], page: int, pages: int, open_invites: int, t: Translator
) -> InlineKeyboardMarkup:
    """One button for each person, ‹ ›, and invites."""
    people = [
        [
            button(
                f"{plain(member.name, _NAME) or member.telegram_id} · {role_name(member.role, t)}",
                StaffTap(action=StaffAction.PERSON, page=page, id=member.id),
            )
        ]
        for member in members
    ]
    invite = button("➕ " + t("Invite"), StaffTap(action=StaffAction.INVITE), ButtonStyle.SUCCESS)
    invites: Row = []
    if open_invites:
        label = f"✉️ {t('Open invites')} {open_invites}"
        invites.append(button(label, StaffTap(action=StaffAction.INVITES)))
    return keyboard(
        [
            *people,
            _turns(StaffAction.LIST, page, pages),
            [invite],
            invites,
            [back_to(SettingsScreen.ROOT, t)],
        ]
    )


def _turns(action: StaffAction, page: int, pages: int) -> Row:
    return turns(page, pages, lambda to: StaffTap(action=action, page=to))


def person_keyboard(member: StaffMember, page: int, t: Translator) -> InlineKeyboardMarkup:
    """The roles and Remove; an owner's role is not ours to change."""
    back = [_back_to_list(page, t)]
    if member.role is Role.OWNER:
        return keyboard([back])
    roles = [
        [
            button(
                (CHOSEN if role is member.role else "") + role_name(role, t),
                RoleTap(id=member.id, role=role, page=page),
            )
        ]
        for role in GIVEN_ROLES
    ]
    remove = StaffTap(action=StaffAction.ASK_REMOVE, page=page, id=member.id)
    return keyboard([*roles, [button("🗑 " + t("Remove"), remove, ButtonStyle.DANGER)], back])


def remove_keyboard(member: StaffMember, page: int, t: Translator) -> InlineKeyboardMarkup:
    """Remove them indeed?"""
    remove = StaffTap(action=StaffAction.REMOVE, page=page, id=member.id)
    person = StaffTap(action=StaffAction.PERSON, page=page, id=member.id)
    return keyboard(
        [
            [button("🗑 " + t("Remove"), remove, ButtonStyle.DANGER)],
            [button("⬅️ " + t("Back"), person)],
        ]
    )


def _back_to_list(page: int, t: Translator) -> InlineKeyboardButton:
    return button("⬅️ " + t("Back"), StaffTap(action=StaffAction.LIST, page=page))


def invite_roles_keyboard(t: Translator) -> InlineKeyboardMarkup:
    """For whom is the invite?"""
    roles = [[button(role_name(role, t), RoleTap(id=0, role=role))] for role in GIVEN_ROLES]
    return keyboard([*roles, [_back_to_list(0, t)]])


def link_keyboard(link: str, invitation: str, t: Translator) -> InlineKeyboardMarkup:
    """Send the link on, or copy it. ``invitation``: the words that go with it."""
    share = f"{_SHARE}?{urlencode({'url': link, 'text': invitation})}"
    return keyboard(
        [
            [InlineKeyboardButton(text="📨 " + t("Send to a colleague"), url=share)],
            [
                InlineKeyboardButton(
                    text="📋 " + t("Copy the link"), copy_text=CopyTextButton(text=link)
                )
            ],
            [_back_to_list(0, t)],
        ]
    )


def invites_keyboard(
    invites: Sequence[tuple[int, str]], page: int, pages: int, t: Translator
) -> InlineKeyboardMarkup:
    """``Revoke`` for each open invite: (id, what it says)."""
    rows = [
        [
            button(
                f"🗑 {t('Revoke')} · {plain(label, 40)}",
                StaffTap(action=StaffAction.REVOKE, page=page, id=id_),
            )
        ]
        for id_, label in invites
    ]
    return keyboard([*rows, _turns(StaffAction.INVITES, page, pages), [_back_to_list(0, t)]])


def audit_keyboard(newer_than: int, older_than: int, t: Translator) -> InlineKeyboardMarkup:
    """‹ newer, older ›; 0 where there is nothing."""
    turns: Row = []
    if newer_than:
        turns.append(button("‹", AuditTap(newer_than=newer_than)))
    if older_than:
        turns.append(button("›", AuditTap(older_than=older_than)))
    return keyboard([turns, [back_to(SettingsScreen.ROOT, t)]])
