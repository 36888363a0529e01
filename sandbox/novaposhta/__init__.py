"""A simulated Nova Poshta: its API v2.0 and the host that prints waybills."""

from sandbox.novaposhta.model import Account, Call, City, Sender, Warehouse, Waybill
from sandbox.novaposhta.service import NovaPoshta

__all__ = ["Account", "Call", "City", "NovaPoshta", "Sender", "Warehouse", "Waybill"]
