"""A waybill that was begun, and the place that was found for it."""

from typing import Any

from models.carriers import WaybillDraft
from models.orders import Order
from models.staff import StaffMember
from services import drafts, waybill_forms
from sync.carrier_desk import CarrierDesk
from sync.waybill_forms import prepare
from tests.factories import Intake, incoming, line, the_order


class Form:
    """A waybill that was begun for an order of which this was said."""

    def __init__(self, take_in: Intake, seller: StaffMember) -> None:
        self._take_in = take_in
        self._seller = seller

    async def begin(
        self, city: str, address: str, method: str = "Нова Пошта", **more: Any
    ) -> Order:
        await self._take_in(
            incoming(
                "1",
                line("A"),
                delivery_city=city,
                delivery_address=address,
                delivery_method=method,
                **more,
            )
        )
        order = await the_order()
        await drafts.open_window(order.id, by=self._seller)
        await waybill_forms.open_form(order.id, by=self._seller)
        return order

    async def type(self, order: Order, field: str, text: str) -> None:
        """Into the sale window."""
        await drafts.set_text(order.id, field, text, by=self._seller)

    async def found(self, desk: CarrierDesk, order: Order) -> tuple[str, str, bool]:
        """City, number of the point, and whether it needs no more looking at; it is sought now."""
        await prepare(desk, order.id, by=self._seller)
        draft = await WaybillDraft.get(order_id=order.id).select_related("city", "point")
        assert draft.is_sought
        return (
            draft.city.name if draft.city else "",
            draft.point.number if draft.point else "",
            draft.is_confirmed,
        )
