"""A shop's catalogue: what reading it does, how far it is, what was found."""

from datetime import datetime
from decimal import Decimal

from bot.cards import Rendered
from bot.i18n import Translator
from bot.keyboards.catalogue import catalogue_keyboard, hidden_keyboard, import_keyboard
from bot.markup import quoted
from bot.platform_texts import TEXTS
from bot.shop_texts import title
from domain.shops import ConnectProblem, ImportState, Trouble
from services.catalogue import CatalogueView, ImportView

_LONGEST_REFUSAL = 150
_BAR = 12  # characters


def catalogue(view: CatalogueView, t: Translator, *, now: datetime) -> Rendered:
    """What reading a catalogue is, and what was read before. ``now`` is aware."""
    lines = [
        _headline(t("Catalogue"), view.shop_name),
        "",
        t(
            "Reads the site's products and variations: SKU, name, price, picture, stock. It is for "
            "you to decide then what becomes of them. On the site nothing changes."
        ),
        "",
        _known(view, t),
    ]
    if view.imported_at is not None:
        lines.append(t("Last read: {at}", at=t.date_time(view.imported_at, now=now)))
    return Rendered("\n".join(lines), catalogue_keyboard(view.shop_id, t))


def _known(view: CatalogueView, t: Translator) -> str:
    if not view.listings:
        return t("Nothing of it is known here yet.")
    return t("Known here: {count}", count=_number(view.listings, t))


def progress(view: ImportView, t: Translator, *, is_here: bool = True) -> Rendered:
    """An import as it is now. ``is_here``: the message follows it by itself."""
    return Rendered("\n".join(_lines(view, t)), import_keyboard(view, t, is_here=is_here))


def _lines(view: ImportView, t: Translator) -> list[str]:
    match view.state:
        case ImportState.READING:
            return _reading(view, t)
        case ImportState.READ:
            return _found(view, t)
        case ImportState.STORING:
            return [_headline(t("Storing the catalogue"), view.shop_name), "", _stored(view, t)]
        case ImportState.DONE:
            return _done(view, t)
        case ImportState.STOPPED:
            return _stopped(view, t)


def hidden(view: ImportView, t: Translator) -> Rendered:
    """The import goes on unseen."""
    lines = [
        _headline(t("Catalogue"), view.shop_name),
        "",
        t("I go on by myself and write to you when it is done."),
    ]
    return Rendered("\n".join(lines), hidden_keyboard(view, t))


def _reading(view: ImportView, t: Translator) -> list[str]:
    read, total = view.counts.products, view.total
    lines = [_headline(t("Reading the catalogue"), view.shop_name), ""]
    if read and read <= total:
        full = _BAR * read // total
        lines.append("▓" * full + "░" * (_BAR - full))
        so_far, in_all = _number(read, t), _number(total, t)
        lines.append(t("{read} of {total}", read=so_far, total=in_all))
    if view.found:
        lines.append(t("Found so far: {count}", count=_number(view.found, t)))
    if view.counts.trouble:
        lines.extend(["", "⚠ " + t("The site does not answer now. I go on as soon as it does.")])
    else:
        lines.extend(["", t("You can go on working: the result appears here.")])
    return lines


def _found(view: ImportView, t: Translator) -> list[str]:
    counts = view.counts
    lines = [
        _headline(t("The catalogue was read"), view.shop_name),
        "",
        t("Found: {count}", count=_number(view.found, t)),
        "✅ " + t("Matched by SKU: {count}", count=_number(counts.matched, t)),
        "➕ " + t("New: {count}", count=_number(counts.new, t)),
    ]
    if counts.uncounted:
        count = _number(counts.uncounted, t)
        lines.append("    " + t("of them not counted on the site, so 0 here: {count}", count=count))
    if counts.unmatched:
        count = _number(counts.unmatched, t)
        lines.append("❔ " + t("No SKU, or one SKU for several: {count}", count=count))
    if counts.gone:
        count = _number(counts.gone, t)
        lines.append("🗑 " + t("No longer there: {count}. Their goods stay here.", count=count))
    notes = []
    if counts.new:
        notes.append(t("New products begin with the stock that the site has."))
    if counts.matched:
        notes.append(t("Those matched keep their stock, name and price as they are here."))
    return [*lines, "", *notes] if notes else lines


def _done(view: ImportView, t: Translator) -> list[str]:
    return [
        _headline(t("The catalogue is here"), view.shop_name),
        "",
        _stored(view, t),
        "",
        t("What had no match can be linked by hand. The site can be told how much there is."),
    ]


def _stored(view: ImportView, t: Translator) -> str:
    made, linked = _number(view.counts.made, t), _number(view.counts.linked, t)
    return t("New products: {made} · linked by SKU: {linked}", made=made, linked=linked)


def _stopped(view: ImportView, t: Translator) -> list[str]:
    lines = [_headline(t("Reading was stopped"), view.shop_name), ""]
    match view.counts.trouble:
        case Trouble.CREDENTIALS | Trouble.REFUSED | Trouble.NO_API:
            lines.append("⚠ " + _why_stopped(view, t))
        case _ if view.counts.made or view.counts.linked:
            lines.extend([_stored(view, t), t("What was stored stays.")])
        case _:
            lines.append(t("Nothing was made or linked."))
    return lines


def _why_stopped(view: ImportView, t: Translator) -> str:
    words = TEXTS[view.platform]
    if view.problem in tuple(ConnectProblem):
        return words.problem(ConnectProblem(view.problem), "", t)
    if view.counts.trouble == Trouble.CREDENTIALS:
        return words.problem(ConnectProblem.WRONG_KEYS, "", t)
    return words.said_no(quoted(view.problem, _LONGEST_REFUSAL), t)


def _headline(what: str, shop_name: str) -> str:
    return title("📚", what, shop_name)


def _number(count: int, t: Translator) -> str:
    return t.quantity(Decimal(count))
