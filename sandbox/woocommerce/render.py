"""Orders, their notes and webhooks in WooCommerce's JSON: the keys, their order and their types.

The shapes are those of captured requests; a test compares the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from zoneinfo import ZoneInfo

from sandbox.woocommerce.model import Customer, Line, Note, Order, Product, Webhook
from sandbox.woocommerce.php import Json, php_number
from sandbox.woocommerce.pricing import Pricing
from sandbox.woocommerce.render_goods import (
    Shelves,
    attribute_key,
    product_json,
    shown_sku,
    variation_json,
)

# PHP writes the shortest text that gives its 64-bit number back: up to 16 digits here.
_PHP_DIGITS = Context(prec=16)
_SYMBOLS = {"UAH": "₴", "USD": "$", "EUR": "€"}
_ORDER_VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_HOOKS: Mapping[str, tuple[str, ...]] = {
    "order.created": ("woocommerce_new_order",),
    "order.updated": ("woocommerce_update_order", "woocommerce_order_refunded"),
    "order.deleted": ("wp_trash_post", "woocommerce_trash_order"),
    "order.restored": ("untrashed_post", "woocommerce_untrash_order"),
    "product.created": (
        "woocommerce_process_product_meta",
        "woocommerce_new_product",
        "woocommerce_new_product_variation",
    ),
    "product.deleted": ("wp_trash_post",),
    "product.restored": ("untrashed_post",),
    "product.updated": (
        "woocommerce_process_product_meta",
        "woocommerce_update_product",
        "woocommerce_update_product_variation",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Renderer:
    """Writes a store's things as that store would: its address, version, clock and decimals."""

    url: str
    version: str
    timezone: ZoneInfo
    shelves: Shelves
    pricing: Pricing

    @property
    def is_modern(self) -> bool:
        """Since version 10 lines carry a global id, and links say what is allowed."""
        return int(self.version.partition(".")[0]) >= 10

    def order(self, order: Order) -> dict[str, Json]:
        """The body of an order webhook, and of GET /orders/{id}."""
        delivery = order.shipping.cost if order.shipping else Decimal(0)
        delivery_tax = order.shipping.tax if order.shipping else Decimal(0)
        head: dict[str, Json] = {
            "id": order.id,
            "parent_id": 0,
            "status": order.status,
            "currency": order.currency,
            "version": self.version,
            "prices_include_tax": self.pricing.prices_include_tax,
            "date_created": self.local(order.created_at),
            "date_modified": self.local(order.modified_at),
            "discount_total": self.money(order.discount),
            "discount_tax": self.money(order.discount_tax),
            "shipping_total": self.money(delivery),
            "shipping_tax": self.money(delivery_tax),
            "cart_tax": self.money(order.cart_tax),
            "total": self.money(order.total),
            "total_tax": self.money(order.cart_tax + delivery_tax),
            "customer_id": 0,
            "order_key": order.key,
            "billing": _billing(order.customer),
            "shipping": _shipping(order.customer),
            "payment_method": order.payment_method,
            "payment_method_title": order.payment_title,
            "transaction_id": order.transaction_id,
            "customer_ip_address": "127.0.0.1",
            "customer_user_agent": "Mozilla/5.0 (sandbox)",
            "created_via": order.created_via,
            "customer_note": order.note,
            "date_completed": self.local(order.completed_at),
            "date_paid": self.local(order.paid_at),
            "cart_hash": "",
            "number": order.number,
            "meta_data": [],
        }
        return head | self._order_lines(order) | self._order_tail(order)

    def _order_lines(self, order: Order) -> dict[str, Json]:
        return {
            "line_items": [self._line(line) for line in order.lines],
            "tax_lines": self._tax_lines(order),
            "shipping_lines": self._shipping_lines(order),
            "fee_lines": [],
            "coupon_lines": self._coupon_lines(order),
            "refunds": [
                {
                    "id": refund.id,
                    "reason": refund.reason,
                    "total": f"-{self.money(refund.amount)}",
                    "total_tax": self.money(Decimal(0)),
                }
                for refund in order.refunds
            ],
        }

    def _order_tail(self, order: Order) -> dict[str, Json]:
        needs_payment = order.status in ("pending", "failed", "checkout-draft")
        is_editable = order.status in ("pending", "on-hold", "auto-draft")
        pay = f"{self.url}/checkout/order-pay/{order.id}/?pay_for_order=true&key={order.key}"
        return {
            "payment_url": pay,
            "is_editable": is_editable,
            "needs_payment": needs_payment and order.total > 0,
            "needs_processing": True,
            "date_created_gmt": self.gmt(order.created_at),
            "date_modified_gmt": self.gmt(order.modified_at),
            "date_completed_gmt": self.gmt(order.completed_at),
            "date_paid_gmt": self.gmt(order.paid_at),
            "currency_symbol": _SYMBOLS.get(order.currency, order.currency),
            "_links": self._order_links(order),
        }

    def _line(self, line: Line) -> dict[str, Json]:
        """The SKU is that of the product as it is now: null when there is none any more."""
        sold = self.shelves.products.get(line.variation_id or line.product_id)
        parent = self.shelves.products.get(line.product_id)
        product = sold or parent
        unit: dict[str, Json] = {"global_unique_id": ""} if self.is_modern else {}
        tax: Json = {
            "id": 1,
            "total": self.money(line.total_tax),
            "subtotal": self.money(line.subtotal_tax),
        }
        return {
            "id": line.id,
            "name": line.name,
            "product_id": line.product_id if parent else 0,
            "variation_id": line.variation_id if sold else 0,
            "quantity": line.quantity,
            "tax_class": "",
            "subtotal": self.money(line.subtotal),
            "subtotal_tax": self.money(line.subtotal_tax),
            "total": self.money(line.total),
            "total_tax": self.money(line.total_tax),
            "taxes": [tax] if self.pricing.tax_percent else [],
            "meta_data": _line_meta(line),
            "sku": shown_sku(product, self.shelves) if product else None,
            **unit,
            "price": _PHP_DIGITS.divide(line.total, Decimal(line.quantity)),
            "image": self._image(product, line),
            "parent_name": line.parent_name,
        }

    def _image(self, product: Product | None, line: Line) -> dict[str, Json]:
        shown = product_json(product, self.shelves, self)["images"] if product else []
        image = shown[0] if isinstance(shown, list) and shown else {}
        if isinstance(image, dict) and image:
            return {"id": image["id"], "src": image["src"]}
        return {"id": 0 if line.variation_id else "", "src": ""}

    def _tax_lines(self, order: Order) -> list[Json]:
        if not self.pricing.tax_percent:
            return []
        return [
            {
                "id": order.id * 10,
                "rate_code": "UA-ПДВ-1",
                "rate_id": 1,
                "label": "ПДВ",
                "compound": False,
                "tax_total": self.money(order.cart_tax),
                "shipping_tax_total": self.money(
                    order.shipping.tax if order.shipping else Decimal(0)
                ),
                "rate_percent": self.pricing.tax_percent,
                "meta_data": [],
            }
        ]

    def _shipping_lines(self, order: Order) -> list[Json]:
        if order.shipping is None:
            return []
        extra: dict[str, Json] = {"tax_status": "taxable"} if self.is_modern else {}
        tax: Json = {"id": 1, "total": self.money(order.shipping.tax), "subtotal": ""}
        return [
            {
                "id": order.shipping.id,
                "method_title": order.shipping.title,
                "method_id": "flat_rate",
                "instance_id": "1",
                "total": self.money(order.shipping.cost),
                "total_tax": self.money(order.shipping.tax),
                "taxes": [tax] if self.pricing.tax_percent else [],
                **extra,
                "meta_data": [],
            }
        ]

    def _coupon_lines(self, order: Order) -> list[Json]:
        if not order.coupon:
            return []
        return [
            {
                "id": order.coupon_id,
                "code": order.coupon,
                "discount": self.money(order.discount),
                "discount_tax": self.money(order.discount_tax) if self.pricing.tax_percent else "0",
                "meta_data": [],
                "discount_type": "percent",
                "nominal_amount": order.coupon_percent,
                "free_shipping": False,
            }
        ]

    def _order_links(self, order: Order) -> dict[str, Json]:
        links = self.links("orders", order.id)
        if self.is_modern:
            href = f"{self.url}/wp-json/wc/v3/orders/{order.id}/actions/email_templates"
            links["email_templates"] = [{"embeddable": True, "href": href}]
        return links

    def links(self, collection: str, item_id: int) -> dict[str, Json]:
        address = f"{self.url}/wp-json/wc/v3/{collection}"
        own: dict[str, Json] = {"href": f"{address}/{item_id}"}
        if self.is_modern:
            own["targetHints"] = {"allow": list(_ORDER_VERBS)}
        return {"self": [own], "collection": [{"href": address}]}

    def note(self, order: Order, note: Note) -> dict[str, Json]:
        """A note as REST shows it."""
        address = f"{self.url}/wp-json/wc/v3/orders/{order.id}"
        own: dict[str, Json] = {"href": f"{address}/notes/{note.id}"}
        if self.is_modern:
            own["targetHints"] = {"allow": ["GET", "DELETE"]}
        return {
            "id": note.id,
            "author": "WooCommerce",
            "date_created": self.local(note.created_at),
            "date_created_gmt": self.gmt(note.created_at),
            "note": note.text,
            "customer_note": note.is_for_customer,
            "_links": {
                "self": [own],
                "collection": [{"href": f"{address}/notes"}],
                "up": [{"href": address}],
            },
        }

    def product(self, product: Product, *, is_edited: bool = False) -> dict[str, Json]:
        """The body of product.updated, and of GET /products/{id}; or the answer to a change."""
        return product_json(product, self.shelves, self, is_edited=is_edited)

    def variation(self, variation: Product) -> dict[str, Json]:
        """One of GET /products/{id}/variations."""
        return variation_json(variation, self.shelves, self)

    def webhook(self, webhook: Webhook) -> dict[str, Json]:
        """A webhook as REST shows it: never its secret."""
        resource, _, event = webhook.topic.partition(".")
        return {
            "id": webhook.id,
            "name": webhook.name,
            "status": webhook.status,
            "topic": webhook.topic,
            "resource": resource,
            "event": event,
            "hooks": list(_HOOKS.get(webhook.topic, (event,))),
            "delivery_url": webhook.delivery_url,
            "date_created": self.local(webhook.created_at),
            "date_created_gmt": self.gmt(webhook.created_at),
            "date_modified": self.local(webhook.modified_at),
            "date_modified_gmt": self.gmt(webhook.modified_at),
            "_links": self.links("webhooks", webhook.id),
        }

    def money(self, amount: Decimal) -> str:
        """An amount as text with the store's number of decimals."""
        return str(
            amount.quantize(Decimal(1).scaleb(-self.pricing.decimals), rounding=ROUND_HALF_UP)
        )

    def local(self, time: datetime | None) -> str | None:
        """The store's local time, without an offset."""
        return _stamp(time.astimezone(self.timezone)) if time else None

    def gmt(self, time: datetime | None) -> str | None:
        """UTC, without saying so."""
        return _stamp(time) if time else None


def _line_meta(line: Line) -> list[Json]:
    """What was chosen, then how much was taken off the stock."""
    chosen = [(attribute_key(name), name, option) for name, option in line.attributes.items()]
    if line.reduced_stock:
        reduced = php_number(Decimal(line.reduced_stock))
        chosen.append(("_reduced_stock", "_reduced_stock", reduced))
    return [
        {
            "id": line.id * 10 + position,
            "key": key,
            "value": value,
            "display_key": title,
            "display_value": value,
        }
        for position, (key, title, value) in enumerate(chosen)
    ]


def _stamp(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S")


def _shipping(customer: Customer) -> dict[str, Json]:
    return {
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "company": "",
        "address_1": customer.address,
        "address_2": "",
        "city": customer.city,
        "state": customer.state,
        "postcode": customer.postcode,
        "country": "UA",
        "phone": customer.phone,
    }


def _billing(customer: Customer) -> dict[str, Json]:
    billing = _shipping(customer) | {"company": customer.company}
    phone = billing.pop("phone")
    return billing | {"email": customer.email, "phone": phone}
