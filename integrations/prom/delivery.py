"""Where an order of Prom.ua goes: in words, and by Nova Poshta's own names. Pure."""

import re
from dataclasses import dataclass

from integrations.fields import (
    LONGEST_ADDRESS,
    LONGEST_ID,
    LONGEST_TEXT,
    Fields,
    line,
    section,
    shortened,
)

NOVA_POSHTA = "nova_poshta"

# Up to the first comma outside of parentheses: "с. Назва (Черкаська обл., Уманський р-н)".
_HEAD = re.compile(r"((?:[^,(]|\([^)]*\))*)(?:,\s*|$)(.*)")
_SETTLEMENT = re.compile(
    r"(?:(?:м|с|смт|сел|с-ще|г|пгт|пос)\.\s*|(?:смт|с-ще|пгт|місто|село|селище|город)\s)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Destination:
    """``address`` is the branch or street without the city; Refs are "" with other carriers."""

    city: str
    address: str
    branch_ref: str
    city_ref: str
    waybill_number: str


def destination(data: Fields) -> Destination:
    """Where an order goes, and the parcel that takes it there, when there is one.

    Raises:
        MalformedPayloadError: a field of it is no text, or no object.
    """
    carrier = section(data, "delivery_provider_data")
    where = section(carrier, "recipient_address")
    city, address = _place(
        line(data, "delivery_address", LONGEST_ADDRESS), line(where, "city_name", LONGEST_TEXT)
    )
    is_nova_poshta = carrier.get("provider") == NOVA_POSHTA  # others have numbers of their own
    branch = line(carrier, "recipient_warehouse_id", LONGEST_ID)
    return Destination(
        city=shortened(city, LONGEST_TEXT),
        address=address or _street(where),
        branch_ref=(branch or line(where, "warehouse_id", LONGEST_ID)) if is_nova_poshta else "",
        city_ref=line(where, "city_id", LONGEST_ID) if is_nova_poshta else "",
        waybill_number=line(carrier, "declaration_number", LONGEST_ID),
    )


def _place(text: str, known_city: str) -> tuple[str, str]:
    """City and address of a text such as "м. Київ, №1: вул. Зразкова, 1".

    A text that does not begin with the city stays whole: better said twice than lost.
    """
    match = _HEAD.fullmatch(text)
    head, rest = match.groups() if match else ("", text)
    if known_city:
        return known_city, rest if _bare(head) == _bare(known_city) else text
    return (head, rest) if _SETTLEMENT.match(head) else ("", text)


def _bare(city: str) -> str:
    """The name alone, of "м. Львів (Львівська обл.)"."""
    return _SETTLEMENT.sub("", city, count=1).partition("(")[0].strip().casefold()


def _street(where: Fields) -> str:
    """The address of a courier's delivery; "" for any other."""
    street = line(where, "street_name", LONGEST_TEXT)
    if not street:
        return ""
    flat = line(where, "apartment_number", LONGEST_TEXT)
    parts = (street, line(where, "building_number", LONGEST_TEXT), f"кв. {flat}" if flat else "")
    return shortened(", ".join(filter(None, parts)), LONGEST_ADDRESS)
