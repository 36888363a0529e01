"""Where parcels of Nova Poshta are, as ``TrackingDocument.getStatusDocuments`` tells it."""

from collections.abc import Mapping, Sequence
from datetime import date

from domain.carriers import ParcelState, ParcelStatus
from integrations.carriers import Keys
from integrations.fields import LONGEST_CODE, LONGEST_ID, LONGEST_TEXT, line
from integrations.novaposhta.calls import Calls, Row
from integrations.novaposhta.rows import amount, readable, words
from integrations.novaposhta.times import day, moment

MOST_TRACKED = 100

_CODES: Mapping[ParcelState, tuple[str, ...]] = {
    ParcelState.CREATED: ("1", "12"),  # 12: Nova Poshta packs it
    ParcelState.DELETED: ("2",),
    ParcelState.UNKNOWN: ("3",),
    # 101: with a courier, 104: sent on elsewhere, 111: nobody was in, 112: another day was chosen
    ParcelState.MOVING: ("4", "41", "5", "6", "101", "104", "111", "112"),
    ParcelState.ARRIVED: ("7", "8", "14"),  # 8: in a locker, 14: the recipient looks at it
    ParcelState.RECEIVED: ("9", "10", "11", "106"),  # 10, 11: its money is on the way, is paid
    ParcelState.RETURNING: ("102", "103", "105", "108"),
}
_STATES = {code: state for state, codes in _CODES.items() for code in codes}


async def track(
    calls: Calls, keys: Keys, parcels: Sequence[tuple[str, str]]
) -> Sequence[ParcelStatus]:
    """What became of parcels; see ``Carrier.track``. Only of those that were asked for."""
    if not parcels:
        return []
    documents = [
        {"DocumentNumber": number, "Phone": phone.removeprefix("+")} for number, phone in parcels
    ]
    reply = await calls.read(
        keys, "TrackingDocument", "getStatusDocuments", {"Documents": documents}
    )
    asked = {number for number, _ in parcels}
    found = map(status_of, readable(reply.rows, "Number", "StatusCode", "Status"))
    return [each for each in found if each.number in asked]


def status_of(row: Row) -> ParcelStatus:
    """One row. Pure.

    New codes appear now and then. A parcel with one counts as on its way: it is looked at again,
    and nobody is told that it has arrived, was received or comes back.
    """
    code = line(row, "StatusCode", LONGEST_CODE)
    state = _STATES.get(code, ParcelState.MOVING if code else ParcelState.UNKNOWN)
    return ParcelStatus(
        number=line(row, "Number", LONGEST_ID),
        state=state,
        code=code,
        text=line(row, "Status", LONGEST_TEXT),
        place=words(row, "WarehouseRecipient"),
        arrives_on=day(row, "ScheduledDeliveryDate"),
        stored_since=_stored_since(row),
        received_at=moment(row, "RecipientDateTime") if state is ParcelState.RECEIVED else None,
        cod_amount=amount(row, "AfterpaymentOnGoodsCost") or amount(row, "RedeliverySum"),
        return_number=_return_number(row) if state is ParcelState.RETURNING else "",
    )


def _stored_since(row: Row) -> date | None:
    """The earlier one: the first day of storage may be the first that costs."""
    days = (day(row, "ActualDeliveryDate"), day(row, "DateFirstDayStorage"))
    return min((each for each in days if each is not None), default=None)


def _return_number(row: Row) -> str:
    """Of the waybill it goes back with; other documents are made "on the basis" of one, too."""
    kind = words(row, "LastCreatedOnTheBasisDocumentType").casefold()
    if kind and "return" not in kind:
        return ""
    return words(row, "LastCreatedOnTheBasisNumber", LONGEST_ID)
