"""What shops are owed of their orders' statuses, and what came of telling them.

An order is looked at when it is told, not when it was changed. What is about to be told is
committed first (``Order.told_status``), so that the platform's echo of it is known for our own
word, also before the answer. A crash in between leaves the effect: the same is told again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tortoise.expressions import F
from tortoise.timezone import now

from domain.carriers import ParcelState
from domain.errors import NotFoundError, NotToldError, NotToldReason
from domain.money import ZERO
from domain.orders import IncomingOrder, Phase, PlatformState, RejectReason
from domain.rights import Right, demand
from domain.shops import UNEXPLAINED, Step, Trouble
from domain.telling import Standing, called, is_left_ended, is_news, is_same_parcel
from models.carriers import Waybill
from models.orders import EventKind, Order, OrderEvent
from models.sales import Sale
from models.shops import Shop, ShopEffect, ShopEffectKind
from models.staff import StaffMember
from models.statuses import OrderStatus, StatusKind
from services import outbox, shop_effects, status_maps
from services.live_waybills import BEING_MADE
from services.transactions import transaction

# Who taps through several labels tells the last of them.
LABEL_PAUSE = timedelta(seconds=5)
# A hiccup is nobody's business; what lasts is shown on the card.
SHOWN_AFTER = timedelta(hours=1)
_LONGEST_PROBLEM = 300
_LOOKED_AT = 500  # effects

_STEPS = (
    EventKind.STATUS,
    EventKind.COMPLETED,
    EventKind.REJECTED,
    EventKind.REFUSED,
    EventKind.RETURNED,
    EventKind.REOPENED,
    EventKind.UNDONE,
)
_ENDED_THERE = (
    EventKind.PLATFORM_CANCELED,
    EventKind.PLATFORM_REOPENED,
    EventKind.PLATFORM_NOTICE,
)
_TROUBLES = frozenset(Trouble)
_BAD_ENDS = frozenset({PlatformState.CANCELED, PlatformState.FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A status that is about to be told, committed as an intent.

    ``before`` is what the platform was told before. ``event`` is what somebody did that led to it,
    if it was somebody, or that the parcel was received; ``reason`` why they ended the order.
    ``takes_notes``: whether the platform is to hear who it was. ``effects`` are what telling it
    pays off.
    """

    order_id: int
    external_id: str
    status: str
    before: str
    event: OrderEvent | None
    reason: RejectReason | None
    takes_notes: bool
    effects: tuple[ShopEffect, ...]

    @property
    def effect_ids(self) -> list[int]:
        return [effect.id for effect in self.effects]


async def owe(order: Order, *, due_at: datetime | None = None) -> None:
    """The order's shop is owed how it is at ``due_at`` (aware), or soon; if it is told such things.

    In the transaction that moved it. A shop that is told nothing any more cannot be told either
    that what it may not have heard is meant no longer: should it say the same, it is its own word.
    """
    if await is_told(order.shop_id):
        at = due_at or now() + LABEL_PAUSE
        await shop_effects.owe(ShopEffectKind.TELL_STATUS, order.shop_id, [order.id], due_at=at)
        return
    unheard = Order.filter(id=order.id).exclude(told_status=F("platform_status"))
    await unheard.update(told_status="")


async def owe_waybill(order: Order, *, due_at: datetime) -> None:
    """The order's shop is owed the number of its sale's parcel, if there is one.

    At ``due_at`` (aware). In the transaction that sold the order, or changed the number.
    """
    has_number = await Sale.filter(standing_for=order.id).exclude(waybill_number="").exists()
    if has_number and await is_told(order.shop_id):
        kind = ShopEffectKind.TELL_WAYBILL
        await shop_effects.owe(kind, order.shop_id, [order.id], due_at=due_at)


async def is_told(shop_id: int) -> bool:
    """Whether a shop is told of its orders at all."""
    return await Shop.exists(id=shop_id, is_active=True, tells_status=True, can_write=True)


async def due(shop_id: int, limit: int) -> list[int]:
    """Orders that a shop is owed news of by now: those first that were tried less, then older."""
    effects = [
        effect
        for kind in (ShopEffectKind.TELL_STATUS, ShopEffectKind.TELL_WAYBILL)
        for effect in await shop_effects.due(shop_id, kind, _LOOKED_AT)
    ]
    effects.sort(key=lambda effect: (effect.attempts, effect.id))
    return list(dict.fromkeys(effect.subject_id for effect in effects))[:limit]


