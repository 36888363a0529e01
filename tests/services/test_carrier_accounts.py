"""Our account with a carrier: what is chosen, who may choose, and what goes when another sends."""

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest
from tortoise.timezone import now

from domain.carriers import CodKind, Contact, Payer, PlaceKind, Sender, SenderAddress
from domain.errors import NotAllowedError, NotFoundError, TypedError
from domain.payments import AccountKind
from domain.rights import Role
from models.audit import AuditEntry, AuditKind
from models.carriers import CarrierAccount, CarrierCity, CarrierPoint
from models.money import MoneyAccount
from models.staff import StaffMember
from services import carrier_accounts
from services.carrier_accounts import Part
from tests.factories import BOX, OWNER_ID, make_staff

CARRIER = "novaposhta"
KEYS = {"api_key": "0f1e2d3c4b5a69788796a5b4c3d2e1f0"}
FIRM = Sender(ref="firm", name="ФОП Гончар", cod_kinds=(CodKind.CONTROL,))
PERSON = Sender(ref="person", name="Гончар", cod_kinds=(CodKind.TRANSFER,))
CONTACT = Contact(ref="contact", name="Гончар Микола", phone="+380501110099")
DOOR = SenderAddress(ref="door", city_ref="kyiv", city_name="Київ", name="вул. Мала, 1")

Choose = Callable[[int, StaffMember], Awaitable[None]]


@pytest.fixture
async def owner(db: str) -> StaffMember:
    del db
    return await make_staff("Олена", OWNER_ID, Role.OWNER)


@pytest.fixture
async def account(owner: StaffMember) -> CarrierAccount:
    """Connected; a business sends from its own door."""
    made = await connect(owner)
    await carrier_accounts.choose_sender(made.id, FIRM, by=owner)
    await carrier_accounts.choose_contact(made.id, FIRM.ref, CONTACT, by=owner)
    await carrier_accounts.choose_door(made.id, FIRM.ref, DOOR, by=owner)
    await carrier_accounts.choose_cod_kind(made.id, CodKind.CONTROL, by=owner)
    await AuditEntry.all().delete()
    return await CarrierAccount.get()


async def connect(by: StaffMember, *senders: Sender, key: str = "k") -> CarrierAccount:
    return await carrier_accounts.connect(CARRIER, {"api_key": key}, senders, box=BOX, by=by)


async def make_point(**values: Any) -> CarrierPoint:
    city, _ = await CarrierCity.get_or_create(
        carrier=CARRIER, ref="lviv", defaults={"name": "Львів", "key": "львів"}
    )
    columns: dict[str, Any] = {
        "carrier": CARRIER,
        "ref": "lviv-5",
        "city_id": city.id,
        "kind": PlaceKind.BRANCH,
        "number": "5",
        "name": "Відділення №5",
        "key": "5",
    }
    return await CarrierPoint.create(**(columns | values))


async def log() -> list[tuple[str, str]]:
    rows = await AuditEntry.filter(kind=AuditKind.CARRIER_CHANGED).order_by("id")
    return [(row.data["what"], row.data["value"]) for row in rows]


async def test_a_new_account_has_a_hidden_key_and_sensible_defaults(owner: StaffMember) -> None:
    made = await carrier_accounts.connect(CARRIER, KEYS, [FIRM], box=BOX, by=owner)

    assert KEYS["api_key"] not in made.secrets
    assert BOX.decrypt(made.secrets) == KEYS
    opened = await carrier_accounts.opened(BOX)
    assert opened.keys == KEYS
    assert KEYS["api_key"] not in repr(opened)
    assert carrier_accounts.missing(made) is Part.SENDER
    assert not carrier_accounts.is_set_up(made)
    assert (made.weight_kg, made.payer, made.description) == (
        Decimal("0.5"),
        Payer.RECIPIENT,
        carrier_accounts.USUAL_DESCRIPTION,
    )
    (row,) = await AuditEntry.all()
    assert (row.kind, row.staff_id) == (AuditKind.CARRIER_CONNECTED, owner.id)
    assert row.data == {"name": CARRIER}


