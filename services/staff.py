"""Who has access: owners come from the environment, others by an invite; looked up at every update.

Access ends at once: with the next tap. What a person had in their hands is freed with it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from domain.errors import NotAllowedError, NotFoundError
from domain.rights import RIGHTS, Right, Role, demand
from models.audit import AuditKind
from models.staff import StaffMember
from models.telegram import Chat
from services import audit, chats, dialogues, invites, leftovers, redrawing
from services.transactions import transaction

LONGEST_NAME = 200
DEFAULT_LANGUAGE = "uk"  # of an owner who has not written to us yet
PAGE_SIZE = 8

_ORDER = {role: at for at, role in enumerate(Role)}  # in which a list shows them


@dataclass(frozen=True, slots=True)
class StaffPage:
    """A page of the people with access: owners first, then by role and name."""

    members: tuple[StaffMember, ...]
    page: int  # counted from 0
    pages: int


async def recognise(telegram_id: int, name: str) -> StaffMember | None:
    """The active staff member with this Telegram id, or None: a stranger.

    A name that changed in Telegram is kept, so that histories show people as others know them.
    """
    member = await StaffMember.get_or_none(telegram_id=telegram_id, is_active=True)
    if member is not None and name and member.name != name[:LONGEST_NAME]:
        member.name = name[:LONGEST_NAME]
        await member.save(update_fields=["name"])
    return member


async def reader(chat: Chat) -> Role | None:
    """The role of the one person who reads a private chat; None: several do, or a stranger."""
    if chat.is_group:
        return None
    member = await StaffMember.get_or_none(telegram_id=chat.telegram_id, is_active=True)
    return member.role if member else None


async def active() -> list[StaffMember]:
    """Everybody with access: owners first, then by role and name."""
    members = await StaffMember.filter(is_active=True)
    return sorted(members, key=lambda one: (_ORDER[one.role], one.name.casefold(), one.id))


async def page(number: int = 0) -> StaffPage:
    """A page of the people with access; the last one where there are not so many."""
    members = await active()
    pages = max(-(-len(members) // PAGE_SIZE), 1)
    number = min(max(number, 0), pages - 1)
    start = number * PAGE_SIZE
    return StaffPage(tuple(members[start : start + PAGE_SIZE]), number, pages)


async def member(staff_id: int) -> StaffMember:
    """A person with access.

    Raises:
        NotFoundError: they have none (any more).
    """
    found = await StaffMember.get_or_none(id=staff_id, is_active=True)
    if found is None:
        raise NotFoundError("staff member")
    return found


async def change_role(staff_id: int, role: Role, *, by: StaffMember) -> bool:
    """Let a person do what this role may, from their next tap on; False: it is their role already.

    Raises:
        NotAllowedError: not this person's to say; or it is about an owner, whom the settings name.
        NotFoundError: they have no access any more.
    """
    demand(by.role, Right.EDIT_STAFF)
    async with transaction():
        person = await _not_owner(staff_id)
        if role is Role.OWNER:
            raise NotAllowedError(Right.EDIT_STAFF)
        if person.role is role:
            return False
        changed = StaffMember.filter(id=person.id, role=person.role, is_active=True)
        if not await changed.update(role=role):
            raise NotFoundError("staff member")  # a second owner was faster
        lost = RIGHTS[person.role] - RIGHTS[role]
        if lost:  # nobody is asked for what they may not do any more
            await dialogues.forget_person(person.telegram_id)
        if Right.SELL in lost:
            await leftovers.close_windows(person.id, by=by)
        chat = await Chat.get_or_none(telegram_id=person.telegram_id, topic_id=0)
        if chat is not None:
            await redrawing.owe_newest(chat.id)
        data = {"name": person.name, "old": person.role.value, "new": role.value}
        await audit.record(AuditKind.ROLE_CHANGED, by=by, **data)
    return True


async def remove(staff_id: int, *, by: StaffMember) -> StaffMember:
    """Take a person's access away at once; returns who that was.

    Raises:
        NotAllowedError: not this person's to say; or it is about an owner, whom the settings name.
        NotFoundError: they have no access any more.
    """
    demand(by.role, Right.EDIT_STAFF)
    async with transaction():
        person = await _not_owner(staff_id)
        if not await dismiss(person, by=by):
            raise NotFoundError("staff member")  # a second owner was faster
    return person


async def _not_owner(staff_id: int) -> StaffMember:
    person = await member(staff_id)
    if person.role is Role.OWNER:
        raise NotAllowedError(Right.EDIT_STAFF)
    return person


async def dismiss(person: StaffMember, *, by: StaffMember | None = None) -> bool:
    """Take access away, with all that the person had open; False: they had none.

    ``by`` None: the program itself. Their sale windows close and hold no goods any more, the orders
    they were on are free, their own reminders and half-finished dialogues are gone, their invites
    let nobody in, and no card comes to their private chat.
    """
    async with transaction():
        if not await StaffMember.filter(id=person.id, is_active=True).update(is_active=False):
            return False
        await leftovers.clear(person, by=by)
        await invites.revoke_all_of(person)
        await dialogues.forget_person(person.telegram_id)
        await chats.unsubscribe(person.telegram_id)
        data: Mapping[str, object] = {"name": person.name, "role": person.role.value}
        await audit.record(AuditKind.STAFF_REMOVED, by=by, **data)
    return True


async def sync_owners(owner_ids: Collection[int]) -> None:
    """Make exactly these people owners; safe to repeat, at every start.

    Their private chats are known from now on: cards reach an owner before the first /start, or
    wait for it when Telegram refuses. An owner who is no longer listed loses access and cards.
    """
    async with transaction():
        for telegram_id in owner_ids:
            await _make_owner(telegram_id)
        former = StaffMember.filter(role=Role.OWNER, is_active=True)
        for person in await former.exclude(telegram_id__in=list(owner_ids)):
            await dismiss(person)


async def _make_owner(telegram_id: int) -> None:
    person, _ = await StaffMember.get_or_create(
        defaults={"role": Role.OWNER}, telegram_id=telegram_id
    )
    language = person.language or DEFAULT_LANGUAGE
    if not person.is_active:
        await chats.subscribe(telegram_id, title=person.name, language=language)
    if person.role is not Role.OWNER or not person.is_active:
        await StaffMember.filter(id=person.id).update(role=Role.OWNER, is_active=True)
    await chats.ensure_private(telegram_id, person.name, language)


async def owner_ids() -> list[int]:
    """The Telegram ids of all active owners."""
    owners = StaffMember.filter(role=Role.OWNER, is_active=True).order_by("id")
    return await owners.values_list("telegram_id", flat=True)  # type: ignore[return-value]
