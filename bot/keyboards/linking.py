"""The buttons that say which product a line of an order, or a listing, is."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import pydantic
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.i18n import Translator
from bot.keyboards.buttons import Row, button, keyboard, rows_of, turns
from bot.keyboards.orders import LONGEST_LABEL, OrderAction, OrderTap, back_to_card
from bot.keyboards.shops import ShopAction, ShopTap
from bot.markup import plain
from models.stock import Product
from services.order_views import LineView
from services.unmatched import Unmatched, UnmatchedPage

_NAME = 34
_SKU = 20
LINES = 30  # of one order, to choose from

_Id = Annotated[int, pydantic.Field(ge=0, lt=2**31)]


# --- on a card -----------------------------------------------------------------------------------


class LinkAction(StrEnum):
    """What a tap on a card's question wants."""

    LINE = "ln"  # this line is to be linked
    TYPE = "ty"  # the product is to be typed: in a group only a reply is heard
    PRODUCT = "pr"  # this product it is
    MAKE = "mk"  # make a product of it


class LinkTap(CallbackData, prefix="k1"):
    """A tap on the question which product a line of an order is."""

    action: LinkAction
    order_id: _Id
    line_id: _Id
    product_id: _Id = 0


def lines_keyboard(order_id: int, lines: Sequence[LineView], t: Translator) -> InlineKeyboardMarkup:
    """The lines without a product, one of which is to be chosen."""
    rows = [
        [
            button(
                plain(
                    f"{plain(view.line.name, _NAME)} × {t.quantity(view.line.quantity)}",
                    LONGEST_LABEL,
                ),
                LinkTap(action=LinkAction.LINE, order_id=order_id, line_id=view.line.id),
            )
        ]
        for view in lines[:LINES]
    ]
    return keyboard([*rows, [back_to_card(order_id, t)]])


def products_keyboard(
    order_id: int,
    line_id: int,
    found: Sequence[Product],
    t: Translator,
    *,
    is_group: bool,
    has_listing: bool,
    has_siblings: bool,
) -> InlineKeyboardMarkup:
    """The products that a line may be; Back leads to the other lines, where there are some."""

    def tap(action: LinkAction, product_id: int = 0) -> LinkTap:
        return LinkTap(action=action, order_id=order_id, line_id=line_id, product_id=product_id)

    rows = [[button(product_label(each), tap(LinkAction.PRODUCT, each.id))] for each in found]
    search = [button("🔎 " + t("Search"), tap(LinkAction.TYPE))] if is_group else []
    make = [button("➕ " + t("Make a product of it"), tap(LinkAction.MAKE))] if has_listing else []
    lines = OrderTap(action=OrderAction.LINK, order_id=order_id)
    back = button("⬅️ " + t("Back"), lines) if has_siblings else back_to_card(order_id, t)
    return keyboard([*rows, search, make, [back]])


def product_label(product: Product) -> str:
    """What tells a product from others on a button: names that are alike begin alike."""
    return plain(
        f"{plain(product.sku, _SKU)} · {plain(product.name, LONGEST_LABEL)}", LONGEST_LABEL
    )


# --- in Settings ---------------------------------------------------------------------------------


class ListingAction(StrEnum):
    """What a tap about a shop's listings wants."""

    IGNORED = "ig"  # the page of those that need no product; ``id`` is the shop
    FIND = "fi"  # find one by typing; ``id`` is the shop
    SHOW = "sh"
    ASK = "as"  # the product is to be typed
    LINK = "lk"  # this product it is
    MAKE = "mk"  # make a product of it
    IGNORE = "no"  # it needs no product
    NEED = "ye"  # it needs one after all


class ListingTap(CallbackData, prefix="ku"):
    """A tap about a listing. ``page`` is where Back leads; ``was``: the product it is linked to."""

    action: ListingAction
    id: _Id
    page: Annotated[int, pydantic.Field(ge=0, lt=100_000)] = 0
    product_id: _Id = 0
    was: _Id = 0


