"""What a simulated Prom.ua cabinet holds: products, orders, and its log of requests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

ROOT_GROUP = 120000000
CASH_ON_DELIVERY, PROM_PAYMENT, TO_ACCOUNT = 9000201, 9000202, 9000203
PAYMENT_OPTIONS: Mapping[int, str] = {
    CASH_ON_DELIVERY: "Наложенный платеж",  # as sellers typed it, whatever the shop's language
    PROM_PAYMENT: "Пром-оплата",
    TO_ACCOUNT: "Оплата на рахунок",
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
    """How an order travels. Ids are Nova Poshta's Refs where ``provider`` is "nova_poshta"."""

    option_id: int
    option: str
    address: str
    provider: str = ""  # "": none, the buyer comes for it
    type: str = "W2W"
    warehouse_id: str | None = None
    city_id: str | None = None
    city_name: str = ""
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
    """A group of products; ``parent_id`` is that of the group above it, or the root's."""

    id: int
    name: str
    name_ru: str
    parent_id: int
    modified_at: datetime


@dataclass(slots=True, kw_only=True)
class Product:
    """A product of the cabinet. ``stock`` None: nobody counts it; ``group_id`` None: in none."""

    id: int
    sku: str
    name: str
    name_ru: str
    price: Decimal
    stock: int | None
    external_id: str
    unit: str
    modified_at: datetime
    presence: str = "available"
    in_stock: bool = True
    status: str = "on_display"
    group_id: int | None = None
    image: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """So much of a product, at the price of the day."""

    product: Product
    quantity: Decimal
    price: Decimal

    @property
    def total(self) -> Decimal:
        return self.price * self.quantity


@dataclass(slots=True, kw_only=True)
class Order:
    """An order of the cabinet. Times are aware UTC, with microseconds."""

    id: int
    buyer: Buyer
    lines: list[Line]
    delivery: Delivery
    payment: int
    created_at: datetime
    modified_at: datetime
    recipient: Buyer | None = None
    note: str = ""
    status: str = "pending"
    source: str = "portal"
    payment_status: str = ""  # of an online payment; "" for any other
    declaration: str | None = None
    do_not_call: bool = False
    has_free_delivery: bool = False
    promotion: str = ""
    cancellation: tuple[str, str] | None = None  # title, initiator

    @property
    def price(self) -> Decimal:
        return sum((line.total for line in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True)
class Request:
    """One request that reached the API. ``body`` is its JSON, None without one."""

    method: str
    path: str
    query: Mapping[str, str]
    body: object = field(default=None)
