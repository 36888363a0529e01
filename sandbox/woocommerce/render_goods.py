"""Products and variations in WooCommerce's JSON: the keys, their order and their types.

The shapes are those of captured answers; a test compares the two. A variation looks different
among its sisters (``/products/17/variations``) and as a product (``/products/18``, webhooks).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import unescape
from typing import Protocol
from urllib.parse import quote, unquote

from sandbox.woocommerce.model import Product, Quantity
from sandbox.woocommerce.php import Json

_PRODUCT_KEYS = """
    id name slug permalink date_created date_created_gmt date_modified date_modified_gmt type status
    featured catalog_visibility description short_description sku price regular_price sale_price
    date_on_sale_from date_on_sale_from_gmt date_on_sale_to date_on_sale_to_gmt on_sale purchasable
    total_sales virtual downloadable downloads download_limit download_expiry external_url
    button_text tax_status tax_class manage_stock stock_quantity backorders backorders_allowed
    backordered low_stock_amount sold_individually weight dimensions shipping_required
    shipping_taxable shipping_class shipping_class_id reviews_allowed average_rating rating_count
    upsell_ids cross_sell_ids parent_id purchase_note categories brands tags images attributes
    default_attributes variations grouped_products menu_order price_html related_ids meta_data
    stock_status has_options post_password global_unique_id
""".split()  # noqa: SIM905  (readable)
_VARIATION_KEYS = """
    id type date_created date_created_gmt date_modified date_modified_gmt description permalink sku
    global_unique_id price regular_price sale_price date_on_sale_from date_on_sale_from_gmt
    date_on_sale_to date_on_sale_to_gmt on_sale status purchasable virtual downloadable downloads
    download_limit download_expiry tax_status tax_class manage_stock stock_quantity stock_status
    backorders backorders_allowed backordered low_stock_amount weight dimensions shipping_class
    shipping_class_id image gallery_image_ids attributes menu_order meta_data name parent_id _links
""".split()  # noqa: SIM905  (readable)
_MODERN_KEYS = frozenset({"brands", "global_unique_id", "gallery_image_ids"})
_USUAL: Mapping[str, Json] = {
    "featured": False,
    "catalog_visibility": "visible",
    "description": "",
    "short_description": "",
    "date_on_sale_from": None,
    "date_on_sale_from_gmt": None,
    "date_on_sale_to": None,
    "date_on_sale_to_gmt": None,
    "virtual": False,
    "downloadable": False,
    "downloads": [],
    "download_limit": -1,
    "download_expiry": -1,
    "external_url": "",
    "button_text": "",
    "tax_status": "taxable",
    "tax_class": "",
    "backorders": "no",
    "backorders_allowed": False,
    "backordered": False,
    "low_stock_amount": None,
    "sold_individually": False,
    "weight": "",
    "dimensions": {"length": "", "width": "", "height": ""},
    "shipping_required": True,
    "shipping_taxable": True,
    "shipping_class": "",
    "shipping_class_id": 0,
    "average_rating": "0.00",
    "rating_count": 0,
    "upsell_ids": [],
    "cross_sell_ids": [],
    "purchase_note": "",
    "brands": [],
    "tags": [],
    "default_attributes": [],
    "grouped_products": [],
    "menu_order": 0,
    "related_ids": [],
    "meta_data": [],
    "post_password": "",
    "global_unique_id": "",
    "gallery_image_ids": [],
}


class Shelves(Protocol):
    """Where a product's parent, variations and stock are looked up."""

    url: str
    products: dict[int, Product]

    def variations(self, product: Product) -> list[Product]: ...

    def stock_of(self, product: Product) -> Product | None: ...

    def picture_url(self, sku: str) -> str: ...


class Clocks(Protocol):
    """How times and links are written."""

    @property
    def is_modern(self) -> bool: ...

    def local(self, time: datetime | None) -> str | None: ...

    def gmt(self, time: datetime | None) -> str | None: ...

    def links(self, collection: str, item_id: int) -> dict[str, Json]: ...


def product_json(
    product: Product, shelves: Shelves, clocks: Clocks, *, is_edited: bool = False
) -> dict[str, Json]:
    """The answer of /products/{id}, and the body of product.updated.

    ``is_edited``: the answer to a change, which says how the address is made as well.
    """
    facts = _facts(product, shelves, clocks)
    links = clocks.links("products", product.id)
    if product.parent_id:
        links["up"] = [{"href": f"{shelves.url}/wp-json/wc/v3/products/{product.parent_id}"}]
    shown = _pick(_PRODUCT_KEYS, facts, is_modern=clocks.is_modern)
    if is_edited:
        shown["permalink_template"] = f"{shelves.url}/product/%pagename%/"
        shown["generated_slug"] = unquote(str(facts["slug"]))
    return shown | {"_links": links}


def variation_json(variation: Product, shelves: Shelves, clocks: Clocks) -> dict[str, Json]:
    """One of the answer of /products/{id}/variations."""
    facts = _facts(variation, shelves, clocks)
    address = f"products/{variation.parent_id}"
    links = clocks.links(f"{address}/variations", variation.id)
    links["up"] = [{"href": f"{shelves.url}/wp-json/wc/v3/{address}"}]
    images = facts["images"]
    image = images[0] if isinstance(images, list) and images else None
    own: dict[str, Json] = {"name": variation.choice, "image": image, "_links": links}
    return _pick(_VARIATION_KEYS, facts | own, is_modern=clocks.is_modern)


