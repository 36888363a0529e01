"""What a waybill that is being put together says now: read from its window or sale, and from what
staff changed of it. Read only.
"""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from domain import parcel_words
from domain.carriers import Quote, Seat
from domain.errors import InvalidTransitionError, NotFoundError
from domain.money import ZERO
from domain.orders import Phase
from domain.rights import Right, demand
from models.carriers import CarrierAccount, WaybillDraft
from models.drafts import SaleDraft
from models.orders import Order
from models.sales import Sale
from models.staff import StaffMember
from services import carrier_accounts, drafts, live_waybills, order_views, waybill_told
from services.order_views import OrderView
from services.waybill_content import Door, FormView, fingerprint, gaps_of
from services.waybill_told import Told

LIGHTEST_KG = Decimal("0.1")  # what is lighter counts as this


async def basis_of(order: Order, by: StaffMember) -> SaleDraft | Sale:
    """What the order's waybill would be made of: its open window, or the sale that was added.

    Raises:
        NotFoundError: it has neither.
        WindowTakenError: a colleague is in its sale window.
        InvalidTransitionError: it is canceled or refused.
        WaybillExistsError: it has one that we made, or that is being made.
        NotAllowedError: not this person's to do.
    """
    demand(by.role, Right.SELL)
    await live_waybills.require_none(order.id)
    if order.phase is Phase.OPEN:
        window = await SaleDraft.get_or_none(order_id=order.id)
        if window is None:
            raise NotFoundError("sale window")
        if window.staff_id != by.id:
            raise await drafts.taken(window)
        return window
    if order.phase is not Phase.COMPLETED:
        raise InvalidTransitionError(order.id, order.phase)
    sale = await Sale.get_or_none(standing_for=order.id)
    if sale is None:
        raise NotFoundError("sale")
    return sale


async def account_of(carrier: str = "") -> CarrierAccount:
    """Our account with this carrier, or with the one there is. NotFoundError: there is none."""
    account = await carrier_accounts.active(carrier)
    if account is None:
        raise NotFoundError("carrier")
    return account


async def form_view(order_id: int, *, by: StaffMember) -> FormView:
    """What the form shows.

    Raises:
        NotFoundError: as ``basis_of``; no such order; it was not begun ("waybill form"); or its
            carrier is not connected any more ("carrier").
        WaybillExistsError, WindowTakenError, InvalidTransitionError, NotAllowedError: as
            ``basis_of``.
    """
    order = await Order.get_or_none(id=order_id)
    if order is None:
        raise NotFoundError("order")
    basis = await basis_of(order, by)
    draft = await WaybillDraft.get_or_none(order_id=order_id).select_related("city", "point")
    if draft is None:
        raise NotFoundError("waybill form")
    account = await account_of(draft.carrier)
    order_view = await order_views.order_view(order_id)
    if isinstance(basis, Sale):
        told = await waybill_told.of_sale(order, basis)
        return _view(order_view, basis, account, draft, told)
    return _view(order_view, None, account, draft, await waybill_told.of_window(order, basis))


def _view(
    order: OrderView, sale: Sale | None, account: CarrierAccount, draft: WaybillDraft, told: Told
) -> FormView:
    cod = told.cod_amount if draft.cod_amount is None else draft.cod_amount
    described = account.description or told.product
    door = Door(draft.street_ref, draft.street_name, draft.building, draft.flat)
    view = FormView(
        order=order,
        sale=sale,
        account=account,
        draft=draft,
        recipient_name=told.name if draft.recipient_name is None else draft.recipient_name,
        phone=told.phone if draft.phone is None else draft.phone,
        told_place=told.place,
        city=draft.city,
        point=draft.point,
        door=door if draft.street_ref and draft.point is None else None,
        is_confirmed=draft.is_confirmed,
        seats=_seats(account, draft),
        declared_value=_declared(draft, told, cod),
        cod_amount=cod,
        description=(
            parcel_words.description(described) if draft.description is None else draft.description
        ),
        payer=account.payer if draft.payer is None else draft.payer,
        delivery_cost=told.delivery_cost,
        cod_due=None if told.is_foreign else told.cod_amount,
        gaps=(),
        quote=None,
    )
    gaps = tuple(gaps_of(view, told))
    return _quoted(replace(view, gaps=gaps))


def _seats(account: CarrierAccount, draft: WaybillDraft) -> tuple[Seat, ...]:
    usual = (account.weight_kg, account.width_cm, account.length_cm, account.height_cm)
    return tuple(
        Seat(
            weight_kg=max(Decimal(weight), LIGHTEST_KG),
            width_cm=width,
            length_cm=length,
            height_cm=height,
        )
        for weight, width, length, height in draft.seats or [usual]
    )


def _declared(draft: WaybillDraft, told: Told, cod: Decimal) -> Decimal:
    """What the goods are sold for, as no carrier collects more than was declared: at least that.

    A present is declared at one hryvnia; goods whose price is in another currency at nothing yet.
    """
    if draft.declared_value is not None:
        return draft.declared_value
    least = ZERO if told.is_foreign else Decimal(1)
    return max(told.goods, cod, least)


def _quoted(view: FormView) -> FormView:
    kept = view.draft.quote
    if not kept or kept["of"] != fingerprint(view):
        return view
    quote = Quote(
        cost=Decimal(kept["cost"]),
        cod_cost=Decimal(kept["cod_cost"]),
        arrives_on=date.fromisoformat(kept["arrives_on"]) if kept["arrives_on"] else None,
    )
    return replace(view, quote=quote, quoted_at=datetime.fromisoformat(kept["at"]))
