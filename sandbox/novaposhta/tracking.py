"""TrackingDocument in the API: where parcels are; who knows a phone of one learns more of it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sandbox.novaposhta.asking import GENERAL, Answer, Object, Props, RefusedError, text
from sandbox.novaposhta.documents import delivery_day, plain
from sandbox.novaposhta.model import KYIV_TIME, RECEIVED, RETURNING, STATES, Account, Waybill
from sandbox.novaposhta.office import Office
from sandbox.novaposhta.render import category

MOST = 100

_DASHED, _DOTTED, _ISO = "%d-%m-%Y %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S"


class TrackingApi:
    """Methods over one office; anybody with a key may ask of any parcel."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def methods(self) -> Mapping[str, Callable[[Account, Props], Answer]]:
        return {"getStatusDocuments": self.get_states}

    def get_states(self, account: Account, props: Props) -> Answer:
        """One row for each, in their order; an unknown number is a row as well."""
        wanted = props.get("Documents")
        if not isinstance(wanted, list) or not wanted:
            raise RefusedError(("20000200161", "Documents not found"))
        if len(wanted) > MOST:
            raise RefusedError((GENERAL, f"Documents must be {MOST} at most"))
        return Answer([self._row(each) for each in wanted])

    def _row(self, wanted: Any) -> Object:
        asked: Props = wanted if isinstance(wanted, dict) else {}
        number, phone = text(asked, "DocumentNumber"), text(asked, "Phone")
        waybill = self._office.waybill(number)
        if waybill is None or waybill.number != number:
            return _unknown(number)
        phones = (waybill.props["SendersPhone"], waybill.props["RecipientsPhone"])
        return self._full(waybill) if phone and phone in phones else _public(waybill)

    def _full(self, waybill: Waybill) -> Object:
        props, control, back = waybill.props, waybill.payment_control, waybill.money_back
        is_received = waybill.state in RECEIVED
        cost = waybill.cost_on_site
        due = control + back + (cost if text(props, "PayerType") == "Recipient" else 0)
        sender = self._office.city(text(props, "CitySender"))
        is_returning = waybill.state in RETURNING
        return {
            **_public(waybill),
            "ServiceType": text(props, "ServiceType"),
            "CitySender": sender.name if sender else "",
            "DocumentCost": str(plain(cost)),
            "DocumentWeight": float(text(props, "Weight")),
            "SeatsAmount": text(props, "SeatsAmount"),
            "PayerType": text(props, "PayerType"),
            "PaymentMethod": text(props, "PaymentMethod"),
            "AfterpaymentOnGoodsCost": control,
            "Redelivery": 1 if back else 0,
            "RedeliverySum": back,
            "RedeliveryNum": f"59{waybill.number[2:]}" if back and is_received else "",
            "AmountToPay": str(due),
            "AmountPaid": str(due) if is_received else "",
            "DateScan": _at(waybill.received_at, "%H:%M %d.%m.%Y"),
            "TrackingUpdateDate": _at(waybill.moved_at, _ISO),
            "DateFirstDayStorage": "",
            "DaysStorageCargo": "",
            "StoragePrice": "",
            "UndeliveryReasons": STATES[waybill.state] if is_returning else "",
            "LastCreatedOnTheBasisNumber": waybill.return_number,
            "LastCreatedOnTheBasisDocumentType": "CargoReturn" if waybill.return_number else "",
            "RefEW": waybill.ref,
            "PhoneSender": text(props, "SendersPhone"),
            "PhoneRecipient": text(props, "RecipientsPhone"),
            "RecipientFullName": waybill.recipient.name,
        }


def _public(waybill: Waybill) -> Object:
    """What is told without a phone: no names, no sums."""
    place = waybill.recipient.place
    return {
        "Number": waybill.number,
        "StatusCode": waybill.state,
        "Status": STATES[waybill.state],
        "CityRecipient": waybill.recipient.city.name,
        "WarehouseRecipient": place.description if place else "",
        "WarehouseRecipientNumber": int(place.number) if place else "",
        "CategoryOfWarehouse": category(place) if place else "",
        "AfterpaymentOnGoodsCost": "",
        "RedeliverySum": "",
        "AmountToPay": "",
        "RecipientFullName": "",
        "ScheduledDeliveryDate": f"{delivery_day(waybill.date):%d-%m-%Y} 18:00:00",
        "ActualDeliveryDate": _at(waybill.arrived_at or waybill.received_at, _ISO),
        "RecipientDateTime": _at(waybill.received_at, _DOTTED),
        "DateCreated": _at(waybill.created_at, _DASHED),
    }


def _unknown(number: str) -> Object:
    return {
        "Number": number,
        "StatusCode": "3",
        "Status": STATES["3"],
        "PossibilityCreateReturn": False,
        "AfterpaymentOnGoodsCost": "",
        "RedeliverySum": "",
        "AnnouncedPrice": "",
        "RecipientFullName": "",
    }


def _at(time: datetime | None, form: str) -> str:
    """As the clocks in Kyiv show it; "" for what has not happened."""
    return f"{time.astimezone(KYIV_TIME):{form}}" if time else ""
