"""Invites: one-time links that let somebody in, with a role.

The token is in the link alone; the database knows only its hash, so that whoever reads a backup
cannot come in by it.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from tortoise.queryset import QuerySet
from tortoise.timezone import now

from domain.errors import InviteError, NotAllowedError, NotFoundError
from domain.rights import Right, Role, demand
from models.audit import AuditKind
from models.staff import Invite, StaffMember
from services import audit, chats
from services.transactions import transaction

LIFETIME = timedelta(hours=48)
PAGE_SIZE = 8
_TOKEN_BYTES = 24  # 32 characters: A-Z, a-z, 0-9, "_" and "-"
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody who has just come in, and who had invited them."""

    member: StaffMember
    invited_by: StaffMember


@dataclass(frozen=True, slots=True)
class InvitesPage:
    """A page of the invites that still work, newest first. ``page`` is counted from 0."""

    invites: tuple[Invite, ...]
    page: int
    pages: int


async def create(role: Role, *, by: StaffMember) -> tuple[Invite, str]:
    """Make an invite; returns it with its token, which is never known again.

    Raises:
        NotAllowedError: not this person's to do; or an owner: only the settings name owners.
    """
    demand(by.role, Right.EDIT_STAFF)
    if role is Role.OWNER:
        raise NotAllowedError(Right.EDIT_STAFF)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    async with transaction():
        invite = await Invite.create(
            token_hash=_hash(token),
            role=role,
            created_by_id=by.id,
            expires_at=now() + LIFETIME,
        )
        await audit.record(AuditKind.STAFF_INVITED, by=by, role=role.value)
    return invite, token


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _working() -> QuerySet[Invite]:
    return Invite.filter(used_at=None, revoked_at=None, expires_at__gt=now())


async def count() -> int:
    """How many invites still work."""
    return await _working().count()


async def works(token: str) -> bool:
    """Whether somebody could come in by it now."""
    return await _working().filter(token_hash=_hash(token)).exists()


async def page(number: int = 0) -> InvitesPage:
    """A page of the invites that still work; the last one where there are not so many."""
    pages = max(-(-await count() // PAGE_SIZE), 1)
    number = min(max(number, 0), pages - 1)
    found = _working().order_by("-id").offset(number * PAGE_SIZE).limit(PAGE_SIZE)
    return InvitesPage(tuple(await found.select_related("created_by")), number, pages)


async def revoke(invite_id: int, *, by: StaffMember) -> None:
    """Let an invite work no longer.

    Raises:
        NotAllowedError: not this person's to do.
        NotFoundError: it works no longer already.
    """
    demand(by.role, Right.EDIT_STAFF)
    async with transaction():
        invite = await _working().filter(id=invite_id).select_for_update().first()
        if invite is None:
            raise NotFoundError("invite")
        await Invite.filter(id=invite.id).update(revoked_at=now())
        await audit.record(AuditKind.INVITE_REVOKED, by=by, role=invite.role.value)


async def revoke_all_of(person: StaffMember) -> None:
    """None of the invites this person made works any longer. Call inside a transaction."""
    await _working().filter(created_by_id=person.id).update(revoked_at=now())


async def accept(token: str, telegram_id: int, name: str, *, language: str) -> Joined:
    """Let somebody in by an invite, once; cards come to their private chat from now on.

    Of two people with one link exactly one comes in. Who is on the staff already leaves the invite
    unused. Who was dismissed is back, with the invite's role.

    Raises:
        InviteError: it does not work (any more): unknown, used, revoked or expired; nobody is told
            which. Or they have access already.
    """
    async with transaction():
        invite = await _working().filter(token_hash=_hash(token)).select_for_update().first()
        if invite is None:
            raise InviteError
        member, is_new = await StaffMember.get_or_create(
            defaults={"role": invite.role, "name": name[:_LONGEST_NAME]}, telegram_id=telegram_id
        )
        if not is_new:
            back = StaffMember.filter(id=member.id, is_active=False)
            if not await back.update(is_active=True, role=invite.role, name=name[:_LONGEST_NAME]):
                raise InviteError
            await member.refresh_from_db()
        await Invite.filter(id=invite.id).update(used_by_id=member.id, used_at=now())
        await chats.subscribe(telegram_id, title=member.name, language=language)
        data = {"name": member.name, "role": member.role.value}
        await audit.record(AuditKind.STAFF_JOINED, by=member, **data)
    return Joined(member, await StaffMember.get(id=invite.created_by_id))
