"""InternetDocument in the API: waybills made, changed, deleted and listed, and their price."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from sandbox.novaposhta.asking import (
    REF_INCORRECT,
    Answer,
    Object,
    Props,
    RefusedError,
    day,
    is_ref,
    one_page,
    text,
)
from sandbox.novaposhta.checks import SERVICES, VOLUMETRIC, Checks, amount, volume
from sandbox.novaposhta.model import STATES, Account, Waybill
from sandbox.novaposhta.office import Office

_PER_PAGE = 100
_CARGO_CHANGED = ("", "CargoType is changed to Parcel")
_NOT_FOUND = ("20000200161", "Documents not found")


class DocumentApi:
    """Methods over one office."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def methods(self) -> Mapping[str, Callable[[Account, Props], Answer]]:
        return {
            "save": self.save,
            "update": self.update,
            "delete": self.delete,
            "getDocumentList": self.get_list,
            "getDocumentPrice": self.get_price,
            "getDocumentDeliveryDate": self.get_delivery_date,
        }

    def save(self, account: Account, props: Props) -> Answer:
        """Each call makes a waybill: nothing tells a repetition from another parcel."""
        checks = Checks(self._office, account, props)
        recipient = checks.pass_all()
        now = self._office.now()
        waybill = Waybill(
            ref=self._office.new_ref("d1"),
            number=self._office.new_number(),
            key=account.key,
            props=_kept(props),
            recipient=recipient,
            date=checks.date,
            cost_on_site=price(props),
            created_at=now,
            moved_at=now,
        )
        self._office.waybills[waybill.ref] = waybill
        return self._made(waybill, props)

    def update(self, account: Account, props: Props) -> Answer:
        """All over again, with all that ``save`` asks for."""
        waybill = self._own(account, text(props, "Ref"))
        if waybill.is_printed:
            raise RefusedError(("20000200154", "Document is already printed"))
        if waybill.state != "1":
            raise RefusedError(("20000200206", "Document cannot be changed"))
        checks = Checks(self._office, account, props)
        waybill.recipient = checks.pass_all()
        waybill.props, waybill.date = _kept(props), checks.date
        waybill.cost_on_site = price(props)
        return self._made(waybill, props)

    def _own(self, account: Account, ref: str) -> Waybill:
        if not is_ref(ref):
            raise RefusedError((REF_INCORRECT, "Ref is incorrect"))
        waybill = self._office.waybills.get(ref)
        if waybill is None or waybill.state == "2":
            raise RefusedError(("20000300415", "Document not found"))
        if waybill.key != account.key:
            raise RefusedError(("20000300416", "Document is not by owner"))
        return waybill

    def _made(self, waybill: Waybill, props: Props) -> Answer:
        cost = waybill.cost_on_site
        row: Object = {
            "Ref": waybill.ref,
            "CostOnSite": f"{cost:.2f}" if self._office.cost_as_text else plain(cost),
            "EstimatedDeliveryDate": f"{delivery_day(waybill.date):%d.%m.%Y}",
            "IntDocNumber": waybill.number,
            "TypeDocument": "InternetDocument",
        }
        is_changed = text(props, "CargoType") == "Cargo"
        return Answer([row], warnings=[_CARGO_CHANGED] if is_changed else ())

    def delete(self, account: Account, props: Props) -> Answer:
        """All or none; only what has not been handed over, printed or not."""
        refs = props.get("DocumentRefs")
        refs = [refs] if isinstance(refs, str) else refs if isinstance(refs, list) else []
        found = [self._office.waybills.get(str(each)) for each in refs]
        known = [each for each in found if each and each.key == account.key and each.state != "2"]
        if not refs or len(known) != len(refs):
            raise RefusedError(_NOT_FOUND)
        if any(each.state != "1" for each in known):
            raise RefusedError(("20000200206", "Document cannot be deleted"))
        for each in known:
            self._office.move_parcel(each.number, "2")
        return Answer([{"Ref": each.ref} for each in known])

    def get_list(self, account: Account, props: Props) -> Answer:
        """By the days of dispatch; nothing else narrows it, our own numbers neither."""
        first = day(props, "DateTimeFrom") or day(props, "DateTime") or date.min
        last = day(props, "DateTimeTo") or day(props, "DateTime") or date.max
        found = [
            each
            for each in self._office.waybills.values()
            if each.key == account.key and each.state != "2" and first <= each.date <= last
        ]
        found.reverse()
        is_full = text(props, "GetFullList") == "1"
        page = found if is_full else one_page({"Page": "1", **props}, found, _PER_PAGE)
        return Answer([_list_row(each) for each in page], total=len(found))

    def get_price(self, account: Account, props: Props) -> Answer:
        """UAH, by the larger of the weights, the real one and that of the volume."""
        errors = [
            (code, f"{name} {problem}")
            for name, code, problem in (
                ("CitySender", "20000200107", "not selected"),
                ("CityRecipient", "20000200104", "not selected"),
                ("ServiceType", "20000200347", "not selected"),
                ("Cost", "20000400452", "is empty"),
                ("Weight", "20000400503", "is empty"),
            )
            if not text(props, name)
        ]
        for name, code in (("CitySender", "20000200106"), ("CityRecipient", "20000200103")):
            if text(props, name) and not self._office.city(text(props, name)):
                errors.append((code, f"{name} not found"))
        if text(props, "ServiceType") not in ("", *SERVICES):
            errors.append(("20000200348", "ServiceType is incorrect"))
        if errors:
            raise RefusedError(*errors)
        row: Object = {
            "AssessedCost": plain(amount(props, "Cost") or Decimal(0)),
            "Cost": plain(price(props)),
        }
        back = props.get("RedeliveryCalculate")
        if isinstance(back, dict) and text(back, "CargoType") == "Money":
            transfer = 20 + (amount(back, "Amount") or Decimal(0)) * 2 / 100
            row["CostRedelivery"] = plain(transfer.quantize(Decimal(1), ROUND_HALF_UP))
        row["TZoneInfo"] = {"TzoneName": "Тарифна зона 4", "TzoneID": "4"}
        is_changed = volume(props) * VOLUMETRIC > (amount(props, "Weight") or 0)
        changes = [("", "VolumeWeight is changed"), ("", "Weight is changed")]
        return Answer([row], warnings=changes if is_changed else ())

    def get_delivery_date(self, account: Account, props: Props) -> Answer:
        for name, code in (("CitySender", "20000200106"), ("CityRecipient", "20000200103")):
            if not self._office.city(text(props, name)):
                raise RefusedError((code, f"{name} not found"))
        start = day(props, "DateTime") or self._office.today().date()
        moment = {
            "date": f"{delivery_day(start)} 18:00:00.000000",
            "timezone_type": 3,
            "timezone": "Europe/Kiev",
        }
        return Answer([{"DeliveryDate": moment} if self._office.date_is_nested else moment])


