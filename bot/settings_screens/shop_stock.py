"""What a shop is told of stock, and whether."""

from datetime import datetime

from bot.cards import Rendered
from bot.i18n import Translator
from bot.keyboards.shop_stock import asking_keyboard, stock_keyboard
from bot.markup import quoted
from bot.platform_texts import TEXTS
from bot.shop_texts import lacks, title, why_refused
from services.stock_switch import Refusal, StockFacts

_LONGEST_NAME = 60


def stock(facts: StockFacts, t: Translator, *, now: datetime) -> Rendered:
    """How it is; ``now`` is aware."""
    what = t(
        "The site is told how much of each product can still be sold: what lies in the warehouse, "
        "less what orders hold. It follows every sale within seconds, wherever that was made; a "
        "number typed in on the site does not last."
    )
    lines = [_title(facts, t), "", what, "", *_state(facts, t, now)]
    if facts.uncounted and facts.is_imported:
        lines.extend(["", _uncounted(facts.uncounted, t)])
    if facts.is_on and facts.refusals:
        lines.extend(["", "⚠ " + t("The site did not take the number of:")])
        lines.extend(_refusal(each, t) for each in facts.refusals)
    return Rendered("\n".join(lines), stock_keyboard(facts, t))


def ask_on(facts: StockFacts, t: Translator) -> Rendered:
    """The question before it is turned on."""
    lines = [
        _title(facts, t),
        "",
        t("Tell the site of stock from now on?"),
        _differing(facts, t),
        t("Customers see these numbers at once: what is counted here should be right."),
    ]
    return Rendered("\n".join(lines), asking_keyboard(facts, t))


def _title(facts: StockFacts, t: Translator) -> str:
    return title("📊", t("Stock to the site"), facts.name)


def _state(facts: StockFacts, t: Translator, now: datetime) -> list[str]:
    if facts.is_on:
        return _on(facts, t, now)
    lines = ["⚪ " + t("Off: the site counts by itself.")]
    if not facts.can_stock:
        lines.extend(lacks(facts.platform, t, can_stock=False))
    elif not facts.is_imported:
        lines.append(t("First the catalogue: it says which product on the site is which one here."))
    else:
        lines.append(_differing(facts, t))
    return lines


def _on(facts: StockFacts, t: Translator, now: datetime) -> list[str]:
    told = t.plural("{count} product", "{count} products", facts.listed)
    lines = ["🟢 " + t("On: {products}.", products=told)]
    if not facts.can_stock:
        return [*lines, *lacks(facts.platform, t, can_stock=False)]
    if facts.waiting:
        waiting = t.plural(
            "{count} is still to be told.", "{count} are still to be told.", facts.waiting
        )
        lines.append("⏳ " + waiting)
    if facts.trouble:
        trouble, since = facts.trouble
        why = TEXTS[facts.platform].trouble(trouble, t.date_time(since, now=now), t)
        lines.append("⚠ " + why)
    return lines


def _differing(facts: StockFacts, t: Translator) -> str:
    if not facts.differing:
        return t("The site has the right numbers already.")
    return t.plural(
        "{differing} of {count} product there would get another number.",
        "{differing} of {count} products there would get another number.",
        facts.listed,
        differing=facts.differing,
    )


def _uncounted(number: int, t: Translator) -> str:
    return t.plural(
        "{count} more is not told: the site does not count it by itself.",
        "{count} more are not told: the site does not count them one by one.",
        number,
    )


def _refusal(refusal: Refusal, t: Translator) -> str:
    name = quoted(refusal.name or refusal.sku, _LONGEST_NAME) or t("without a name")
    return f"• {name}: {why_refused(refusal.problem, t)}"
