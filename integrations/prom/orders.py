"""An order in Prom.ua's JSON, as the program knows it. Pure."""

from domain.orders import IncomingOrder
from integrations.fields import Fields


def parse_order(data: Fields) -> IncomingOrder:
    """The order as it is now, an element of a list or the answer for one.

    Raises:
        MalformedPayloadError: it is not an order, or has no usable id, status, sum or time.
    """
    raise NotImplementedError