def page_keyboard(page: UnmatchedPage, t: Translator) -> InlineKeyboardMarkup:
    """The listings of a page, ‹ ›, and the ways to others."""
    shop_id = page.shop.id

    def to(at: int) -> CallbackData:
        if page.is_ignored:
            return ListingTap(action=ListingAction.IGNORED, id=shop_id, page=at)
        return ShopTap(action=ShopAction.UNMATCHED, id=shop_id, page=at)

    rows = [[listing_button(row, page.page, at)] for at, row in enumerate(page.rows, start=1)]
    turn = turns(page.page, page.pages, to)
    if page.is_ignored:
        return keyboard([*rows, turn, [back_to_list(shop_id, t)]])
    find = button("🔎 " + t("Find"), ListingTap(action=ListingAction.FIND, id=shop_id))
    ignored = []
    if page.ignored:
        label = f"🚫 {t('Not for sale here')} {page.ignored}"
        ignored = [button(label, ListingTap(action=ListingAction.IGNORED, id=shop_id))]
    back = button("⬅️ " + t("Back"), ShopTap(action=ShopAction.SHOW, id=shop_id))
    return keyboard([*rows, turn, [find, *ignored], [back]])


def listing_button(row: Unmatched, page: int, at: int) -> InlineKeyboardButton:
    """Opens a listing; ``at`` is its number in the text above."""
    mark = "⏳ " if row.waiting else ""
    label = f"{at}. {mark}{plain(row.listing.name, _NAME) or row.listing.external_id}"
    tap = ListingTap(action=ListingAction.SHOW, id=row.listing.id, page=page)
    return button(plain(label, LONGEST_LABEL), tap)


def listing_keyboard(
    row: Unmatched, found: Sequence[Product], page: int, t: Translator
) -> InlineKeyboardMarkup:
    """What can be said of a listing. ``found``: products that it may be."""
    listing = row.listing

    def tap(action: ListingAction) -> ListingTap:
        return ListingTap(action=action, id=listing.id, page=page)

    back = [_back_from(row, page, t)]
    if row.product is not None:
        other = button("🔗 " + t("Link another product"), tap(ListingAction.ASK))
        return keyboard([[other], back])
    link = [button("🔗 " + t("Link product"), tap(ListingAction.ASK))]
    if listing.is_ignored:
        need = button("🛍 " + t("It is for sale here"), tap(ListingAction.NEED))
        return keyboard([link, [need], back])
    make = [button("➕ " + t("Make a product of it"), tap(ListingAction.MAKE))]
    ignore = [button("🚫 " + t("Not for sale here"), tap(ListingAction.IGNORE))]
    return keyboard([*_choices(row, found, page), link, make, ignore, back])


def hits_keyboard(
    row: Unmatched, found: Sequence[Product], page: int, t: Translator
) -> InlineKeyboardMarkup:
    """The products found for a listing, and Back to it."""
    return keyboard([*_choices(row, found, page), [back_to_listing(row.listing.id, page, t)]])


def listings_keyboard(
    shop_id: int, found: Sequence[Unmatched], t: Translator
) -> InlineKeyboardMarkup:
    """The listings found, and Back to the list."""
    rows = [[listing_button(row, 0, at)] for at, row in enumerate(found, start=1)]
    return keyboard([*rows, [back_to_list(shop_id, t)]])


def _choices(row: Unmatched, found: Sequence[Product], page: int) -> list[Row]:
    was = row.listing.product_id or 0
    taps = [
        ListingTap(
            action=ListingAction.LINK, id=row.listing.id, page=page, product_id=each.id, was=was
        )
        for each in found
    ]
    labels = [button(product_label(each), tap) for each, tap in zip(found, taps, strict=True)]
    return rows_of(1, labels)


def _back_from(row: Unmatched, page: int, t: Translator) -> InlineKeyboardButton:
    """Back from a listing to the page that shows it."""
    shop_id = row.listing.shop_id
    if row.listing.is_ignored:
        tap = ListingTap(action=ListingAction.IGNORED, id=shop_id, page=page)
        return button("⬅️ " + t("Back"), tap)
    return back_to_list(shop_id, t, page)


def back_to_listing(listing_id: int, page: int, t: Translator) -> InlineKeyboardButton:
    """Back to a listing."""
    tap = ListingTap(action=ListingAction.SHOW, id=listing_id, page=page)
    return button("⬅️ " + t("Back"), tap)


def back_to_list(shop_id: int, t: Translator, page: int = 0) -> InlineKeyboardButton:
    """Back to a shop's listings without a product."""
    return button("⬅️ " + t("Back"), ShopTap(action=ShopAction.UNMATCHED, id=shop_id, page=page))
