"""Products: imported from a spreadsheet, all or nothing."""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.errors import ImportRefusedError
from domain.money import KOPIYKA, THOUSANDTH, ZERO, parse_decimal
from domain.search import folded
from domain.stock import MovementKind
from models.stock import Product, StockMovement
from services import draft_lines, listings, stock
from services.transactions import transaction

COLUMNS = ("sku", "name", "price", "cost", "on_hand")
MORE_COLUMNS = ("unit", "image")  # a file may leave these out
LONGEST_URL = 1000  # characters
GROUP = 500  # rows to a statement: SQLite allows a limited number of values in one


@dataclass(frozen=True, slots=True)
class ProductRow:
    """One row of the file: money in the shop's currency, ``on_hand`` in the product's unit.

    ``unit`` and ``image_url`` are None when the file has no such column: they stay as they are.
    """

    sku: str
    name: str
    price: Decimal
    cost: Decimal
    on_hand: Decimal
    unit: str | None = None
    image_url: str | None = None


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How many products were new, and how many were there already."""

    created: int
    updated: int


async def import_csv(text: str) -> ImportResult:
    """Import products by SKU; ``on_hand`` is what was counted, not a change.

    Lines of open orders that wait for these products are linked, and reserve.

    Raises:
        ImportRefusedError: the file has mistakes; nothing was imported.
    """
    rows = read_rows(text)
    created = 0
    groups = [rows[start : start + GROUP] for start in range(0, len(rows), GROUP)]
    async with transaction():
        order_ids: set[int] = set()
        for group in groups:
            order_ids.update(await listings.waiting_orders([row.sku for row in group]))
        await listings.lock_orders(order_ids)
        known = [await Product.filter(sku__in=[row.sku for row in group]) for group in groups]
        edits = await draft_lines.of_orders(order_ids)
        held = {edit.product_id for edit in edits if edit.product_id is not None}
        await stock.lock_products(held.union(product.id for part in known for product in part))
        for group in groups:
            created += await _store(group, order_ids)
    return ImportResult(created, len(rows) - created)


async def _store(rows: Sequence[ProductRow], order_ids: Collection[int]) -> int:
    skus = [row.sku for row in rows]
    known = {product.sku for product in await Product.filter(sku__in=skus).only("sku")}
    await Product.bulk_create(
        (Product(sku=row.sku, name=row.name) for row in rows if row.sku not in known),
        ignore_conflicts=True,
    )
    ids = [product.id for product in await Product.filter(sku__in=skus).only("id")]
    products = {product.sku: product for product in (await stock.lock_products(ids)).values()}
    counts = []
    for row in rows:
        product = products[row.sku]
        if product.on_hand != row.on_hand:
            counts.append(
                StockMovement(
                    product_id=product.id,
                    kind=MovementKind.COUNT,
                    on_hand_change=row.on_hand - product.on_hand,
                )
            )
        product.name, product.price, product.cost = row.name, row.price, row.cost
        product.on_hand = row.on_hand
        product.search_text = search_text(row.sku, row.name)
        product.unit = product.unit if row.unit is None else row.unit
        product.image_url = product.image_url if row.image_url is None else row.image_url
    await Product.bulk_update(products.values(), fields=_IMPORTED)
    await stock.store(products.values(), [], counts)
    await listings.link_waiting(list(products.values()), order_ids)
    return len(rows) - len(known)


_IMPORTED = ["name", "price", "cost", "search_text", "unit", "image_url"]


def search_text(sku: str, name: str) -> str:
    """What searching looks at of a product."""
    return folded(f"{sku} {name}")[:700]


def read_rows(text: str) -> list[ProductRow]:
    """The rows of a CSV file, comma or semicolon separated, columns in any order.

    Raises:
        ImportRefusedError: with every mistake found (at most 20), each with its line number.
    """
    text = text.removeprefix("\ufeff")
    header, _, _ = text.partition("\n")
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    problems: list[str] = []
    rows: list[ProductRow] = []
    try:
        names = [(name or "").strip().casefold() for name in reader.fieldnames or ()]
        missing = [column for column in COLUMNS if column not in names]
        if missing:
            raise ImportRefusedError(
                [
                    f"the first line must name the columns {', '.join(COLUMNS)}; "
                    f"missing: {', '.join(missing)}"
                ]
            )
        reader.fieldnames = names
        rows.extend(_read(reader, problems))
    except csv.Error as error:
        problems.append(f"line {reader.line_num}: {error}")
    if problems:
        raise ImportRefusedError(problems[:20])
    return rows


def _read(reader: "csv.DictReader[str]", problems: list[str]) -> Iterator[ProductRow]:
    seen: dict[str, int] = {}
    names = list(reader.fieldnames or ())
    for row in reader:
        if not any((value or "").strip() for value in row.values() if isinstance(value, str)):
            continue
        line = reader.line_num
        found = len(problems)
        problems.extend(f"line {line}: {problem}" for problem in _misfits(row, len(names)))
        sku = (row["sku"] or "").strip()
        if not sku or len(sku) > 190:
            problems.append(f"line {line}: the sku is missing or longer than 190 characters")
        elif sku in seen:
            problems.append(f"line {line}: sku {sku} is on line {seen[sku]} already")
        seen.setdefault(sku, line)
        if not (row["on_hand"] or "").strip():  # a blank must not empty the shelf
            problems.append(f"line {line}: on_hand is missing; write 0 when there is none")
        price, cost, on_hand = (
            _number(row[column], step, f"line {line}: {column}", problems)
            for column, step in (("price", KOPIYKA), ("cost", KOPIYKA), ("on_hand", THOUSANDTH))
        )
        unit, image_url = _unit(row, line, problems), _image_url(row, line, problems)
        if len(problems) == found:
            name = (row["name"] or "").strip() or sku
            yield ProductRow(sku, name[:500], price, cost, on_hand, unit, image_url)


def _unit(row: Mapping[str | None, Any], line: int, problems: list[str]) -> str | None:
    if "unit" not in row:
        return None
    unit: str = (row["unit"] or "").strip()
    if len(unit) > 16:
        problems.append(f"line {line}: the unit is longer than 16 characters")
    return unit


def _image_url(row: Mapping[str | None, Any], line: int, problems: list[str]) -> str | None:
    if "image" not in row:
        return None
    url: str = (row["image"] or "").strip()
    if url and (len(url) > LONGEST_URL or not _IMAGE_URL.fullmatch(url)):
        problems.append(f"line {line}: image is not an address such as https://shop.ua/a.jpg")
    return url


_IMAGE_URL = re.compile(r"https?://[^\s/]+\.\S+")


def _misfits(row: Mapping[str | None, Any], columns: int) -> Iterator[str]:
    """What is wrong with a row as a whole, such as a decimal comma taken for a separator."""
    values = [value for name, value in row.items() if name is not None and value is not None]
    values += [value for value in row.get(None, ()) if value.strip()]
    if len(values) != columns:
        yield f"{len(values)} values under {columns} columns"
    if any("\0" in value for value in values):
        yield "a character that cannot be stored"


def _number(text: str | None, step: Decimal, where: str, problems: list[str]) -> Decimal:
    value = parse_decimal((text or "").strip() or "0")
    if value is None:
        problems.append(f"{where}: {text!r} is not a number")
    elif value < 0:
        problems.append(f"{where}: {text} is negative")
    elif value % step:
        problems.append(f"{where}: {text} has too many digits after the point")
    else:
        return value
    return ZERO
