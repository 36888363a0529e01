"""Waybills of Nova Poshta: made, found again, deleted, and what one would cost.

``InternetDocument.save`` has no key against repetitions: it is called once, after all else that a
waybill needs, and what may be repeated harmlessly (the same recipient comes back) is done before.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain import parcel_words
from domain.carriers import (
    CarrierProblem,
    CodKind,
    CreatedWaybill,
    Payer,
    PlaceKind,
    Quote,
    Seat,
    WaybillRequest,
)
from domain.errors import CarrierRefusedError, OutcomeUnknownError, UnavailableError
from domain.money import plain
from domain.parcels import day_in_kyiv
from integrations.carriers import Keys
from integrations.fields import LONGEST_ID, line
from integrations.novaposhta.calls import KEY, Calls, Reply, Row, reply_of
from integrations.novaposhta.rows import amount, readable
from integrations.novaposhta.times import day

PLAIN_DESCRIPTION = "Товари"  # taken where the shop's own words were refused
LEAST_WEIGHT_KG = Decimal("0.1")  # of a seat; what weighs less is sent as this

_MODEL = "InternetDocument"
_DELETED = "2"  # StateId
_LOOK_AHEAD = timedelta(days=31)  # the list goes by the day of dispatch, which may be later
_MOST_PAGES = 50
_CM3_IN_M3 = 1_000_000
# There is nothing to delete: it is gone, or another account's.
_GONE = frozenset({"20000200161", "20000200205", "20000300415"})
# It is not ours to delete (any more), or in a registry of those handed over.
_LEFT = frozenset({"20000200206", "20000200153"})

_ENDS: Mapping[PlaceKind, str] = {
    PlaceKind.BRANCH: "Warehouse",
    PlaceKind.LOCKER: "Postomat",  # "Warehouse" is taken, too, but costs more
    PlaceKind.DOOR: "Doors",
}
_PAYERS: Mapping[Payer, str] = {Payer.SENDER: "Sender", Payer.RECIPIENT: "Recipient"}


async def create(calls: Calls, keys: Keys, request: WaybillRequest) -> CreatedWaybill:
    """Register a parcel; see ``Carrier.create_waybill``.

    A refusal creates nothing, so when only the description is refused a plain one is sent instead.
    """
    recipient_ref, contact_ref = await _recipient(calls, keys, request)
    place_ref = request.destination.place_ref
    if request.destination.kind is PlaceKind.DOOR:
        place_ref = await _door(calls, keys, request, recipient_ref)
    props = {
        **waybill_props(request),
        "Recipient": recipient_ref,
        "ContactRecipient": contact_ref,
        "RecipientAddress": place_ref,
    }
    try:
        reply = await calls.write(keys, _MODEL, "save", props)
    except CarrierRefusedError as error:
        if error.reason is not CarrierProblem.DESCRIPTION:
            raise
        props["Description"] = PLAIN_DESCRIPTION
        reply = await calls.write(keys, _MODEL, "save", props)
    for row in readable(reply.rows, "IntDocNumber", "Ref"):
        return _created(row)
    raise OutcomeUnknownError("a waybill was made, and not named")


async def find(calls: Calls, keys: Keys, reference: str, since: date) -> CreatedWaybill | None:
    """The waybill with our reference; see ``Carrier.find_waybill``.

    The list is narrowed by days alone: the server takes other filters and ignores them.
    """
    until = max(since, day_in_kyiv(datetime.now(UTC))) + _LOOK_AHEAD
    days = {"DateTimeFrom": _dotted(since), "DateTimeTo": _dotted(until), "GetFullList": "0"}
    seen: set[str] = set()
    for page in range(1, _MOST_PAGES + 1):
        reply = await calls.read(keys, _MODEL, "getDocumentList", {**days, "Page": str(page)})
        rows = list(readable(reply.rows, "IntDocNumber", "Ref", "InfoRegClientBarcodes"))
        for row in rows:
            if line(row, "InfoRegClientBarcodes", LONGEST_ID) == reference and not _is_gone(row):
                return _created(row)
        new = {line(row, "IntDocNumber", LONGEST_ID) for row in rows}
        if new <= seen:
            break
        seen |= new
        if reply.total is not None and len(seen) >= reply.total:
            break
    return None


async def delete(calls: Calls, keys: Keys, external_id: str) -> bool:
    """Delete a waybill; see ``Carrier.delete_waybill``. May be repeated."""
    try:
        reply = await calls.read(keys, _MODEL, "delete", {"DocumentRefs": [external_id]})
    except CarrierRefusedError as error:
        if error.code in _LEFT:
            left = CarrierProblem.HANDED_OVER
            raise CarrierRefusedError(left, error.code, error.words) from error
        if error.code not in _GONE:
            raise
        return False
    if not reply.rows:  # a success of nothing, as it tells of now and then
        raise UnavailableError("what was deleted was not told")
    return True


async def quote(calls: Calls, keys: Keys, request: WaybillRequest) -> Quote:
    """What a parcel would cost; see ``Carrier.quote``."""
    props: dict[str, Any] = {
        "CitySender": request.origin.city_ref,
        "CityRecipient": request.destination.city_ref,
        "ServiceType": service_type(request),
        "CargoType": "Parcel",
        "Cost": plain(request.declared_value),
        **_cargo(request),
    }
    if request.cod_amount:
        back = {"CargoType": "Money", "Amount": plain(request.cod_amount)}
        props["RedeliveryCalculate"] = back
    reply = await calls.read(keys, _MODEL, "getDocumentPrice", props)
    if not reply.rows:
        raise UnavailableError("no price was told")
    return Quote(
        cost=amount(reply.rows[0], "Cost"),
        cod_cost=amount(reply.rows[0], "CostRedelivery"),
        arrives_on=await _arrival(calls, keys, request),
    )


async def _arrival(calls: Calls, keys: Keys, request: WaybillRequest) -> date | None:
    """The day it would arrive; None when it is not told: a price alone is worth having."""
    props = {
        "DateTime": _dotted(request.ship_on),
        "ServiceType": service_type(request),
        "CitySender": request.origin.city_ref,
        "CityRecipient": request.destination.city_ref,
    }
    try:
        reply = await calls.read(keys, _MODEL, "getDocumentDeliveryDate", props)
    except (CarrierRefusedError, UnavailableError):
        return None
    return _told_day(reply)


def _told_day(reply: Reply) -> date | None:
    """The day is in an object inside, or right there."""
    row: Row = reply.rows[0] if reply.rows else {}
    inner = row.get("DeliveryDate")
    return day(inner, "date") if isinstance(inner, dict) else day(row, "date")


async def _recipient(calls: Calls, keys: Keys, request: WaybillRequest) -> tuple[str, str]:
    """The Refs of the recipient and of their contact person: all private people share the first.

    Somebody who is known comes back as they are.
    """
    props = {
        "CounterpartyType": "PrivatePerson",
        "CounterpartyProperty": "Recipient",
        "FirstName": request.recipient.first,
        "MiddleName": request.recipient.middle,
        "LastName": request.recipient.last,
        "Phone": _bare(request.phone),
    }
    reply = await calls.read(keys, "Counterparty", "save", props)
    for row in readable(reply.rows, "Ref"):
        people = reply_of(row.get("ContactPerson"), keys[KEY])  # a whole answer of its own
        for person in readable(people.rows, "Ref"):
            return line(row, "Ref", LONGEST_ID), line(person, "Ref", LONGEST_ID)
    raise UnavailableError("the recipient was taken, and not named")


async def _door(calls: Calls, keys: Keys, request: WaybillRequest, recipient_ref: str) -> str:
    """The Ref of the recipient's address; a known one comes back."""
    props = {
        "CounterpartyRef": recipient_ref,
        "StreetRef": request.destination.street_ref,
        "BuildingNumber": request.destination.building,
        "Flat": request.destination.flat,
    }
    reply = await calls.read(keys, "Address", "save", props)
    for row in readable(reply.rows, "Ref"):
        return line(row, "Ref", LONGEST_ID)
    raise UnavailableError("the address was taken, and not named")


