"""What Prom.ua's data means. Pure."""

from collections.abc import Mapping

from domain.orders import Change
from domain.shops import Step
from integrations import fields
from integrations.prom.orders import parse_order

ORDER = "order"  # the topic of an order that was asked for; Prom.ua sends us nothing


class PromPlatform:
    """``Platform`` for Prom.ua. An order that has ended there cannot be opened again."""

    usual_statuses: Mapping[Step, str] = {
        Step.COMPLETED: "delivered",
        Step.SHIPPED: "received",
        Step.RECEIVED: "delivered",
        Step.CANCELED: "canceled",
        Step.REFUSED: "canceled",
    }

    def parse(self, topic: str, body: bytes) -> tuple[Change, ...]:
        """The order in an entry of the inbox.

        Raises:
            MalformedPayloadError: it is none.
        """
        return (parse_order(fields.load(body)),) if topic == ORDER else ()
