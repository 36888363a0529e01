"""The goods of the demo: a small shop of phone accessories, gifts and fabrics, and a workshop."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from html import unescape


@dataclass(frozen=True, slots=True)
class Goods:
    """One article: price and cost in UAH, stock in its unit ("" for pieces).

    The name may hold HTML. It is sold in whole ``step``s. ``shape`` and ``colour`` are its picture.
    Some shops do not count it (``is_counted``), though it lies in the warehouse.
    """

    sku: str
    name: str
    price: Decimal
    cost: Decimal
    stock: int
    shape: str
    colour: str
    unit: str = ""
    step: Decimal = Decimal(1)
    is_counted: bool = True

    @property
    def plain_name(self) -> str:
        """The name as a warehouse's table has it."""
        return unescape(re.sub(r"<[^>]*>", "", self.name))


@dataclass(frozen=True, slots=True)
class Family:
    """One thing that is sold in several forms; the name of each member is its option."""

    sku: str
    name: str
    attribute: str
    members: tuple[Goods, ...]

    @property
    def in_warehouse(self) -> tuple[Goods, ...]:
        """The members as a warehouse's table has them."""
        return tuple(replace(each, name=f"{self.name} - {each.name}") for each in self.members)


def _goods(sku: str, name: str, price: str, cost: str, stock: int, picture: str) -> Goods:
    shape, colour = picture.split()
    return Goods(sku, name, Decimal(price), Decimal(cost), stock, shape, colour)


def _by_the_metre(
    sku: str, name: str, price: str, cost: str, stock: int, picture: str, step: str = "0.5"
) -> Goods:
    goods = _goods(sku, name, price, cost, stock, picture)
    return replace(goods, unit="м", step=Decimal(step))


CATALOGUE: tuple[Goods, ...] = (
    _goods(
        "CASE-IP15-BLK", "Чохол силіконовий iPhone 15, чорний", "349", "120", 42, "case #343a46"
    ),
    _goods("CASE-IP15-BLU", "Чохол силіконовий iPhone 15, синій", "349", "120", 17, "case #2f6fb5"),
    _goods(
        "CASE-IP15P-CLR", "Чохол MagSafe iPhone 15 Pro, прозорий", "549", "210", 25, "case #9aa7b5"
    ),
    _goods("CASE-S24-BLK", "Чохол Samsung Galaxy S24, чорний", "329", "110", 30, "case #454049"),
    _goods("CASE-RN13-GRN", "Чохол Xiaomi Redmi Note 13, зелений", "249", "80", 21, "case #27856a"),
    _goods("GLASS-IP15", "Захисне скло iPhone 15 <b>9H</b>", "199", "45", 120, "glass #4a90c2"),
    _goods("GLASS-S24", "Захисне скло Galaxy S24 <b>9H</b>", "219", "50", 64, "glass #5a7fb8"),
    _goods(
        "CBL-USBC-1M", "Кабель USB-C &ndash; USB-C, 1 м", "149.50", "42.50", 200, "cable #343a46"
    ),
    _goods("CBL-USBC-2M", "Кабель USB-C &ndash; USB-C, 2 м", "199.50", "58", 90, "cable #7a5cc4"),
    _goods("CBL-LGT-1M", "Кабель USB-C &ndash; Lightning, 1 м", "229", "75", 75, "cable #8d99a6"),
    _goods("CHG-20W", "Зарядний пристрій 20 Вт USB-C", "449", "190", 38, "charger #8d99a6"),
    _goods(
        "CHG-65W-GAN", "Зарядний пристрій 65 Вт GaN, 3 порти", "1299", "640", 12, "charger #343a46"
    ),
    _goods("CHG-WL-15W", "Бездротова зарядка 15 Вт", "699", "310", 15, "charger #27856a"),
    _goods("PB-10000", "Повербанк 10 000 мА·год", "899", "480", 26, "battery #2f6fb5"),
    _goods(
        "PB-20000", "Повербанк 20 000 мА·год, швидка зарядка", "1399", "790", 9, "battery #343a46"
    ),
    _goods("HOLD-CAR", "Тримач у авто на решітку", "279", "90", 33, "holder #454049"),
    _goods("HOLD-DESK", "Підставка для телефона, алюміній", "359", "140", 18, "holder #8d99a6"),
    _goods("EAR-TWS-WHT", "Навушники бездротові TWS, білі", "1149", "560", 14, "earphones #8fa3b8"),
    _goods("GIFT-MUG-UA", "Чашка &laquo;Доброго вечора&raquo; ☕", "259", "95", 40, "mug #c0392b"),
    _goods("GIFT-SOCKS", "Шкарпетки з вишивкою, 36&ndash;40", "129", "48", 3, "socks #27856a"),
    _goods(
        "GIFT-CANDLE",
        "Свічка соєва &laquo;Карпати&raquo;, 200 мл",
        "389",
        "160",
        11,
        "candle #d08a1d",
    ),
    _goods(
        "GIFT-NOTE-A5",
        "Блокнот А5 &laquo;Плани &amp; мрії&raquo;",
        "219",
        "85",
        22,
        "notebook #7a5cc4",
    ),
    _goods("GIFT-BOX-S", "Подарункова коробка, мала", "89", "30", 60, "box #c0392b"),
    _goods("GIFT-CARD", "Листівка ручної роботи", "59.90", "18", 150, "card #d0568a"),
    _by_the_metre("FAB-LINEN", "Тканина льон, натуральний", "349.50", "182", 48, "fabric #b08d57"),
    _by_the_metre(
        "FAB-COTTON", "Тканина бавовна, синя смужка", "189.90", "95", 75, "fabric #2f6fb5"
    ),
    _by_the_metre(
        "RIB-SATIN", "Стрічка атласна 25 мм, червона", "18.50", "6.40", 200, "fabric #c0392b", "0.1"
    ),
)

