"""What platforms are told of parcels: the number of a sale's waybill, before the sale's status.

As with statuses, a number is looked at when it is told, and what is about to be told is committed
first (``Order.told_waybill``). A crash in between leaves the effect: the same is told again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise.timezone import now

from domain.shops import Trouble
from domain.telling import is_parcel_news
from models.orders import Order
from models.sales import Sale
from models.shops import ShopEffect, ShopEffectKind
from services import shop_effects, telling
from services.transactions import transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Waybill:
    """A number that is about to be told, committed as an intent.

    ``known`` is what the platform said before, ``before`` what it was told. ``sold_at`` is aware.
    ``effects`` are what telling it pays off.
    """

    order_id: int
    external_id: str
    number: str
    known: str
    before: str
    sold_at: datetime
    effects: tuple[ShopEffect, ...]

    @property
    def effect_ids(self) -> list[int]:
        return [effect.id for effect in self.effects]


async def intend(order_id: int, *, is_wanted: bool) -> Waybill | None:
    """Commit which number is to be told now; None: none, and what was owed of it is settled.

    ``is_wanted``: whether the platform takes such numbers. What may still be undone waits.
    """
    if not await ShopEffect.exists(kind=ShopEffectKind.TELL_WAYBILL.value, subject_id=order_id):
        return None
    async with transaction():
        order = await Order.filter(id=order_id).select_for_update().first()
        effects = await shop_effects.of(ShopEffectKind.TELL_WAYBILL, order_id)
        steps = await shop_effects.of(ShopEffectKind.TELL_STATUS, order_id)
        if order is None or await shop_effects.must_wait(effects, steps):
            return None
        sale = await _news(order) if is_wanted else None
        if sale is None:
            await shop_effects.settle([effect.id for effect in effects])
            return None
        await Order.filter(id=order.id).update(told_waybill=sale.waybill_number)
    return Waybill(
        order_id=order.id,
        external_id=order.external_id,
        number=sale.waybill_number,
        known=order.waybill_number,
        before=order.told_waybill,
        sold_at=sale.at,
        effects=tuple(effects),
    )


async def _news(order: Order) -> Sale | None:
    """The sale whose parcel the platform has to know; None: there is none, or it knows it."""
    sale = await Sale.get_or_none(standing_for=order.id)
    if sale is None or not await telling.is_told(order.shop_id):
        return None
    standing = await telling.standing_of(order, await telling.last_move(order.id))
    if standing.is_left_to_staff or standing.has_own_end:
        return None
    is_news = is_parcel_news(sale.waybill_number, order.waybill_number, order.told_waybill)
    return sale if is_news else None


async def answered(waybill: Waybill) -> None:
    """The platform has taken it over: that is the number it knows now, and no news."""
    async with transaction():
        order = await Order.filter(id=waybill.order_id).select_for_update().get()
        # Unless it has said another one meanwhile.
        known = Order.filter(id=order.id, waybill_number=waybill.known)
        await known.update(waybill_number=waybill.number)
        await telling.forget_trouble(order)
        await telling.redraw(order)
        await shop_effects.settle(waybill.effect_ids)


async def refused(waybill: Waybill, problem: str) -> None:
    """The platform said no: shown on the card, where somebody can have it told again."""
    async with transaction():
        order = await Order.filter(id=waybill.order_id).select_for_update().get()
        if order.told_waybill == waybill.number:  # as if it had never been told
            await Order.filter(id=order.id).update(told_waybill=waybill.before)
        await telling.show_problem(order, problem)
        await shop_effects.settle(waybill.effect_ids)


async def failed(waybill: Waybill, trouble: Trouble, *, at_least: timedelta | None = None) -> None:
    """The platform cannot be told at present: later again, and the status of the order after it."""
    async with transaction():
        order = await Order.filter(id=waybill.order_id).select_for_update().get()
        steps = await shop_effects.of(ShopEffectKind.TELL_STATUS, order.id)
        await shop_effects.postpone([*waybill.effects, *steps], at_least=at_least)
        if now() - waybill.sold_at >= telling.SHOWN_AFTER and not order.tell_problem:
            await telling.show_problem(order, trouble)
