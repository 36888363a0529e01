"""The last day of a shop's keys, which the platform tells people alone."""

from datetime import date, timedelta

from bot.cards import Rendered
from bot.i18n import Translator
from bot.keyboards.shops import keys_end_keyboard

_A_YEAR = timedelta(days=365)


def ask_keys_end(
    shop_id: int, t: Translator, *, today: date, said: str = "", problem: str = ""
) -> Rendered:
    """Until which day do the keys work? ``said`` (HTML): what was done before; ``problem``: of the
    last answer.
    """
    lines = [*([f"⚠ {problem}", ""] if problem else []), *([said, ""] if said else [])]
    lines.append(f"<b>{t('Until which day does the token work?')}</b>")
    lines.append(
        t(
            "The cabinet shows it: «Дійсний до», at most a year ahead. Type it here, for example "
            "{day}: you will be reminded in time.",
            day=f"{today + _A_YEAR:%d.%m.%Y}",
        )
    )
    return Rendered("\n".join(lines), keys_end_keyboard(shop_id, t))


def keys_end_text(ends_on: date | None, today: date, t: Translator) -> str:
    """How long the keys still work, in a line."""
    if ends_on is None:
        return t("The token's last day is not noted.")
    day, days = t.day(ends_on), (ends_on - today).days
    if days > 0:
        return t.plural(
            "The token works until {day}: {count} more day.",
            "The token works until {day}: {count} more days.",
            days,
            day=day,
        )
    if days == 0:
        return t("Today is the token's last day.")
    return "⚠ " + t("The token's last day was {day}.", day=day)


def noted(ends_on: date | None, t: Translator) -> str:
    """What was just noted."""
    if ends_on is None:
        return t("Not noted. Tap Token's last day once you know it.")
    return "✅ " + t("Noted: the token works until {day}.", day=t.day(ends_on))