def price(props: Props) -> Decimal:
    """UAH for the way; 97.50 for a box of up to 2 kg between branches."""
    weight = max(amount(props, "Weight") or Decimal(0), volume(props) * VOLUMETRIC)
    service = text(props, "ServiceType")
    base = Decimal("97.5") + Decimal("12.45") * max(weight - 2, Decimal(0))
    if service.endswith("Postomat"):
        base -= 10
    elif service.endswith("Doors"):
        base += Decimal("72.5")
    return (base * 2).quantize(Decimal(1), ROUND_HALF_UP) / 2


def plain(value: Decimal) -> int | float:
    """A number as JSON has it: 85, 97.5."""
    return int(value) if value == value.to_integral_value() else float(value)


def delivery_day(start: date) -> date:
    return start + timedelta(days=1)


def _kept(props: Props) -> Mapping[str, object]:
    cargo = "Parcel" if text(props, "CargoType") == "Cargo" else text(props, "CargoType")
    return {**props, "CargoType": cargo}


def _list_row(waybill: Waybill) -> Object:
    props = waybill.props
    place = waybill.recipient.place
    return {
        "Ref": waybill.ref,
        "DateTime": f"{waybill.date} 00:00:00",
        "PreferredDeliveryDate": "0001-01-01 00:00:00",
        "Weight": text(props, "Weight"),
        "SeatsAmount": text(props, "SeatsAmount"),
        "IntDocNumber": waybill.number,
        "Cost": text(props, "Cost"),
        "CitySender": text(props, "CitySender"),
        "CityRecipient": waybill.recipient.city.ref,
        "SenderAddress": text(props, "SenderAddress"),
        "RecipientAddress": place.ref if place else text(props, "RecipientAddress"),
        "CostOnSite": str(plain(waybill.cost_on_site)),
        "PayerType": text(props, "PayerType"),
        "PaymentMethod": text(props, "PaymentMethod"),
        "AfterpaymentOnGoodsCost": str(waybill.payment_control),
        "StateId": waybill.state,
        "StateName": STATES[waybill.state],
        "InfoRegClientBarcodes": text(props, "InfoRegClientBarcodes"),
        "Printed": "1" if waybill.is_printed else "0",
    }
