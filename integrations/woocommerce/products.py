"""A product and a variation in WooCommerce's JSON, as the program knows them. Pure.

Field reference: https://woocommerce.github.io/woocommerce-rest-api-docs/#product-properties
"""

from decimal import Decimal

from domain.money import from_thousandths, rounded, to_thousandths
from domain.orders import ListingChanged, ListingGone
from domain.shops import StockKeeping
from integrations.fields import (
    LONGEST_NAME,
    LONGEST_SKU,
    Fields,
    identifier,
    line,
    number,
    optional_identifier,
    plain_line,
    raw_text,
    rows,
    section,
    shortened,
    utc_time,
    web_address,
)

VARIABLE = ("variable", "variable-subscription")
# Nobody can buy these themselves: their variations, or other products, or elsewhere.
NOT_FOR_SALE = (*VARIABLE, "grouped", "external")


def parse_product(data: Fields) -> ListingChanged | ListingGone | None:
    """A product, or a variation told as one; gone when it is in the trash.

    None for what only leads to products. What a variation shows may be its product's SKU: only
    ``parse_variation`` can tell.

    Raises:
        MalformedPayloadError: it has no usable id, or a price or stock that is no number.
    """
    if raw_text(data, "status") == "trash":
        return ListingGone(str(identifier(data, "id")))
    if data.get("type") in NOT_FOR_SALE:
        return None
    name = plain_line(data, "name", LONGEST_NAME)
    sku: str | None = line(data, "sku", LONGEST_SKU)
    if data.get("type") == "variation":
        sku = None if sku else ""
        if options := _options(data):
            name = _variation_name(name.removesuffix(f" - {options}"), options)
    return _listing(data, name, sku, _images(data))


def parse_variation(data: Fields, parent: Fields) -> ListingChanged | None:
    """A variation as its product's list of them tells it; None when it is in the trash.

    Raises:
        MalformedPayloadError: it has no usable id, or a price or stock that is no number.
    """
    if raw_text(data, "status") == "trash":
        return None
    sku = line(data, "sku", LONGEST_SKU)
    if sku == line(parent, "sku", LONGEST_SKU):  # a variation without one shows its product's
        sku = ""
    name = _variation_name(plain_line(parent, "name", LONGEST_NAME), _options(data))
    images = [*filter(None, [section(data, "image")]), *_images(parent)]
    return _listing(data, name, sku, images, parent_id=str(identifier(parent, "id")))


def is_variable(data: Fields) -> bool:
    """Whether it is sold as its variations only."""
    return data.get("type") in VARIABLE


def _listing(
    data: Fields, name: str, sku: str | None, images: list[Fields], parent_id: str = ""
) -> ListingChanged:
    keeping = _keeping(data)
    return ListingChanged(
        external_id=str(identifier(data, "id")),
        sku=sku,
        name=name,
        parent_external_id=parent_id or optional_identifier(data, "parent_id"),
        price=rounded(number(data, "price")),
        image_url=_image_url(images),
        keeping=keeping,
        stock=None if keeping is StockKeeping.NONE else _stock(data),
        modified_at=utc_time(data, "date_modified_gmt"),
    )


def _keeping(data: Fields) -> StockKeeping:
    managed = data.get("manage_stock")
    if managed == "parent":
        return StockKeeping.PARENT
    return StockKeeping.OWN if managed is True else StockKeeping.NONE


def _stock(data: Fields) -> Decimal:
    return from_thousandths(to_thousandths(number(data, "stock_quantity")))


def _variation_name(parent: str, options: str) -> str:
    return shortened(f"{parent} – {options}" if options else parent, LONGEST_NAME)


def _options(data: Fields) -> str:
    """What is chosen of the product: "S, Чорний". Nothing for what may be any."""
    options = [plain_line(row, "option", LONGEST_NAME) for row in rows(data, "attributes")]
    return ", ".join(filter(None, options))


def _images(data: Fields) -> list[Fields]:
    return rows(data, "images")


def _image_url(images: list[Fields]) -> str:
    """The first address that a browser can open."""
    return next(filter(None, (web_address(image, "src") for image in images)), "")