async def test_what_is_chosen_next_ends_when_waybills_can_be_made(owner: StaffMember) -> None:
    id_ = (await connect(owner, FIRM)).id

    async def missing() -> Part | None:
        found = await carrier_accounts.active()
        assert found is not None
        return carrier_accounts.missing(found)

    asked = [await missing()]
    await carrier_accounts.choose_sender(id_, FIRM, by=owner)
    asked.append(await missing())
    await carrier_accounts.choose_contact(id_, FIRM.ref, CONTACT, by=owner)
    asked.append(await missing())
    await carrier_accounts.choose_branch(id_, (await make_point()).id, by=owner)
    asked.append(await missing())
    assert carrier_accounts.is_set_up(await CarrierAccount.get())
    await carrier_accounts.choose_cod_kind(id_, CodKind.CONTROL, by=owner)
    asked.append(await missing())

    assert asked == [Part.SENDER, Part.CONTACT, Part.PLACE, Part.COD_KIND, None]
    now_ = await CarrierAccount.get()
    assert (now_.city_ref, now_.city_name, now_.place_ref) == ("lviv", "Львів", "lviv-5")
    assert not now_.from_door
    assert await log() == [
        ("sender", "ФОП Гончар"),
        ("contact", "Гончар Микола"),
        ("place", "Львів, Відділення №5"),
        ("cod", "control"),
    ]


async def test_another_sender_takes_contact_door_and_kind_of_payment_along(
    account: CarrierAccount, owner: StaffMember
) -> None:
    await carrier_accounts.choose_sender(account.id, FIRM, by=owner)
    assert await log() == []  # as it was
    assert (await CarrierAccount.get()).contact_ref == CONTACT.ref

    await carrier_accounts.choose_sender(account.id, PERSON, by=owner)

    after = await CarrierAccount.get()
    assert (after.sender_ref, after.contact_ref, after.phone) == (PERSON.ref, "", "")
    assert (after.place_ref, after.city_ref, after.from_door, after.cod_kind) == ("", "", False, "")
    assert await log() == [("sender", "Гончар")]


async def test_a_branch_stays_whoever_sends(account: CarrierAccount, owner: StaffMember) -> None:
    await carrier_accounts.choose_branch(account.id, (await make_point()).id, by=owner)
    await carrier_accounts.choose_sender(account.id, PERSON, by=owner)

    after = await CarrierAccount.get()
    assert (after.place_ref, after.place_name) == ("lviv-5", "Відділення №5")


async def test_what_belongs_to_another_sender_is_not_chosen(
    account: CarrierAccount, owner: StaffMember
) -> None:
    """A colleague has chosen another one meanwhile."""
    for choose in (
        carrier_accounts.choose_contact(account.id, PERSON.ref, CONTACT, by=owner),
        carrier_accounts.choose_door(account.id, PERSON.ref, DOOR, by=owner),
    ):
        with pytest.raises(NotFoundError) as missing:
            await choose
        assert missing.value.what == "sender"
    assert await log() == []


@pytest.mark.parametrize(
    "values", [{"kind": PlaceKind.LOCKER}, {"is_open": False}, {"carrier": "other"}]
)
async def test_nothing_is_handed_in_but_at_an_open_branch_of_this_carrier(
    account: CarrierAccount, owner: StaffMember, values: dict[str, object]
) -> None:
    point = await make_point(**values)
    for point_id in (point.id, point.id + 1):
        with pytest.raises(NotFoundError):
            await carrier_accounts.choose_branch(account.id, point_id, by=owner)
    assert (await CarrierAccount.get()).place_ref == DOOR.ref


async def test_cash_on_delivery_arrives_where_money_really_lies(
    account: CarrierAccount, owner: StaffMember
) -> None:
    card = await MoneyAccount.get(kind=AccountKind.CARD)
    await carrier_accounts.choose_cod_account(account.id, card.id, by=owner)
    shown = await carrier_accounts.active()
    assert shown is not None
    assert shown.cod_account is not None
    assert shown.cod_account.id == card.id
    for promise in (AccountKind.COD, AccountKind.UNPAID):
        into = await MoneyAccount.get(kind=promise)
        with pytest.raises(NotFoundError):
            await carrier_accounts.choose_cod_account(account.id, into.id, by=owner)
    assert (await CarrierAccount.get()).cod_account_id == card.id
    await carrier_accounts.choose_cod_account(account.id, None, by=owner)
    assert await log() == [("money", card.name), ("money", "")]


async def test_typed_things_are_kept_as_they_are_meant_or_refused(
    account: CarrierAccount, owner: StaffMember
) -> None:
    for part, text in (
        (Part.WEIGHT, "1,50 кг"),
        (Part.BOX, "40х30х20"),
        (Part.DESCRIPTION, "  Чохли   й скло "),
    ):
        await carrier_accounts.set_text(account.id, part, text, by=owner)
        await carrier_accounts.set_text(account.id, part, text, by=owner)  # nothing changes
    for part, text in ((Part.WEIGHT, "0"), (Part.BOX, "40"), (Part.DESCRIPTION, "а" * 51)):
        with pytest.raises(TypedError):
            await carrier_accounts.set_text(account.id, part, text, by=owner)

    after = await CarrierAccount.get()
    assert after.weight_kg == Decimal("1.5")
    assert (after.length_cm, after.width_cm, after.height_cm) == (40, 30, 20)
    assert after.description == "Чохли й скло"
    assert await log() == [("weight", "1.5"), ("box", "40x30x20"), ("descr", "Чохли й скло")]


