"""Orders, their notes and totals in the REST API of a simulated store.

Left out, and answered as an unknown route: creating orders, refunds, batches.
"""

from collections.abc import Callable

from aiohttp import web

from sandbox.woocommerce.answers import (
    Answer,
    ApiError,
    chosen,
    invalid,
    json_body,
    listed,
    page_of,
)
from sandbox.woocommerce.backoffice import Backoffice
from sandbox.woocommerce.filters import picked
from sandbox.woocommerce.model import Order

_NOTE_KINDS: dict[str, Callable[[bool], bool]] = {
    "any": lambda is_for_customer: True,
    "customer": lambda is_for_customer: is_for_customer,
    "internal": lambda is_for_customer: not is_for_customer,
}


class OrderRoutes:
    """What can be asked of the orders of one store."""

    def __init__(self, store: Backoffice) -> None:
        self._store = store

    async def show_all(self, request: web.Request) -> Answer:
        renderer = self._store.renderer
        statuses = self._wanted_statuses(request)
        seen = [order for order in self._store.orders.values() if order.status in statuses]
        orders = picked(request, seen, renderer.timezone)
        return page_of(request, self._store.url, [renderer.order(order) for order in orders])

    async def show(self, request: web.Request, order_id: int) -> Answer:
        return Answer(self._store.renderer.order(self._order(order_id)))

    async def edit(self, request: web.Request, order_id: int) -> Answer:
        """Change the status or the note. It echoes as order.updated, even without a change."""
        order = self._order(order_id, status=400, message="ID is invalid.")
        wanted = await json_body(request)
        status = str(wanted.get("status", order.status))
        settable = self._settable()
        if "status" in wanted and status not in settable:
            raise invalid("status", f"status is not one of {listed(settable)}.")
        if "customer_note" in wanted:
            order.note = str(wanted["customer_note"])
        if order.status != status:
            await self._store.set_status(order.id, status)
        else:
            await self._store.edit_order(order.id)
        return Answer(self._store.renderer.order(order))

    async def delete(self, request: web.Request, order_id: int) -> Answer:
        """To the trash, or for good with ``force``; answers what it was before."""
        order = self._order(order_id)
        before = self._store.renderer.order(order)
        if request.query.get("force") == "true":
            await self._store.delete(order_id)
        elif order.status == "trash":
            text = "The shop_order has already been deleted."
            raise ApiError(410, "woocommerce_rest_already_trashed", text)
        else:
            await self._store.trash(order_id)
        return Answer(before)

    async def notes(self, request: web.Request, order_id: int) -> Answer:
        """The newest first."""
        order = self._order(order_id, message="Invalid order ID.")
        is_wanted = _NOTE_KINDS[chosen(request, "type", _NOTE_KINDS, "any")]
        renderer = self._store.renderer
        notes = [note for note in reversed(order.notes) if is_wanted(note.is_for_customer)]
        return Answer([renderer.note(order, note) for note in notes])

    async def add_note(self, request: web.Request, order_id: int) -> Answer:
        wanted = await json_body(request)
        if "note" not in wanted:
            text = "Missing parameter(s): note"
            raise ApiError(400, "rest_missing_callback_param", text, params=["note"])
        order = self._order(order_id, message="Invalid order ID.")
        text, is_for_customer = str(wanted["note"]), wanted.get("customer_note") is True
        note = self._store.add_note(order_id, text, is_for_customer=is_for_customer)
        location = f"{self._store.url}/wp-json/wc/v3/orders/{order_id}/notes/{note.id}"
        return Answer(self._store.renderer.note(order, note), 201, {"Location": location})

    async def totals(self, request: web.Request) -> Answer:
        """How many orders there are of each status."""
        held = [order.status for order in self._store.orders.values()]
        return Answer(
            [
                {"slug": slug, "name": name, "total": held.count(slug)}
                for slug, name in self._store.statuses.items()
            ]
        )

    def _settable(self) -> list[str]:
        return ["auto-draft", *self._store.statuses]

    def _wanted_statuses(self, request: web.Request) -> frozenset[str]:
        """Neither drafts nor the trash are among "any", nor what a plugin that is gone left."""
        listable = ["any", "trash", *self._settable()]
        wanted = [text for text in request.query.get("status", "any").split(",") if text]
        for position, status in enumerate(wanted):
            if status not in listable:
                raise invalid("status", f"status[{position}] is not one of {listed(listable)}.")
        visible = set(self._store.statuses) - {"checkout-draft"}
        return frozenset(wanted) | (visible if "any" in wanted else frozenset())

    def _order(self, order_id: int, *, status: int = 404, message: str = "Invalid ID.") -> Order:
        order = self._store.orders.get(order_id)
        if order is None:
            raise ApiError(status, "woocommerce_rest_shop_order_invalid_id", message)
        return order
