"""A waybill of an order, as far as it was asked for, sent or made."""

from datetime import date, timedelta

from domain.carriers import CreatedWaybill
from models.carriers import Waybill
from models.drafts import SaleDraft
from models.orders import EventKind, Order, OrderEvent
from models.shops import ShopEffect, ShopEffectKind
from models.staff import StaffMember
from services import waybills
from tests.factories import Intake, stock_up
from tests.services.sale_stage import D, take_order
from tests.services.waybill_stage import begin, make_city, make_point

NUMBER, OTHER, PLATFORMS = "20451600000001", "20451600000002", "20451600000003"
TODAY = date(2026, 11, 23)
LOOK_IN = timedelta(minutes=30)
CREATED = CreatedWaybill(
    number=NUMBER, external_id="its ref", cost=D("97.50"), arrives_on=date(2026, 11, 24)
)
CHAT, MESSAGE = 5001, 77


async def make_odd_order(take_in: Intake) -> Order:
    """Its number has signs that a reference may not have; five of A lie on the shelf."""
    await stock_up({"A": 5})
    return await take_order(take_in, "№ 10/42", phone="+380671234567")


async def ready(order: Order, by: StaffMember) -> None:
    """A window, and a form that lacks nothing."""
    city = await make_city()
    await begin(order, by, point=await make_point(city, "12"))


async def ask(order: Order, by: StaffMember) -> Waybill:
    return await waybills.ask(order.id, by=by, chat_id=CHAT, message_id=MESSAGE, today=TODAY)


async def send(order: Order, by: StaffMember) -> Waybill:
    """As far as the carrier."""
    await ready(order, by)
    waybill = await ask(order, by)
    assert await waybills.sending(waybill.id) is not None
    return waybill


async def make(order: Order, by: StaffMember) -> Waybill:
    return await waybills.made((await send(order, by)).id, CREATED, look_in=LOOK_IN)


async def number_in_window(order: Order) -> str:
    return (await SaleDraft.get(order_id=order.id)).waybill_number


async def told(order: Order) -> list[tuple[str, str, int | None]]:
    """What the history says of waybills: the number, the one before, whose doing."""
    events = OrderEvent.filter(order_id=order.id, kind=EventKind.WAYBILL).order_by("id")
    return [(each.data["number"], each.data["was"], each.staff_id) for each in await events]


async def owed(order: Order) -> list[ShopEffect]:
    kinds = [ShopEffectKind.TELL_WAYBILL.value, ShopEffectKind.TELL_STATUS.value]
    return await ShopEffect.filter(subject_id=order.id, kind__in=kinds).order_by("id")