async def intend(order_id: int, usual: Mapping[Step, str], *, takes_notes: bool) -> Telling | None:
    """Commit what is to be told of an order now; None: nothing, and what was owed of it is settled.

    ``usual``: what its platform calls each step. ``takes_notes``: whether notes can be left there.
    What may still be undone here waits until then, and a sale until it is known whether its waybill
    was made: "completed" cannot be taken back.
    """
    async with transaction():
        order = await Order.filter(id=order_id).select_for_update().first()
        effects = await shop_effects.of(ShopEffectKind.TELL_STATUS, order_id)
        if order is None or await shop_effects.must_wait(effects):
            return None
        settled = [effect.id for effect in effects]
        if not await is_told(order.shop_id):
            await shop_effects.settle(settled)
            return None
        if order.phase is Phase.COMPLETED and await _is_waybill_undecided(order):
            await shop_effects.postpone(effects)
            return None
        last = await last_move(order.id)
        standing = await standing_of(order, last)
        name = called(standing, await status_maps.names(order.shop_id, usual))
        event = await _cause(standing, order, last)
        if not is_news(standing, name):
            await shop_effects.settle(settled)
            await forget_trouble(order)
            if is_left_ended(standing, name):
                await Order.filter(id=order.id).update(told_status="")
                await redraw(order)
            is_worth_a_note = takes_notes and order.phase is not Phase.OPEN and name != ""
            if event is not None and event.kind is not EventKind.UNDONE and is_worth_a_note:
                await _owe_note(order, event)
            return None
        await Order.filter(id=order.id).update(told_status=name)
    return Telling(
        order_id=order.id,
        external_id=order.external_id,
        status=name,
        before=order.told_status,
        event=event,
        reason=_reason(order, event),
        takes_notes=takes_notes,
        effects=tuple(effects),
    )


async def _cause(standing: Standing, order: Order, last: OrderEvent | None) -> OrderEvent | None:
    """What led to it, if it was somebody, or a parcel that was received. ``last``: its move."""
    if standing.is_received:
        of_parcel = OrderEvent.filter(order_id=order.id, kind=EventKind.PARCEL)
        received = await of_parcel.order_by("-id").first()
        if received is not None and (last is None or received.id > last.id):
            return received
    return last if last and last.kind in _STEPS and last.staff_id is not None else None


def _reason(order: Order, event: OrderEvent | None) -> RejectReason | None:
    """Why an order that ended badly did, when somebody said."""
    if event is None or order.phase not in {Phase.CANCELED, Phase.REFUSED}:
        return None
    match event.kind:
        case EventKind.REJECTED:
            return RejectReason(event.data["reason"])
        case EventKind.REFUSED | EventKind.RETURNED:
            return RejectReason.CUSTOMER_REQUEST
        case _:
            return None


async def last_move(order_id: int) -> OrderEvent | None:
    """What last moved an order, or ended it there."""
    moves = OrderEvent.filter(order_id=order_id, kind__in=(*_STEPS, *_ENDED_THERE))
    return await moves.order_by("-id").first()


async def standing_of(order: Order, last: OrderEvent | None) -> Standing:
    """How an order is, here and there. ``last``: its ``last_move``."""
    status = await OrderStatus.get(id=order.status_id)
    sale = await Sale.get_or_none(standing_for=order.id)
    number = sale.waybill_number if sale is not None else ""
    # Staff were told of it, and decide.
    is_open_question = (
        last is not None
        and last.kind is EventKind.PLATFORM_NOTICE
        and order.platform_state in _BAD_ENDS
    )
    return Standing(
        phase=order.phase,
        label_id=status.id if status.kind is StatusKind.OWN else None,
        has_waybill=number != "",
        is_received=await _is_received(order, number),
        is_left_to_staff=order.is_closed_by_platform or is_open_question,
        state=order.platform_state,
        status=order.platform_status,
        told=order.told_status,
    )


async def _is_received(order: Order, number: str) -> bool:
    """Whether the customer has the parcel with this number."""
    parcel = await Waybill.get_or_none(live_for=order.id, parcel=ParcelState.RECEIVED)
    return parcel is not None and is_same_parcel(parcel.number, number)


async def _is_waybill_undecided(order: Order) -> bool:
    return await Waybill.exists(live_for=order.id, state__in=BEING_MADE)


# What came of it


async def answered(telling: Telling, answer: IncomingOrder) -> None:
    """The platform has taken it over, and says how the order is there now: that is no news.

    Unless it has moved on within that moment: then that is its own word, and comes as ever.
    """
    async with transaction():
        order = await Order.filter(id=telling.order_id).select_for_update().get()
        if answer.status != telling.status:
            ours = Order.filter(id=order.id, told_status=telling.status)
            await ours.update(told_status="")
        elif answer.modified_at >= order.modified_at:
            await Order.filter(id=order.id).update(**own_word(order, answer))
            if order.phase is Phase.OPEN and answer.state is not order.platform_state:
                await redraw(order)
        await forget_trouble(order)
        await shop_effects.settle(telling.effect_ids)
        if telling.event is not None and telling.takes_notes:
            await _owe_note(order, telling.event)


