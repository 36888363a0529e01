"""A waybill's form as its person sees it, with a carrier that is set up."""

from decimal import Decimal
from typing import Any

from domain.carriers import PlaceKind
from domain.search import folded
from models.carriers import CarrierAccount, CarrierCity, CarrierPoint
from models.orders import Order
from models.staff import StaffMember
from sandbox.novaposhta import NovaPoshta
from services import drafts, waybill_forms
from services.waybill_content import FormView
from tests.carriers import CARRIER, make_account
from tests.factories import Intake, stock_up
from tests.services.sale_stage import take_order

D = Decimal

TOLD: dict[str, Any] = {
    "customer_name": "Олена Коваль",
    "phone": "+380671234567",
    "delivery_city": "Київ",
    "delivery_address": "Відділення №12",
    "payment_method": "cod",
    "delivery_cost": D("70.30"),
    "total": D("90.30"),
}


async def make_cod_order(take_in: Intake) -> Order:
    """Two pieces of A at 10, to be paid on delivery; five of A and of B lie on the shelf."""
    await stock_up({"A": 5, "B": 5})
    return await take_order(take_in, **TOLD)


async def connect_carrier(**values: Any) -> CarrierAccount:
    """Nova Poshta, set up; nobody is asked."""
    return await make_account(NovaPoshta(), **values)


async def make_city(name: str = "Київ") -> CarrierCity:
    return await CarrierCity.create(
        carrier=CARRIER, ref=f"ref of {name}", name=name, key=folded(name)
    )


async def make_point(
    city: CarrierCity, number: str, kind: PlaceKind = PlaceKind.BRANCH, **values: Any
) -> CarrierPoint:
    name = f"№{number}"
    return await CarrierPoint.create(
        carrier=CARRIER,
        ref=f"{city.ref}, {number}",
        city_id=city.id,
        kind=kind,
        number=number,
        name=name,
        key=folded(name),
        **values,
    )


async def begin(order: Order, by: StaffMember, *, point: CarrierPoint | None = None) -> FormView:
    """Confirm, then the form; with ``point`` also where it goes."""
    await drafts.open_window(order.id, by=by, take_over=True)
    await waybill_forms.open_form(order.id, by=by)
    if point is not None:
        await waybill_forms.choose_point(order.id, point.id, by=by)
    return await form(order, by)


async def form(order: Order, by: StaffMember) -> FormView:
    return await waybill_forms.form_view(order.id, by=by)