async def test_another_key_keeps_what_its_senders_still_have(
    account: CarrierAccount, owner: StaffMember
) -> None:
    await CarrierAccount.all().update(key_ends_on=now().date(), key_end_told=3)
    same = await connect(owner, PERSON, FIRM, key="n")
    assert (same.id, same.sender_ref, same.cod_kind) == (account.id, FIRM.ref, "control")
    assert (same.place_ref, same.contact_ref) == (DOOR.ref, CONTACT.ref)
    assert (same.key_ends_on, same.key_end_told) == (None, None)
    assert BOX.decrypt(same.secrets) == {"api_key": "n"}

    lost = Sender(ref=FIRM.ref, name=FIRM.name, cod_kinds=(CodKind.TRANSFER,))
    assert (await connect(owner, lost)).cod_kind == ""  # its contract is over
    gone = await connect(owner, PERSON)
    assert (gone.sender_ref, gone.contact_ref, gone.place_ref) == ("", "", "")
    assert await log() == [("key", "")] * 3
    assert await CarrierAccount.all().count() == 1


async def test_who_leaves_loses_the_key_and_finds_the_rest_on_coming_back(
    account: CarrierAccount, owner: StaffMember
) -> None:
    await carrier_accounts.disconnect(account.id, by=owner)
    left = await CarrierAccount.get()
    assert (left.is_active, left.secrets, left.place_ref) == (False, "", DOOR.ref)
    assert await carrier_accounts.active() is None
    with pytest.raises(NotFoundError):
        await carrier_accounts.opened(BOX)
    with pytest.raises(NotFoundError):
        await carrier_accounts.disconnect(account.id, by=owner)

    again = await connect(owner, FIRM)
    assert (again.id, again.is_active, again.sender_ref) == (account.id, True, FIRM.ref)
    assert again.connected_at > account.connected_at
    kinds = [row.kind for row in await AuditEntry.all().order_by("id")]
    assert kinds == [AuditKind.CARRIER_DISCONNECTED, AuditKind.CARRIER_CONNECTED]


async def test_two_who_connect_at_once_make_one_account(owner: StaffMember) -> None:
    made = await asyncio.gather(*(connect(owner, FIRM, key=str(n)) for n in range(5)))

    assert len({each.id for each in made}) == 1
    kinds = [row.kind for row in await AuditEntry.all().order_by("id")]
    assert kinds == [AuditKind.CARRIER_CONNECTED, *[AuditKind.CARRIER_CHANGED] * 4]


EDITS: dict[str, Choose] = {
    "sender": lambda id_, by: carrier_accounts.choose_sender(id_, PERSON, by=by),
    "contact": lambda id_, by: carrier_accounts.choose_contact(id_, FIRM.ref, CONTACT, by=by),
    "branch": lambda id_, by: carrier_accounts.choose_branch(id_, 1, by=by),
    "door": lambda id_, by: carrier_accounts.choose_door(id_, FIRM.ref, DOOR, by=by),
    "cod kind": lambda id_, by: carrier_accounts.choose_cod_kind(id_, CodKind.TRANSFER, by=by),
    "cod account": lambda id_, by: carrier_accounts.choose_cod_account(id_, None, by=by),
    "payer": lambda id_, by: carrier_accounts.choose_payer(id_, Payer.SENDER, by=by),
    "text": lambda id_, by: carrier_accounts.set_text(id_, Part.WEIGHT, "2", by=by),
    "leave": lambda id_, by: carrier_accounts.disconnect(id_, by=by),
}


@pytest.mark.parametrize("name", EDITS)
async def test_only_owners_change_a_connected_carrier(
    account: CarrierAccount, owner: StaffMember, name: str
) -> None:
    manager = await make_staff("Ігор", 5001, Role.MANAGER)
    before = dict(await CarrierAccount.get().values())
    with pytest.raises(NotAllowedError):
        await EDITS[name](account.id, manager)
    with pytest.raises(NotFoundError):
        await EDITS[name](account.id + 1, owner)
    with pytest.raises(NotAllowedError):
        await connect(manager, FIRM)
    assert dict(await CarrierAccount.get().values()) == before
    assert not await AuditEntry.exists()
