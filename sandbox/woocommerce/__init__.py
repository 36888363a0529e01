"""A simulated WooCommerce store."""

from sandbox.woocommerce.faults import FIREWALL_PAGE, MAINTENANCE_PAGE
from sandbox.woocommerce.model import Call, Customer, Delivery, Order, Product
from sandbox.woocommerce.store import Consent, WooCommerceStore

__all__ = [
    "FIREWALL_PAGE",
    "MAINTENANCE_PAGE",
    "Call",
    "Consent",
    "Customer",
    "Delivery",
    "Order",
    "Product",
    "WooCommerceStore",
]
