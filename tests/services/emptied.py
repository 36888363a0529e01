"""A database as before the first order, between two invented histories."""

from models.audit import AuditEntry
from models.care import Claim
from models.carriers import (
    CarrierAccount,
    CarrierCity,
    CarrierNotice,
    CarrierPoint,
    Waybill,
    WaybillDraft,
)
from models.customers import Customer
from models.drafts import SaleDraft, SaleDraftLine
from models.inbox import InboxEntry
from models.money import MoneyEntry
from models.orders import Order, OrderEvent, OrderLine
from models.outbox import OutboxEffect
from models.sales import Sale, SaleLine, SaleReturn, SaleReturnLine, SalesChannel
from models.search import SearchKey
from models.shops import Listing, Shop, ShopEffect, ShopNotice, StatusMapping
from models.staff import StaffMember
from models.statuses import OrderStatus, StatusKind
from models.stock import Product, StockMovement
from models.telegram import Card, Chat

_TABLES = (  # children first
    *(WaybillDraft, Waybill, CarrierPoint, CarrierCity, CarrierNotice, CarrierAccount),
    *(OutboxEffect, Card, StockMovement, MoneyEntry, SaleReturnLine, SaleReturn, SaleLine, Sale),
    *(SearchKey, Claim, SaleDraftLine, SaleDraft, Customer, OrderEvent, OrderLine, Order),
    *(ShopEffect, ShopNotice, StatusMapping, Listing),
    *(AuditEntry, InboxEntry, SalesChannel, Shop, Product, StaffMember, Chat),
)


async def empty() -> None:
    """Delete all that a history has left."""
    for table in _TABLES:
        await table.all().delete()
    await OrderStatus.filter(kind__in=[StatusKind.OWN, StatusKind.DELETED]).delete()
