"""A simulated Prom.ua cabinet."""

from sandbox.prom.cabinet import PromCabinet
from sandbox.prom.model import Buyer, Group, Order, Product, SpecialOffer

__all__ = ["Buyer", "Group", "Order", "Product", "PromCabinet", "SpecialOffer"]
