"""Our accounts with carriers: the key, kept encrypted, and how parcels are usually sent."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum

from tortoise.timezone import now

from domain.boxes import box_cm, weight_kg
from domain.carriers import CodKind, Contact, Payer, PlaceKind, Sender, SenderAddress
from domain.errors import NotFoundError
from domain.parcel_words import LONGEST_DESCRIPTION
from domain.rights import Right, demand
from domain.typed import line_of_text
from models.audit import AuditKind
from models.carriers import CarrierAccount, CarrierPoint
from models.money import MoneyAccount
from models.staff import StaffMember
from services import audit, carrier_trouble
from services.secrets import SecretBox
from services.transactions import transaction

USUAL_DESCRIPTION = "Товари"  # the carrier reads it, whatever language staff read

_LONGEST_NAME, _LONGEST_PLACE = 200, 300


class Part(StrEnum):
    """What of an account is chosen; the first four must be before a waybill can be made.

    The values are in buttons, in stored dialogues and in the audit log.
    """

    SENDER = "sender"
    CONTACT = "contact"
    PLACE = "place"
    COD_KIND = "cod"
    COD_ACCOUNT = "money"
    PAYER = "payer"
    WEIGHT = "weight"
    BOX = "box"
    DESCRIPTION = "descr"
    KEY = "key"
    KEY_END = "key_end"


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """An account with its keys decrypted. Never logged: its repr hides them."""

    account: CarrierAccount
    keys: Mapping[str, str]

    def __repr__(self) -> str:
        return f"OpenAccount({self.account.carrier!r}, secrets hidden)"


async def active(carrier: str = "") -> CarrierAccount | None:
    """Our account with this carrier, or the first there is; None: none is connected.

    It comes with its ``cod_account``.
    """
    accounts = CarrierAccount.filter(is_active=True).select_related("cod_account")
    chosen = accounts.filter(carrier=carrier) if carrier else accounts
    return await chosen.order_by("id").first()


async def opened(box: SecretBox, carrier: str = "") -> OpenAccount:
    """As ``active``, with its keys.

    Raises:
        NotFoundError: there is none.
    """
    account = await active(carrier)
    if account is None:
        raise NotFoundError("carrier")
    return OpenAccount(account, box.decrypt(account.secrets))


def is_set_up(account: CarrierAccount) -> bool:
    """Whether waybills can be made with it: who sends, from where, is known."""
    return all((account.sender_ref, account.contact_ref, account.phone, account.place_ref))


def missing(account: CarrierAccount) -> Part | None:
    """What is to be chosen next before all waybills can be made; None: nothing."""
    chosen = {
        Part.SENDER: account.sender_ref,
        Part.CONTACT: account.contact_ref and account.phone,
        Part.PLACE: account.place_ref,
        Part.COD_KIND: account.cod_kind,
    }
    return next((part for part, value in chosen.items() if not value), None)


# --- the key -------------------------------------------------------------------------------------


async def connect(
    carrier: str,
    keys: Mapping[str, str],
    senders: Collection[Sender],
    *,
    box: SecretBox,
    by: StaffMember,
) -> CarrierAccount:
    """Let us in with a key that was checked: for the first time, once more, or with another one.

    ``senders``: whom it lets us send as. What was chosen before stays as far as it is theirs.

    Raises:
        NotAllowedError: not this person's to do.
    """
    demand(by.role, Right.EDIT_SHOPS)
    async with transaction():
        made = {"secrets": "", "is_active": False, "description": USUAL_DESCRIPTION}
        await CarrierAccount.get_or_create(carrier=carrier, defaults=made)
        account = await CarrierAccount.filter(carrier=carrier).select_for_update(no_key=True).get()
        columns = _still_theirs(account, senders)
        if not account.is_active:
            columns |= {"is_active": True, "connected_at": now()}
        await CarrierAccount.filter(id=account.id).update(
            secrets=box.encrypt(keys), key_ends_on=None, key_end_told=None, **columns
        )
        await carrier_trouble.end(account, heard_by=by.telegram_id)
        if account.is_active:
            await record(account, Part.KEY, "", by)
        else:
            await audit.record(AuditKind.CARRIER_CONNECTED, by=by, name=carrier)
    return await CarrierAccount.get(id=account.id)


_NO_CONTACT = {"contact_ref": "", "contact_name": "", "phone": ""}
_NO_PLACE: dict[str, object] = {
    "city_ref": "",
    "city_name": "",
    "place_ref": "",
    "place_name": "",
    "from_door": False,
}


def _still_theirs(account: CarrierAccount, senders: Collection[Sender]) -> dict[str, object]:
    """What is forgotten of an account that may send as these alone."""
    sender = next((each for each in senders if each.ref == account.sender_ref), None)
    if sender is None:
        return {"sender_ref": "", "sender_name": "", **_of_other_sender(account)}
    return {} if account.cod_kind in sender.cod_kinds else {"cod_kind": ""}


def _of_other_sender(account: CarrierAccount) -> dict[str, object]:
    """What goes with a sender: contacts and doors are theirs, and how money comes to them."""
    place = _NO_PLACE if account.from_door else {}
    return {**_NO_CONTACT, **place, "cod_kind": ""}


async def disconnect(account_id: int, *, by: StaffMember) -> None:
    """Forget the key. Waybills are neither made nor looked after any more; all that was stays.

    Raises:
        NotAllowedError: not this person's to do.
        NotFoundError: it is not connected (any more).
    """
    demand(by.role, Right.EDIT_SHOPS)
    async with transaction():
        account = await lock(account_id)
        await CarrierAccount.filter(id=account_id).update(
            is_active=False, secrets="", key_ends_on=None, key_end_told=None
        )
        await carrier_trouble.forget(account_id)
        await audit.record(AuditKind.CARRIER_DISCONNECTED, by=by, name=account.carrier)


# --- how parcels are sent ------------------------------------------------------------------------
# Each raises NotAllowedError (not this person's to do) and NotFoundError (the account is not
# connected any more), and what it says itself.


async def choose_sender(account_id: int, sender: Sender, *, by: StaffMember) -> None:
    """Who sends. What belongs to another one is forgotten."""
    async with _editing(account_id, by) as account:
        columns: dict[str, object] = {
            "sender_ref": sender.ref,
            "sender_name": sender.name[:_LONGEST_NAME],
        }
        if account.sender_ref != sender.ref:
            columns |= _of_other_sender(account)
        await _change(account, Part.SENDER, sender.name, by, columns)


async def choose_contact(
    account_id: int, sender_ref: str, contact: Contact, *, by: StaffMember
) -> None:
    """The contact person, of this sender. NotFoundError: another one sends by now ("sender")."""
    columns = {
        "contact_ref": contact.ref,
        "contact_name": contact.name[:_LONGEST_NAME],
        "phone": contact.phone,
    }
    async with _editing(account_id, by) as account:
        _demand_sender(account, sender_ref)
        await _change(account, Part.CONTACT, contact.name, by, columns)


def _demand_sender(account: CarrierAccount, sender_ref: str) -> None:
    if account.sender_ref != sender_ref:
        raise NotFoundError("sender")


async def choose_branch(account_id: int, point_id: int, *, by: StaffMember) -> None:
    """Parcels are handed in at this branch. NotFoundError: it is closed, or is none ("point")."""
    async with _editing(account_id, by) as account:
        branches = CarrierPoint.filter(id=point_id, carrier=account.carrier, is_open=True)
        branch = await branches.filter(kind=PlaceKind.BRANCH).select_related("city").first()
        if branch is None:
            raise NotFoundError("point")
        columns = {
            "city_ref": branch.city.ref,
            "city_name": branch.city.name[:_LONGEST_NAME],
            "place_ref": branch.ref,
            "place_name": branch.name[:_LONGEST_PLACE],
            "from_door": False,
        }
        value = f"{branch.city.name}, {branch.name}"
        await _change(account, Part.PLACE, value, by, columns)


async def choose_door(
    account_id: int, sender_ref: str, address: SenderAddress, *, by: StaffMember
) -> None:
    """Parcels are fetched from this address of this sender. NotFoundError: as above."""
    columns = {
        "city_ref": address.city_ref,
        "city_name": address.city_name[:_LONGEST_NAME],
        "place_ref": address.ref,
        "place_name": address.name[:_LONGEST_PLACE],
        "from_door": True,
    }
    async with _editing(account_id, by) as account:
        _demand_sender(account, sender_ref)
        value = f"{address.city_name}, {address.name}"
        await _change(account, Part.PLACE, value, by, columns)


async def choose_cod_kind(account_id: int, kind: CodKind, *, by: StaffMember) -> None:
    """How cash on delivery comes back."""
    async with _editing(account_id, by) as account:
        await _change(account, Part.COD_KIND, kind.value, by, {"cod_kind": kind.value})


async def choose_cod_account(
    account_id: int, money_account_id: int | None, *, by: StaffMember
) -> None:
    """Where it arrives; None: people settle it by hand.

    NotFoundError: there is no such account, or nothing can arrive there ("money account").
    """
    async with _editing(account_id, by) as account:
        name = ""
        if money_account_id is not None:
            into = await MoneyAccount.get_or_none(id=money_account_id)
            if into is None or into.is_promise:
                raise NotFoundError("money account")
            name = into.name
        columns = {"cod_account_id": money_account_id}
        await _change(account, Part.COD_ACCOUNT, name, by, columns)


async def choose_payer(account_id: int, payer: Payer, *, by: StaffMember) -> None:
    """Who usually pays for the delivery."""
    async with _editing(account_id, by) as account:
        await _change(account, Part.PAYER, payer.value, by, {"payer": payer})


async def set_text(account_id: int, part: Part, text: str, *, by: StaffMember) -> None:
    """What somebody typed for WEIGHT, BOX or DESCRIPTION. TypedError: it cannot be that."""
    async with _editing(account_id, by) as account:
        columns, value = _typed(part, text)
        await _change(account, part, value, by, columns)


def _typed(part: Part, text: str) -> tuple[dict[str, object], str]:
    """The columns, and what the audit log says of them."""
    if part is Part.WEIGHT:
        weight = weight_kg(text)
        return {"weight_kg": weight}, f"{weight.normalize():f}"
    if part is Part.BOX:
        box = box_cm(text)
        sides = (box.length_cm, box.width_cm, box.height_cm)
        columns = dict(zip(("length_cm", "width_cm", "height_cm"), sides, strict=True))
        return {**columns}, "x".join(map(str, sides))
    words = line_of_text(text, LONGEST_DESCRIPTION)
    return {"description": words}, words


@asynccontextmanager
async def _editing(account_id: int, by: StaffMember) -> AsyncIterator[CarrierAccount]:
    """One transaction around an edit of a connected account, which is locked."""
    demand(by.role, Right.EDIT_SHOPS)
    async with transaction():
        yield await lock(account_id)


async def _change(
    account: CarrierAccount,
    part: Part,
    value: str,
    by: StaffMember,
    columns: Mapping[str, object],
) -> None:
    """Write what was chosen, unless it was so already. ``value``: for the audit log."""
    if any(getattr(account, name) != new for name, new in columns.items()):
        await CarrierAccount.filter(id=account.id).update(**columns)
        await record(account, part, value, by)


async def lock(account_id: int) -> CarrierAccount:
    """A connected account, locked for all but rows that are stored for it. In a transaction.

    Raises:
        NotFoundError: it is not connected (any more).
    """
    rows = CarrierAccount.filter(id=account_id, is_active=True)
    account = await rows.select_for_update(no_key=True).first()
    if account is None:
        raise NotFoundError("carrier")
    return account


async def record(account: CarrierAccount, part: Part, value: str, by: StaffMember) -> None:
    """Note in the audit log what was changed, in the transaction of it."""
    data = {"name": account.carrier, "what": part.value, "value": value}
    await audit.record(AuditKind.CARRIER_CHANGED, by=by, **data)
