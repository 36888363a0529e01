"""The waybill of an order that counts: one at a time, and its sale has the same number.

What takes a transaction here is called inside one that has locked the order.
"""

from datetime import timedelta

from tortoise.timezone import now

from domain.carriers import ParcelState, WaybillState
from domain.errors import WaybillExistsError
from domain.telling import is_same_parcel
from domain.waybill_numbers import carrier_of, plain_number
from models.carriers import Waybill
from models.orders import Order
from models.sales import Sale

# We made it, or are about to.
OURS = (WaybillState.ASKED, WaybillState.SENT, WaybillState.MADE)
BEING_MADE = (WaybillState.ASKED, WaybillState.SENT)
# Nobody is asked about a parcel whose sale may still be undone.
FIRST_LOOK_AFTER = timedelta(minutes=1)
_AT_HOME = (ParcelState.UNKNOWN, ParcelState.CREATED)


async def live(order_id: int) -> Waybill | None:
    """The waybill of an order that counts, perhaps still being made; None: it has none."""
    return await Waybill.get_or_none(live_for=order_id)


async def made_number(order_id: int) -> str:
    """The number of the waybill that we made for the order; "": there is none."""
    found = await Waybill.get_or_none(live_for=order_id, state=WaybillState.MADE)
    return found.number if found is not None else ""


async def number_for_window(order: Order) -> str:
    """What a new sale window says: our waybill's number, else that of a parcel which was
    registered on the platform, unless that was ours and is no more.
    """
    made = await made_number(order.id)
    told = order.waybill_number
    if made or not told:
        return made
    former = Waybill.filter(order_id=order.id, live_for__isnull=True, number=plain_number(told))
    return "" if await former.exists() else told


async def require_none(order_id: int) -> None:
    """Go on only if the order has no waybill but one that somebody else made.

    Raises:
        WaybillExistsError: we made one, or are about to.
    """
    ours = await Waybill.get_or_none(live_for=order_id, state__in=OURS)
    if ours is not None:
        raise WaybillExistsError(ours.number)


async def follow_sale(order: Order, sale: Sale) -> None:
    """The parcel of the order's standing sale is followed, when its number is somebody else's.

    A number that no carrier we know gives is kept, and nobody is asked about it.
    """
    if await Waybill.exists(live_for=order.id, state__in=OURS):
        return
    await forget_named(order.id)
    if not sale.waybill_number:
        return
    is_from_platform = is_same_parcel(sale.waybill_number, order.waybill_number)
    await name(
        order,
        sale.waybill_number,
        staff_id=None if is_from_platform else sale.staff_id,
        phone=sale.phone,
    )


async def catch_up(order: Order, sale: Sale) -> None:
    """The order's sale stands again: it has the number of a waybill that was made meanwhile, and
    none of one that was deleted; what it names besides is followed, as it was or from now on.
    """
    found, number = await live(order.id), sale.waybill_number
    if found is not None and found.state is WaybillState.MADE:
        number = found.number
    elif found is None and number:
        deleted = Waybill.filter(order_id=order.id, state=WaybillState.DELETED)
        number = "" if await deleted.filter(number=plain_number(number)).exists() else number
    if number != sale.waybill_number:
        sale.waybill_number = number
        await Sale.filter(id=sale.id).update(waybill_number=number)
    if found is None:
        await follow_sale(order, sale)


async def name(order: Order, number: str, *, staff_id: int | None, phone: str) -> None:
    """The parcel of an order without a waybill has this number, which ``staff_id`` typed; None:
    the platform told it. ``phone``: the recipient's.
    """
    carrier = carrier_of(number)
    await Waybill.create(
        carrier=carrier,
        order_id=order.id,
        live_for=order.id,
        state=WaybillState.NAMED,
        staff_id=staff_id,
        number=plain_number(number) if carrier else number,
        recipient_phone=phone,
        look_at=now() + FIRST_LOOK_AFTER if carrier else None,
    )


async def forget_named(order_id: int) -> None:
    """The number that somebody had named is the order's no more."""
    await Waybill.filter(live_for=order_id, state=WaybillState.NAMED).delete()


async def let_go(order_id: int) -> None:
    """An order that begins anew needs a new parcel: one that was handed over is not its any more.

    One that still lies here can be used.
    """
    await forget_named(order_id)
    sent = Waybill.filter(live_for=order_id, state=WaybillState.MADE)
    await sent.exclude(parcel__in=_AT_HOME).update(live_for=None, look_at=None)
