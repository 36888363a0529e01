"""What a search has found: as buttons in the private chat, as articles in inline mode. Pure."""

from datetime import datetime

from aiogram.types import InlineQueryResultArticle, InputTextMessageContent, LinkPreviewOptions

from bot import order_text
from bot.cards import Rendered
from bot.i18n import Translator
from bot.keyboards.search import found_keyboard
from bot.markup import MESSAGE_LIMIT, plain, quoted
from bot.names import status_mark, status_name
from models.orders import Order
from services.order_summaries import OrderSummary
from services.search import LONGEST_QUERY, FoundPage

_MARK = "🔎"
_LONGEST_NUMBER = 16
_LONGEST_NAME = 22
_LONGEST_WAYBILL = 64
_LAST_DIGITS = 4
_ISOLATES = "\u2068\u2069"  # what ``quoted`` puts around right-to-left letters


def found(page: FoundPage, t: Translator) -> Rendered:
    """A page of what was found, one button for each order."""
    if page.is_cut:
        count = t("The first {count} are shown: another word narrows it down.", count=page.count)
    else:
        count = t.plural("{count} order", "{count} orders", page.count)
    labels = [label(order, t) for order in page.orders]
    return Rendered(f"{_heading(page.query)}\n{count}", found_keyboard(page, labels))


def nothing_found(query: str, t: Translator) -> str:
    """What to say when nothing was found, and what can be typed."""
    return "\n\n".join(
        (
            f"{_heading(query)}\n{t('Nothing found.')}",
            t(
                "Orders are found by their number, a phone or its last 4 digits, a name or a part "
                "of it, an SKU, a product, or a waybill. /help tells how the rest works."
            ),
        )
    )


def _heading(query: str) -> str:
    return f"{_MARK} <b>{quoted(query, LONGEST_QUERY)}</b>"


def query_in(shown: str) -> str:
    """What was looked for, out of the text of a message that ``found`` made."""
    return shown.partition("\n")[0].removeprefix(_MARK).strip(f" {_ISOLATES}")


def label(order: Order, t: Translator) -> str:
    """An order in one short line: status, number, customer, total."""
    parts = (
        f"{status_mark(order.status)} {plain(order.number, _LONGEST_NUMBER)}",
        plain(order.customer_name, _LONGEST_NAME),
        t.money(order.total, order.currency),
    )
    return " · ".join(part for part in parts if part)


def articles(
    summaries: list[OrderSummary], t: Translator, *, now: datetime
) -> list[InlineQueryResultArticle]:
    """What inline mode offers: the line below an article is for staff, its message for anybody."""
    return [
        InlineQueryResultArticle(
            id=str(each.order.id),
            title=label(each.order, t),
            description=_description(each.order, t, now),
            input_message_content=InputTextMessageContent(
                message_text=summary(each, t),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            ),
        )
        for each in summaries
    ]


def _description(order: Order, t: Translator, now: datetime) -> str:
    digits = order.phone_key[:_LAST_DIGITS][::-1]
    parts = (
        status_name(order.status, t),
        f"📞 …{digits}" if digits else "",
        t.date_time(order.placed_at, now=now),
    )
    return " · ".join(part for part in parts if part)


def summary(view: OrderSummary, t: Translator) -> str:
    """The order as a customer may see it: no phone, and nothing of cost and profit."""
    order, sale = view.order, view.sale
    number = t("Order {number}", number=order_text.number(order))
    head = [f"{status_mark(order.status)} <b>{number}</b> · {status_name(order.status, t)}"]
    items = [order_text.Item(line.name, line.quantity, line.amount) for line in view.lines]
    source = sale or order
    place = order_text.delivery(
        source.delivery_method, source.delivery_city, source.delivery_address
    )
    waybill = quoted(source.waybill_number, _LONGEST_WAYBILL)
    tail = [
        *order_text.sums(source, order.currency, t),
        *place,
        *([f"📦 {t('Waybill')}: {waybill}"] if waybill else []),
    ]
    return order_text.assembled(head, items, tail, order.currency, t, limit=MESSAGE_LIMIT)
