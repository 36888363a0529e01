"""What staff are told of a parcel because somebody has to act: a reply to the order's card."""

from bot import order_text, parcel_texts
from bot.cards import Rendered
from bot.carrier_texts import carrier_name
from bot.i18n import UKRAINIAN, Translator
from bot.keyboards.buttons import Row, button, copying, keyboard
from bot.keyboards.orders import OrderAction, OrderTap, offered
from bot.markup import plain, quoted
from domain.carriers import ParcelState
from domain.orders import Phase
from domain.rights import Right, Role, may
from models.orders import EventKind
from services.order_views import EventView, OrderView

_LONGEST_WORDS = 300
_LONGEST_PLACE = 200
_LONGEST_COPIED = 256
# Parts of a text that is copied whole: together with its own words they fit.
_COPIED_NUMBER, _COPIED_SHOP, _COPIED_PLACE = 16, 30, 60


def is_over(view: OrderView, event: EventView) -> bool:
    """Whether nobody needs to be told any more: the customer has fetched a parcel that waited."""
    is_waiting = view.waybill is not None and view.waybill.parcel is ParcelState.ARRIVED
    return event.event.kind is EventKind.PARCEL_WAITS and not is_waiting


def parcel_notice(
    view: OrderView, event: EventView, t: Translator, *, role: Role | None
) -> Rendered:
    """A parcel waits too long, or goes back. ``role``: of its one reader; None: several read it."""
    if event.event.kind is EventKind.PARCEL_WAITS:
        return _waits(view, event, t)
    return _goes_back(view, event, t, role)


def _waits(view: OrderView, event: EventView, t: Translator) -> Rendered:
    data = event.event.data
    days = int(data["days"])
    heading = t.plural(
        "Order {number}: the parcel waits {count} day",
        "Order {number}: the parcel waits {count} days",
        days,
        number=order_text.number(view.order),
    )
    text = "\n".join(
        [
            f"📦 <b>{heading}</b>",
            _carrier_says(data["carrier"], quoted(data["place"], _LONGEST_PLACE), t),
            parcel_texts.copied_number(data["number"]),
            *_recipient(view),
            t("Call the customer, or send them a message: it is ready to be copied."),
        ]
    )
    in_ukrainian = Translator(UKRAINIAN, t.zone)  # as customers read, whatever staff do
    message = copying("💬 " + t("Copy text"), _message(view, event, in_ukrainian))
    return Rendered(text, keyboard([[*message, *_copy_phone(view, t)]]))


def _message(view: OrderView, event: EventView, t: Translator) -> str:
    """What the customer may be sent."""
    place = plain(event.event.data["place"], _COPIED_PLACE)
    text = t(
        "Good day! Your order {number} ({shop}) waits for you. {place} Waybill {waybill}. Please "
        "fetch it soon: the carrier keeps it for a few days only. Thank you!",
        number=plain(view.order.number, _COPIED_NUMBER),
        shop=plain(view.shop_name, _COPIED_SHOP),
        place=f"{place.rstrip('.')}." if place else "",
        waybill=plain(event.event.data["number"], _COPIED_NUMBER),
    )
    return plain(text, _LONGEST_COPIED)


def _goes_back(view: OrderView, event: EventView, t: Translator, role: Role | None) -> Rendered:
    data = event.event.data
    heading = t("Order {number}: the parcel goes back", number=order_text.number(view.order))
    back = data.get("return_number", "")
    returns = t("It comes back with waybill {number}", number=parcel_texts.copied_number(back))
    # Else its goods are here already, or were never sold.
    can_return = view.order.phase is Phase.COMPLETED and (role is None or may(role, Right.MONEY))
    advice = t("Call the customer. Once the parcel is here, take its goods back with Return.")
    text = "\n".join(
        [
            f"↩️ <b>{heading}</b>",
            _carrier_says(data["carrier"], quoted(data.get("text", ""), _LONGEST_WORDS), t),
            parcel_texts.copied_number(data["number"]),
            *([returns] if back else []),
            *_recipient(view),
            *([advice] if can_return else []),
        ]
    )
    tap = OrderTap(action=OrderAction.RETURN, order_id=view.order.id)
    take_back = [button("📥 " + t("Return"), tap)] if can_return else []
    return Rendered(text, offered(keyboard([[*take_back, *_copy_phone(view, t)]]), role))


def _carrier_says(carrier: str, words: str, t: Translator) -> str:
    """``words``: HTML."""
    name = carrier_name(carrier, t)
    return f"{name}: {words}" if words else name


def _recipient(view: OrderView) -> list[str]:
    """Whom to call about the parcel."""
    name = view.order.recipient_name or view.order.customer_name
    return order_text.customer(name, _phone(view))


def _copy_phone(view: OrderView, t: Translator) -> Row:
    return copying("📋 " + t("Copy phone"), _phone(view))


def _phone(view: OrderView) -> str:
    of_parcel = view.waybill.recipient_phone if view.waybill is not None else ""
    return of_parcel or view.order.recipient_phone or view.order.phone
