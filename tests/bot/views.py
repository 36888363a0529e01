"""Views built of unsaved rows, and Telegram's own rules to hold what is drawn of them against."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.cards import Rendered
from bot.i18n import Translators
from domain.orders import Phase, PlatformState
from domain.payments import AccountKind
from models.drafts import SaleDraft, SaleDraftLine
from models.money import MoneyAccount
from models.orders import EventKind, Order, OrderEvent, OrderLine
from models.sales import Sale, SaleLine, SalesChannel
from models.statuses import OrderStatus, StatusKind
from models.stock import Product
from sandbox.telegram.entities import outgoing
from sandbox.telegram.markup import read_markup
from services.claims import Holder
from services.customers import Acquaintance
from services.draft_content import compose
from services.memory import Memory
from services.order_views import EventView, LineView, OrderView
from services.sale_views import ReceiptView, WindowView

PLACED = datetime(2026, 11, 22, 12, 5, tzinfo=UTC)  # 14:05 in Kyiv
ACTED = datetime(2026, 11, 22, 12, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 12, 9, 30, tzinfo=UTC)
LARGEST_ID = 2**31 - 1

TRANSLATORS = Translators(ZoneInfo("Europe/Kyiv"))
EN, UK = TRANSLATORS("en"), TRANSLATORS("uk")

NEW = OrderStatus(id=1, kind=StatusKind.NEW, label="New")
COMPLETED = OrderStatus(id=2, kind=StatusKind.COMPLETED, phase=Phase.COMPLETED, label="Completed")
CANCELED = OrderStatus(id=3, kind=StatusKind.CANCELED, phase=Phase.CANCELED, label="Canceled")
REFUSED = OrderStatus(id=4, kind=StatusKind.REFUSED, phase=Phase.REFUSED, label="Refused")
CALL_BACK = OrderStatus(id=101, label="CALL BACK")

CASE = Product(id=1, sku="CASE", name="Чохол", on_hand=Decimal(5), reserved=Decimal(2))
GLASS = Product(id=2, sku="GLASS", name="Скло")


# What customers, sites and colleagues may put into any text.
HOSTILE = (
    "<b>bold</b> & <script>alert(1)</script>",
    "&lt;b&gt; &#x202e; &nosuch;",
    "</blockquote></b>",
    "a\x00b\x07c\nd\u2028e",
    "\u202eevil\u2066\u2067",
    "שלום עולם",
    "👩‍👩‍👧‍👦🇺🇦" * 20,
    "я" * 10_000,
    "<" * 10_000,
    "&" * 10_000,
    "\ud800 half a pair",
    "   ",
    "",
)


def order(**values: Any) -> Order:
    """The order that ``screens.md`` shows."""
    usual = {
        "id": 7,
        "number": "1234",
        "phase": Phase.OPEN,
        "platform_state": PlatformState.ACTIVE,
        "placed_at": PLACED,
        "currency": "UAH",
        "customer_name": "Олена Коваль",
        "phone": "+380671234567",
        "delivery_method": "Nova Poshta",
        "delivery_city": "Київ",
        "delivery_address": "Відділення №12",
        "payment_method": "liqpay",
        "payment_title": "LiqPay",
        "is_paid": True,
        "note": "Дзвоніть після 18:00",
        "delivery_cost": Decimal(70),
        "discount": Decimal(50),
        "total": Decimal(870),
    }
    return Order(**{**usual, **values})


def line(
    name: str = "Чохол «Синій»",
    quantity: str = "2",
    amount: str = "700",
    *,
    reserved: str | None = None,
    product: Product | None = CASE,
) -> LineView:
    held = quantity if reserved is None else reserved
    row = OrderLine(
        name=name, quantity=Decimal(quantity), amount=Decimal(amount), reserved=Decimal(held)
    )
    return LineView(row, product)


USUAL_LINES = (line(), line("Скло захисне", "1", "150", reserved="0", product=GLASS))


def event(
    kind: EventKind,
    *,
    actor: str = "Олег",
    from_status: OrderStatus | None = NEW,
    to_status: OrderStatus | None = NEW,
    at: datetime = ACTED,
    data: dict[str, Any] | None = None,
) -> EventView:
    row = OrderEvent(kind=kind, data=data or {}, at=at)
    return EventView(row, actor, from_status, to_status)


def card_view(
    status: OrderStatus = NEW,
    *,
    lines: tuple[LineView, ...] = USUAL_LINES,
    last_event: EventView | None = None,
    undo_until: datetime | None = None,
    holder: Holder | None = None,
    memory: Memory | None = None,
    shop_name: str = "My Shop",
    **values: Any,
) -> OrderView:
    """An order in a status, whose phase it takes."""
    row = order(phase=status.phase, **values)
    view = OrderView(row, shop_name, status, lines, last_event, undo_until)
    return replace(view, holder=holder, memory=memory)


SITE = SalesChannel(id=1, name="My Shop")
COD = MoneyAccount(id=4, kind=AccountKind.COD, name="COD")


def window_view(
    view: OrderView | None = None,
    *,
    edits: Sequence[SaleDraftLine] = (),
    down_account: MoneyAccount | None = None,
    acquaintance: Acquaintance | None = None,
    **draft: Any,
) -> WindowView:
    """The window of an order whose lines get the ids 1, 2, ..., and their products too."""
    order_view = view or card_view()
    lines, products = [], {}
    for at, each in enumerate(order_view.lines, start=1):
        product = each.product
        if product is not None:
            products[at] = product
        line_ = OrderLine(
            id=at,
            name=each.line.name,
            quantity=each.line.quantity,
            amount=each.line.amount,
            reserved=each.line.reserved,
        )
        line_.product_id = at if product is not None else None
        lines.append(line_)
    draft_row = SaleDraft(**draft)
    draft_row.down_account_id = down_account.id if down_account is not None else None
    return WindowView(
        order=order_view,
        content=compose(order_view.order, draft_row, lines, edits, products, None, COD),
        sales_channel=SITE,
        down_account=down_account,
        acquaintance=acquaintance,
    )


def receipt_view(view: OrderView | None = None, **sale: Any) -> ReceiptView:
    usual = {
        "id": 1,
        "standing_for": 7,
        "customer_name": "Олена Коваль",
        "phone": "+380671234567",
        "currency": "UAH",
        "goods": Decimal(850),
        "delivery_cost": Decimal(70),
        "fees": Decimal(0),
        "discount": Decimal(50),
        "total": Decimal(870),
        "at": ACTED,
    }
    lines = (
        SaleLine(name="Чохол «Синій»", quantity=Decimal(2), amount=Decimal(700)),
        SaleLine(name="Скло захисне", quantity=Decimal(1), amount=Decimal(150)),
    )
    return ReceiptView(
        order=view or card_view(COMPLETED, undo_until=ACTED + timedelta(seconds=60)),
        sale=Sale(**{**usual, **sale}),
        lines=lines,
        sales_channel=SITE,
        money_account=COD,
        money=((COD, Decimal(870)),),
        seller="Олег",
    )


def listed_sale(**values: Any) -> Sale:
    """A sale as lists have it, with the number of its order."""
    number = values.pop("number", "1234")
    usual = {
        "id": 1,
        "customer_name": "Олена Коваль",
        "currency": "UAH",
        "goods": Decimal(870),
        "discount": Decimal(0),
        "delivery_cost": Decimal(0),
        "fees": Decimal(0),
        "total": Decimal(870),
        "at": ACTED,
    }
    row = Sale(**{**usual, **values})
    # As if it had been read with it, whether or not a database was ever opened.
    row.__dict__.update(order=order(number=number), _order=order(number=number))
    return row


def with_lines(view: OrderView, count: int) -> OrderView:
    """The view with many lines, the last of them with a name of its own."""
    return replace(view, lines=(*USUAL_LINES * (count // 2), line("Останній", "1", "1")))


def buttons(keyboard: InlineKeyboardMarkup | None) -> Iterator[InlineKeyboardButton]:
    for row in keyboard.inline_keyboard if keyboard else ():
        yield from row


def labels(keyboard: InlineKeyboardMarkup | None) -> list[list[str]]:
    """What the buttons say, row by row."""
    rows = keyboard.inline_keyboard if keyboard else []
    return [[button.text for button in row] for row in rows]


def tap_of(keyboard: InlineKeyboardMarkup | None, label: str) -> str:
    """The callback data of the only button whose label ends so."""
    (found,) = (button for button in buttons(keyboard) if button.text.endswith(label))
    assert found.callback_data is not None
    return found.callback_data


def shown_text(text: str) -> str:
    """What Telegram shows of HTML; its errors are raised, and it must not be too long."""
    content = outgoing(text, "HTML", "", empty="message text is empty")
    assert len(content.text) <= 4096
    return content.text


def shown(rendered: Rendered) -> str:
    """The same for a whole message: Telegram takes its buttons too, and drops none of them."""
    if rendered.keyboard is not None:
        taken = read_markup(rendered.keyboard.model_dump_json(exclude_none=True), inline_only=True)
        assert taken is not None
        kept = [[button["text"] for button in row] for row in taken["inline_keyboard"]]
        assert kept == labels(rendered.keyboard)
    return shown_text(rendered.text)
