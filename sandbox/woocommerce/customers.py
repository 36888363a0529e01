"""People who shop, and what they put in their carts: varied, plausible, the same for one seed.

All names, phones and addresses are invented.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sandbox.woocommerce.model import Customer, Quantity


@dataclass(frozen=True, slots=True)
class Payment:
    """A way to pay: the gateway's code, what the customer reads, and a new order's status."""

    code: str
    title: str
    first_status: str


# The last two are what a plugin for own gateways makes: only their words say what they are.
PAYMENTS: Mapping[str, Payment] = {
    "cod": Payment("cod", "Оплата при отриманні", "processing"),
    "card": Payment("liqpay", "Оплата карткою онлайн", "processing"),
    "bacs": Payment("bacs", "Переказ на картку (IBAN)", "on-hold"),
    "cod-uk": Payment("alg_custom_gateway_1", "Накладений платіж", "processing"),
    "cod-ru": Payment("alg_custom_gateway_2", "Наложенный платёж", "processing"),
}
ON_DELIVERY = frozenset({"cod", "alg_custom_gateway_1", "alg_custom_gateway_2"})
RETURNING = 0.2  # of the orders are by somebody who ordered before

_WOMEN = (
    ("Олена", "Оксана", "Марія", "Ірина", "Наталія", "Софія", "Юлія", "Катерина", "Дарина"),
    ("Коваленко", "Шевчук", "Мельник", "Бондаренко", "Лисенко", "Мар'яненко", "Кравець"),
)
_MEN = (
    ("Андрій", "Тарас", "Олег", "Дмитро", "Іван", "Максим", "Богдан", "Юрій", "Віталій"),
    ("Ткаченко", "Савченко", "Гнатюк", "Поліщук", "Романюк", "Дем'яненко", "Щербак"),
)
_OPERATORS = ("050", "063", "066", "067", "068", "073", "093", "095", "096", "097", "098", "099")
_PHONE_FORMS = ("{0}{1}", "+38{0}{1}", "38{0}{1}", "({0}) {1}", "{0} {1}", "+38 ({0}) {1}")
_PLACES = (
    ("Київ", "UA30", "010{}"),
    ("Львів", "UA46", "790{}"),
    ("Одеса", "UA51", "650{}"),
    ("Харків", "UA63", "610{}"),
    ("Дніпро", "UA12", "490{}"),
    ("Вінниця", "UA05", "210{}"),
    ("Івано-Франківськ", "UA26", "760{}"),
    ("Кам'янець-Подільський", "UA68", "323{}"),
    ("Біла Церква", "UA32", "091{}"),
    ("Чернівці", "UA77", "580{}"),
)
CITIES = tuple(name for name, _, _ in _PLACES)
MOST_BRANCHES = 240  # the highest number that somebody names
_BRANCHES = ("Відділення №{}", "Поштомат №{}", "Пункт приймання-видачі №{}")
STREETS = ("вул. Шевченка", "вул. Садова", "просп. Свободи", "вул. Лесі Українки")
_NOTES = (
    "Прошу подзвонити після 18:00",
    "Не дзвоніть, будь ласка, пишіть у Viber",
    "Це подарунок 🎁 — запакуйте гарно, без чека",
    "Якщо немає чорного, підійде синій",
    "Дуже терміново, потрібно до п'ятниці!",
    "Передзвоніть перед відправкою, хочу додати ще один товар",
    "Домофон не працює — телефонуйте",
    "Перевірте, будь ласка, чи підійде до iPhone 15 Pro",
)
_NOVA_POSHTA = ("Нова Пошта (відділення)", Decimal(80))
_DELIVERIES: tuple[tuple[tuple[str, Decimal] | None, int], ...] = (
    (_NOVA_POSHTA, 6),
    (("Нова Пошта (кур'єр)", Decimal(120)), 2),
    (("Укрпошта", Decimal(45)), 2),
    (("Безкоштовна доставка", Decimal(0)), 1),
    (None, 1),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    """What one person orders and how: SKU and quantity, payment, delivery, coupon and note."""

    lines: tuple[tuple[str, Quantity], ...]
    payment: str
    delivery: tuple[str, Decimal] | None
    coupon: tuple[str, int] | None
    note: str


def random_customer(rng: random.Random) -> Customer:
    """Somebody from Ukraine who wrote the phone in one of the usual ways."""
    first_names, last_names = rng.choice((_WOMEN, _MEN))
    phone = rng.choice(_PHONE_FORMS).format(rng.choice(_OPERATORS), f"{rng.randrange(10**7):07}")
    city, state, postcode = rng.choice(_PLACES)
    if rng.random() < 0.8:
        address = rng.choice(_BRANCHES).format(rng.randint(1, MOST_BRANCHES))
    else:
        flat = f", кв. {rng.randint(1, 180)}" if rng.random() < 0.7 else ""
        address = f"{rng.choice(STREETS)}, {rng.randint(1, 120)}{flat}"
    return Customer(
        first_name=rng.choice(first_names),
        last_name=rng.choice(last_names),
        phone=phone,
        email=f"customer{rng.randrange(10**6)}@example.test" if rng.random() < 0.7 else "",
        company="ФОП" if rng.random() < 0.05 else "",
        city=city,
        state=state,
        address=address,
        postcode=postcode.format(f"{rng.randrange(100):02}"),
    )


def random_cart(rng: random.Random, steps: Mapping[str, Decimal]) -> Cart:
    """One to five different goods of these, mostly one piece of each.

    Args:
        rng: the same state brings the same cart.
        steps: by SKU, what quantities are multiples of; whole ones count pieces.
    """
    count = min(len(steps), rng.choices((1, 2, 3, 4, 5), weights=(50, 25, 13, 8, 4))[0])
    skus = rng.sample(list(steps), count)
    deliveries, weights = zip(*_DELIVERIES, strict=True)
    return Cart(
        lines=tuple((sku, _quantity(rng, steps[sku])) for sku in skus),
        payment=rng.choices(tuple(_PAYMENT_WEIGHTS), weights=tuple(_PAYMENT_WEIGHTS.values()))[0],
        delivery=rng.choices(deliveries, weights=weights)[0],
        coupon=("znyzhka10", 10) if rng.random() < 0.15 else None,
        note=rng.choice(_NOTES) if rng.random() < 0.35 else "",
    )


def _quantity(rng: random.Random, step: Decimal) -> Quantity:
    if step == step.to_integral_value():
        return int(step) * rng.choices((1, 2, 3, 10), weights=(75, 17, 6, 2))[0]
    return step * rng.randint(1, 7)


_PAYMENT_WEIGHTS: Mapping[str, int] = {"cod": 35, "cod-uk": 12, "cod-ru": 8, "card": 35, "bacs": 10}
