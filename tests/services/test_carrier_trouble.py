"""A carrier that does not accept our key: the owners hear of it once, and of its end."""

import asyncio

import pytest

from domain.carriers import CarrierNoticeKind, CarrierProblem
from domain.errors import KeyRefusedError
from domain.rights import Role
from models.carriers import CarrierAccount, CarrierNotice
from models.outbox import EffectKind, OutboxEffect
from models.staff import StaffMember
from models.telegram import Chat
from services import carrier_accounts, carrier_trouble, chats
from tests.factories import BOX, OWNER_ID, make_staff

ANOTHER_OWNER_ID = 5002


@pytest.fixture
async def account(db: str) -> CarrierAccount:
    del db
    for telegram_id in (OWNER_ID, ANOTHER_OWNER_ID):
        await chats.subscribe(telegram_id)
        await make_staff(f"Owner {telegram_id}", telegram_id, Role.OWNER)
    await chats.subscribe(5003)
    await make_staff("Oleh", 5003)
    return await CarrierAccount.create(carrier="novaposhta", secrets=BOX.encrypt({"api_key": "k"}))


async def refused(
    account: CarrierAccount, reason: CarrierProblem = CarrierProblem.KEY_EXPIRED, words: str = ""
) -> None:
    await carrier_trouble.note_refused(account.id, KeyRefusedError(reason, words))


async def told() -> list[str]:
    """What was told, each piece to both owners unless said otherwise."""
    return [each.kind for each in await CarrierNotice.all().order_by("id")]


async def hearers(notice: CarrierNotice) -> set[int]:
    owed = await OutboxEffect.filter(kind=EffectKind.TELL_CARRIER, subject_id=notice.id)
    found = await Chat.filter(id__in=[each.chat_id for each in owed])
    return {chat.telegram_id for chat in found}


async def test_owners_alone_are_told_once_however_often_it_is_refused(
    account: CarrierAccount,
) -> None:
    await refused(account, words="API key expired")
    await refused(account)
    await refused(account, CarrierProblem.WRONG_KEY, "x" * 400)

    (notice,) = await CarrierNotice.all()
    assert notice.kind == CarrierNoticeKind.TROUBLE
    assert notice.data == {"problem": "key_expired", "text": "API key expired"}
    assert await hearers(notice) == {OWNER_ID, ANOTHER_OWNER_ID}
    now = await CarrierAccount.get()
    assert (now.trouble, len(now.trouble_text)) == ("wrong_key", 300)


async def test_of_many_who_are_refused_at_once_one_tells(account: CarrierAccount) -> None:
    await asyncio.gather(*(refused(account) for _ in range(5)))
    assert await told() == ["trouble"]

    await asyncio.gather(*(carrier_trouble.note_accepted(account.id) for _ in range(5)))
    assert await told() == ["trouble", "back"]


async def test_the_end_is_told_to_those_who_heard_of_the_trouble_and_it_may_begin_anew(
    account: CarrierAccount,
) -> None:
    await carrier_trouble.note_accepted(account.id)
    assert await told() == []

    await refused(account)
    await carrier_trouble.note_accepted(account.id)
    await carrier_trouble.note_accepted(account.id)
    assert await told() == ["trouble", "back"]
    now = await CarrierAccount.get()
    assert (now.trouble, now.trouble_text, now.is_trouble_told) == ("", "", False)

    await refused(account)
    assert await told() == ["trouble", "back", "trouble"]


async def test_who_gives_another_key_needs_not_to_be_told_that_it_works(
    account: CarrierAccount,
) -> None:
    await refused(account)
    mender = await StaffMember.get(telegram_id=OWNER_ID)

    await carrier_accounts.connect("novaposhta", {"api_key": "n"}, [], box=BOX, by=mender)

    assert await told() == ["trouble", "back"]
    back = await CarrierNotice.get(kind=CarrierNoticeKind.BACK)
    assert await hearers(back) == {ANOTHER_OWNER_ID}
    assert (await CarrierAccount.get()).trouble == ""


async def test_of_a_carrier_that_was_left_nothing_is_told(account: CarrierAccount) -> None:
    await refused(account)
    owner = await StaffMember.get(telegram_id=OWNER_ID)
    await carrier_accounts.disconnect(account.id, by=owner)

    await refused(account)
    await carrier_trouble.note_accepted(account.id)

    assert await told() == ["trouble"]
    assert (await CarrierAccount.get()).trouble == ""
