"""A simulated WooCommerce store."""

from sandbox.woocommerce.model import Customer, Delivery, Order, Product
from sandbox.woocommerce.store import WooCommerceStore

__all__ = ["Customer", "Delivery", "Order", "Product", "WooCommerceStore"]
