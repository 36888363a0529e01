"""Orders, and what stands beside them, as Prom.ua's API shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sandbox.prom.backoffice import Backoffice
from sandbox.prom.model import (
    INSTALLMENTS,
    PAYMENT_NOTES,
    PICKUP,
    PROM_PAYMENT,
    UKRPOSHTA,
    WAREHOUSE,
    Buyer,
    Delivery,
    Line,
    Order,
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

_COMMISSION_PERCENT = 8
_LOAN_PERCENT = Decimal("5.9")
_OWN_SITE: Json = {"type": 2, "title": "Комісія за замовлення з сайту", "value": 15}
_IN_TIME = "Накладну додано не пізніше дня відправлення"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Somebody who ordered, as the last order says."""

    id: int
    buyer: Buyer
    orders_count: int
    total: Decimal

    @property
    def name(self) -> str:
        return f"{self.buyer.last_name} {self.buyer.first_name}"

    @property
    def phone(self) -> str:
        return self.buyer.phone


class Renderer:
    """Renders for one language, "uk" or "ru"."""

    def __init__(self, language: str, office: Backoffice) -> None:
        custom = office.custom_statuses.items()
        self._titles = {**TITLES[language], **{f"custom-{id_}": title for id_, title in custom}}
        self._is_ukrainian = language == "uk"
        self._office = office

    def statuses(self) -> Json:
        return [{"name": name, "title": title} for name, title in self._titles.items()]

    def payment_options(self) -> Json:
        return [
            {"id": id_, "name": name, "description": PAYMENT_NOTES.get(id_, "")}
            for id_, name in self._office.payment_options.items()
        ]

    def client(self, client: Client) -> Object:
        return {
            "id": client.id,
            "client_full_name": client.name,
            "phones": [client.phone],
            "emails": [client.buyer.email] if client.buyer.email else [],
            "comment": "",
            "skype": None,
            "orders_count": client.orders_count,
            "total_payout": self.money(client.total),
        }

    def money(self, amount: Decimal) -> str:
        """Such as "1 250,50 грн", with no-break spaces; whole sums have no kopiykas."""
        text = f"{amount:,.2f}".removesuffix(".00").replace(".", "_")
        return text.replace(",", self._office.separator).replace("_", ",") + self._office.suffix

    def order(self, order: Order) -> Object:
        is_own_site = order.source == "company_site"
        commission = Decimal(0) if is_own_site else order.price * _COMMISSION_PERCENT / 100
        rendered: Object = {
            "id": order.id,
            "date_created": order.created_at.isoformat(),
            "date_modified": order.modified_at.isoformat(),
            **self._buyer(order),
            **self._delivery(order),
            **self._payment(order),
            "price": self.money(order.price),
            "full_price": self.money(order.full_price),
            "client_notes": order.note,
            "products": [self._line(line) for line in order.lines],
            "status": order.status,
            "status_name": self._titles.get(order.status, order.status),
            "source": order.source,
            **self._offers(order),
            "cpa_commission": {
                "amount": f"{commission:.2f}",
                "is_refunded": order.status == "canceled",
            },
            "utm": dict(zip(("medium", "source", "campaign"), order.utm, strict=True)),
            "dont_call_customer_back": order.do_not_call,
            "cancellation": None,
        }
        if order.cancellation:
            title, initiator = order.cancellation
            rendered["cancellation"] = {"title": title, "initiator": initiator}
        if is_own_site:
            rendered["prosale_commission"] = _OWN_SITE
        return rendered

    def _buyer(self, order: Order) -> Object:
        buyer = order.buyer
        client = _person(buyer) | {"id": order.client_id}
        if buyer.second_name is None:  # some have no phone there; nobody knows which
            del client["phone"]
        return {
            "client_first_name": buyer.first_name,
            "client_second_name": buyer.second_name,
            "client_last_name": buyer.last_name,
            "client_id": order.client_id,
            "client": client,
            "delivery_recipient": _person(order.recipient) if order.recipient else {},
            "email": buyer.email,
            "phone": buyer.phone,
        }

    def _delivery(self, order: Order) -> Object:
        delivery = order.delivery
        if delivery is None:
            return {
                "delivery_option": None,
                "delivery_address": "",
                "delivery_provider_data": None,
                "delivery_cost": 0,
            }
        return {
            "delivery_option": {
                "id": delivery.option_id,
                "name": delivery.option,
                "shipping_service": None,
            },
            "delivery_address": delivery.address,
            "delivery_provider_data": _provider_data(delivery, order),
            "delivery_cost": json_number(delivery.cost),
        }

    def _payment(self, order: Order) -> Object:
        """``payment_data`` only where the buyer pays through Prom."""
        if order.payment is None:
            return {"payment_option": None, "payment_data": None}
        name = self._office.payment_options[order.payment]
        data: Object | None = None
        if order.payment in (PROM_PAYMENT, INSTALLMENTS):
            data = {
                "type": "evopay",
                "status": order.payment_status,
                "status_modified": order.payment_at.isoformat() if order.payment_at else None,
            }
        if data and order.payment == INSTALLMENTS:
            data["rpay_parts"] = {
                "commission": float(_LOAN_PERCENT),
                "commission_amount": self.money(order.price * _LOAN_PERCENT / 100),
            }
        return {"payment_option": {"id": order.payment, "name": name}, "payment_data": data}

    def _offers(self, order: Order) -> Object:
        offer = order.special_offer
        return {
            "price_with_special_offer": self.money(order.price - offer.discount) if offer else None,
            "special_offer_discount": self.money(offer.discount) if offer else None,
            "special_offer_promocode": offer.promocode if offer else None,
            "has_order_promo_free_delivery": order.has_free_delivery,
            "ps_promotion": {"name": order.promotion, "conditions": [_IN_TIME]}
            if order.promotion
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
            "image": product.picture(100) or None,
            "url": f"{self._office.site}/ua/p{product.id}-sample.html",
            "total_price": self.money(line.total),
            "cpa_commission": {"amount": f"{line.total * _COMMISSION_PERCENT / 100:.2f}"},
        }


def delivery_options() -> Json:
    """How this shop sends; the buyer comes for nothing any more."""
    return [
        _option(WAREHOUSE, "nova_poshta"),
        _option(UKRPOSHTA, "ukrposhta"),
        _option(PICKUP, "pickup") | {"comment": "Київ, щодня 10–18", "enabled": False},
    ]


def _option(delivery: Delivery, kind: str) -> Object:
    return {
        "id": delivery.option_id,
        "name": delivery.option,
        "comment": "",
        "enabled": True,
        "type": kind,
    }


def json_number(amount: Decimal) -> int | float:
    """Prom writes sums of delivery and of the catalogue as numbers."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _person(person: Buyer) -> Object:
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "second_name": person.second_name,
        "phone": person.phone,
    }


def _provider_data(delivery: Delivery, order: Order) -> Json:
    if not delivery.provider:
        return None
    data: Object = {
        "provider": delivery.provider,
        "type": delivery.type,
        "sender_warehouse_id": None,
        "recipient_warehouse_id": delivery.warehouse_id,
        "declaration_number": order.declaration,
        "unified_status": order.parcel_status,
    }
    if delivery.provider == "nova_poshta":
        data["recipient_address"] = {
            "city_id": delivery.city_id,
            "city_name": delivery.city_name,
            "city_katottg": delivery.katottg,
            "warehouse_id": delivery.warehouse_id,
            "street_id": delivery.street_id,
            "street_name": delivery.street,
            "building_number": delivery.building,
            "apartment_number": delivery.flat,
        }
    return data
