"""Settings, Delivery: another key, a check, leaving Nova Poshta, and who may do all that."""

from tortoise.timezone import now

from domain.carriers import CarrierProblem, CodKind
from domain.errors import KeyRefusedError
from domain.rights import Role
from models.carriers import CarrierAccount, CarrierNotice
from models.staff import StaffMember
from sandbox.novaposhta import NovaPoshta
from sandbox.novaposhta.directory import DNIPRO_1
from services import carrier_trouble
from tests.bot.delivery import MENU, OTHER, Owner, labels, owner, post
from tests.carriers import make_account
from tests.factories import BOX

__all__ = ["owner", "post"]


async def test_another_key_keeps_what_was_chosen_while_the_sender_is_there(
    owner: Owner, post: NovaPoshta
) -> None:
    account = await make_account(post, key_ends_on=now().date())
    await carrier_trouble.note_refused(account.id, KeyRefusedError(CarrierProblem.KEY_EXPIRED, ""))
    theirs = await owner.scene.message(owner.scene.owner.chat, "Нова пошта не приймає")
    ours = await owner.scene.message(owner.user.chat, "Nova Poshta does not accept our key")
    assert labels(ours) == ["🚚 Delivery"]
    await owner.tap(ours, "Delivery")
    await owner.says(ours, "🟠 Nova Poshta", "The carrier's key has expired")

    known = post.accounts.pop(post.key)
    post.accounts[OTHER], known.key = known, OTHER
    await owner.tap(ours, "Another key")
    await owner.says(ours, "Another key of Nova Poshta")
    await owner.type(OTHER)
    await owner.says(ours, "✅ The key is changed.", "🟢 Nova Poshta", "last day is not noted")
    assert BOX.decrypt((await CarrierAccount.get()).secrets) == {"api_key": OTHER}
    await owner.scene.message(owner.scene.owner.chat, "знову приймає", after=theirs)
    assert await CarrierNotice.filter(kind="back").count() == 1
    await owner.scene.settled()
    assert not any("again" in each.text for each in owner.user.chat.messages)  # they did it

    post.add_account(post.key)  # somebody else's
    post.add_sender("Іваненко Іван Іванович", key=post.key)
    await owner.tap(ours, "Another key")
    await owner.says(ours, "Another key of Nova Poshta")
    await owner.type(post.key)
    await owner.says(ours, "✅ Waybills can be made now.")  # one of all, and the branch stays
    after = await CarrierAccount.get()
    assert (after.sender_name, after.place_ref) == ("Іваненко Іван Іванович", DNIPRO_1)
    assert (after.id, after.cod_kind) == (account.id, CodKind.TRANSFER)


async def test_a_cabinet_without_a_sender_says_so(owner: Owner, post: NovaPoshta) -> None:
    post.add_account(OTHER)
    screen = await owner.delivery()
    await owner.tap(screen, "Connect Nova Poshta")
    await owner.says(screen, "3. Send it here.")
    await owner.type(OTHER)
    await owner.says(screen, "Who sends?", "The key opens no sender.")
    post.add_sender("Іваненко Іван Іванович", key=OTHER)
    await owner.tap(screen, "Try again")
    await owner.says(screen, "Which city do you send from?")


async def test_a_check_says_what_is_well_and_what_is_gone(owner: Owner, post: NovaPoshta) -> None:
    account = await make_account(post)
    screen = await owner.delivery()
    await owner.tap(screen, "Check now")
    await owner.says(screen, "✅ The key is accepted.", "🟢 Nova Poshta")
    assert "⚠" not in screen.text
    post.close_warehouse(DNIPRO_1)
    await owner.tap(screen, "Check now")
    await owner.says(screen, "⚠ Nothing can be sent from that place now")
    await CarrierAccount.filter(id=account.id).update(sender_ref="gone")
    await owner.tap(screen, "Check now")
    await owner.says(screen, "⚠ The sender is not there any more")
    post.expire_key()
    await owner.tap(screen, "Check now")
    await owner.says(screen, "⚠ The carrier's key has expired")


async def test_a_carrier_is_left_and_taken_again_with_what_was_chosen(
    owner: Owner, post: NovaPoshta
) -> None:
    account = await make_account(post)
    screen = await owner.delivery()
    old = await owner.delivery()
    await owner.tap(screen, "Disconnect")
    await owner.says(screen, "Disconnect Nova Poshta?", "not tracked")
    assert (await CarrierAccount.get()).is_active
    await owner.tap(screen, "Disconnect Nova Poshta")
    await owner.says(screen, "Nova Poshta is disconnected.", "Connect a carrier")
    left = await CarrierAccount.get()
    assert (left.is_active, left.secrets) == (False, "")

    for label in ("Weight", "Check now", "Sender", "Disconnect"):  # of an old message
        await owner.tap(old, label)
        await owner.says(old, "⚠", "Connect a carrier")
        assert labels(old) == ["➕ Connect Nova Poshta", "📖 Guide", "⬅️ Back"]
        await CarrierAccount.filter(id=account.id).update(is_active=True)
        await owner.tap(old, "Back")
        await owner.tap(old, "Delivery")
        await owner.says(old, "Nova Poshta", "Sender:")
        await CarrierAccount.filter(id=account.id).update(is_active=False)

    await owner.tap(screen, "Connect Nova Poshta")
    await owner.says(screen, "3. Send it here.")
    await owner.type(post.key)
    await owner.says(screen, "✅ Nova Poshta is connected.", "🟢 Nova Poshta")
    again = await CarrierAccount.get()
    assert (again.id, again.place_ref, again.is_active) == (account.id, DNIPRO_1, True)


async def test_only_owners_set_carriers_up(owner: Owner, post: NovaPoshta) -> None:
    await make_account(post)
    screen = await owner.delivery()
    await owner.tap(screen, "Another key")
    await owner.says(screen, "Another key of Nova Poshta")
    await StaffMember.filter(telegram_id=owner.user.id).update(role=Role.MANAGER)

    await owner.type(OTHER)
    await owner.scene.message(owner.user.chat, "Your role does not include this")
    await owner.type("42")
    assert not post.requests
    assert BOX.decrypt((await CarrierAccount.get()).secrets) == {"api_key": post.key}
    assert "Your role does not include this" in await owner.tap(screen, "Back")
    await owner.user.send("/settings")
    menu = await owner.scene.message(owner.user.chat, MENU, after=screen)
    assert "🚚 Delivery" not in labels(menu)
    assert not await CarrierNotice.exists()
