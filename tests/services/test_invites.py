"""One-time links: who comes in by one, who does not, and what is left of it."""

import asyncio
from datetime import timedelta

import pytest
from tortoise.timezone import now

from domain.errors import InviteError, NotAllowedError, NotFoundError
from domain.rights import Role
from models.audit import AuditEntry
from models.staff import Invite, StaffMember
from models.telegram import Chat, ChatState
from services import audit, invites, staff
from services.invites import Joined
from tests.factories import OWNER_ID, make_staff

LINK_PAYLOAD = 64  # characters that t.me/<bot>?start= takes
TAKEN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


@pytest.fixture
async def owner(db: str) -> StaffMember:
    await staff.sync_owners([OWNER_ID])
    return await StaffMember.get(telegram_id=OWNER_ID)


async def accept(token: str, telegram_id: int = 7001, name: str = "Ira") -> Joined:
    return await invites.accept(token, telegram_id, name, language="uk")


async def test_a_link_lets_one_person_in_once(owner: StaffMember) -> None:
    invite, token = await invites.create(Role.PACKER, by=owner)
    assert len(f"inv_{token}") <= LINK_PAYLOAD
    assert set(token) <= TAKEN
    assert token not in repr(await Invite.filter(id=invite.id).values())
    assert timedelta(hours=47) < invite.expires_at - now() <= timedelta(hours=48)

    joined = await accept(token)

    assert (joined.member.role, joined.member.name) == (Role.PACKER, "Ira")
    assert joined.invited_by.id == owner.id
    assert await staff.recognise(7001, "") is not None
    assert (await Chat.get(telegram_id=7001)).state is ChatState.SUBSCRIBED
    with pytest.raises(InviteError):
        await accept(token, 7002)
    assert not await StaffMember.exists(telegram_id=7002)
    assert not await Chat.exists(telegram_id=7002)
    assert await invites.count() == 0
    assert await AuditEntry.all().order_by("id").values_list("kind", "staff_id", "data") == [
        ("staff_invited", owner.id, {"role": "packer"}),
        ("staff_joined", joined.member.id, {"name": "Ira", "role": "packer"}),
    ]


async def test_what_does_not_work_is_never_told_apart(owner: StaffMember) -> None:
    revoked, revoked_token = await invites.create(Role.SELLER, by=owner)
    await invites.revoke(revoked.id, by=owner)
    expired, expired_token = await invites.create(Role.SELLER, by=owner)
    await Invite.filter(id=expired.id).update(expires_at=now() - timedelta(seconds=1))
    _, of_hash = await invites.create(Role.SELLER, by=owner)
    stored = (await Invite.all().order_by("-id").first()).token_hash  # type: ignore[union-attr]

    for token in (revoked_token, expired_token, "", of_hash[:-1], stored):
        with pytest.raises(InviteError) as refusal:
            await accept(token)
        assert refusal.value.args == ()
    assert await StaffMember.all().count() == 1
    assert [each.id for each in (await invites.page()).invites] == [revoked.id + 2]
    for over in (revoked, expired):
        with pytest.raises(NotFoundError):
            await invites.revoke(over.id, by=owner)


async def test_who_has_access_leaves_a_link_unused_and_who_was_dismissed_comes_back(
    owner: StaffMember,
) -> None:
    seller = await make_staff()
    _, token = await invites.create(Role.PACKER, by=owner)

    with pytest.raises(InviteError):
        await accept(token, seller.telegram_id)
    assert (await StaffMember.get(id=seller.id)).role is Role.SELLER
    await staff.remove(seller.id, by=owner)
    joined = await accept(token, seller.telegram_id, "Oleh again")

    assert (joined.member.id, joined.member.role) == (seller.id, Role.PACKER)
    assert (joined.member.name, joined.member.is_active) == ("Oleh again", True)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.SELLER, Role.PACKER])
async def test_only_owners_invite_and_nobody_invites_an_owner(
    owner: StaffMember, role: Role
) -> None:
    other = await make_staff()
    await StaffMember.filter(id=other.id).update(role=role)
    await other.refresh_from_db()
    invite, _ = await invites.create(Role.SELLER, by=owner)

    with pytest.raises(NotAllowedError):
        await invites.create(Role.PACKER, by=other)
    with pytest.raises(NotAllowedError):
        await invites.revoke(invite.id, by=other)
    with pytest.raises(NotAllowedError):
        await audit.page(by=other)
    with pytest.raises(NotAllowedError):
        await invites.create(Role.OWNER, by=owner)
    assert await invites.count() == 1


async def test_of_many_people_with_one_link_exactly_one_comes_in(owner: StaffMember) -> None:
    for round_ in range(5):
        _, token = await invites.create(Role.SELLER, by=owner)
        first = 8000 + 10 * round_
        results = await asyncio.gather(
            *(accept(token, first + at) for at in range(5)), return_exceptions=True
        )

        joined = [result for result in results if isinstance(result, Joined)]
        assert len(joined) == 1
        assert sum(isinstance(result, InviteError) for result in results) == 4
        telegram_ids = list(range(first, first + 5))
        members = await StaffMember.filter(telegram_id__in=telegram_ids)
        assert [member.id for member in members] == [joined[0].member.id]


async def test_a_link_that_is_revoked_while_somebody_comes_in_does_one_of_both(
    owner: StaffMember,
) -> None:
    for at in range(5):
        invite, token = await invites.create(Role.SELLER, by=owner)
        came, revoked = await asyncio.gather(
            accept(token, 9000 + at), invites.revoke(invite.id, by=owner), return_exceptions=True
        )

        assert isinstance(came, Joined) is isinstance(revoked, NotFoundError)
        assert isinstance(came, InviteError) is (revoked is None)
        assert await StaffMember.exists(telegram_id=9000 + at) is isinstance(came, Joined)


async def test_invites_and_the_log_are_paged(owner: StaffMember) -> None:
    made = [(await invites.create(Role.SELLER, by=owner))[0].id for _ in range(40)]

    pages = [await invites.page(number) for number in range(6)]
    assert [each.id for page in pages[:5] for each in page.invites] == made[::-1]
    assert pages[5] == pages[4]

    first = await audit.page(by=owner)
    assert (len(first.entries), first.has_newer, first.has_older) == (15, False, True)
    second = await audit.page(older_than=first.entries[-1].id, by=owner)
    last = await audit.page(older_than=second.entries[-1].id, by=owner)
    assert (len(second.entries), second.has_newer, second.has_older) == (15, True, True)
    assert (len(last.entries), last.has_newer, last.has_older) == (10, True, False)
    assert await audit.page(newer_than=last.entries[0].id, by=owner) == second
    assert await audit.page(newer_than=second.entries[0].id, by=owner) == first
