"""Setting a carrier up: what may be chosen is asked of the carrier, what was chosen is kept."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.carriers import CodKind, Contact, Sender, SenderAddress
from domain.errors import NotFoundError
from models.carriers import CarrierAccount
from models.staff import StaffMember
from services import carrier_accounts, carrier_trouble
from services.carrier_accounts import OpenAccount, Part
from sync.carrier_desk import CarrierDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be chosen, and from what: the field of ``part``. For a place these are the
    sender's addresses, besides all branches there are. ``account``: as it is now.
    """

    part: Part
    account: CarrierAccount
    senders: tuple[Sender, ...] = ()
    contacts: tuple[Contact, ...] = ()
    addresses: tuple[SenderAddress, ...] = ()
    cod_kinds: tuple[CodKind, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """Which of what was chosen the carrier still knows."""

    has_sender: bool
    has_contact: bool
    has_place: bool


async def connect(
    desk: CarrierDesk, carrier: str, keys: Mapping[str, str], *, by: StaffMember
) -> CarrierAccount:
    """Try a key, and keep it when the carrier accepts it.

    Raises:
        IntegrationError: it does not, or cannot be asked; nothing was changed.
        NotAllowedError: not this person's to do.
        NotFoundError: there is no such carrier.
    """
    asked = desk.carriers.get(carrier)
    if asked is None:
        raise NotFoundError("carrier")
    senders = await asked.senders(keys)
    return await carrier_accounts.connect(carrier, keys, senders, box=desk.box, by=by)


# Each of these raises IntegrationError (the carrier cannot be asked, or says no) and NotFoundError
# (no carrier is connected, or what was chosen is not there any more).


async def question(desk: CarrierDesk, part: Part) -> Question:
    """What can be chosen for SENDER, CONTACT, PLACE or COD_KIND."""
    opened = await desk.account()
    account, keys = opened.account, opened.keys
    asked = desk.carriers[account.carrier]
    match part:
        case Part.CONTACT:
            contacts = tuple(await asked.contacts(keys, account.sender_ref))
            return Question(part=part, account=account, contacts=contacts)
        case Part.PLACE:
            addresses = tuple(await asked.sender_addresses(keys, account.sender_ref))
            return Question(part=part, account=account, addresses=addresses)
        case Part.COD_KIND:
            kinds = await _cod_kinds(desk, opened)
            return Question(part=part, account=account, cod_kinds=kinds)
        case _:
            senders = tuple(await asked.senders(keys))
            return Question(part=Part.SENDER, account=account, senders=senders)


async def _cod_kinds(desk: CarrierDesk, opened: OpenAccount) -> tuple[CodKind, ...]:
    senders = await desk.carriers[opened.account.carrier].senders(opened.keys)
    ours = (each for each in senders if each.ref == opened.account.sender_ref)
    sender = next(ours, None)
    if sender is None:
        raise NotFoundError("sender")
    return sender.cod_kinds


async def go_on(desk: CarrierDesk, *, by: StaffMember) -> Question | None:
    """What is to be chosen next; None: nothing. Where there is one choice, it is made at once."""
    while (part := carrier_accounts.missing((await desk.account()).account)) is not None:
        asked = await question(desk, part)
        if not await _choose_only(asked, by):
            return asked
    return None


async def _choose_only(asked: Question, by: StaffMember) -> bool:
    id_ = asked.account.id
    match asked:
        case Question(part=Part.SENDER, senders=(sender,)):
            await carrier_accounts.choose_sender(id_, sender, by=by)
        case Question(part=Part.CONTACT, contacts=(contact,)):
            ref = asked.account.sender_ref
            await carrier_accounts.choose_contact(id_, ref, contact, by=by)
        case Question(part=Part.COD_KIND, cod_kinds=(kind,)):
            await carrier_accounts.choose_cod_kind(id_, kind, by=by)
        case _:
            return False
    return True


async def choose(desk: CarrierDesk, part: Part, ref: str, *, by: StaffMember) -> None:
    """Choose a SENDER, a CONTACT, an address as the PLACE, or a COD_KIND, by its Ref or value."""
    asked = await question(desk, part)
    id_, sender_ref = asked.account.id, asked.account.sender_ref
    for sender in asked.senders:
        if sender.ref == ref:
            return await carrier_accounts.choose_sender(id_, sender, by=by)
    for contact in asked.contacts:
        if contact.ref == ref:
            return await carrier_accounts.choose_contact(id_, sender_ref, contact, by=by)
    for address in asked.addresses:
        if address.ref == ref:
            return await carrier_accounts.choose_door(id_, sender_ref, address, by=by)
    for kind in asked.cod_kinds:
        if kind.value == ref:
            return await carrier_accounts.choose_cod_kind(id_, kind, by=by)
    raise NotFoundError("choice")


async def look_again(desk: CarrierDesk) -> Looked:
    """Ask whether the key is still accepted, and what was chosen is still there."""
    opened = await desk.account()
    account, keys = opened.account, opened.keys
    asked = desk.carriers[account.carrier]
    senders = {each.ref for each in await asked.senders(keys)}
    await carrier_trouble.note_accepted(account.id)
    has_sender = account.sender_ref in senders
    contacts = await asked.contacts(keys, account.sender_ref) if has_sender else ()
    return Looked(
        has_sender=has_sender,
        has_contact=account.contact_ref in {each.ref for each in contacts},
        has_place=await _has_place(desk, opened, has_sender=has_sender),
    )


async def _has_place(desk: CarrierDesk, opened: OpenAccount, *, has_sender: bool) -> bool:
    account, asked = opened.account, desk.carriers[opened.account.carrier]
    if not account.place_ref:
        return False
    if account.from_door:
        if not has_sender:
            return False
        addresses = await asked.sender_addresses(opened.keys, account.sender_ref)
        return account.place_ref in {each.ref for each in addresses}
    branch = await asked.point(opened.keys, account.place_ref)
    return branch is not None and branch.is_open
