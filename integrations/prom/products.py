"""A product in Prom.ua's JSON, as the program knows it. Pure."""

from decimal import Decimal

from domain.money import ZERO, from_thousandths, rounded, to_thousandths
from domain.orders import ListingChanged, ListingGone
from domain.shops import StockKeeping
from integrations.fields import (
    LONGEST_CURRENCY,
    LONGEST_NAME,
    LONGEST_SKU,
    Fields,
    identifier,
    line,
    number,
    plain_line,
    raw_text,
    section,
    utc_time,
    web_address,
)

CURRENCY = "UAH"  # of a cabinet; single products may be priced in others
AVAILABLE, NOT_AVAILABLE = "available", "not_available"


def parse_product(data: Fields) -> ListingChanged | ListingGone:
    """A product, or a variation, which is a product of its own; gone when it was deleted.

    A hidden product and a draft stay listings: they can be shown again any time. A variation names
    no parent: nobody says that it is deleted with the product it varies.

    Raises:
        MalformedPayloadError: it has no usable id, or a price or stock that is no number.
    """
    product_id = str(identifier(data, "id"))
    if raw_text(data, "status") == "deleted":
        return ListingGone(product_id)
    names = section(data, "name_multilang")
    keeping = _keeping(data)
    return ListingChanged(
        external_id=product_id,
        sku=line(data, "sku", LONGEST_SKU),
        alias=line(data, "external_id", LONGEST_SKU),
        name=plain_line(names, "uk", LONGEST_NAME) or plain_line(data, "name", LONGEST_NAME),
        price=_price(data),
        image_url=web_address(data, "main_image"),
        keeping=keeping,
        stock=_stock(data) if keeping is StockKeeping.OWN else None,
        modified_at=utc_time(data, "date_modified"),
    )


def _price(data: Fields) -> Decimal:
    """What one costs in hryvnias; zero when it is priced in another currency, or not at all."""
    is_ours = line(data, "currency", LONGEST_CURRENCY) in ("", CURRENCY)
    return rounded(number(data, "price")) if is_ours else ZERO


def _keeping(data: Fields) -> StockKeeping:
    """Services, and what is made or brought to order, are always for sale: not to be counted."""
    is_service = raw_text(data, "selling_type") == "service"
    is_counted = raw_text(data, "presence") in (AVAILABLE, NOT_AVAILABLE)
    return StockKeeping.OWN if is_counted and not is_service else StockKeeping.NONE


def _stock(data: Fields) -> Decimal | None:
    """How many buyers can still order, as far as the cabinet tells.

    Buyers go by the presence, and nobody says that the number moves it: both are written apart.
    So of what is not available none can be ordered, whatever number was left behind; and an empty
    shelf that is still called available says nothing, lest we believe that it says none.
    """
    if raw_text(data, "presence") == NOT_AVAILABLE:
        return ZERO
    stock = from_thousandths(to_thousandths(number(data, "quantity_in_stock")))
    return stock if stock > 0 else None
