"""Whatever an order holds, its card is a message that Telegram takes."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards import CARD_LIMIT, order_card
from bot.i18n import Translator
from domain.carriers import LIVE_WAYBILLS, ParcelState
from domain.orders import PlatformState, RejectReason
from models.carriers import Waybill
from models.orders import EventKind
from models.stock import Product
from services.claims import Holder
from services.memory import Memory, Twin
from services.order_views import EventView, LineView, OrderView
from tests.bot.views import (
    CALL_BACK,
    CANCELED,
    CASE,
    COMPLETED,
    EN,
    GLASS,
    LARGEST_ID,
    NEW,
    NOW,
    REFUSED,
    UK,
    card_view,
    event,
    line,
    shown,
)

names = st.text(max_size=600)
amounts = st.decimals(-(10**12), 10**12, places=2)
quantities = st.decimals(0, 10**9, places=3)


def _states_of(kind: EventKind) -> type[StrEnum]:
    """What an event of this kind calls a state."""
    is_of_parcel = kind in {EventKind.PARCEL, EventKind.PARCEL_WAITS}
    return ParcelState if is_of_parcel else PlatformState


@st.composite
def events(draw: st.DrawFn) -> EventView:
    kind = draw(st.sampled_from(EventKind))
    text = st.text(max_size=50)
    changes = st.fixed_dictionaries(
        {
            "what": st.sampled_from(["quantity", "added", "removed", "total", "paid", "note"]),
            "name": names,
            "old": text,
            "new": text,
        }
    )
    data = {
        "reason": draw(st.sampled_from(RejectReason)).value,
        "text": draw(names),
        "amount": str(draw(st.decimals(0, 10**9, places=2))),
        "state": draw(st.sampled_from(_states_of(kind))).value,
        "changes": draw(st.lists(changes, max_size=6)),
        "attempt": draw(st.integers(1, 99)),
        "at": NOW.isoformat(),
        "holder": draw(names),
        "name": draw(names),
        "product": draw(names),
        "why": draw(names),
    }
    statuses = st.sampled_from([None, NEW, CALL_BACK, COMPLETED])
    return event(
        kind, actor=draw(names), from_status=draw(statuses), to_status=draw(statuses), data=data
    )


@st.composite
def line_views(draw: st.DrawFn) -> LineView:
    quantity = draw(quantities)
    product = draw(st.sampled_from([None, CASE, GLASS, Product(on_hand=Decimal(-3))]))
    reserved = draw(st.sampled_from([Decimal(0), quantity]))
    view = line(
        draw(names), str(quantity), str(draw(amounts)), reserved=str(reserved), product=product
    )
    view.line.unit = draw(st.just("") | names)
    return view


@st.composite
def memories(draw: st.DrawFn) -> Memory:
    twin = Twin(draw(st.integers(1, LARGEST_ID)), draw(names), draw(names))
    sums = draw(st.lists(st.tuples(st.sampled_from(["UAH", "USD", "??"]), amounts), max_size=3))
    count = draw(st.integers(1, 100))
    return Memory(count, draw(st.integers(0, 99)), tuple(sums), draw(st.none() | st.just(twin)))


@st.composite
def waybills(draw: st.DrawFn) -> Waybill:
    return Waybill(
        state=draw(st.sampled_from(LIVE_WAYBILLS)),
        carrier=draw(st.sampled_from(["", "novaposhta"])),
        number=draw(names),
        parcel=draw(st.sampled_from(ParcelState)),
        place=draw(names),
        stored_since=draw(st.none() | st.dates()),
    )


@st.composite
def order_views(draw: st.DrawFn) -> OrderView:
    lines = draw(st.lists(line_views(), max_size=4))
    view = card_view(
        draw(st.sampled_from([NEW, CALL_BACK, COMPLETED, CANCELED, REFUSED])),
        shop_name=draw(names),
        lines=tuple(lines * draw(st.sampled_from([1, 1, 5, 60]))),
        last_event=draw(st.none() | events()),
        undo_until=draw(st.none() | st.just(NOW + timedelta(seconds=5))),
        holder=draw(st.none() | names.map(lambda name: Holder(1, name, NOW, NOW))),
        memory=draw(st.none() | memories()),
        number=draw(names),
        customer_name=draw(names),
        phone=draw(names),
        delivery_method=draw(names),
        delivery_address=draw(names),
        payment_method=draw(st.sampled_from(["", "cod", "bacs"])),
        payment_title=draw(names),
        is_paid=draw(st.booleans()),
        note=draw(st.text(max_size=3000)),
        recipient_name=draw(names),
        recipient_phone=draw(names),
        wants_no_call=draw(st.booleans()),
        promotion=draw(names),
        waybill_number=draw(names),
        cancellation=draw(names),
        platform_state=draw(st.sampled_from(PlatformState)),
        currency=draw(st.sampled_from(["UAH", "USD", "EUR", "JPY", "???", ""])),
        delivery_cost=draw(amounts),
        fees=draw(amounts),
        discount=draw(amounts),
        refunded=draw(amounts),
        total=draw(amounts),
    )
    return replace(view, waybill=draw(st.none() | waybills()))


@settings(deadline=None)
@given(view=order_views(), t=st.sampled_from([EN, UK]))
def test_any_order_makes_a_message_that_telegram_takes(view: OrderView, t: Translator) -> None:
    rendered = order_card(view, t, now=NOW)

    assert len(shown(rendered)) <= CARD_LIMIT
    assert rendered.fingerprint == order_card(view, t, now=NOW).fingerprint


def test_fingerprint_changes_with_text_and_with_buttons() -> None:
    first = order_card(card_view(), EN, now=NOW)
    other_text = order_card(card_view(total=Decimal(1)), EN, now=NOW)
    other_buttons = replace(first, keyboard=None)

    assert len({first.fingerprint, other_text.fingerprint, other_buttons.fingerprint}) == 3
    assert len(first.fingerprint) <= 64
