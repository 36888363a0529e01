"""What a simulated Nova Poshta holds: places, accounts with their people, waybills, its log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

KYIV_TIME = ZoneInfo("Europe/Kyiv")

BRANCH_TYPE = "841339c7-591a-42e2-8233-7a0a00f0ed6f"
CARGO_TYPE = "9a68df70-0267-42a8-bb5c-37f427e36ee4"
LIMITED_TYPE = "6f8c7162-4b72-4b0a-88e5-906948c6a92f"
LOCKER_TYPE = "f9316480-5f2d-425d-bc2c-ac7cd29decf0"
PRIVATBANK_TYPE = "95dc212d-479c-4ffb-a8ab-8c1b9073d0bc"

PRIVATE_PERSONS = "19710832-3af1-11eb-8513-b88303659df5"  # one counterparty for all of them

STATES: Mapping[str, str] = {
    "1": "Відправник самостійно створив цю накладну, але ще не надав до відправки",
    "2": "Видалено",
    "3": "Номер не знайдено",
    "4": "Відправлення у місті відправника",
    "41": "Відправлення у місті",
    "5": "Відправлення прямує до міста одержувача",
    "6": "Відправлення у місті одержувача",
    "7": "Прибув на відділення",
    "8": "Прибув у поштомат",
    "9": "Відправлення отримано",
    "10": "Відправлення отримано. Протягом доби надійде SMS про переказ",
    "11": "Відправлення отримано. Грошовий переказ видано одержувачу",
    "12": "Нова пошта комплектує відправлення",
    "14": "Відправлення передано на огляд одержувачу",
    "101": "На шляху до одержувача",
    "102": "Відмова від отримання: повернення замовив відправник",
    "103": "Відмова одержувача",
    "104": "Змінено адресу",
    "105": "Припинено зберігання",
    "106": "Отримано, створено накладну зворотної доставки",
    "108": "Відмова від отримання",
    "111": "Невдала спроба доставки",
    "112": "Дату доставки перенесено одержувачем",
}
ARRIVED = frozenset({"7", "8"})
RECEIVED = frozenset({"9", "10", "11", "106"})
RETURNING = frozenset({"102", "103", "105"})


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """A settlement. ``settlement_ref`` is its Ref in searches, ``ref`` (CityRef) everywhere else.

    ``ref`` "": Nova Poshta does not deliver there.
    """

    name: str
    area: str
    ref: str
    settlement_ref: str
    number: str = ""
    index: str = "99"  # the first half of WarehouseIndex
    name_ru: str = ""
    area_ru: str = ""
    type: str = "місто"
    region: str = ""
    area_ref: str = ""


@dataclass(slots=True, kw_only=True)
class Warehouse:
    """A branch or a locker. Weights are kg, 0 for no limit; ``size`` is cm: width, height, length.

    ``max_cost`` is the highest declared value in UAH, 0 for any.
    """

    ref: str
    city_ref: str
    number: str
    description: str
    address: str
    type: str = BRANCH_TYPE
    place_max_weight: int = 30
    total_max_weight: int = 30
    size: tuple[int, int, int] = (70, 70, 120)
    max_cost: int = 0
    is_denied: bool = False  # DenyToSelect: shown, but not to be sent to
    is_removed: bool = False

    @property
    def is_locker(self) -> bool:
        return self.type in (LOCKER_TYPE, PRIVATBANK_TYPE)

    @property
    def max_weight(self) -> int:
        return self.place_max_weight or self.total_max_weight


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """``settlement_street_ref`` is its Ref in searches, ``ref`` the one that addresses are of."""

    ref: str
    settlement_street_ref: str
    city_ref: str
    name: str
    name_ru: str = ""
    kind: str = "вул."


@dataclass(slots=True, kw_only=True)
class Contact:
    """A contact person. ``phone`` is 12 digits, 380 first."""

    ref: str
    counterparty_ref: str
    first_name: str
    last_name: str
    middle_name: str
    phone: str
    email: str | None = None

    @property
    def full_name(self) -> str:
        return " ".join(filter(None, (self.last_name, self.first_name, self.middle_name)))


@dataclass(slots=True, kw_only=True)
class Sender:
    """Somebody the account may send as.

    A private person may have money transferred (``BackwardDeliveryData``); a business with a
    contract has its payment controlled (``AfterpaymentOnGoodsCost``).
    """

    ref: str
    description: str
    city_ref: str
    is_private: bool = False
    has_payment_control: bool = True
    has_contract: bool = False  # may pay without cash, and by a third person
    sends_from_lockers: bool = True
    edrpou: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A door of a counterparty."""

    ref: str
    counterparty_ref: str
    street: Street
    building: str
    flat: str
    note: str

    @property
    def description(self) -> str:
        flat = f"кв. {self.flat}" if self.flat else ""
        parts = (self.street.name, self.street.kind, self.building, flat, self.note)
        return " ".join(filter(None, parts))


@dataclass(slots=True, kw_only=True)
class Account:
    """A cabinet and its key, which is "active", "expired" or "inactive"."""

    key: str
    key_state: str = "active"
    senders: dict[str, Sender] = field(default_factory=dict)
    organizations: dict[str, Mapping[str, str]] = field(default_factory=dict)  # recipients
    contacts: dict[str, Contact] = field(default_factory=dict)
    addresses: dict[str, Address] = field(default_factory=dict)
    asked_at: datetime | None = None

    def knows(self, ref: str) -> bool:
        """Whether it is a counterparty of this account."""
        return ref == PRIVATE_PERSONS or ref in self.senders or ref in self.organizations


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Whom and where a parcel goes to. ``place`` is None where it is a door."""

    name: str
    city: City
    address: str
    place: Warehouse | None = None


@dataclass(slots=True, kw_only=True)
class Waybill:
    """An express waybill. ``props`` are as they were sent; times are aware UTC; money is UAH."""

    ref: str
    number: str
    key: str
    props: Mapping[str, Any]
    recipient: Recipient
    date: date
    cost_on_site: Decimal
    created_at: datetime
    moved_at: datetime
    state: str = "1"
    is_printed: bool = False
    arrived_at: datetime | None = None
    received_at: datetime | None = None
    return_number: str = ""
    scan_sheet: str = ""

    @property
    def money_back(self) -> int:
        """What is transferred to the sender; 0 for nothing."""
        back = self.props.get("BackwardDeliveryData") or []
        return sum(
            int(each["RedeliveryString"]) for each in back if each.get("CargoType") == "Money"
        )

    @property
    def payment_control(self) -> int:
        return int(self.props.get("AfterpaymentOnGoodsCost") or 0)


@dataclass(frozen=True, slots=True)
class Call:
    """One request. A print is of the model "print", its properties the numbers of ``orders``."""

    model: str
    method: str
    properties: Mapping[str, Any]
    key: str
