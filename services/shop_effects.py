"""What is owed to shops: written in the transaction of its cause, performed by ``worker/shops.py``.

As in ``services/outbox.py``, a row is never left out because "one is waiting already": that one may
be performed before this transaction commits. Whoever performs settles all rows of a subject that it
had read before it looked at the subject.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from tortoise.expressions import F
from tortoise.timezone import now

from models.shops import ShopEffect, ShopEffectKind

FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=30)


async def owe(
    kind: ShopEffectKind,
    shop_id: int,
    subject_ids: Iterable[int],
    *,
    due_at: datetime | None = None,
) -> None:
    """A shop is owed news of these subjects, at ``due_at`` (aware) or at once. In a transaction."""
    at = due_at or now()
    await ShopEffect.bulk_create(
        ShopEffect(shop_id=shop_id, kind=kind.value, subject_id=subject_id, due_at=at)
        for subject_id in subject_ids
    )


async def due(shop_id: int, kind: ShopEffectKind, limit: int = 1000) -> list[ShopEffect]:
    """What a shop is owed of this kind by now, oldest first."""
    rows = ShopEffect.filter(shop_id=shop_id, kind=kind.value, due_at__lte=now())
    return await rows.order_by("id").limit(limit)


async def of(kind: ShopEffectKind, subject_id: int) -> list[ShopEffect]:
    """All that is owed of this subject, due or not, oldest first."""
    return await ShopEffect.filter(kind=kind.value, subject_id=subject_id).order_by("id")


async def must_wait(effects: Sequence[ShopEffect], besides: Sequence[ShopEffect] = ()) -> bool:
    """Whether none of these is due, or one is yet to come that tells all; then so do the others.

    ``besides``: for those that are yet to come, these wait as well.
    """
    at = now()
    to_come = [
        each.due_at for each in (*effects, *besides) if each.due_at > at and not each.attempts
    ]
    is_due = [each.id for each in effects if each.due_at <= at]
    if to_come and is_due:
        await ShopEffect.filter(id__in=is_due).update(due_at=max(to_come))
    return bool(to_come) or not is_due


async def settle(effect_ids: Collection[int]) -> None:
    """These are done."""
    if effect_ids:
        await ShopEffect.filter(id__in=list(effect_ids)).delete()


async def postpone(effects: Collection[ShopEffect], *, at_least: timedelta | None = None) -> None:
    """These failed for the moment and are due again later, ever later, up to half an hour."""
    if not effects:
        return
    attempts = max(effect.attempts for effect in effects)
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts, 16))
    due_at = now() + max(pause, at_least or pause)
    await ShopEffect.filter(id__in=[effect.id for effect in effects]).update(
        due_at=due_at, attempts=F("attempts") + 1
    )


async def drop(shop_id: int, kind: ShopEffectKind | None = None) -> None:
    """Nothing (of this kind) is owed to the shop any more."""
    rows = ShopEffect.filter(shop_id=shop_id)
    await (rows.filter(kind=kind.value) if kind else rows).delete()
