"""A simulated Prom.ua cabinet."""

from sandbox.prom.cabinet import PromCabinet
from sandbox.prom.model import Buyer, Order, Product

__all__ = ["Buyer", "Order", "Product", "PromCabinet"]
