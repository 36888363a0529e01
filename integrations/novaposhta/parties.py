"""Who sends: the senders of an account, their contact persons and doors; and the key itself."""

import re
from collections.abc import Mapping, Sequence

from domain.carriers import CodKind, Contact, Sender, SenderAddress
from domain.errors import CarrierRefusedError
from integrations.carriers import Keys
from integrations.fields import LONGEST_ID, LONGEST_TEXT, line
from integrations.novaposhta.calls import KEY, Calls, Row
from integrations.novaposhta.rows import flag, readable

_KEY = re.compile(r"(?<![A-Za-z0-9_-])[0-9a-fA-F]{32}(?![A-Za-z0-9_-])", re.ASCII)
_PHONE = re.compile(r"380\d{9}", re.ASCII)
_MOST_PAGES = 20  # of a hundred each


def keys_in(text: str) -> dict[str, str]:
    """The first key in a text: 32 hexadecimal digits."""
    match = _KEY.search(text)
    return {KEY: match[0].lower()} if match else {}


async def senders(calls: Calls, keys: Keys) -> Sequence[Sender]:
    """Whom the account may send as, each with the kinds of cash on delivery open to them."""
    rows = await _all(calls, keys, "getCounterparties", {"CounterpartyProperty": "Sender"})
    return [
        Sender(
            ref=line(row, "Ref", LONGEST_ID),
            name=line(row, "CounterpartyFullName", LONGEST_TEXT)
            or line(row, "Description", LONGEST_TEXT),
            cod_kinds=_cod_kinds(row, await _options(calls, keys, line(row, "Ref", LONGEST_ID))),
        )
        for row in rows
    ]


async def contacts(calls: Calls, keys: Keys, sender_ref: str) -> Sequence[Contact]:
    """The contact persons of a sender who have a phone."""
    rows = await _all(calls, keys, "getCounterpartyContactPersons", {"Ref": sender_ref})
    found = []
    for row in rows:
        phone = _PHONE.search(line(row, "Phones", LONGEST_TEXT))
        if phone:
            ref, name = line(row, "Ref", LONGEST_ID), line(row, "Description", LONGEST_TEXT)
            found.append(Contact(ref=ref, name=name, phone=f"+{phone[0]}"))
    return found


async def addresses(calls: Calls, keys: Keys, sender_ref: str) -> Sequence[SenderAddress]:
    """The doors known of a sender."""
    props = {"Ref": sender_ref, "CounterpartyProperty": "Sender"}
    reply = await calls.read(keys, "Counterparty", "getCounterpartyAddresses", props)
    return [
        SenderAddress(
            ref=line(row, "Ref", LONGEST_ID),
            city_ref=line(row, "CityRef", LONGEST_ID),
            city_name=line(row, "CityDescription", LONGEST_TEXT),
            name=line(row, "Description", LONGEST_TEXT),
        )
        for row in readable(reply.rows, "Ref", "CityRef", "CityDescription", "Description")
    ]


async def _all(calls: Calls, keys: Keys, method: str, props: Mapping[str, str]) -> list[Row]:
    """The rows of all pages. A page that brings nothing new is the last, whatever is promised."""
    found: dict[str, Row] = {}
    for page in range(1, _MOST_PAGES + 1):
        reply = await calls.read(keys, "Counterparty", method, {**props, "Page": str(page)})
        new = {
            line(row, "Ref", LONGEST_ID): row
            for row in readable(reply.rows, "Ref", "Description", "CounterpartyFullName", "Phones")
        }
        if new.keys() <= found.keys():
            break
        found |= new
        if reply.total is not None and len(found) >= reply.total:
            break
    return list(found.values())


async def _options(calls: Calls, keys: Keys, ref: str) -> Row:
    """What a sender may do; empty when it is not said."""
    try:
        reply = await calls.read(keys, "Counterparty", "getCounterpartyOptions", {"Ref": ref})
    except CarrierRefusedError:
        return {}
    return reply.rows[0] if reply.rows else {}


def _cod_kinds(sender: Row, options: Row) -> tuple[CodKind, ...]:
    """Private people are sent money, businesses with a contract have its payment controlled."""
    can_control = flag(options, "CanAfterpaymentOnGoodsCost")
    is_private = sender.get("CounterpartyType") == "PrivatePerson"
    if can_control is None:
        usual = (CodKind.TRANSFER, CodKind.CONTROL)
        return usual if is_private else usual[::-1]
    if not can_control:
        return (CodKind.TRANSFER,)
    return (CodKind.CONTROL, CodKind.TRANSFER) if is_private else (CodKind.CONTROL,)
