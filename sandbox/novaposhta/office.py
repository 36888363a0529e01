"""What happens inside a simulated Nova Poshta: places, accounts, parcels, its clock."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sandbox.novaposhta.directory import CITIES, DNIPRO, STREETS, warehouses
from sandbox.novaposhta.model import (
    ARRIVED,
    KYIV_TIME,
    LOCKER_TYPE,
    RECEIVED,
    RETURNING,
    STATES,
    Account,
    City,
    Contact,
    Recipient,
    Sender,
    Street,
    Warehouse,
    Waybill,
)

FIRST_NUMBER = 20451600012345

_SENDER = "a1000000-0000-11ef-bcd0-48df37b921da"
_SENDERS_CONTACT = "a1000001-0000-11ef-bcd0-48df37b921da"


class Office:
    """Nova Poshta without its network address; ``NovaPoshta`` says what its arguments mean.

    What is nobody's knowledge of the real one is an attribute here, to be set to either answer:
    ``least_gap`` between two calls with one key (zero for any), ``description_limit``,
    ``locker_max_cost`` (declared, UAH), ``lockers_take_money`` (whether parcels there may be paid
    for), ``takes_cards`` (money back to a card), ``payment_control_is_for_branches`` (only),
    ``takes_search_streets`` (``Address.save`` with a street's Ref of the searches),
    ``errors_as_object``, ``cost_as_text``, ``date_is_nested`` (of a delivery),
    ``empty_search_is_list`` (instead of a total of none), ``expired_code``.
    """

    def __init__(self, *, key: str, clock: Callable[[], datetime]) -> None:
        self.least_gap = timedelta(0)
        self.description_limit = 50
        self.locker_max_cost = 10_000
        self.lockers_take_money = False
        self.takes_cards = False
        self.payment_control_is_for_branches = False
        self.takes_search_streets = False
        self.errors_as_object = False
        self.cost_as_text = False
        self.date_is_nested = True
        self.empty_search_is_list = False
        self.expired_code = "20000201204"
        self.cities: list[City] = list(CITIES)
        self.warehouses: dict[str, Warehouse] = {each.ref: each for each in warehouses()}
        self.streets: list[Street] = list(STREETS)
        self.accounts: dict[str, Account] = {}
        self.waybills: dict[str, Waybill] = {}  # by Ref
        self.scan_sheets: dict[str, tuple[str, datetime]] = {}  # number and time by Ref
        self._clock = clock
        self._ahead = timedelta(0)
        self._counts: dict[str, Iterator[int]] = {}
        self._numbers = itertools.count(FIRST_NUMBER)
        self.key = key
        self.add_account(key)

    # Time, Refs and numbers

    def now(self) -> datetime:
        """Aware UTC."""
        return self._clock() + self._ahead

    def today(self) -> datetime:
        """Now, as the clocks in Kyiv show it."""
        return self.now().astimezone(KYIV_TIME)

    def let_pass(self, time: timedelta) -> None:
        """Set the clock forward."""
        self._ahead += time

    def new_ref(self, kind: str) -> str:
        """A Ref that begins with ``kind``: two hexadecimal digits."""
        count = self._counts.setdefault(kind, itertools.count())
        return f"{kind}{next(count):06x}-0000-11f0-a1d5-48df37b92096"

    def new_number(self) -> str:
        return str(next(self._numbers))

    # Places

    def add_city(self, name: str, area: str, *, type: str = "місто", served: bool = True) -> City:
        """Make a settlement; one that is not ``served`` has no CityRef."""
        ref = self.new_ref("e3") if served else ""
        number = str(9100 + len(self.cities))
        settlement = self.new_ref("e4")
        city = City(
            name=name, area=area, ref=ref, settlement_ref=settlement, number=number, type=type
        )
        self.cities.append(city)
        return city

    def add_warehouse(
        self,
        city: City,
        number: int,
        address: str,
        *,
        is_locker: bool = False,
        place_max_weight: int = 30,
        max_cost: int = 0,
        is_denied: bool = False,
    ) -> Warehouse:
        """Open a branch or a locker; a locker takes 20 kg and 40 x 30 x 60 cm at most."""
        kind = 'Поштомат "Нова Пошта"' if is_locker else "Відділення"
        warehouse = Warehouse(
            ref=self.new_ref("b8"),
            city_ref=city.ref,
            number=str(number),
            description=f"{kind} №{number}: {address}",
            address=address,
            place_max_weight=place_max_weight,
            max_cost=max_cost,
            is_denied=is_denied,
        )
        if is_locker:
            weight = min(place_max_weight, 20)
            warehouse.type, warehouse.size = LOCKER_TYPE, (40, 30, 60)
            warehouse.place_max_weight = warehouse.total_max_weight = weight
        self.warehouses[warehouse.ref] = warehouse
        return warehouse

    def add_street(self, city: City, name: str, *, kind: str = "вул.") -> Street:
        """Lay out a street, without its kind in its name."""
        street = Street(
            ref=self.new_ref("f3"),
            settlement_street_ref=self.new_ref("f4"),
            city_ref=city.ref,
            name=name,
            kind=kind,
        )
        self.streets.append(street)
        return street

    def close_warehouse(self, ref: str) -> None:
        """It is in no list any more, and nothing is sent there."""
        self.warehouses[ref].is_removed = True

    def city(self, ref: str) -> City | None:
        """By its CityRef."""
        return next((each for each in self.cities if ref and each.ref == ref), None)

    def open_warehouses(self) -> list[Warehouse]:
        return [each for each in self.warehouses.values() if not each.is_removed]

    # Accounts

    def add_account(self, key: str) -> Account:
        """A cabinet with this key; the first has a business as its sender, others have none."""
        account = self.accounts[key] = Account(key=key)
        if len(self.accounts) == 1:
            sender = Sender(
                ref=_SENDER,
                description="Гончар Микола Степанович ФОП",
                city_ref=DNIPRO.ref,
                edrpou="1234567890",
            )
            account.senders[sender.ref] = sender
            self._add_contact(account, _SENDERS_CONTACT, sender, "Гончар Микола Степанович")
        return account

    def add_sender(
        self,
        name: str = "Гончар Микола Степанович",
        *,
        key: str = "",
        is_private: bool = True,
        has_payment_control: bool = False,
        has_contract: bool = False,
        phone: str = "380501110099",
    ) -> Sender:
        """Somebody else to send as, with one contact person: surname, name, patronymic."""
        account = self.accounts[key or self.key]
        sender = Sender(
            ref=self.new_ref("a2"),
            description=name if is_private else f"{name} ФОП",
            city_ref=DNIPRO.ref,
            is_private=is_private,
            has_payment_control=has_payment_control,
            has_contract=has_contract,
        )
        account.senders[sender.ref] = sender
        self._add_contact(account, self.new_ref("a3"), sender, name, phone)
        return sender

    def _add_contact(
        self, account: Account, ref: str, sender: Sender, name: str, phone: str = "380501110099"
    ) -> None:
        last, first, middle, *_ = [*name.split(), "", ""]
        account.contacts[ref] = Contact(
            ref=ref,
            counterparty_ref=sender.ref,
            first_name=first,
            last_name=last,
            middle_name=middle,
            phone=phone,
            email="",
        )

    def expire_key(self, key: str = "") -> None:
        """The key's term is over."""
        self.accounts[key or self.key].key_state = "expired"

    def deactivate_key(self, key: str = "") -> None:
        """Its owner has switched the key off."""
        self.accounts[key or self.key].key_state = "inactive"

    def renew_key(self, key: str = "") -> None:
        """It is good again."""
        self.accounts[key or self.key].key_state = "active"

    # Parcels

    def waybill(self, number_or_ref: str) -> Waybill | None:
        """By its number or its Ref, deleted ones too."""
        found = (each for each in self.waybills.values() if each.number == number_or_ref)
        return self.waybills.get(number_or_ref) or next(found, None)

    def move_parcel(self, number: str, state: str) -> Waybill:
        """A parcel comes into a state of ``STATES``; what comes with it happens too.

        One that is refused, or not fetched in time, goes back with a waybill of its own.

        Raises:
            KeyError: there is no such waybill, or no such state.
        """
        waybill = self.waybill(number)
        if waybill is None or state not in STATES:
            raise KeyError(number, state)
        waybill.state, waybill.moved_at = state, self.now()
        if state in ARRIVED:
            waybill.arrived_at = self.now()
        if state in RECEIVED:
            waybill.received_at = waybill.received_at or self.now()
        if state in RETURNING and waybill.key and not waybill.return_number:
            waybill.return_number = self._send_back(waybill).number
        return waybill

    def advance_parcel(self, number: str) -> Waybill:
        """The next step of an ordinary way: 1, 4, 5, 6, at the branch (or with a courier), 9.

        Raises:
            KeyError: there is no such waybill.
            ValueError: it has left the ordinary way.
        """
        waybill = self.waybill(number)
        if waybill is None:
            raise KeyError(number)
        place = waybill.recipient.place
        there = "101" if place is None else "8" if place.is_locker else "7"
        way = ["1", "4", "5", "6", there, "9"]
        return self.move_parcel(number, way[min(way.index(waybill.state) + 1, len(way) - 1)])

    def _send_back(self, waybill: Waybill) -> Waybill:
        props = dict(waybill.props)
        sender, recipient = props["SendersPhone"], props["RecipientsPhone"]
        props |= {"SendersPhone": recipient, "RecipientsPhone": sender}
        props |= {"CitySender": waybill.recipient.city.ref, "CityRecipient": props["CitySender"]}
        for name in ("BackwardDeliveryData", "AfterpaymentOnGoodsCost", "InfoRegClientBarcodes"):
            props.pop(name, None)
        account = self.accounts[waybill.key]
        city = self.city(props["CityRecipient"])
        contact = account.contacts[waybill.props["ContactSender"]]
        place = self.warehouses.get(waybill.props["SenderAddress"])
        back = replace(
            waybill,
            ref=self.new_ref("d2"),
            number=self.new_number(),
            key="",  # Nova Poshta's own: in nobody's list
            props=props,
            recipient=Recipient(
                name=contact.full_name,
                city=city or waybill.recipient.city,
                address=place.description if place else "",
                place=place,
            ),
            state="4",
            created_at=self.now(),
            moved_at=self.now(),
            arrived_at=None,
            received_at=None,
            return_number="",
        )
        self.waybills[back.ref] = back
        return back


def utc_now() -> datetime:
    return datetime.now(UTC)
