"""What ``InternetDocument.save`` refuses: block after block, all that is wrong in one at once."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.novaposhta.asking import Props, RefusedError, day, is_phone, is_ref, text
from sandbox.novaposhta.model import Account, Recipient, Sender, Warehouse
from sandbox.novaposhta.office import Office

Errors = list[tuple[str, str]]

PAYERS = ("Sender", "Recipient", "ThirdPerson")
METHODS = ("Cash", "NonCash")
CARGOES = ("Parcel", "Cargo", "Documents", "TiresWheels", "Pallet")
SERVICES = (
    *("WarehouseWarehouse", "WarehouseDoors", "DoorsWarehouse", "DoorsDoors"),
    *("WarehousePostomat", "DoorsPostomat"),
)
MOST_COST, MOST_WEIGHT, MOST_TO_CARD = 1_000_000, 1000, 14_999
VOLUMETRIC = 250  # kg to a cubic metre

_PUNCTUATION = re.compile(r"[^\w\s.,()/№'’\"+-]|_")
_MOBILE = re.compile(r"380(39|50|63|66|67|68|73|75|77|9\d)\d{7}", re.ASCII)
_CYRILLIC = re.compile(r"[А-ЯІЇЄҐа-яіїєґ '’ʼ-]+")
_SIDES = {
    "volumetricWidth": "20000201124",
    "volumetricLength": "20000201125",
    "volumetricHeight": "20000201126",
    "weight": "20000201127",
}


class Checks:
    """The rules for one waybill; ``recipient`` and ``date`` are known once they have passed."""

    def __init__(self, office: Office, account: Account, props: Props) -> None:
        self._office = office
        self._account = account
        self._props = props
        self._errors: Errors = []
        self._place: Warehouse | None = None
        self._city_ref = ""
        self._name = ""
        self._address = ""
        self.date = date.min

    def pass_all(self) -> Recipient:
        """Whom the parcel goes to.

        Raises:
            RefusedError: by the first block that something is wrong in.
        """
        for block in (
            self._sender,
            self._new_recipient if self._get("NewAddress") == "1" else self._recipient,
            self._details,
            self._limits,
            self._locker,
            self._money,
        ):
            block()
            if self._errors:
                raise RefusedError(*self._errors)
        city = self._office.city(self._city_ref)
        if city is None:
            raise RefusedError(("20000200103", "CityRecipient not found"))
        return Recipient(name=self._name, city=city, address=self._address, place=self._place)

    def _get(self, name: str) -> str:
        return text(self._props, name)

    def _add(self, code: str, sentence: str) -> None:
        self._errors.append((code, sentence))

    # Who and where

    def _sender(self) -> None:
        sender, contact = self._get("Sender"), self._get("ContactSender")
        if sender not in self._account.senders:
            self._add("20000300442", "Sender not selected")
        elif self._contact_of(contact, sender) is None:
            self._add("20000300406", "ContactSender not selected")
        codes = ("20000200107", "20000200106", "20000200105")
        self._city("CitySender", codes)
        place, is_door = self._end("SenderAddress", 329, sender)
        service = self._get("ServiceType")
        is_elsewhere = place is not None and place.city_ref != self._get("CitySender")
        is_locker = place is not None and place.is_locker
        if is_elsewhere or (is_locker and not self._person.sends_from_lockers):
            self._add("20000200327", "SenderAddress is incorrect")
        if (place and service.startswith("Doors")) or (is_door and service.startswith("Ware")):
            self._add("20000200348", "ServiceType is incorrect")

    @property
    def _person(self) -> Sender:
        """The sender, once it is known to be one."""
        return self._account.senders.get(self._get("Sender")) or Sender(
            ref="", description="", city_ref=""
        )

    def _recipient(self) -> None:
        recipient, contact = self._get("Recipient"), self._get("ContactRecipient")
        if not self._account.knows(recipient):
            self._add("20000300431", "Recipient not selected")
            return
        person = self._contact_of(contact, recipient)
        if not contact:
            self._add("20000300401", "ContactRecipient not selected")
        elif person is None:
            self._add("20000300397", "ContactRecipient does not belong to Recipient")
        self._name = person.full_name if person else ""
        codes = ("20000200104", "20000200103", "20000200102")
        self._city_ref = self._city("CityRecipient", codes)
        self._place, is_door = self._end("RecipientAddress", 268, recipient)
        self._fit_service(self._place, is_door)
        address = self._account.addresses.get(self._get("RecipientAddress"))
        city = self._place.city_ref if self._place else address.street.city_ref if address else ""
        if city and self._city_ref and city != self._city_ref:
            self._add("20000201106", "RecipientAddress is wrong")
        if self._place:
            self._address = self._place.description
        elif address:
            self._address = address.description

    def _new_recipient(self) -> None:
        """Words instead of Refs: the street and the house, or the number of the branch."""
        self._name = self._get("RecipientName")
        if not self._name or not self._get("RecipientType"):
            self._add("20000300431", "Recipient not selected")
            return
        if self._get("RecipientType") == "Organization" and not self._get("EDRPOU"):
            self._add("20000300431", "Recipient not selected")
        wanted = self._get("RecipientCityName").lower(), self._get("RecipientArea").lower()
        cities = [
            each
            for each in self._office.cities
            if each.ref and each.name.lower() == wanted[0] and each.area.lower() == wanted[1]
        ]
        if not cities:
            code = "20000200103" if wanted[0] else "20000200104"
            self._add(code, f"CityRecipient not {'found' if wanted[0] else 'selected'}")
            return
        self._city_ref = cities[0].ref
        name = self._get("RecipientAddressName")
        if not name:
            self._add("20000200268", "RecipientAddress not selected")
        elif self._get("ServiceType").endswith("Doors"):
            if not self._get("RecipientHouse"):
                self._add("20000200268", "RecipientAddress not selected")
            parts = (name, "вул.", self._get("RecipientHouse"), self._get("RecipientFlat"))
            self._address = " ".join(filter(None, parts))
        else:
            found = [
                each
                for each in self._office.open_warehouses()
                if (each.city_ref, each.number) == (self._city_ref, name)
            ]
            if not found:
                self._add("20000200265", "RecipientAddress absent")
                return
            self._place, self._address = found[0], found[0].description
            self._fit_service(self._place, is_door=False)

    def _fit_service(self, place: Warehouse | None, is_door: bool) -> None:
        service = self._get("ServiceType")
        is_wrong = (
            (place is not None and (service.endswith("Doors") or place.is_denied))
            or (place is not None and service.endswith("Postomat") and not place.is_locker)
            or (is_door and not service.endswith("Doors"))
        )
        if is_wrong and service:
            self._add("20000201106", "RecipientAddress is wrong")

    def _contact_of(self, ref: str, counterparty: str) -> Any:
        contact = self._account.contacts.get(ref)
        return contact if contact and contact.counterparty_ref == counterparty else None

    def _city(self, name: str, codes: tuple[str, str, str]) -> str:
        """The CityRef, "" where something is wrong with it."""
        value = self._get(name)
        problems = zip(codes, ("not selected", "not found", "is incorrect"), strict=True)
        empty, unknown, wrong = problems
        if value and is_ref(value) and self._office.city(value):
            return value
        code, problem = empty if not value else unknown if is_ref(value) else wrong
        self._add(code, f"{name} {problem}")
        return ""

    def _end(self, name: str, last: int, counterparty: str) -> tuple[Warehouse | None, bool]:
        """The branch, and whether it is a door; the codes go down from "not selected"."""
        value = self._get(name)
        place = self._office.warehouses.get(value)
        address = self._account.addresses.get(value)
        if not value:
            self._add(f"20000200{last}", f"{name} not selected")
        elif place and place.is_removed:
            self._add(f"20000200{last - 1}", f"{name} removed")
        elif not is_ref(value):
            self._add(f"20000200{last - 2}", f"{name} is incorrect")
        elif place is None and address is None:
            self._add(f"20000200{last - 3}", f"{name} absent")
        elif address and address.counterparty_ref != counterparty:
            self._add(f"20000200{last - 4}", f"{name} is foreign")
        else:
            return place, address is not None
        return None, False

    # What

    def _details(self) -> None:
        self._phone("SendersPhone", "20000300445", "20000300444")
        self._phone("RecipientsPhone", "20000300435", "20000300434")
        self._one_of("PayerType", PAYERS, "20000301243", "20000301244")
        self._one_of("PaymentMethod", METHODS, "20000200250", "20000200251")
        self._one_of("CargoType", CARGOES, "20000200099", "20000200099")
        self._one_of("ServiceType", SERVICES, "20000200347", "20000200348")
        self._day()
        self._description()
        self._cost()
        self._weight()
        self._seats()

    def _phone(self, name: str, empty: str, wrong: str) -> None:
        if not self._get(name):
            self._add(empty, f"{name} is empty")
        elif not is_phone(self._get(name)):
            self._add(wrong, f"{name} invalid format")

    def _one_of(self, name: str, known: tuple[str, ...], empty: str, wrong: str) -> None:
        if not self._get(name):
            self._add(empty, f"{name} not selected")
        elif self._get(name) not in known:
            self._add(wrong, f"{name} is incorrect")

    def _day(self) -> None:
        try:
            wanted = day(self._props, "DateTime")
        except RefusedError as error:
            self._errors += error.errors
            return
        if wanted is None:
            self._add("20000200145", "DateTime is empty")
        elif wanted < self._office.today().date():
            self._add("20000400455", "DateTime cannot be less then now")
        else:
            self.date = wanted

    def _description(self) -> None:
        value = self._get("Description")
        if not value:
            self._add("20000200150", "Description empty")
        elif len(value) > self._office.description_limit:
            self._add("20000200151", "Description is too long")
        elif _PUNCTUATION.search(value):
            self._add("20000200152", "Description is incorrect")

    def _cost(self) -> None:
        value = self._get("Cost")
        if not value:
            self._add("20000400452", "Cost is empty")
        elif isinstance(self._props["Cost"], float):
            self._add("20000200120", "Cost should be string")
        elif not re.fullmatch(r"[1-9]\d*", value, re.ASCII):
            self._add("20000400453", "Cost is incorrect")
        elif int(value) > MOST_COST:
            self._add("20000200119", "Cost is too high")

    def _weight(self) -> None:
        value = amount(self._props, "Weight")
        if not self._get("Weight"):
            self._add("20000400503", "Weight is empty")
        elif value is None or value < Decimal("0.1"):
            self._add("20000200373", "Weight is invalid")
        elif value > MOST_WEIGHT:
            self._add("20000200375", "Weight is too high")

    def _seats(self) -> None:
        """One entry for each seat: always obligatory, whatever the volume says."""
        count, seats = self._get("SeatsAmount"), self._props.get("OptionsSeat")
        if not count:
            self._add("20000200313", "SeatsAmount is empty")
        elif not re.fullmatch(r"[1-9]\d{0,2}", count, re.ASCII):
            self._add("20000200314", "SeatsAmount is incorrect")
        if not seats:
            self._add("20000200226", "OptionsSeat is empty")
        elif not isinstance(seats, list) or not all(isinstance(each, dict) for each in seats):
            self._add("20000200227", "OptionsSeat must be array")
        else:
            if count.isdecimal() and len(seats) != int(count):
                self._add("20000200314", "SeatsAmount is incorrect")
            for name, code in _SIDES.items():
                if not all((amount(each, name) or 0) > 0 for each in seats):
                    self._add(code, f"OptionsSeat {name} is incorrect")

    # What the place takes

    def _limits(self) -> None:
        """Of the branch that the parcel goes to."""
        place = self._place
        if place is None:
            return
        cost = int(self._get("Cost"))
        if place.max_cost and cost > place.max_cost:
            self._add("20000200119", "Cost is too high")
        if place.is_locker or not place.max_weight:
            return
        most = place.max_weight
        if heaviest(self._props) > most:
            self._add("20000201162", f"Warehouse place max allowed weight: {most}")
        elif volume(self._props) * VOLUMETRIC > most * int(self._get("SeatsAmount")):
            self._add("20000201161", f"Warehouse place max allowed volumetric weight: {most}")

    def _locker(self) -> None:
        place = self._place
        if place is None or not place.is_locker:
            return
        if self._get("SeatsAmount") != "1":
            self._add("20000200215", "SeatsAmount must be 1 for Postomat")
        if heaviest(self._props) > place.max_weight:
            self._add("20000200380", "Weight is too high for this postomat")
        seat = self._props["OptionsSeat"][0]
        sides = sorted(amount(seat, name) or Decimal(0) for name in list(_SIDES)[:3])
        if any(side > most for side, most in zip(sides, sorted(place.size), strict=True)):
            self._add("20000200212", "Volumetric dimensions are too big for this postomat")
        if not _MOBILE.fullmatch(self._get("RecipientsPhone")):
            self._add("20000201660", "RecipientsPhone must be mobile for Postomat")
        if int(self._get("Cost")) > self._office.locker_max_cost:
            self._add("20000200119", "Cost is too high")
        if self._get("PaymentMethod") == "NonCash":
            self._add("20000201107", "NonCash is unavailable for Postomat")

    # Money

    def _money(self) -> None:
        self._payment()
        back = self._props.get("BackwardDeliveryData")
        control = self._get("AfterpaymentOnGoodsCost")
        control = "" if control == "0" else control
        if control and back:
            self._add("20000200035", "AfterpaymentOnGoodsCost unavailable")
        elif control:
            self._payment_control(control)
        elif back:
            self._money_back(back)
        if (control or back) and not _CYRILLIC.fullmatch(self._name):
            self._add("20000201117", "Make Recipient data Cyrillic")

    def _payment(self) -> None:
        has_contract = self._person.has_contract
        method, payer = self._get("PaymentMethod"), self._get("PayerType")
        if payer == "ThirdPerson" and method != "NonCash":
            self._add("20000201484", "PaymentMethod must be NonCash")
        elif method == "NonCash" and not has_contract:
            self._add("20000301404", "PaymentMethod is forbidden for Sender")

    def _payment_control(self, value: str) -> None:
        name = "AfterpaymentOnGoodsCost"
        if not self._person.has_payment_control:
            self._add("20000200035", f"{name} unavailable")
        elif self._is_locker_without_money():
            self._add("20000200032", f"{name} is disabled for Postomat NovaPoshta")
        elif (
            self._office.payment_control_is_for_branches
            and self._get("ServiceType") != "WarehouseWarehouse"
        ):
            self._add("20000201590", f"{name} is available for WarehouseWarehouse only")
        else:
            self._sum(value, name, "20000200031")

    def _money_back(self, back: Any) -> None:
        """A money transfer is for private people; documents and such may come back to anybody."""
        name = "BackwardDeliveryData"
        if not isinstance(back, list) or not all(isinstance(each, dict) for each in back):
            self._add("20000200070", f"{name} must be array")
            return
        for each in back:
            if text(each, "PayerType") not in PAYERS[:2]:
                self._add("20000200071", f"{name} PayerType is incorrect")
            if text(each, "CargoType") != "Money":
                continue
            if not self._person.is_private:
                self._add("20000204637", "Передана послуга Післяплата недоступна")
            elif self._is_locker_without_money():
                self._add("20000202889", "BackwardDelivery is disabled for Postomat")
            elif text(each, "PaymentCard") and not self._office.takes_cards:
                blocked = "BackwardDeliveryMoney to payment card is temporary blocked"
                self._add("20000201794", blocked)
            else:
                self._sum(text(each, "RedeliveryString"), name, "20000200072")
                if text(each, "PaymentCard") and self._amount(each) > MOST_TO_CARD:
                    self._add("20000201486", f"{name} to payment card is too high")

    def _amount(self, back: Mapping[str, Any]) -> Decimal:
        return amount(back, "RedeliveryString") or Decimal(0)

    def _is_locker_without_money(self) -> bool:
        is_locker = self._place is not None and self._place.is_locker
        return is_locker and not self._office.lockers_take_money

    def _sum(self, value: str, name: str, wrong: str) -> None:
        if not re.fullmatch(r"[1-9]\d*", value, re.ASCII):
            self._add(wrong, f"{name} is incorrect")
        elif int(value) > int(self._get("Cost")):
            self._add("20000201553", f"{name} cannot be more than Cost")


def amount(props: Props, name: str) -> Decimal | None:
    """A number with a point; None for anything else."""
    try:
        value = Decimal(text(props, name))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def volume(props: Props) -> Decimal:
    """Cubic metres, by the seats, or as it is said for all of them."""
    seats = [each for each in props.get("OptionsSeat") or () if isinstance(each, dict)]
    by_seats = Decimal(0)
    for each in seats:
        width, length, height, _ = (amount(each, name) or Decimal(0) for name in _SIDES)
        sides = width * length * height / 1_000_000
        by_seats += sides or amount(each, "volumetricVolume") or 0
    return max(by_seats, amount(props, "VolumeGeneral") or Decimal(0))


def heaviest(props: Props) -> Decimal:
    """The weight of the heaviest seat, kg."""
    seats = props.get("OptionsSeat") or ()
    weights = [amount(each, "weight") or Decimal(0) for each in seats if isinstance(each, dict)]
    count = Decimal(text(props, "SeatsAmount") or 1)
    return max([(amount(props, "Weight") or Decimal(0)) / count, *weights])
