"""Orders and products as Prom.ua's API shows them."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sandbox.prom.model import (
    PAYMENT_OPTIONS,
    PROM_PAYMENT,
    Buyer,
    Delivery,
    Group,
    Line,
    Order,
    Product,
)

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
Object = dict[str, Json]

TITLES: Mapping[str, Mapping[str, str]] = {
    "uk": {
        "pending": "Нове",
        "received": "Прийняте",
        "delivered": "Виконане",
        "canceled": "Скасоване",
        "draft": "Чернетка",
        "paid": "Оплачене",
    },
    "ru": {
        "pending": "Новый",
        "received": "Принят",
        "delivered": "Выполнен",
        "canceled": "Отменен",
        "draft": "Черновик",
        "paid": "Оплаченный",
    },
}


class Renderer:
    """Renders for one language.

    Args:
        custom: the seller's own statuses, title by id.
        separator: stands between thousands; a no-break space, as a rule.
    """

    def __init__(
        self,
        language: str,
        custom: Mapping[int, str],
        separator: str,
        groups: Mapping[int, Group],
    ) -> None:
        self._groups = groups
        self._titles = dict(TITLES[language])
        self._titles |= {f"custom-{id_}": title for id_, title in custom.items()}
        self._is_ukrainian = language == "uk"
        self._separator = separator

    def statuses(self) -> Json:
        return [{"name": name, "title": title} for name, title in self._titles.items()]

    def money(self, amount: Decimal) -> str:
        """Such as "1 250,50 грн"; whole sums have no kopiykas."""
        text = f"{amount:,.2f}".removesuffix(".00").replace(".", "_")
        return text.replace(",", self._separator).replace("_", ",") + " грн"

    def order(self, order: Order) -> Object:
        price = order.price
        return {
            "id": order.id,
            "date_created": _time(order.created_at),
            "date_modified": _time(order.modified_at),
            "client_first_name": order.buyer.first_name,
            "client_second_name": order.buyer.second_name,
            "client_last_name": order.buyer.last_name,
            "client_id": order.id - 107_000_000,
            "client": _person(order.buyer) | {"id": order.id - 107_000_000},
            "delivery_recipient": _person(order.recipient) if order.recipient else {},
            "email": order.buyer.email,
            "phone": order.buyer.phone,
            "delivery_option": {
                "id": order.delivery.option_id,
                "name": order.delivery.option,
                "shipping_service": None,
            },
            "delivery_address": order.delivery.address,
            "delivery_provider_data": _provider_data(order.delivery, order.declaration),
            "delivery_cost": _number(order.delivery.cost),
            "payment_option": {"id": order.payment, "name": PAYMENT_OPTIONS[order.payment]},
            "payment_data": _payment_data(order),
            "price": self.money(price),
            "full_price": self.money(price),
            "client_notes": order.note,
            "products": [self._line(line) for line in order.lines],
            "status": order.status,
            "status_name": self._titles.get(order.status, order.status),
            "source": order.source,
            "price_with_special_offer": None,
            "special_offer_discount": None,
            "special_offer_promocode": None,
            "has_order_promo_free_delivery": order.has_free_delivery,
            "cpa_commission": {
                "amount": f"{price * 8 / 100:.2f}",
                "is_refunded": order.status == "canceled",
            },
            "utm": {"medium": "", "source": "", "campaign": ""},
            "dont_call_customer_back": order.do_not_call,
            "ps_promotion": {"name": order.promotion, "conditions": []}
            if order.promotion
            else None,
            "cancellation": {"title": order.cancellation[0], "initiator": order.cancellation[1]}
            if order.cancellation
            else None,
        }

    def _line(self, line: Line) -> Json:
        product = line.product
        return {
            "id": product.id,
            "external_id": product.external_id,
            "name": product.name if self._is_ukrainian else product.name_ru,
            "name_multilang": {"ru": product.name_ru, "uk": product.name},
            "sku": product.sku,
            "price": self.money(line.price),
            "quantity": float(line.quantity),
            "measure_unit": product.unit,
            "image": product.image,
            "url": f"https://example-shop.prom.ua/ua/p{product.id}-sample.html",
            "total_price": self.money(line.total),
            "cpa_commission": {"amount": f"{line.total * 8 / 100:.2f}"},
        }

    def group(self, group: Group) -> Object:
        return {
            **self._short(group),
            "description": "",
            "description_multilang": {"ru": "", "uk": ""},
            "image": None,
            "parent_group_id": group.parent_id,
        }

    def _short(self, group: Group) -> Object:
        return {
            "id": group.id,
            "name": group.name if self._is_ukrainian else group.name_ru,
            "name_multilang": {"ru": group.name_ru, "uk": group.name},
        }

    def product(self, product: Product) -> Object:
        group = self._groups.get(product.group_id) if product.group_id else None
        return {
            "id": product.id,
            "external_id": product.external_id,
            "name": product.name if self._is_ukrainian else product.name_ru,
            "name_multilang": {"ru": product.name_ru, "uk": product.name},
            "sku": product.sku,
            "keywords": "",
            "description": "",
            "description_multilang": {"ru": "", "uk": ""},
            "selling_type": "retail",
            "presence": product.presence,
            "in_stock": product.in_stock,
            "regions": [],
            "price": _number(product.price),
            "minimum_order_quantity": None,
            "discount": None,
            "currency": "UAH",
            "group": self._short(group) if group else None,
            "category": {"id": 1401, "caption": "Чашки"},
            "prices": [],
            "main_image": product.image,
            "images": [{"id": product.id, "thumbnail_url": product.image, "url": product.image}]
            if product.image
            else [],
            "status": product.status,
            "quantity_in_stock": product.stock,
            "measure_unit": product.unit,
            "is_variation": False,
            "variation_base_id": None,
            "variation_group_id": None,
            "date_modified": _time(product.modified_at),
        }


def _person(person: Buyer) -> Object:
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "second_name": person.second_name,
        "phone": person.phone,
    }


def _provider_data(delivery: Delivery, declaration: str | None) -> Json:
    if not delivery.provider:
        return None
    data: Object = {
        "provider": delivery.provider,
        "type": delivery.type,
        "sender_warehouse_id": None,
        "recipient_warehouse_id": delivery.warehouse_id,
        "declaration_number": declaration,
        "unified_status": "created" if declaration else None,
    }
    if delivery.provider == "nova_poshta":
        data["recipient_address"] = {
            "city_id": delivery.city_id,
            "city_name": delivery.city_name,
            "city_katottg": "UA80000000000093317",
            "warehouse_id": delivery.warehouse_id,
            "street_id": None,
            "street_name": delivery.street,
            "building_number": delivery.building,
            "apartment_number": delivery.flat,
        }
    return data


def _payment_data(order: Order) -> Json:
    if order.payment != PROM_PAYMENT:
        return None
    return {
        "type": "evopay",
        "status": order.payment_status,
        "status_modified": _time(order.modified_at),
    }


def _number(amount: Decimal) -> int | float:
    """Prom writes sums of delivery and of the catalogue as numbers."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _time(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