# What is sent. Pure.


def waybill_props(request: WaybillRequest) -> dict[str, Any]:
    """What ``save`` is told, but for the Refs of the recipient, of their contact and place."""
    origin = request.origin
    props: dict[str, Any] = {
        "PayerType": _PAYERS[request.payer],
        "PaymentMethod": "Cash",
        "DateTime": _dotted(request.ship_on),
        "CargoType": "Parcel",
        "ServiceType": service_type(request),
        **_cargo(request),
        "Description": parcel_words.description(request.description) or PLAIN_DESCRIPTION,
        "Cost": plain(request.declared_value),
        "CitySender": origin.city_ref,
        "Sender": origin.sender_ref,
        "SenderAddress": origin.place_ref,
        "ContactSender": origin.contact_ref,
        "SendersPhone": _bare(origin.phone),
        "CityRecipient": request.destination.city_ref,
        "RecipientsPhone": _bare(request.phone),
        "InfoRegClientBarcodes": request.reference,
    }
    if not request.cod_amount:
        return props
    money = plain(request.cod_amount)
    if request.cod_kind is CodKind.CONTROL:
        return {**props, "AfterpaymentOnGoodsCost": money}
    back = {"PayerType": "Recipient", "CargoType": "Money", "RedeliveryString": money}
    return {**props, "BackwardDeliveryData": [back]}


def service_type(request: WaybillRequest) -> str:
    """From where to where: "WarehousePostomat"."""
    return ("Doors" if request.origin.from_door else "Warehouse") + _ENDS[request.destination.kind]


def _cargo(request: WaybillRequest) -> dict[str, Any]:
    """Weight and boxes. By the boxes alone: one volume for all of them as well contradicts."""
    weight = sum((_weight(seat) for seat in request.seats), Decimal(0))
    return {
        "Weight": plain(weight),
        "SeatsAmount": str(len(request.seats)),
        "OptionsSeat": [_seat(each) for each in request.seats],
    }


def _seat(seat: Seat) -> dict[str, str]:
    """Cubic metres, centimetres and kilograms."""
    volume = Decimal(seat.width_cm * seat.length_cm * seat.height_cm) / _CM3_IN_M3
    return {
        "volumetricVolume": plain(volume),
        "volumetricWidth": str(seat.width_cm),
        "volumetricLength": str(seat.length_cm),
        "volumetricHeight": str(seat.height_cm),
        "weight": plain(_weight(seat)),
    }


def _weight(seat: Seat) -> Decimal:
    return max(seat.weight_kg, LEAST_WEIGHT_KG)


def _bare(phone: str) -> str:
    return phone.removeprefix("+")


def _dotted(when: date) -> str:
    return f"{when:%d.%m.%Y}"


# What is answered. Pure.


def _created(row: Row) -> CreatedWaybill:
    return CreatedWaybill(
        number=line(row, "IntDocNumber", LONGEST_ID),
        external_id=line(row, "Ref", LONGEST_ID),
        cost=amount(row, "CostOnSite"),
        arrives_on=day(row, "EstimatedDeliveryDate"),  # not told in lists
    )


def _is_gone(row: Row) -> bool:
    return str(row.get("StateId")) == _DELETED
