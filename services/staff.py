"""Who has access: owners come from the environment, everybody is looked up at every update."""

from collections.abc import Collection

from domain.rights import Role
from models.staff import StaffMember
from services import chats
from services.transactions import transaction

LONGEST_NAME = 200
DEFAULT_LANGUAGE = "uk"  # of an owner who has not written to us yet


async def recognise(telegram_id: int, name: str) -> StaffMember | None:
    """The active staff member with this Telegram id, or None: a stranger.

    A name that changed in Telegram is kept, so that histories show people as others know them.
    """
    member = await StaffMember.get_or_none(telegram_id=telegram_id, is_active=True)
    if member is not None and name and member.name != name[:LONGEST_NAME]:
        member.name = name[:LONGEST_NAME]
        await member.save(update_fields=["name"])
    return member


async def sync_owners(owner_ids: Collection[int]) -> None:
    """Make exactly these people owners; safe to repeat, at every start.

    Their private chats are known from now on: cards reach an owner before the first /start, or
    wait for it when Telegram refuses. An owner who is no longer listed loses access and cards.
    """
    async with transaction():
        for telegram_id in owner_ids:
            await _make_owner(telegram_id)
        former = StaffMember.filter(role=Role.OWNER, is_active=True)
        for member in await former.exclude(telegram_id__in=list(owner_ids)):
            await dismiss(member)


async def _make_owner(telegram_id: int) -> None:
    member, _ = await StaffMember.get_or_create(
        defaults={"role": Role.OWNER}, telegram_id=telegram_id
    )
    language = member.language or DEFAULT_LANGUAGE
    if not member.is_active:
        await chats.subscribe(telegram_id, title=member.name, language=language)
    if member.role is not Role.OWNER or not member.is_active:
        await StaffMember.filter(id=member.id).update(role=Role.OWNER, is_active=True)
    await chats.ensure_private(telegram_id, member.name, language)


async def dismiss(member: StaffMember) -> None:
    """Take a person's access away at once, with the cards in their private chat."""
    async with transaction():
        await StaffMember.filter(id=member.id).update(is_active=False)
        await chats.unsubscribe(member.telegram_id)


async def owner_ids() -> list[int]:
    """The Telegram ids of all active owners."""
    owners = StaffMember.filter(role=Role.OWNER, is_active=True).order_by("id")
    return await owners.values_list("telegram_id", flat=True)  # type: ignore[return-value]
