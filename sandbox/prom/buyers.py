"""People who buy on Prom, and what they want: varied, plausible, the same for one seed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random
from uuid import UUID

from sandbox.prom.model import (
    CASH_ON_DELIVERY,
    COURIER,
    LOCKER,
    PICKUP,
    PROM_PAYMENT,
    TO_ACCOUNT,
    UKRPOSHTA,
    WAREHOUSE,
    Buyer,
    Delivery,
)
from sandbox.woocommerce.customers import random_cart, random_customer

CHEAP_DELIVERY = "Дешева доставка"
SOURCES = ("portal", "company_site", "mobile_app", "mobile_catalog_app", "bigl", "company_cabinet")

_CITIES = (
    ("м. Київ", "UA80000000000093317"),
    ("м. Львів (Львівська обл.)", "UA46060250010015970"),
    ("м. Кам'янець-Подільський (Хмельницька обл.)", "UA68020000000000001"),
    ("смт. Брошнів-Осада (Івано-Франківська обл.)", "UA26000000000000002"),
    ("с. Білогородка (Київська обл.)", "UA32000000000000003"),
)
_STREETS = ("вул. Зразкова", "вул. Шевченка", "просп. Свободи", "вул. Лесі Українки")
_PAYMENTS = {CASH_ON_DELIVERY: 45, PROM_PAYMENT: 45, TO_ACCOUNT: 10}
_KINDS = {WAREHOUSE: 5, LOCKER: 3, COURIER: 2, UKRPOSHTA: 1, PICKUP: 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What one person orders, and how."""

    lines: Sequence[tuple[str, int | Decimal]]
    buyer: Buyer
    recipient: Buyer | None
    payment: int
    delivery: Delivery
    note: str
    do_not_call: bool
    promotion: str
    source: str


def random_wish(rng: Random, skus: Sequence[str]) -> Wish:
    """Somebody wants one to five of these goods."""
    cart = random_cart(rng, dict.fromkeys(skus, Decimal(1)))
    buyer = random_buyer(rng)
    payment = rng.choices(tuple(_PAYMENTS), weights=tuple(_PAYMENTS.values()))[0]
    delivery = _delivery(rng)
    is_cheap = payment == PROM_PAYMENT and delivery.cost and rng.random() < 0.5
    return Wish(
        lines=cart.lines,
        buyer=buyer,
        recipient=rng.choices((None, buyer, random_buyer(rng)), weights=(4, 4, 2))[0],
        payment=payment,
        delivery=delivery,
        note=cart.note,
        do_not_call=rng.random() < 0.25,
        promotion=CHEAP_DELIVERY if is_cheap else "",
        source=rng.choices(SOURCES, weights=(8, 4, 3, 3, 1, 1))[0],
    )


def random_buyer(rng: Random) -> Buyer:
    """Somebody from Ukraine, with the phone as Prom writes it."""
    person = random_customer(rng)
    digits = "".join(filter(str.isdigit, person.phone))
    return Buyer(
        first_name=person.first_name,
        last_name=person.last_name,
        second_name=rng.choice((None, "")),
        phone=f"+380{digits[-9:]}",
        email=person.email or None,
    )


def _delivery(rng: Random) -> Delivery:
    kind = rng.choices(tuple(_KINDS), weights=tuple(_KINDS.values()))[0]
    if kind.provider != "nova_poshta":
        return kind
    city, katottg = rng.choice(_CITIES)
    street, building = rng.choice(_STREETS), str(rng.randint(1, 120))
    somewhere = replace(
        kind, city_id=str(UUID(int=rng.getrandbits(128))), city_name=city, katottg=katottg
    )
    if kind is COURIER:
        flat = str(rng.randint(1, 180))
        address = f"{city}, {street}, {building}, кв. {flat}"
        return replace(somewhere, address=address, street=street, building=building, flat=flat)
    if kind is LOCKER:
        office = f'Поштомат "Нова Пошта" №{rng.randint(10_000, 49_999)}'
    else:
        office = f"№{rng.randint(1, 240)}{rng.choice(('', ' (до 30 кг на одне місце)'))}"
    return replace(
        somewhere,
        address=f"{city}, {office}: {street}, {building}",
        warehouse_id=str(UUID(int=rng.getrandbits(128))),
    )