FAMILIES: tuple[Family, ...] = (
    Family(
        "SOCKS-WOOL",
        "Шкарпетки вовняні &laquo;Карпати&raquo;",
        "Розмір",
        (
            _goods("SOCKS-WOOL-S", "36&ndash;38", "189", "80", 14, "socks #8d99a6"),
            _goods("SOCKS-WOOL-M", "39&ndash;41", "189", "80", 22, "socks #5a7fb8"),
            _goods("SOCKS-WOOL-L", "42&ndash;44", "199", "84", 9, "socks #454049"),
        ),
    ),
    Family(
        "BOOK-IP15",
        "Чохол-книжка iPhone 15",
        "Колір",
        (
            _goods("BOOK-IP15-BRN", "коричневий", "459", "190", 12, "case #7a4a2b"),
            _goods("BOOK-IP15-RED", "червоний", "459", "190", 6, "case #c0392b"),
        ),
    ),
)
UNCOUNTED = replace(
    _goods("WRAP-GIFT", "Подарункове пакування", "45", "12", 80, "box #27856a"), is_counted=False
)

_SHARED = ("GIFT-MUG-UA", "GIFT-CANDLE", "GIFT-NOTE-A5", "GIFT-BOX-S", "GIFT-CARD")
WORKSHOP: tuple[Goods, ...] = (
    *(goods for goods in CATALOGUE if goods.sku in _SHARED),
    _goods("WOOD-STAND", "Підставка для ноутбука, дуб", "890", "410", 7, "holder #b08d57"),
    _goods("WOOD-BOX", "Скринька різьблена", "1250", "600", 3, "box #7a4a2b"),
    _goods("CLAY-MUG", "Горнятко глиняне &laquo;Опішня&raquo;", "320", "110", 16, "mug #b5651d"),
    _goods("WAX-CANDLE", "Свічка з вощини, пара", "140", "45", 28, "candle #d08a1d"),
    _goods("FELT-CASE", "Чохол із повсті для телефона", "380", "150", 10, "case #5f6b6d"),
    _goods("", "Листівка з вашим текстом", "75", "20", 40, "card #5a7fb8"),
)
WORKSHOP_FAMILY = Family(
    "APRON",
    "Фартух лляний",
    "Колір",
    (
        _goods("APRON-GRY", "сірий", "640", "280", 5, "fabric #8d99a6"),
        _goods("APRON-GRN", "зелений", "640", "280", 4, "fabric #27856a"),
    ),
)
