"""The receipt of a sale. Pure, like ``bot/cards.py``."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from bot import order_text
from bot.cards import CARD_LIMIT, Rendered
from bot.i18n import Translator
from bot.keyboards.orders import can_undo
from bot.keyboards.sales import receipt_keyboard
from bot.keyboards.sales_taps import NOWHERE, Origin
from bot.markup import quoted
from bot.names import account_name
from bot.order_text import LONGEST_SHOP, Item
from bot.parcel_texts import number_line, parcel_line
from domain.money import ZERO
from domain.rights import Right, Role, may
from domain.sums import SaleSums
from models.orders import EventKind
from models.sales import Sale, SaleLine, SaleState
from services.orders import NO_STEPS
from services.sale_lists import ReturnedLine, ReturnView
from services.sale_views import ReceiptView

_LONGEST_NOTE = 300
_LONGEST_EMAIL = 120
_LONGEST_WHO = 40
_LONGEST_RETURNED = 40
_SHOWN_RETURNS = 3
_SHOWN_RETURNED_LINES = 3
_SHOWN_ACCOUNTS = 4


def receipt(
    view: ReceiptView,
    t: Translator,
    *,
    now: datetime,
    returns: Sequence[ReturnView] = (),
    role: Role = Role.PACKER,
    origin: Origin = NOWHERE,
) -> Rendered:
    """What was sold, what came back of it, where its money lies, and what can be done with it.

    ``returns``: oldest first. ``role`` is the reader's: they see and are offered what they may.
    ``origin``: the list to go back to.
    """
    sale = view.sale
    head = [
        f"{_mark(sale)} <b>{_heading(view, t)}</b>",
        t(
            "Added by {seller}, {at}",
            seller=quoted(view.seller, LONGEST_SHOP),
            at=t.date_time(sale.at, now=now),
        ),
        *_state(sale, t),
        *_recipient(view, t),
    ]
    tail = [
        *_sums(sale, returns, t, now),
        "",
        f"{t('Sales channel')}: {quoted(view.sales_channel.name, LONGEST_SHOP)}",
        f"{t('Receipt of money')}: {_money(view, t)}",
        *_profit(sale, role, t),
        _waybill(view, t),
        *_note(sale, t),
    ]
    items = [_item(line, sale.currency, t) for line in view.lines]
    text = order_text.assembled(head, items, tail, sale.currency, t, limit=CARD_LIMIT)
    buttons = receipt_keyboard(
        sale,
        view.order.order.id,
        t,
        origin=origin,
        can_undo=can_undo_last_step(view, now) and may(role, Right.SELL),
        can_return=sale.state is SaleState.STANDING and may(role, Right.MONEY),
        can_settle=sale.outstanding > 0 and may(role, Right.MONEY),
        has_waybill=_has_waybill(view, role),
    )
    return Rendered(text, buttons)


def _mark(sale: Sale) -> str:
    return "✅" if sale.state is SaleState.STANDING else "↩️"


def _heading(view: ReceiptView, t: Translator) -> str:
    return t("Sale for order {number}", number=order_text.number(view.order.order))


def _state(sale: Sale, t: Translator) -> list[str]:
    match sale.state:
        case SaleState.UNDONE:
            return [f"<b>{t('This sale was undone.')}</b>"]
        case SaleState.RETURNED:
            return [f"<b>{t('All of it was returned.')}</b>"]
        case SaleState.STANDING:
            return []


def _recipient(view: ReceiptView, t: Translator) -> list[str]:
    sale = view.sale
    email = quoted(sale.email, _LONGEST_EMAIL)
    return [
        *order_text.customer(sale.customer_name, sale.phone),
        *([f"✉️ {email}"] if email else []),
        *order_text.recipient(view.order.order, t),
        *order_text.delivery(sale.delivery_method, sale.delivery_city, sale.delivery_address),
    ]


def _item(line: SaleLine, currency: str, t: Translator) -> Item:
    state = ""
    if line.discount:
        state = t("discount {amount}", amount=t.money(line.discount, currency))
    return Item(line.name, line.quantity, line.amount, state=state)


def _sums(sale: Sale, returns: Sequence[ReturnView], t: Translator, now: datetime) -> list[str]:
    """From the lines to the total; what was given back of it, and so what is left."""
    shown = SaleSums(
        goods=sale.goods,
        discount=sale.discount,
        delivery_cost=sale.delivery_cost,
        fees=sale.fees,
    )
    lines = order_text.sums(shown, sale.currency, t)
    if sale.refunded:
        refunded = t.money(-sale.refunded, sale.currency)
        lines.append(t("Refunded on the site {amount}", amount=refunded))
    lines.extend(_returns(returns, sale.currency, t, now))
    if sale.refunded or returns:
        left = t.money(sale.due - sale.returned, sale.currency)
        lines.append(f"<b>{t('Left {amount}', amount=left)}</b>")
    return lines


def _returns(
    returns: Sequence[ReturnView], currency: str, t: Translator, now: datetime
) -> list[str]:
    """The newest few each with its goods, the older ones as one sum."""
    lines = []
    older, shown = returns[:-_SHOWN_RETURNS], returns[-_SHOWN_RETURNS:]
    if older:
        amount = t.money(-sum((each.amount for each in older), ZERO), currency)
        lines.append("📥 " + t("Returned earlier {amount}", amount=amount))
    for each in shown:
        what = t(
            "Returned {amount} · {at} · {who}",
            amount=t.money(-each.amount, currency),
            at=t.date_time(each.done_at, now=now),
            who=quoted(each.who, _LONGEST_WHO),
        )
        lines.append(f"📥 {what}")
        named = [_returned(line, t) for line in each.lines[:_SHOWN_RETURNED_LINES]]
        if more := len(each.lines) - len(named):
            named.append(t.plural("and {count} more", "and {count} more", more))
        lines.extend(f"\N{EM SPACE}{name}" for name in named)
    return lines


def _returned(line: ReturnedLine, t: Translator) -> str:
    name = f"{quoted(line.name, _LONGEST_RETURNED)} × {t.quantity(line.quantity)}"
    return f"{name} · 🗑 {t('written off')}" if line.is_written_off else name


def _money(view: ReceiptView, t: Translator) -> str:
    """Each account with what lies there of the sale; more than a few are summed up."""
    currency = view.sale.currency
    if not view.money:
        name = account_name(view.money_account, t)
        return name if view.sale.is_undone else f"{name} {t.money(ZERO, currency)}"
    shown = [
        f"{account_name(account, t)} {t.money(amount, currency)}"
        for account, amount in view.money[:_SHOWN_ACCOUNTS]
    ]
    rest = [amount for _, amount in view.money[_SHOWN_ACCOUNTS:]]
    if rest:
        amount = t.money(sum(rest, Decimal(0)), currency)
        shown.append(t("others {amount}", amount=amount))
    return " · ".join(shown)


def _profit(sale: Sale, role: Role, t: Translator) -> list[str]:
    if not may(role, Right.SEE_PROFIT) or sale.is_undone:
        return []
    return [f"{t('Profit')}: {t.money(sale.profit, sale.currency)}"]


def _waybill(view: ReceiptView, t: Translator) -> str:
    """The number that the sale was added with; and where its parcel is, when that is known."""
    sale = view.sale
    waybill = None if sale.is_undone else view.order.waybill
    if waybill is not None and waybill.number == sale.waybill_number:
        line = parcel_line(waybill, t)
        if line:
            return line
    return number_line(sale.waybill_number, waybill, t)


def _has_waybill(view: ReceiptView, role: Role) -> bool:
    """Whether the sale has a waybill to be looked at, or this person may give it one."""
    match view.sale.state:
        case SaleState.UNDONE:
            return False
        case SaleState.RETURNED:
            return view.order.waybill is not None
        case SaleState.STANDING:
            return view.order.waybill is not None or may(role, Right.SELL)


def _note(sale: Sale, t: Translator) -> list[str]:
    shown = quoted(sale.note, _LONGEST_NOTE)
    return [f"{t('Note')}: {shown}"] if shown else []


def can_undo_last_step(view: ReceiptView, now: datetime) -> bool:
    """Whether the order's last step is one of this sale, and may be taken back.

    An order whose goods all came back may have been reopened since, and refused or sold anew.
    """
    if view.sale.is_undone:
        return False
    last = view.order.last_event
    has_moved_on = last is not None and last.event.kind not in _AFTER_RETURN
    if view.sale.state is SaleState.RETURNED and has_moved_on:
        return False
    return can_undo(view.order, now)


_AFTER_RETURN = frozenset({EventKind.RETURNED, *NO_STEPS})
