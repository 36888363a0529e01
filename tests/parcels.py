"""Parcels of orders that were sold for cash on delivery, and what a carrier may say of them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tortoise.timezone import now

from domain.carriers import ParcelState, ParcelStatus, WaybillState
from domain.parcels import KYIV
from domain.payments import AccountKind
from models.carriers import CarrierAccount, Waybill
from models.money import MoneyAccount
from models.orders import EventKind, Order, OrderEvent
from models.sales import Sale
from models.staff import StaffMember
from services import parcels
from tests.carriers import CARRIER
from tests.factories import BOX, Intake, incoming, line, sell, the_order

NUMBER = "20450000000001"
PHONE = "+380671234567"
_OF_PARCELS = (EventKind.PARCEL, EventKind.PARCEL_WAITS, EventKind.SETTLED, EventKind.WAYBILL)

USUAL = timedelta(minutes=20)


class KyivTime:
    """What time it is for parcels: noon in Kyiv, tomorrow, until a test says otherwise."""

    def __init__(self) -> None:
        tomorrow = now().astimezone(KYIV) + timedelta(days=1)
        self.at = tomorrow.replace(hour=12, minute=0, second=0, microsecond=0)

    def __call__(self) -> datetime:
        return self.at.astimezone(UTC)

    def is_later(self, *, days: int = 0, hour: int | None = None, minutes: int = 0) -> None:
        self.at += timedelta(days=days, minutes=minutes)
        if hour is not None:
            self.at = self.at.replace(hour=hour)


async def sold(
    take_in: Intake, seller: StaffMember, external_id: str = "1", *, waybill: str = "", **told: Any
) -> Order:
    """An order of A for 20 that the carrier is to collect, sold; ``told``: by its platform."""
    usual = {"payment_method": "cod", "phone": PHONE}
    await take_in(incoming(external_id, line("A", 2), **{**usual, **told}))
    order = await the_order(external_id)
    await sell(order, seller, waybill=waybill, accept_shortage=True)
    return order


async def made(order: Order, number: str = NUMBER, **values: Any) -> Waybill:
    """A waybill that we made for it, its number in its sale if it was sold."""
    await Sale.filter(standing_for=order.id).update(waybill_number=number)
    at = now()
    usual: dict[str, Any] = {
        "carrier": CARRIER,
        "order_id": order.id,
        "live_for": order.id,
        "state": WaybillState.MADE,
        "number": number,
        "external_id": f"ref of {number}",
        "recipient_phone": PHONE,
        "cod_amount": Decimal(20),
        "parcel": ParcelState.CREATED,
        "made_at": at,
        "moved_at": at,
        "look_at": at,
    }
    return await Waybill.create(**(usual | values))


def status(state: ParcelState, number: str = NUMBER, **values: Any) -> ParcelStatus:
    words = {"code": f"code {state}", "text": f"Слова про {state}", "place": "Відділення №12"}
    return ParcelStatus(number=number, state=state, **(words | values))


async def said(order: Order, state: ParcelState, at: datetime | None = None, **values: Any) -> bool:
    """The carrier says this of the order's parcel; ``at``: when it was asked."""
    waybill = await Waybill.get(live_for=order.id)
    told = status(state, waybill.number, **values)
    return await parcels.record(waybill.id, told, asked_at=at or now(), usual=USUAL)


async def comes_to(kind: AccountKind) -> None:
    """What the carrier collects arrives in this account."""
    await CarrierAccount.create(
        carrier=CARRIER,
        secrets=BOX.encrypt({}),
        cod_account_id=(await MoneyAccount.get(kind=kind)).id,
    )


async def events(order: Order) -> list[tuple[EventKind, str]]:
    """What its history says of the parcel: the kind, and the state, the days or the sum."""
    found = await OrderEvent.filter(order_id=order.id, kind__in=_OF_PARCELS).order_by("id")
    assert all(event.staff_id is None for event in found)
    keys = ("state", "days", "amount", "was")
    return [
        (each.kind, str(next(each.data[key] for key in keys if key in each.data))) for each in found
    ]
