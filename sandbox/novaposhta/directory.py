"""The places that the simulated Nova Poshta knows from the start.

The Refs of large cities, their first branches and the types are the public ones; others invented.
"""

from collections.abc import Iterator

from sandbox.novaposhta.model import (
    CARGO_TYPE,
    LIMITED_TYPE,
    LOCKER_TYPE,
    City,
    Street,
    Warehouse,
)

KYIV = City(
    name="Київ",
    area="Київська",
    ref="8d5a980d-391c-11dd-90d9-001a92567626",
    settlement_ref="e718a680-4b33-11e4-ab6d-005056801329",
    number="4",
    index="11",
    name_ru="Киев",
    area_ref="71508131-9b87-11de-822f-000c2965ae0e",
)
LVIV = City(
    name="Львів",
    area="Львівська",
    ref="db5c88f5-391c-11dd-90d9-001a92567626",
    settlement_ref="e71abb60-4b33-11e4-ab6d-005056801329",
    number="5",
    index="15",
    name_ru="Львов",
    area_ru="Львовская",
    area_ref="71508137-9b87-11de-822f-000c2965ae0e",
)
DNIPRO = City(
    name="Дніпро",
    area="Дніпропетровська",
    ref="db5c88f0-391c-11dd-90d9-001a92567626",
    settlement_ref="e717110a-4b33-11e4-ab6d-005056801329",
    number="2",
    name_ru="Днепр",
    area_ref="7150812b-9b87-11de-822f-000c2965ae0e",
)
POLTAVA = City(
    name="Полтава",
    area="Полтавська",
    ref="db5c8892-391c-11dd-90d9-001a92567626",
    settlement_ref="e719e0e2-4b33-11e4-ab6d-005056801329",
    number="32",
    name_ru="Полтава",
    area_ref="7150813b-9b87-11de-822f-000c2965ae0e",
)
VILLAGE = City(
    name="Зразкове",
    area="Полтавська",
    ref="e2000001-0000-11e5-899e-005056887b8d",
    settlement_ref="e2000002-0000-11e4-ab6d-005056801329",
    number="9001",
    type="село",
    region="Полтавський",
    area_ref=POLTAVA.area_ref,
)
NOWHERE = City(  # no service
    name="Київка",
    area="Херсонська",
    ref="",
    settlement_ref="e1000000-0000-11e4-ab6d-005056801329",
    type="село",
    region="Зразковий",
)
CITIES = (KYIV, LVIV, DNIPRO, POLTAVA, VILLAGE, NOWHERE)

KHRESHCHATYK = Street(
    ref="f1000000-0000-11e5-899e-005056887b8d",
    settlement_street_ref="ad090b1f-6845-11e6-8304-00505688561d",
    city_ref=KYIV.ref,
    name="Хрещатик",
    name_ru="Крещатик",
)
STREETS = (
    KHRESHCHATYK,
    Street(
        ref="f1000001-0000-11e5-899e-005056887b8d",
        settlement_street_ref="f1000002-0000-11e6-8304-00505688561d",
        city_ref=LVIV.ref,
        name="Зразкова",
        name_ru="Образцовая",
    ),
)

KYIV_1 = "1ec09d88-e1c2-11e3-8c4a-0050568002cf"
KYIV_5 = "b3000000-0000-11ea-9c59-005056b24375"
KYIV_50 = "b4000000-0000-11ea-9c59-005056b24375"
LVIV_LOCKER = "b2000000-0000-11ee-9eb1-d4f5ef0df2b8"
DNIPRO_1 = "a1000002-0000-11e3-8c4a-0050568002cf"
POLTAVA_1 = "b5000000-0000-11ea-9c59-005056b24375"


def warehouses() -> Iterator[Warehouse]:
    """Fresh ones, for somebody may close them."""
    yield Warehouse(
        ref=KYIV_1,
        city_ref=KYIV.ref,
        number="1",
        description="Відділення №1: вул. Пирогівський шлях, 135",
        address="Пирогівський шлях, 135",
        type=CARGO_TYPE,
        place_max_weight=1100,
        total_max_weight=0,
        size=(170, 220, 600),
    )
    yield _branch(KYIV_5, KYIV, 5, "вул. Зразкова, 5", " (до 30 кг на одне місце)")
    yield _branch(KYIV_50, KYIV, 50, "вул. Тестова, 50", " (до 30 кг)", is_denied=True)
    yield _branch(
        "b4000001-0000-11ea-9c59-005056b24375",
        KYIV,
        112,
        "вул. Мала, 12",
        " (до 10 кг)",
        type=LIMITED_TYPE,
        place_max_weight=10,
        total_max_weight=10,
    )
    yield _locker("b2000001-0000-11ee-9eb1-d4f5ef0df2b8", KYIV, 20318, "вул. Хрещатик, 22")
    yield _branch("b6000000-0000-11ea-9c59-005056b24375", LVIV, 1, "вул. Городоцька, 355", "")
    yield _locker(LVIV_LOCKER, LVIV, 40001, "вул. Зразкова, 12")
    yield _branch(DNIPRO_1, DNIPRO, 1, "вул. Маршала Малиновського, 114", "")
    yield _locker("b2000002-0000-11ee-9eb1-d4f5ef0df2b8", DNIPRO, 30001, "просп. Науки, 7")
    yield _branch(POLTAVA_1, POLTAVA, 1, "вул. Половка, 68", "")
    yield _branch("b5000001-0000-11ea-9c59-005056b24375", POLTAVA, 12, "вул. Європейська, 4", "")
    yield _locker("b2000003-0000-11ee-9eb1-d4f5ef0df2b8", POLTAVA, 5101, "вул. Соборності, 1")
    yield _branch("b7000000-0000-11ea-9c59-005056b24375", VILLAGE, 1, "вул. Польова, 2", "")


def _branch(
    ref: str,
    city: City,
    number: int,
    address: str,
    limit: str,
    *,
    type: str = "841339c7-591a-42e2-8233-7a0a00f0ed6f",
    place_max_weight: int = 30,
    total_max_weight: int = 30,
    is_denied: bool = False,
) -> Warehouse:
    return Warehouse(
        ref=ref,
        city_ref=city.ref,
        number=str(number),
        description=f"Відділення №{number}{limit}: {address}",
        address=address.partition(" ")[2],
        type=type,
        place_max_weight=place_max_weight,
        total_max_weight=total_max_weight,
        is_denied=is_denied,
    )


def _locker(ref: str, city: City, number: int, address: str) -> Warehouse:
    return Warehouse(
        ref=ref,
        city_ref=city.ref,
        number=str(number),
        description=f'Поштомат "Нова Пошта" №{number}: {address}',
        address=address.partition(" ")[2],
        type=LOCKER_TYPE,
        place_max_weight=20,
        total_max_weight=20,
        size=(40, 30, 60),
    )
