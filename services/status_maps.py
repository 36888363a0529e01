"""What each step of an order is called on a shop's side, and whether the shop is told at all."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.errors import NotFoundError
from domain.rights import Right, demand
from domain.shops import Step, label_step
from models.audit import AuditKind
from models.shops import Shop, ShopEffectKind, StatusMapping
from models.staff import StaffMember
from models.statuses import OrderStatus
from services import audit, shop_effects, shops, statuses
from services.transactions import transaction

_OF_ORDERS = (ShopEffectKind.TELL_STATUS, ShopEffectKind.TELL_WAYBILL, ShopEffectKind.TELL_NOTE)


@dataclass(frozen=True, slots=True)
class StatusMap:
    """What one shop is told. ``chosen``: what the owner decided, by step; the rest is as usual."""

    shop: Shop
    chosen: Mapping[str, str]
    labels: tuple[OrderStatus, ...]

    @property
    def steps(self) -> list[str]:
        """All that may happen to an order: the program's own steps, then the own statuses."""
        return [*(step.value for step in Step), *(label_step(label.id) for label in self.labels)]


async def names(shop_id: int, usual: Mapping[Step, str]) -> Mapping[str, str]:
    """The platform's name for each step that is told, with what the owner decided."""
    return {step.value: name for step, name in usual.items()} | await _chosen(shop_id)


async def status_map(shop_id: int) -> StatusMap:
    """What a shop is told, to look at and to change.

    Raises:
        NotFoundError: there is no such shop, or it is disconnected.
    """
    shop = await Shop.get_or_none(id=shop_id, is_active=True)
    if shop is None:
        raise NotFoundError("shop")
    return StatusMap(shop, await _chosen(shop_id), tuple(await statuses.own()))


async def _chosen(shop_id: int) -> dict[str, str]:
    rows = await StatusMapping.filter(shop_id=shop_id).order_by("id")
    return {row.step: row.status for row in rows}


async def choose(shop_id: int, step: str, status: str | None, *, by: StaffMember) -> None:
    """Let a step be called this there; "": tell nothing of it; None: as usual.

    Orders that took the step before are not told again.

    Raises:
        NotFoundError: no such shop, or no such step (any more).
        NotAllowedError: not this person's to do; as ``set_telling``.
    """
    demand(by.role, Right.EDIT_SHOPS)
    async with transaction():
        await shops.lock(shop_id)
        known = await status_map(shop_id)
        if step not in known.steps:
            raise NotFoundError("status")
        if known.chosen.get(step) == status:
            return
        await StatusMapping.filter(shop_id=shop_id, step=step).delete()
        if status is not None:
            await StatusMapping.create(shop_id=shop_id, step=step, status=status)
        value = f"{step} → {'as usual' if status is None else status or '—'}"
        await audit.record(
            AuditKind.SHOP_CHANGED, by=by, name=known.shop.name, what="map", value=value
        )


async def set_telling(shop_id: int, is_on: bool, *, by: StaffMember) -> None:
    """Tell a shop of statuses from now on, or no more. What happened while it was off stays untold.

    Raises:
        NotFoundError: no such shop.
    """
    demand(by.role, Right.EDIT_SHOPS)
    async with transaction():
        shop = await shops.lock(shop_id)
        if shop.tells_status == is_on:
            return
        await Shop.filter(id=shop_id).update(tells_status=is_on)
        if not is_on:
            for kind in _OF_ORDERS:
                await shop_effects.drop(shop_id, kind)
        await audit.record(
            AuditKind.SHOP_CHANGED, by=by, name=shop.name, what="status", value=is_on
        )
