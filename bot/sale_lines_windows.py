"""The products of a sale window: their list, one of them, and hits of a search. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.cards import Rendered
from bot.i18n import Translator
from bot.keyboards.sale_lines import PAGE, hits_keyboard, line_keyboard, lines_keyboard
from bot.markup import quoted
from bot.sale_windows import item_hindrance, window_text
from models.stock import Product
from services.draft_content import SaleItem
from services.sale_views import WindowView

_LONGEST_NAME = 200
_LONGEST_QUERY = 60


def lines(view: WindowView, page: int, t: Translator, *, now: datetime) -> Rendered:
    """The window with its lines as buttons."""
    order, items = view.order.order, view.content.items
    last = max(len(items) - 1, 0) // PAGE
    question = t("Tap a product to change it.") if items else t("No products.")
    return Rendered(
        window_text(view, t, ["", f"<b>{question}</b>"], now=now),
        lines_keyboard(order.id, items, min(page, last), order.currency, t),
    )


def line(view: WindowView, key: str, t: Translator) -> Rendered:
    """One line of the sale and what can be done with it.

    Raises:
        NotFoundError: it is not there any more.
    """
    item = view.item(key)
    page = view.content.items.index(item) // PAGE
    picture = item.product.image_url if item.product else ""
    return Rendered(
        line_text(view, item, t), line_keyboard(view.order.order.id, item, page, t), picture
    )


def line_text(view: WindowView, item: SaleItem, t: Translator) -> str:
    """Name, stock, price, discount and sum of one line."""
    currency = view.order.order.currency
    text = [f"📦 <b>{quoted(item.name, _LONGEST_NAME)}</b>", *_stock(item, t)]
    if item.is_taken_out:
        return "\n".join([*text, "✖️ " + t("taken out of the sale")])
    text.append(
        f"{t.quantity(item.quantity)}{_unit(item)} × {t.money(item.unit_price, currency)}"
        f" = {t.money(item.sum.base, currency)}"
    )
    if item.sum.discount:
        shown = t.money(-item.sum.discount, currency)
        percent = f" ({t.quantity(item.line_discount.value)}%)"
        text.append(f"{t('Discount')} {shown}{percent if item.line_discount.is_percent else ''}")
        text.append(f"<b>{t.money(item.sum.amount, currency)}</b>")
    ordered = item.order_line
    if ordered is not None and item.edit is not None:
        quantity, amount = t.quantity(ordered.quantity), t.money(ordered.amount, currency)
        text.append(t("Ordered: {quantity} for {amount}", quantity=quantity, amount=amount))
    return "\n".join(text)


def _unit(item: SaleItem) -> str:
    unit = quoted(item.product.unit, 16) if item.product else ""
    return f" {unit}" if unit else ""


def _stock(item: SaleItem, t: Translator) -> list[str]:
    if item.product is None:
        return [item_hindrance(item, t)]
    numbers = t(
        "in stock {on_hand} · reserved {reserved} · available {available}",
        on_hand=t.quantity(item.product.on_hand),
        reserved=t.quantity(item.product.reserved),
        available=t.quantity(item.product.available),
    )
    sku = f"SKU {quoted(item.product.sku, 60)}"
    hindrance = item_hindrance(item, t)
    return [sku, numbers, *([hindrance] if hindrance else [])]


def hits(
    view: WindowView, query: str, found: Sequence[Product], t: Translator, *, now: datetime
) -> Rendered:
    """What a search found, as buttons; the picture is of the first that has one."""
    shown = quoted(query, _LONGEST_QUERY)
    heading = (
        t("Found for “{query}”. Tap one to add it, or type another part.", query=shown)
        if found
        else t(
            "Nothing found for “{query}”. Type another part of the name, or the SKU.", query=shown
        )
    )
    text = window_text(view, t, ["", f"<b>{heading}</b>"], now=now)
    picture = next((hit.image_url for hit in found if hit.image_url), "")
    return Rendered(text, hits_keyboard(view.order.order.id, found, t), picture)
