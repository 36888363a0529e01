"""A shop's listings that have no product here, in Settings. Pure."""

from collections.abc import Sequence

from bot.cards import Rendered
from bot.i18n import Translator
from bot.keyboards.buttons import keyboard
from bot.keyboards.linking import (
    back_to_list,
    hits_keyboard,
    listing_keyboard,
    listings_keyboard,
    page_keyboard,
)
from bot.markup import quoted
from bot.shop_texts import title
from domain.shops import StockKeeping
from models.shops import Listing
from models.stock import Product
from services.unmatched import Unmatched, UnmatchedPage, Why

_LONGEST_NAME = 120
_LONGEST_SKU = 60
_LONGEST_QUERY = 60


def unmatched(page: UnmatchedPage, t: Translator) -> Rendered:
    """A page of them, those that orders wait for first; or of those that need no product."""
    what = t("Not for sale here") if page.is_ignored else t("Not matched")
    lines = [title("🔗", what, page.shop.name), ""]
    if page.is_ignored:
        lines.append(t("These need no product here."))
    elif page.count:
        lines.append(
            t.plural(
                "{count} listing has no product here: its orders reserve nothing.",
                "{count} listings have no product here: their orders reserve nothing.",
                page.count,
            )
        )
    else:
        lines.append(t("Every listing of this shop has its product."))
    for at, row in enumerate(page.rows, start=1):
        lines.extend(["", *_row(at, row, t)])
    return Rendered("\n".join(lines), page_keyboard(page, t))


def found(shop_id: int, query: str, hits: Sequence[Unmatched], t: Translator) -> Rendered:
    """The listings that hold what was typed, linked ones too."""
    shown = quoted(query, _LONGEST_QUERY)
    if not hits:
        heading = t("Nothing found for “{query}”. Type another name, or the SKU.", query=shown)
        return Rendered(f"<b>{heading}</b>", keyboard([[back_to_list(shop_id, t)]]))
    lines = [f"<b>{t('Found for “{query}”.', query=shown)}</b>"]
    for at, row in enumerate(hits, start=1):
        lines.extend(["", *_row(at, row, t)])
    return Rendered("\n".join(lines), listings_keyboard(shop_id, hits, t))


def ask_listing(shop_id: int, t: Translator) -> Rendered:
    """Which listing is looked for, linked ones too?"""
    question = t("Type a part of the listing's name, or its SKU.")
    return Rendered(f"<b>{question}</b>", keyboard([[back_to_list(shop_id, t)]]))


def listing(row: Unmatched, alike: Sequence[Product], page: int, t: Translator) -> Rendered:
    """One listing: what the shop says of it, what it may be, what can be said of it."""
    lines = _facts(row, t)
    if row.product is not None:
        name, sku = quoted(row.product.name, _LONGEST_NAME), quoted(row.product.sku, _LONGEST_SKU)
        lines.extend(["", t("Here it is {name}.", name=f"<b>{name}</b>"), f"SKU {sku}"])
    elif row.listing.is_ignored:
        lines.extend(["", t("Not for sale here: it needs no product.")])
    elif alike:
        lines.extend(["", f"<b>{t('Is it one of these?')}</b>"])
    buttons = listing_keyboard(row, alike, page, t)
    return Rendered("\n".join(lines), buttons, row.listing.image_url)


def ask_product(
    row: Unmatched, hits: Sequence[Product], page: int, t: Translator, query: str = ""
) -> Rendered:
    """Which product is it? ``hits``: for what was typed, or those most alike."""
    shown = quoted(query, _LONGEST_QUERY)
    question = t("Type a name or SKU of the product, or tap one.")
    if shown and hits:
        question = t("Found for “{query}”. Tap one, or type another name or SKU.", query=shown)
    elif shown:
        question = t("Nothing found for “{query}”. Type another name, or the SKU.", query=shown)
    elif not hits:
        question = t("Type a name or SKU of the product.")
    text = "\n".join([*_facts(row, t), "", f"<b>{question}</b>"])
    return Rendered(text, hits_keyboard(row, hits, page, t), row.listing.image_url)


def _facts(row: Unmatched, t: Translator) -> list[str]:
    lines = [f"🛍 <b>{_name(row.listing)}</b>", _price_and_sku(row, t)]
    if row.listing.keeping == StockKeeping.OWN and row.listing.stock is not None:
        lines.append(t("On the site: {stock}", stock=t.quantity(row.listing.stock)))
    if row.listing.is_gone:
        lines.append("🗑 " + t("The site has deleted it."))
    return [*lines, *_waiting(row, t)]


def _row(at: int, row: Unmatched, t: Translator) -> list[str]:
    lines = [f"{at}. <b>{_name(row.listing)}</b>"]
    parts = [_price_and_sku(row, t)]
    if row.product is not None:
        parts.append("🔗 " + quoted(row.product.name, _LONGEST_NAME))
    return [*lines, " · ".join(parts), *_waiting(row, t)]


def _name(listing: Listing) -> str:
    return quoted(listing.name, _LONGEST_NAME) or quoted(listing.external_id, _LONGEST_NAME)


def _price_and_sku(row: Unmatched, t: Translator) -> str:
    listing = row.listing
    sku, alias = quoted(listing.sku, _LONGEST_SKU), quoted(listing.alias, _LONGEST_SKU)
    codes = [f"SKU {sku}" if sku else t("no SKU")]
    if alias not in ("", sku):
        codes.append(t("code {code}", code=alias))
    parts = [t.money(listing.price, row.shop.currency), *codes, *_why(row, t)]
    return " · ".join(parts)


def _why(row: Unmatched, t: Translator) -> list[str]:
    """Why it was not matched, unless the SKU that it lacks says that."""
    match row.why:
        case Why.REPEATED if row.listing.sku:
            return [t("several listings have this SKU")]
        case Why.REPEATED:
            return [t("several listings have this code")]
        case Why.UNKNOWN if row.listing.sku:
            return [t("no product here has this SKU")]
        case Why.UNKNOWN:
            return [t("no product here has this code as its SKU")]
        case _:
            return []


def _waiting(row: Unmatched, t: Translator) -> list[str]:
    if not row.waiting:
        return []
    waits = t.plural(
        "{count} open order waits for it", "{count} open orders wait for it", row.waiting
    )
    return [f"⏳ {waits}"]
