"""The question which product a line of an order is, in its card's message. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.cards import Rendered, order_card
from bot.i18n import Translator
from bot.keyboards.linking import lines_keyboard, products_keyboard
from bot.markup import harmless, quoted
from models.orders import OrderLine
from models.stock import Product
from services.linking import Linked
from services.order_views import LineView, OrderView

# A card leaves room for 100 code points.
_LONGEST_NAME = 30
_LONGEST_QUERY = 20
_LONGEST_TOLD = 100


def unlinked(view: OrderView) -> list[LineView]:
    """The lines of an order whose product nobody knows."""
    return [line for line in view.lines if line.product is None]


def which_line(view: OrderView, t: Translator, *, now: datetime) -> Rendered:
    """The card asking which of several lines is to be linked."""
    text = _below_card(view, t("Which line?"), t, now)
    return Rendered(text, lines_keyboard(view.order.id, unlinked(view), t))


def which_product(
    view: OrderView,
    line: OrderLine,
    found: Sequence[Product],
    t: Translator,
    *,
    now: datetime,
    is_group: bool,
    query: str = "",
) -> Rendered:
    """The card asking which product a line is. ``found``: for what was typed, or at once."""
    buttons = products_keyboard(
        view.order.id,
        line.id,
        found,
        t,
        is_group=is_group,
        has_listing=bool(line.product_external_id),
        has_siblings=len(unlinked(view)) > 1,
    )
    question = _question(line.name, query, bool(found), t, is_group=is_group)
    return Rendered(_below_card(view, question, t, now), buttons)


def _question(name: str, query: str, is_found: bool, t: Translator, *, is_group: bool) -> str:
    """In a group only a reply is heard, so typing is not what is asked for."""
    typed = quoted(query, _LONGEST_QUERY)
    if typed and is_found and is_group:
        return t("Found for “{query}”. Tap one, or Search again.", query=typed)
    if typed and is_group:
        return t("Nothing found for “{query}”. Tap Search and try another name.", query=typed)
    if typed and is_found:
        return t("Found for “{query}”. Tap one, or type another name or SKU.", query=typed)
    if typed:
        return t("Nothing found for “{query}”. Type another name, or the SKU.", query=typed)
    shown = quoted(name, _LONGEST_NAME)
    if is_group:
        return t("Which product is “{name}”? Tap one, or Search.", name=shown)
    return t("Which product is “{name}”? Type a name or SKU.", name=shown)


def _below_card(view: OrderView, question: str, t: Translator, now: datetime) -> str:
    return f"{order_card(view, t, now=now).text}\n\n<b>{question}</b>"


# --- short answers and prompts -------------------------------------------------------------------


def linked(to: Linked, t: Translator) -> str:
    told = t("Linked: {name}.", name=harmless(to.product.name, _LONGEST_TOLD))
    if not to.orders:
        return told
    more = t.plural("{count} open order has it now.", "{count} open orders have it now.", to.orders)
    return f"{told} {more}"


def all_linked(t: Translator) -> str:
    return t("Every line has its product already.")


def ask_product(t: Translator) -> str:
    return t("Type a name or SKU of the product. Or /cancel.")


def product_placeholder(t: Translator) -> str:
    """For the input field: at most 64 characters."""
    return t("Name or SKU")
