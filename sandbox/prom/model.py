"""What a simulated Prom.ua cabinet holds: groups, products, orders, and its log of requests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

ROOT_GROUP = 120000000
CASH_ON_DELIVERY, PROM_PAYMENT, TO_ACCOUNT, INSTALLMENTS = 9000201, 9000202, 9000203, 9000204
PAYMENT_OPTIONS: Mapping[int, str] = {
    CASH_ON_DELIVERY: "Наложенный платеж",  # as sellers typed it, whatever the shop's language
    PROM_PAYMENT: "Пром-оплата",
    TO_ACCOUNT: "Оплата на рахунок",
    INSTALLMENTS: "Оплатити частинами",
}
PAYMENT_NOTES: Mapping[int, str] = {
    PROM_PAYMENT: "Оплата карткою на Prom",
    TO_ACCOUNT: "ФОП, IBAN",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Who orders, or who is to get the parcel. ``phone`` as Prom shows it, "+380..."."""

    first_name: str
    last_name: str
    phone: str
    second_name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How an order travels. Ids are Nova Poshta's Refs where ``provider`` is "nova_poshta".

    Neither an office nor a locker is told by ``type``: the address says which it is.
    """

    option_id: int
    option: str
    address: str
    provider: str = ""  # "": none, the buyer comes for it
    type: str = "W2W"
    warehouse_id: str | None = None
    city_id: str | None = None
    city_name: str = ""
    katottg: str = "UA80000000000093317"
    street_id: str | None = None
    street: str | None = None
    building: str | None = None
    flat: str | None = None
    cost: Decimal = Decimal(0)


WAREHOUSE = Delivery(
    option_id=15000111,
    option="Нова Пошта",
    address="м. Київ, №1: вул. Пирогівський шлях, 135",
    provider="nova_poshta",
    warehouse_id="1ec09d88-e1c2-11e3-8c4a-0050568002cf",
    city_id="8d5a980d-391c-11dd-90d9-001a92567626",
    city_name="м. Київ",
)
LOCKER = Delivery(
    option_id=15000111,
    option="Нова Пошта",
    address='м. Львів (Львівська обл.), Поштомат "Нова Пошта" №40001: вул. Зразкова, 12',
    provider="nova_poshta",
    warehouse_id="b2000000-0000-11ee-9eb1-d4f5ef0df2b8",
    city_id="db5c88f5-391c-11dd-90d9-001a92567626",
    city_name="м. Львів (Львівська обл.)",
    katottg="UA46060250010015970",
    cost=Decimal(80),
)
COURIER = Delivery(
    option_id=15000112,
    option="Кур'єр Нової Пошти",
    address="м. Київ, вул. Хрещатик, 10, кв. 4",
    provider="nova_poshta",
    type="W2D",
    city_id="8d5a980d-391c-11dd-90d9-001a92567626",
    city_name="м. Київ",
    street_id="ad090b1f-6845-11e6-8304-00505688561d",
    street="вул. Хрещатик",
    building="10",
    flat="4",
    cost=Decimal(105),
)
UKRPOSHTA = Delivery(
    option_id=15000113,
    option="Укрпошта",
    address="м. Ужгород, відділення 88000",
    provider="ukrposhta",
    warehouse_id="88000",
)
PICKUP = Delivery(option_id=15000114, option="Самовивіз", address="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of products; ``parent_id`` is that of the group above it, None above the root."""

    id: int
    name: str
    name_ru: str
    parent_id: int | None
    modified_at: datetime


@dataclass(slots=True, kw_only=True)
class Product:
    """A product of the cabinet, or a variation of one (``base_id``).

    ``price`` is in UAH, None where none is said. ``stock`` None: nobody counts it. ``group_id``
    None: it is in no group. ``image`` is an address, "" for none.
    """

    id: int
    sku: str
    name: str
    name_ru: str
    price: Decimal | None
    stock: int | None
    external_id: str
    unit: str
    modified_at: datetime
    presence: str = "available"
    in_stock: bool = True
    status: str = "on_display"
    group_id: int | None = None
    base_id: int | None = None
    variation_group_id: int | None = None
    image: str | None = None  # None: one of Prom's own, by the product's id
    keywords: str = ""
    description: str = ""

    def picture(self, size: int) -> str:
        """The address of its picture, so many pixels wide."""
        if self.image is not None:
            return self.image
        return f"https://images.prom.ua/{self.id}_w{size}_h{size}_sample.jpg"


@dataclass(frozen=True, slots=True)
class Line:
    """So much of a product, at the price of the day."""

    product: Product
    quantity: Decimal
    price: Decimal

    @property
    def total(self) -> Decimal:
        return self.price * self.quantity


@dataclass(frozen=True, slots=True)
class SpecialOffer:
    """What Prom takes off the goods, in UAH, and the code that the buyer typed, if any."""

    discount: Decimal
    promocode: str | None = None


@dataclass(slots=True, kw_only=True)
class Order:
    """An order of the cabinet. Times are aware UTC, with microseconds."""

    id: int
    buyer: Buyer
    client_id: int
    lines: list[Line]
    delivery: Delivery | None
    payment: int | None
    created_at: datetime
    modified_at: datetime
    recipient: Buyer | None = None
    note: str = ""
    status: str = "pending"
    source: str = "portal"
    payment_status: str = ""  # of an online payment; "" for any other
    payment_at: datetime | None = None  # when it became so
    declaration: str | None = None
    parcel_status: str | None = None
    do_not_call: bool = False
    has_free_delivery: bool = False
    promotion: str = ""
    special_offer: SpecialOffer | None = None
    utm: tuple[str, str, str] = ("", "", "")  # medium, source, campaign
    cancellation: tuple[str, str] | None = None  # title, initiator

    @property
    def price(self) -> Decimal:
        """The goods."""
        return sum((line.total for line in self.lines), Decimal(0))

    @property
    def full_price(self) -> Decimal:
        """The goods and, where the buyer pays for it, their delivery."""
        if self.delivery is None or self.has_free_delivery:
            return self.price
        return self.price + self.delivery.cost


@dataclass(frozen=True, slots=True)
class Request:
    """One request that reached the API, ``path`` without its version.

    ``body`` is its JSON, None without one; ``language`` what it wants to be told in, if it said.
    """

    method: str
    path: str
    query: Mapping[str, str]
    body: object = field(default=None)
    language: str | None = None
