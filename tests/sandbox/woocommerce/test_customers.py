"""The demo's people and goods are varied, plausible, and the same for one seed."""

import random
import re
import struct
import zlib
from decimal import Decimal

from domain.phones import international
from sandbox.woocommerce import WooCommerceStore
from sandbox.woocommerce.catalogue import CATALOGUE
from sandbox.woocommerce.customers import PAYMENTS, random_cart, random_customer
from sandbox.woocommerce.pictures import SHAPES, SIZE, picture

STEPS = {goods.sku: goods.step for goods in CATALOGUE}


def test_catalogue() -> None:
    assert len(STEPS) == len(CATALOGUE) == 27
    for goods in CATALOGUE:
        assert Decimal(0) < goods.cost < goods.price
        assert goods.price == goods.price.quantize(Decimal("0.01"))
        assert goods.stock > 0
        assert bool(goods.unit) == (goods.step < 1)
        assert goods.shape in SHAPES
        assert "<" not in goods.plain_name
        assert "&" not in goods.plain_name.replace("Плани & мрії", "")
    assert {goods.shape for goods in CATALOGUE} == set(SHAPES)


def test_customers_can_be_called() -> None:
    rng = random.Random(7)
    customers = [random_customer(rng) for _ in range(300)]

    assert all(re.fullmatch(r"\+380\d{9}", international(one.phone)) for one in customers)
    assert all(one.first_name and one.last_name and one.city and one.address for one in customers)
    assert len({(one.first_name, one.last_name, one.city) for one in customers}) > 200
    assert len({one.phone[:2] for one in customers}) >= 4  # written in different ways
    assert all(re.fullmatch(r"\d{5}", one.postcode) for one in customers)


def test_carts_hold_different_goods() -> None:
    rng = random.Random(7)
    carts = [random_cart(rng, STEPS) for _ in range(300)]

    assert {cart.payment for cart in carts} == set(PAYMENTS)
    assert {len(cart.lines) for cart in carts} == {1, 2, 3, 4, 5}
    assert all(len({sku for sku, _ in cart.lines}) == len(cart.lines) for cart in carts)
    assert any(cart.coupon for cart in carts)
    assert any(cart.delivery is None for cart in carts)
    assert any(not cart.note for cart in carts)
    for sku, quantity in (line for cart in carts for line in cart.lines):
        assert quantity > 0
        assert quantity % STEPS[sku] == 0
    assert any(quantity % 1 for cart in carts for _, quantity in cart.lines)
    assert len(random_cart(rng, {"MUG": Decimal(1)}).lines) == 1


async def test_some_customers_come_again(store: WooCommerceStore) -> None:
    rng = random.Random(7)
    placed = [await store.random_order(rng) for _ in range(60)]

    phones = [order.customer.phone for order in placed]
    assert 45 < len(set(phones)) < 60


def test_every_picture_is_a_png_of_its_own() -> None:
    assert len({(goods.shape, goods.colour) for goods in CATALOGUE}) == len(CATALOGUE)
    colours = {goods.shape: goods.colour for goods in CATALOGUE}
    pictures = {shape: picture(shape, colour) for shape, colour in colours.items()}

    assert len(set(pictures.values())) == len(colours)
    for png in pictures.values():
        size, rows = _decoded(png)
        assert size == (SIZE, SIZE)
        assert len(rows) == SIZE * (1 + 3 * SIZE)
        assert len(set(rows)) > 20  # not a plain square


def _decoded(png: bytes) -> tuple[tuple[int, int], bytes]:
    """Width and height, and the unpacked rows; every chunk's checksum is right."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, chunks = 8, {}
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", png, at + 8 + length) == (zlib.crc32(kind + data),)
        chunks[kind] = data
        at += 12 + length
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    width, height = struct.unpack_from(">II", chunks[b"IHDR"])
    return (width, height), zlib.decompress(chunks[b"IDAT"])


async def test_one_seed_gives_the_same_orders() -> None:
    async def orders(seed: int) -> list[tuple[object, ...]]:
        rng = random.Random(seed)
        async with WooCommerceStore() as store:
            for goods in CATALOGUE:
                store.add_product(
                    sku=goods.sku, name=goods.name, price=goods.price, stock=goods.stock
                )
            placed = [await store.random_order(rng) for _ in range(10)]
        return [(one.customer, one.total, one.note, one.payment_method) for one in placed]

    assert await orders(1) == await orders(1)
    assert await orders(1) != await orders(2)
