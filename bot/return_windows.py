"""A return that is being put together: its screens and questions. Pure, like ``bot/cards.py``."""

from collections.abc import Sequence

from bot import order_text
from bot.cards import CARD_LIMIT, Rendered
from bot.i18n import Translator
from bot.keyboards.returns import (
    PAGE,
    amount_keyboard,
    back_to_return_line,
    return_accounts_keyboard,
    return_keyboard,
    return_line_keyboard,
)
from bot.keyboards.sales_taps import Origin
from bot.markup import plain, quoted
from bot.names import account_name
from bot.order_text import Item
from bot.sales_windows import asked
from domain.errors import NotFoundError
from domain.money import ZERO
from models.money import MoneyAccount
from services.returns import ReturnContent, ReturnItem
from services.sale_lists import OpenReturn

_LONGEST_PRODUCT = 200
_BUTTON_NAME = 26
# Room is left for a question below the return.
_LIMIT = CARD_LIMIT - 400


def goods(
    view: OpenReturn,
    t: Translator,
    *,
    page: int = 0,
    origin: Origin,
) -> Rendered:
    """What comes back and how much money goes back for it; ``page`` counts from 0."""
    content = view.content
    page = min(max(page, 0), (len(content.items) - 1) // PAGE)
    shown = content.items[page * PAGE : (page + 1) * PAGE]
    labels = [_label(item, t) for item in shown]
    text = _text(view, t)
    return Rendered(text, return_keyboard(content, labels, page, origin, t))


def ask_amount(
    view: OpenReturn,
    t: Translator,
    *,
    origin: Origin,
    problem: str = "",
) -> Rendered:
    """How much money goes back? ``problem``: what was wrong with the last answer."""
    question = t("Type the sum that goes back to the customer.")
    text = _text(view, t, ["", *asked(question, problem)])
    return Rendered(text, amount_keyboard(view.content, origin, t))


def ask_account(
    view: OpenReturn,
    choices: Sequence[MoneyAccount],
    t: Translator,
    *,
    origin: Origin,
) -> Rendered:
    """Where does the money go back from?"""
    question = t("Which account does the money go back from?")
    text = _text(view, t, ["", *asked(question, "")])
    return Rendered(text, return_accounts_keyboard(view.content, choices, origin, t))


def line(content: ReturnContent, line_id: int, t: Translator, *, origin: Origin) -> Rendered:
    """One line: how much of it comes back, and whether it is fit to be sold again.

    Raises:
        NotFoundError: the return has no such line.
    """
    item, page = _find(content, line_id)
    text = "\n".join(_line(content, item, t))
    return Rendered(text, return_line_keyboard(content, item, page, origin, t))


def ask_quantity(
    content: ReturnContent,
    line_id: int,
    t: Translator,
    *,
    takes_fractions: bool,
    origin: Origin,
    problem: str = "",
) -> Rendered:
    """How much of a line comes back? ``problem``: what was wrong with the last answer.

    Raises:
        NotFoundError: the return has no such line.
    """
    item, _ = _find(content, line_id)
    question = (
        t("Type how much came back, for example 1.5.")
        if takes_fractions
        else t("Type how many came back.")
    )
    text = "\n".join([*_line(content, item, t), "", *asked(question, problem)])
    return Rendered(text, back_to_return_line(content, item, origin, t))


def _find(content: ReturnContent, line_id: int) -> tuple[ReturnItem, int]:
    """The line, and the page of the return's screen that it is on."""
    for at, item in enumerate(content.items):
        if item.line.id == line_id:
            return item, at // PAGE
    raise NotFoundError("return")


def _line(content: ReturnContent, item: ReturnItem, t: Translator) -> list[str]:
    """One line of a return by itself."""
    sold = t("Sold {quantity}", quantity=t.quantity(item.line.quantity))
    before = t("returned before {quantity}", quantity=t.quantity(item.line.returned))
    worth = t.money(item.worth, content.sale.currency)
    return [
        f"📥 <b>{quoted(item.line.name, _LONGEST_PRODUCT)}</b>",
        f"{sold} · {before}" if item.line.returned else sold,
        t("Comes back {quantity}, {worth}", quantity=t.quantity(item.quantity), worth=worth),
        *([_fate(item, t)] if item.quantity else []),
    ]


def _fate(item: ReturnItem, t: Translator) -> str:
    return "🗑 " + t("to be written off") if item.is_written_off else "📦 " + t("goes to stock")


def _label(item: ReturnItem, t: Translator) -> str:
    name = plain(item.line.name, _BUTTON_NAME)
    if not item.quantity:
        return f"✖️ {name}"
    mark = "🗑" if item.is_written_off else "📦"
    return f"{mark} {name} × {t.quantity(item.quantity)}"


def _text(
    view: OpenReturn,
    t: Translator,
    question: Sequence[str] = (),
) -> str:
    """All that the return says, and a question (HTML lines) below it."""
    content, sale = view.content, view.content.sale
    heading = t("Return for order {number}", number=quoted(view.number, order_text.LONGEST_NUMBER))
    head = [
        f"📥 <b>{heading}</b>",
        *order_text.customer(sale.customer_name, sale.phone),
        t("What comes back:"),
    ]
    source = account_name(view.account, t) if view.account else t("As it was paid")
    tail = [*_sums(content, t), f"{t('From the account')}: {source}", *question]
    items = [_item(item, t) for item in content.items]
    return order_text.assembled(head, items, tail, sale.currency, t, limit=_LIMIT)


def _item(item: ReturnItem, t: Translator) -> Item:
    if not item.quantity:
        return Item(item.line.name, item.quantity, item.worth, state="✖️ " + t("not returned"))
    states = []
    if item.quantity != item.left:
        states.append(t("of {quantity}", quantity=t.quantity(item.left)))
    if item.is_written_off:
        states.append(_fate(item, t))
    return Item(item.line.name, item.quantity, item.worth, state=" · ".join(states))


def _sums(content: ReturnContent, t: Translator) -> list[str]:
    """From the goods to the money that goes back: what stands there adds up, or was typed."""
    currency, amount = content.sale.currency, content.amount
    worth = sum((item.worth for item in content.items), ZERO)
    back = f"<b>{t('Money back {amount}', amount=t.money(amount, currency))}</b>"
    goods = t.money(worth, currency)
    is_discounted = bool(content.sale.discount)
    lines = [
        t("Goods, less the sale's discount, {amount}", amount=goods)
        if is_discounted
        else t("Goods {amount}", amount=goods)
    ]
    if content.draft.amount is not None:
        return [*lines, f"{back} · {t('typed')}"]
    if amount != worth:
        rest = t.money(amount - worth, currency)
        lines.append(t("Delivery, fees and earlier refunds {amount}", amount=rest))
    return [*lines, back]