def full_name(product: Product, shelves: Shelves) -> str:
    """What orders call it: a variation with its parent's name."""
    parent = shelves.products.get(product.parent_id)
    return f"{parent.name} - {product.choice}" if parent is not None else product.name


def shown_sku(product: Product, shelves: Shelves) -> str:
    """Its own SKU, else its parent's."""
    parent = shelves.products.get(product.parent_id)
    return product.sku if product.sku or parent is None else parent.sku


def _facts(product: Product, shelves: Shelves, clocks: Clocks) -> dict[str, Json]:
    prices = _prices(product, shelves)
    is_variation = product.kind == "variation"
    category: Json = {"id": 15, "name": "Uncategorized", "slug": "uncategorized"}
    return {
        **_USUAL,
        **prices,
        **_stock(product, shelves),
        "id": product.id,
        "name": full_name(product, shelves),
        "slug": slug(full_name(product, shelves)),
        "permalink": _permalink(product, shelves),
        "date_created": clocks.local(product.created_at),
        "date_created_gmt": clocks.gmt(product.created_at),
        "date_modified": clocks.local(product.modified_at),
        "date_modified_gmt": clocks.gmt(product.modified_at),
        "type": product.kind,
        "status": product.status,
        "sku": shown_sku(product, shelves),
        "purchasable": prices["price"] != "",
        "total_sales": str(product.sold) if is_variation else product.sold,
        "reviews_allowed": not is_variation,
        "parent_id": product.parent_id,
        "categories": [] if is_variation else [category],
        "images": _images(product, shelves, clocks),
        "attributes": _attributes(product),
        "variations": [each.id for each in shelves.variations(product)],
        "has_options": product.kind == "variable",
        "price_html": f"<bdi>{prices['price']}</bdi>" if prices["price"] != "" else "",
    }


def _pick(keys: Sequence[str], facts: Mapping[str, Json], *, is_modern: bool) -> dict[str, Json]:
    return {key: facts[key] for key in keys if is_modern or key not in _MODERN_KEYS}


def _prices(product: Product, shelves: Shelves) -> dict[str, Json]:
    """As typed in: "450.50", "1200". A variable product costs what its cheapest variation does."""
    if product.kind == "variable":
        asked = [each.selling_price for each in shelves.variations(product)]
        cheapest = str(min(asked)) if asked else ""
        return {"price": cheapest, "regular_price": "", "sale_price": "", "on_sale": False}
    return {
        "price": str(product.selling_price),
        "regular_price": str(product.price),
        "sale_price": "" if product.sale_price is None else str(product.sale_price),
        "on_sale": product.sale_price is not None,
    }


def _stock(product: Product, shelves: Shelves) -> dict[str, Json]:
    counted = shelves.stock_of(product)
    if product.kind == "variable" and counted is None:
        is_there = any(_is_in_stock(each, shelves) for each in shelves.variations(product))
    else:
        is_there = _is_in_stock(product, shelves)
    quantity: Quantity | None = None if counted is None else counted.stock
    return {
        "manage_stock": product.manages_stock if counted in (None, product) else "parent",
        "stock_quantity": quantity,
        "stock_status": "instock" if is_there else "outofstock",
    }


def _is_in_stock(product: Product, shelves: Shelves) -> bool:
    counted = shelves.stock_of(product)
    return product.is_in_stock if counted is None else counted.stock > 0


def _images(product: Product, shelves: Shelves, clocks: Clocks) -> list[Json]:
    """Its own picture; a variation without one shows its parent's."""
    shown = product if product.shape else shelves.products.get(product.parent_id)
    if shown is None or not shown.shape:
        return []
    return [
        {
            "id": shown.id + 100_000,
            "date_created": clocks.local(shown.created_at),
            "date_created_gmt": clocks.gmt(shown.created_at),
            "date_modified": clocks.local(shown.created_at),
            "date_modified_gmt": clocks.gmt(shown.created_at),
            "src": shelves.picture_url(shown.sku or str(shown.id)),
            "name": f"{shown.sku or shown.id}.png",
            "alt": "",
        }
    ]


def _attributes(product: Product) -> list[Json]:
    if product.parent_id:
        return [
            {"id": 0, "name": name, "slug": slug(name), "option": option}
            for name, (option,) in product.attributes.items()
        ]
    return [
        {
            "id": 0,
            "name": name,
            "slug": name,
            "position": 0,
            "visible": True,
            "variation": True,
            "options": list(options),
        }
        for name, options in product.attributes.items()
    ]


def _permalink(product: Product, shelves: Shelves) -> str:
    address = f"{shelves.url}/product/{slug(product.name)}/"
    if not product.parent_id:
        return address
    chosen = (
        f"attribute_{quote(slug(name))}={quote(option)}"
        for name, (option,) in product.attributes.items()
    )
    return f"{address}?{'&'.join(chosen)}"


def slug(name: str) -> str:
    """What WordPress makes of a title for addresses."""
    words = re.findall(r"\w+", unescape(re.sub(r"<[^>]*>", "", name)).lower())
    return quote("-".join(words)).lower()


def attribute_key(name: str) -> str:
    """How an order's line calls an attribute: the title in small letters."""
    return "-".join(name.lower().split())