async def refused(telling: Telling, problem: str) -> None:
    """The platform said no: shown on the card, where somebody can have it told again."""
    async with transaction():
        order = await Order.filter(id=telling.order_id).select_for_update().get()
        if order.told_status == telling.status:  # as if it had never been told
            await Order.filter(id=order.id).update(told_status=telling.before)
        await show_problem(order, problem)
        await shop_effects.settle(telling.effect_ids)


async def failed(telling: Telling, trouble: Trouble, *, at_least: timedelta | None = None) -> None:
    """The platform cannot be told at present: later again. What lasts is shown on the card."""
    async with transaction():
        order = await Order.filter(id=telling.order_id).select_for_update().get()
        await shop_effects.postpone(telling.effects, at_least=at_least)
        event = telling.event
        if event is not None and now() - event.at >= SHOWN_AFTER and not order.tell_problem:
            await show_problem(order, trouble)


async def tell_again(order_id: int, *, by: StaffMember) -> None:
    """Tell the platform once more what it refused, be it the status or the parcel's number.

    A repeat changes nothing.

    Raises:
        NotToldError: its shop is told nothing any more.
        NotFoundError: there is no such order.
        NotAllowedError: not this person's to do.
    """
    demand(by.role, Right.CARE)
    async with transaction():
        order = await Order.filter(id=order_id).select_for_update().first()
        if order is None:
            raise NotFoundError("order")
        shop = await Shop.get(id=order.shop_id)
        if not shop.is_active:
            raise NotToldError(NotToldReason.DISCONNECTED)
        if not shop.tells_status:
            raise NotToldError(NotToldReason.SWITCHED_OFF)
        if not shop.can_write:
            raise NotToldError(NotToldReason.READ_ONLY)
        if not order.tell_problem:
            return
        await _forget_problem(order)
        await _hurry(order)
        await owe(order, due_at=now())
        await owe_waybill(order, due_at=now())


async def _hurry(order: Order) -> None:
    """What was tried before and failed is due now."""
    kinds = [ShopEffectKind.TELL_STATUS.value, ShopEffectKind.TELL_WAYBILL.value]
    tried = ShopEffect.filter(kind__in=kinds, subject_id=order.id, attempts__gt=0)
    await tried.update(due_at=now())


async def show_problem(order: Order, problem: str) -> None:
    """Why the platform would not hear of the order: on its card, with ``Tell again``."""
    await Order.filter(id=order.id).update(tell_problem=problem[:_LONGEST_PROBLEM] or UNEXPLAINED)
    await redraw(order)


async def forget_trouble(order: Order) -> None:
    """The platform can be told again. What it refused stays on the card: it was not told that."""
    if order.tell_problem in _TROUBLES:
        await _forget_problem(order)


async def _forget_problem(order: Order) -> None:
    if order.tell_problem:
        await Order.filter(id=order.id).update(tell_problem="")
        await redraw(order)


async def redraw(order: Order) -> None:
    """Cards of the order show it as it is now."""
    await Order.filter(id=order.id).update(revision=F("revision") + 1)
    await outbox.owe_cards([order.id])


async def _owe_note(order: Order, event: OrderEvent) -> None:
    if event.staff_id is None:
        return  # nobody did it: the shop's people can see a parcel for themselves
    await shop_effects.owe(ShopEffectKind.TELL_NOTE, order.shop_id, [event.id])


# What the platform says by our own word


def is_own_word(order: Order, incoming: IncomingOrder) -> bool:
    """Whether the platform only says back what we told it.

    We never give money back there: who has, says so, whatever the order is called then.
    """
    is_refunded = incoming.refunded >= incoming.total > ZERO
    return incoming.status == order.told_status != "" and not is_refunded


def own_word(order: Order, incoming: IncomingOrder) -> dict[str, object]:
    """The columns that keep what it says back; with its digest, if it says nothing else besides."""
    values: dict[str, object] = {
        "platform_state": incoming.state,
        "platform_status": incoming.status,
    }
    without = replace(
        incoming,
        state=order.platform_state,
        status=order.platform_status,
        is_paid=order.is_paid,  # completing an order is also taking its money on delivery
        cancellation=order.cancellation,  # why we canceled it
    )
    known = {incoming.digest(), without.digest()}
    if is_same_parcel(incoming.waybill_number, order.told_waybill):
        known.add(replace(without, waybill_number="").digest())
    if order.digest and order.digest in known:
        values |= {
            "is_paid": incoming.is_paid,
            "cancellation": incoming.cancellation[:300],
            "modified_at": incoming.modified_at,
            "digest": incoming.digest(),
        }
    return values


def forgotten(order: Order, incoming: IncomingOrder) -> dict[str, object]:
    """The column to change when the platform has moved on from what it was told and had heard."""
    was_heard = order.told_status == order.platform_status
    is_later = incoming.modified_at > order.modified_at
    return (
        {"told_status": ""} if was_heard and is_later and not is_own_word(order, incoming) else {}
    )
