"""Orders, products and webhooks in WooCommerce's JSON: the keys, their order and their types.

The shapes are those of captured requests; a test compares the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from zoneinfo import ZoneInfo

from sandbox.woocommerce.model import Customer, Line, Order, Product, Webhook
from sandbox.woocommerce.php import Json, php_number

# PHP writes the shortest text that gives its 64-bit number back: up to 16 digits here.
_PHP_DIGITS = Context(prec=16)
_SYMBOLS = {"UAH": "₴", "USD": "$", "EUR": "€"}
_ORDER_VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_HOOKS: Mapping[str, tuple[str, ...]] = {
    "order.created": ("woocommerce_new_order",),
    "order.updated": ("woocommerce_update_order", "woocommerce_order_refunded"),
    "order.deleted": ("wp_trash_post", "woocommerce_trash_order"),
    "order.restored": ("untrashed_post", "woocommerce_untrash_order"),
    "product.updated": (
        "woocommerce_process_product_meta",
        "woocommerce_update_product",
        "woocommerce_update_product_variation",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Renderer:
    """Writes a store's things as that store would: its address, version, decimals and clock."""

    url: str
    version: str
    decimals: int
    timezone: ZoneInfo

    @property
    def is_modern(self) -> bool:
        """Since version 10 lines carry a global id, and links say what is allowed."""
        return int(self.version.partition(".")[0]) >= 10

    def order(self, order: Order) -> dict[str, Json]:
        """The body of an order webhook, and of GET /orders/{id}."""
        zero = self.money(Decimal(0))
        head: dict[str, Json] = {
            "id": order.id,
            "parent_id": 0,
            "status": order.status,
            "currency": order.currency,
            "version": self.version,
            "prices_include_tax": False,
            "date_created": self.local(order.created_at),
            "date_modified": self.local(order.modified_at),
            "discount_total": self.money(order.discount),
            "discount_tax": zero,
            "shipping_total": self.money(order.shipping.cost if order.shipping else Decimal(0)),
            "shipping_tax": zero,
            "cart_tax": zero,
            "total": self.money(order.total),
            "total_tax": zero,
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
            "tax_lines": [],
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
            "date_created_gmt": _gmt(order.created_at),
            "date_modified_gmt": _gmt(order.modified_at),
            "date_completed_gmt": _gmt(order.completed_at),
            "date_paid_gmt": _gmt(order.paid_at),
            "currency_symbol": _SYMBOLS.get(order.currency, order.currency),
            "_links": self._order_links(order),
        }

    def _line(self, line: Line) -> dict[str, Json]:
        zero = self.money(Decimal(0))
        reduced = php_number(Decimal(line.reduced_stock))
        meta: list[Json] = [
            {
                "id": line.id * 10,
                "key": "_reduced_stock",
                "value": reduced,
                "display_key": "_reduced_stock",
                "display_value": reduced,
            }
        ]
        unit: dict[str, Json] = {"global_unique_id": ""} if self.is_modern else {}
        return {
            "id": line.id,
            "name": line.name,
            "product_id": line.product_id,
            "variation_id": 0,
            "quantity": line.quantity,
            "tax_class": "",
            "subtotal": self.money(line.subtotal),
            "subtotal_tax": zero,
            "total": self.money(line.total),
            "total_tax": zero,
            "taxes": [],
            "meta_data": meta if line.reduced_stock else [],
            "sku": line.sku if line.product_id else None,
            **unit,
            "price": _PHP_DIGITS.divide(line.total, Decimal(line.quantity)),
            "image": {"id": "", "src": ""},
            "parent_name": None,
        }

    def _shipping_lines(self, order: Order) -> list[Json]:
        if order.shipping is None:
            return []
        extra: dict[str, Json] = {"tax_status": "taxable"} if self.is_modern else {}
        return [
            {
                "id": order.shipping.id,
                "method_title": order.shipping.title,
                "method_id": "flat_rate",
                "instance_id": "1",
                "total": self.money(order.shipping.cost),
                "total_tax": self.money(Decimal(0)),
                "taxes": [],
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
                "discount_tax": "0",
                "meta_data": [],
                "discount_type": "percent",
                "nominal_amount": order.coupon_percent,
                "free_shipping": False,
            }
        ]

    def _order_links(self, order: Order) -> dict[str, Json]:
        links = self._links("orders", order.id)
        if self.is_modern:
            href = f"{self.url}/wp-json/wc/v3/orders/{order.id}/actions/email_templates"
            links["email_templates"] = [{"embeddable": True, "href": href}]
        return links

    def _links(self, collection: str, item_id: int) -> dict[str, Json]:
        address = f"{self.url}/wp-json/wc/v3/{collection}"
        own: dict[str, Json] = {"href": f"{address}/{item_id}"}
        if self.is_modern:
            own["targetHints"] = {"allow": list(_ORDER_VERBS)}
        return {"self": [own], "collection": [{"href": address}]}

    def product(self, product: Product) -> dict[str, Json]:
        """The body of product.updated: of a real one's fields those that describe the goods."""
        price = self.money(product.price)
        return {
            "id": product.id,
            "name": product.name,
            "permalink": f"{self.url}/?p={product.id}",
            "date_created": self.local(product.created_at),
            "date_created_gmt": _gmt(product.created_at),
            "date_modified": self.local(product.modified_at),
            "date_modified_gmt": _gmt(product.modified_at),
            "type": "simple",
            "status": "publish",
            "sku": product.sku,
            "price": price,
            "regular_price": price,
            "sale_price": "",
            "total_sales": product.sold,
            "manage_stock": True,
            "stock_quantity": product.stock,
            "parent_id": 0,
            "variations": [],
            "stock_status": "instock" if product.stock > 0 else "outofstock",
            "_links": self._links("products", product.id),
        }

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
            "date_created_gmt": _gmt(webhook.created_at),
            "date_modified": self.local(webhook.modified_at),
            "date_modified_gmt": _gmt(webhook.modified_at),
            "_links": self._links("webhooks", webhook.id),
        }

    def money(self, amount: Decimal) -> str:
        """An amount as text with the store's number of decimals."""
        return str(amount.quantize(Decimal(1).scaleb(-self.decimals), rounding=ROUND_HALF_UP))

    def local(self, time: datetime | None) -> str | None:
        """The store's local time, without an offset."""
        return _stamp(time.astimezone(self.timezone)) if time else None


def _gmt(time: datetime | None) -> str | None:
    return _stamp(time) if time else None


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
