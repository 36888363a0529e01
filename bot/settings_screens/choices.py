"""Sales channels and money accounts in Settings."""

from collections.abc import Mapping
from decimal import Decimal

from bot.cards import Rendered
from bot.i18n import Translator
from bot.keyboards.choices import back_to_list, choices_keyboard
from bot.markup import quoted
from bot.names import account_name
from models.sales import SalesChannel
from services.choices import Choice, ChoicesPage, Sort

_LONGEST_NAME = 100
_SHOWN_CURRENCIES = 4


def choices(sort: Sort, page: ChoicesPage, t: Translator) -> Rendered:
    """A page of the channels, or of the accounts with their balances."""
    title = "🛒 " + t("Sales channels") if sort is Sort.CHANNEL else "💰 " + t("Money accounts")
    lines = [f"<b>{title}</b>", ""]
    lines.extend(_line(row, page.balances, t) for row in page.rows)
    if any(row.key is not None for row in page.rows):
        lines.extend(["", "✏️ " + t("Tap a name to change it.")])
    return Rendered("\n".join(lines), choices_keyboard(sort, page, t))


def _line(row: Choice, balances: Mapping[int, Mapping[str, Decimal]], t: Translator) -> str:
    if isinstance(row, SalesChannel):
        name = quoted(row.name, _LONGEST_NAME)
        return f"• {name} · {t('a shop of yours')}" if row.key is None else f"• {name}"
    shown = list(balances[row.id].items())[:_SHOWN_CURRENCIES]
    sums = [t.money(amount, currency) for currency, amount in shown] or ["0"]
    awaited = f" ({t('still to be received')})" if row.is_promise else ""
    return f"• {account_name(row, t)}{awaited}: <b>{' + '.join(sums)}</b>"


def ask_name(
    sort: Sort, page: int, t: Translator, *, renamed: str = "", problem: str = ""
) -> Rendered:
    """What is it to be called? ``renamed``: its present name; ``problem``: of the last answer."""
    if sort is Sort.CHANNEL:
        new = t("Type the name of the sales channel.")
    else:
        new = t("Type the name of the account.")
    question = new
    if renamed:
        question = t("Type a new name for “{name}”.", name=quoted(renamed, _LONGEST_NAME))
    hint = t("Up to 30 characters.")
    lines = [f"⚠ {problem}", ""] if problem else []
    text = "\n".join([*lines, f"<b>{question}</b>", hint])
    return Rendered(text, back_to_list(sort, page, t))
