"""Lists of sales, and the questions below a receipt. Pure, like ``bot/cards.py``."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from babel.dates import format_date

from bot import label_windows, order_text
from bot.cards import Rendered
from bot.i18n import UKRAINIAN, Translator
from bot.keyboards.labels import labels_button
from bot.keyboards.sales import (
    awaiting_button,
    back_to_day,
    back_to_settling,
    day_turns,
    sales_keyboard,
    settle_keyboard,
)
from bot.keyboards.sales_taps import Origin
from bot.markup import plain
from bot.names import account_name
from domain.money import ZERO
from domain.rights import Right, Role, may
from models.money import MoneyAccount
from models.sales import Sale, SaleState
from services.sale_lists import AwaitingSales, CurrencySums, SalesDay
from services.sale_views import ReceiptView

_PAGE_NUMBER = 16
_PAGE_NAME = 20

_AWAITED, _PARTLY, _RETURNED = "⏳", "◐", "↩️"


def sales_day(
    view: SalesDay, origin: Origin, t: Translator, *, role: Role, today: date, labels: int = 0
) -> Rendered:
    """The sales of ``origin``'s day with their sums; ``today`` is in the shop's zone.

    ``labels``: how many are to be printed, whatever their day.
    """
    day = origin.day or today
    lines = [f"💵 <b>{t('Sales')} · {_day_title(day, today, t)}</b>"]
    for sums in view.sums:
        lines.extend(_day_sums(sums, role, t))
    if not view.sums:
        lines.append(t("No sales on this day."))
    lines.extend(_legend(view.page.sales, t))
    named = [_label(sale, _kept(sale), t) for sale in view.page.sales]
    turns = day_turns(
        day,
        (_short_day(day - timedelta(days=1), t), _short_day(day + timedelta(days=1), t)),
        has_earlier=view.has_earlier,
        has_later=day < today,
    )
    awaited = awaiting_button(view.awaiting, t)
    to_print = labels_button(label_windows.count_shown(labels), t)
    buttons = sales_keyboard(view.page, named, origin, turns, awaited, to_print)
    return Rendered("\n".join(lines), buttons)


def _day_title(day: date, today: date, t: Translator) -> str:
    """The weekday, or that it is today; the year when it is not this one."""
    if day == today:
        return t("today, {date}", date=format_date(day, "d MMMM", locale=t.language))
    if day.year == today.year:
        return format_date(day, "EEEE, d MMMM", locale=t.language)
    year = "d MMMM y 'р.'" if t.language == UKRAINIAN else "d MMMM y"
    return format_date(day, f"EEEE, {year}", locale=t.language)


def _short_day(day: date, t: Translator) -> str:
    return format_date(day, "d MMM", locale=t.language)


def _day_sums(sums: CurrencySums, role: Role, t: Translator) -> list[str]:
    kept = t.money(sums.kept, sums.currency)
    shown = t.plural("{count} sale, {sum}", "{count} sales, {sum}", sums.count, sum=kept)
    if not may(role, Right.SEE_PROFIT):
        return [shown]
    return [shown, f"{t('Profit')}: {t.money(sums.profit, sums.currency)}"]


def _kept(sale: Sale) -> Decimal:
    return sale.due - sale.returned


def _marks(sale: Sale) -> str:
    marks = _AWAITED if sale.outstanding > 0 else ""
    if sale.state is SaleState.RETURNED:
        return marks + _RETURNED
    return marks + _PARTLY if _came_back_partly(sale) else marks


def _came_back_partly(sale: Sale) -> bool:
    return bool(sale.returned or sale.returned_cost) and sale.state is SaleState.STANDING


def _legend(sales: Sequence[Sale], t: Translator) -> list[str]:
    """What the marks on the buttons mean, those that are there."""
    meanings = (
        (_AWAITED, t("awaiting money"), any(sale.outstanding > 0 for sale in sales)),
        (_PARTLY, t("returned in part"), any(map(_came_back_partly, sales))),
        (_RETURNED, t("returned"), any(sale.state is SaleState.RETURNED for sale in sales)),
    )
    shown = [f"{mark} {meaning}" for mark, meaning, is_there in meanings if is_there]
    return ["", " · ".join(shown)] if shown else []


def _label(sale: Sale, amount: Decimal, t: Translator, *parts: str) -> str:
    """The number, the customer and a sum, behind the marks of the sale."""
    named = (
        plain(sale.order.number, _PAGE_NUMBER),
        plain(sale.customer_name, _PAGE_NAME),
        t.money(amount, sale.currency),
        *parts,
    )
    label = " · ".join(part for part in named if part)
    marks = _marks(sale)
    return f"{marks} {label}" if marks else label


def awaiting(view: AwaitingSales, origin: Origin, t: Translator, *, today: date) -> Rendered:
    """The sales whose money is awaited, whatever their day, with the sum of it."""
    lines = [f"⏳ <b>{t('Awaiting money')}</b>"]
    lines.extend(
        t.plural(
            "{count} sale, {sum}",
            "{count} sales, {sum}",
            sums.count,
            sum=t.money(sums.amount, sums.currency),
        )
        for sums in view.sums
    )
    if not view.sums:
        lines.append(t("No money is awaited."))
    labels = [
        _label(sale, sale.outstanding, t, _short_day(t.local_day(sale.at), t))
        for sale in view.page.sales
    ]
    back = back_to_day(today, t)
    return Rendered("\n".join(lines), sales_keyboard(view.page, labels, origin, back))


# --- settling -----------------------------------------------------------------------------------


def settle(
    view: ReceiptView,
    accounts: Sequence[MoneyAccount],
    t: Translator,
    *,
    amount: Decimal | None = None,
    origin: Origin,
) -> Rendered:
    """Which account received the money? ``amount``: a part of it; None: all."""
    sale = view.sale
    all_of_it = t.money(sale.outstanding, sale.currency)
    if amount is None:
        what = t("All {amount}", amount=all_of_it)
    else:
        part = t.money(amount, sale.currency)
        what = t("{part} of {amount}", part=part, amount=all_of_it)
    question = t("Which account received the money?")
    text = "\n".join([*_awaited(view, t), "", what, f"<b>{question}</b>"])
    return Rendered(text, settle_keyboard(sale, accounts, amount, origin, t))


def ask_settled(view: ReceiptView, t: Translator, *, origin: Origin, problem: str = "") -> Rendered:
    """How much was received? ``problem``: what was wrong with the last answer."""
    question = t("Type the sum that was received.")
    text = "\n".join([*_awaited(view, t), "", *asked(question, problem)])
    return Rendered(text, back_to_settling(view.sale.id, origin, t))


def asked(question: str, problem: str) -> list[str]:
    """A question, above it what was wrong with the last answer; plain text."""
    return [*([f"⚠ {problem}"] if problem else []), f"<b>{question}</b>"]


def _awaited(view: ReceiptView, t: Translator) -> list[str]:
    """The sale, its customer, and the promises its money lies in."""
    sale = view.sale
    heading = t("Sale for order {number}", number=order_text.number(view.order.order))
    promised = " · ".join(
        f"{account_name(account, t)} {t.money(amount, sale.currency)}"
        for account, amount in view.money
        if account.is_promise and amount > ZERO
    )
    return [
        f"💵 <b>{heading}</b>",
        *order_text.customer(sale.customer_name, sale.phone),
        f"{t('Awaiting money')}: {promised}",
    ]
