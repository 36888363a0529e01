"""Orders as Prom.ua tells them: the samples, and what a test makes of one."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from domain.orders import IncomingOrder
from integrations.fields import load
from integrations.prom.orders import parse_order

FIXTURES = Path(__file__).parent / "fixtures"
FULLEST = 417000298  # of the samples: a recipient, a courier, an e-mail


@cache
def _bodies() -> dict[int, str]:
    listed = json.loads((FIXTURES / "orders_list.response.json").read_text())["orders"]
    return {order["id"]: json.dumps(order) for order in listed}


def sample(order_id: int = FULLEST, **changes: Any) -> dict[str, Any]:
    """A sample's order, with other values of its own."""
    return {**json.loads(_bodies()[order_id]), **changes}


def parsed(order: object) -> IncomingOrder:
    """The order read from bytes, as all are."""
    return parse_order(load(json.dumps(order).encode()))
