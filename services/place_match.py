"""The place a waybill goes to, as far as the order itself says it: what is sought, and was found.

It is sought once, and anew when the words change. What somebody chose meanwhile stays.
"""

from dataclasses import asdict, dataclass
from typing import Any

from tortoise.timezone import now

from models.carriers import WaybillDraft
from models.drafts import SaleDraft
from models.orders import Order
from models.sales import Sale
from services import draft_content, orders
from services.transactions import transaction
from services.waybill_content import Door

# What an order, a window and a sale say of where the goods go.
WORDS = ("delivery_method", "delivery_city", "delivery_address")
TOLD = (*WORDS, "branch_ref", "city_ref")  # what a platform says of it
_NO_DOOR = Door("", "", "", "")
_NOWHERE: dict[str, Any] = {
    "city_id": None,
    "point_id": None,
    "is_confirmed": False,
    "is_sought": False,
    **asdict(_NO_DOOR),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedPlace:
    """What is said of the place. The Refs are the carrier's own, "" when staff said otherwise."""

    carrier: str
    branch_ref: str
    city_ref: str
    method: str
    city: str
    address: str


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """What was found of it: a point or a door. ``is_certain``: it needs no more looking at."""

    city_id: int | None = None
    point_id: int | None = None
    door: Door | None = None
    is_certain: bool = False


async def wanted(order_id: int) -> WantedPlace | None:
    """What is to be sought for the order's waybill; None: nothing, or it was sought already."""
    draft = await WaybillDraft.get_or_none(order_id=order_id, is_sought=False)
    order = await Order.get_or_none(id=order_id)
    if draft is None or order is None or draft.city_id is not None or draft.street_ref:
        return None
    sale = await Sale.get_or_none(standing_for=order_id)
    window = await SaleDraft.get_or_none(order_id=order_id) if sale is None else None
    if sale is not None:
        words = [getattr(sale, name) for name in WORDS]
        typed = words
    elif window is not None:
        recipient = (await draft_content.read(order, window)).recipient
        words = [getattr(recipient, name) for name in WORDS]
        typed = [getattr(window, name) for name in WORDS]
    else:
        return None
    told = [getattr(order, name) for name in WORDS]
    is_changed = any(
        one is not None and one != other for one, other in zip(typed, told, strict=True)
    )
    return WantedPlace(
        carrier=draft.carrier,
        branch_ref="" if is_changed else order.branch_ref,
        city_ref="" if is_changed else order.city_ref,
        method=words[0],
        city=words[1],
        address=words[2],
    )


async def keep(order_id: int, asked: WantedPlace, found: FoundPlace) -> bool:
    """Note what was found; False: somebody chose a place or changed the words meanwhile."""
    async with transaction():
        await orders.lock(order_id)
        if await wanted(order_id) != asked:
            return False
        await WaybillDraft.filter(order_id=order_id).update(
            city_id=found.city_id,
            point_id=found.point_id,
            **asdict(found.door or _NO_DOOR),
            is_confirmed=found.is_certain,
            is_sought=True,
            updated_at=now(),
        )
    return True


async def forget(order_id: int) -> None:
    """The words have changed: the place is sought anew. Inside a transaction with the order."""
    await WaybillDraft.filter(order_id=order_id).update(**_NOWHERE, updated_at=now())
