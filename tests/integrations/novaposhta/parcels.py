"""Parcels that tests have Nova Poshta register, and what it knows of who sends them."""

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from domain.carriers import (
    CodKind,
    Destination,
    Origin,
    Payer,
    PersonName,
    PlaceKind,
    Seat,
    WaybillRequest,
)
from sandbox.novaposhta import NovaPoshta
from sandbox.novaposhta.directory import (
    DNIPRO,
    DNIPRO_1,
    KHRESHCHATYK,
    KYIV,
    KYIV_5,
    LVIV,
    LVIV_LOCKER,
)
from sandbox.novaposhta.model import Address, Waybill

BRANCH = Destination(kind=PlaceKind.BRANCH, city_ref=KYIV.ref, place_ref=KYIV_5)
LOCKER = Destination(kind=PlaceKind.LOCKER, city_ref=LVIV.ref, place_ref=LVIV_LOCKER)
DOOR = Destination(
    kind=PlaceKind.DOOR,
    city_ref=KYIV.ref,
    street_ref=KHRESHCHATYK.ref,
    building="10",
    flat="4",
)
BOX = Seat(weight_kg=Decimal("1.200"), width_cm=20, length_cm=30, height_cm=10)


def sample(name: str) -> Any:
    """A sample of a request and its answer."""
    path = Path(__file__).parent / "fixtures" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def today() -> date:
    """In Kyiv."""
    return datetime.now(ZoneInfo("Europe/Kyiv")).date()


def origin(post: NovaPoshta, *, is_private: bool = False) -> Origin:
    """The business (or a private person) of the simulated cabinet, and a branch in Dnipro."""
    account = post.accounts[post.key]
    senders = account.senders.values()
    sender = next((each for each in senders if each.is_private is is_private), None)
    sender = sender or post.add_sender(is_private=is_private)
    contacts = account.contacts.values()
    contact = next(each for each in contacts if each.counterparty_ref == sender.ref)
    return Origin(
        sender_ref=sender.ref,
        contact_ref=contact.ref,
        phone=f"+{contact.phone}",
        city_ref=DNIPRO.ref,
        place_ref=DNIPRO_1,
    )


def door_origin(post: NovaPoshta) -> Origin:
    """The business, and a door of its in Kyiv."""
    usual = origin(post)
    address = Address(
        ref=post.new_ref("f2"),
        counterparty_ref=usual.sender_ref,
        street=KHRESHCHATYK,
        building="1",
        flat="",
        note="",
    )
    post.accounts[post.key].addresses[address.ref] = address
    return Origin(
        sender_ref=usual.sender_ref,
        contact_ref=usual.contact_ref,
        phone=usual.phone,
        city_ref=KYIV.ref,
        place_ref=address.ref,
        from_door=True,
    )


def parcel(post: NovaPoshta, **values: Any) -> WaybillRequest:
    """One box to a branch in Kyiv, paid for; ``values``: what is otherwise."""
    usual: dict[str, Any] = {
        "reference": "KR-17-1",
        "origin": origin(post),
        "destination": BRANCH,
        "recipient": PersonName(first="Оксана", last="Вербицька"),
        "phone": "+380501110022",
        "seats": (BOX,),
        "declared_value": Decimal("1251.00"),
        "cod_amount": Decimal(0),
        "cod_kind": CodKind.CONTROL,
        "payer": Payer.RECIPIENT,
        "description": "Посуд",
        "ship_on": today(),
    }
    return WaybillRequest(**(usual | values))


def only(post: NovaPoshta) -> Waybill:
    """The one waybill that there is."""
    (waybill,) = post.waybills.values()
    return waybill
