"""The shop's own statuses in Settings."""

from collections.abc import Sequence

from bot.cards import Rendered
from bot.i18n import Translator
from bot.keyboards.buttons import keyboard
from bot.keyboards.statuses import (
    back_to_list,
    back_to_status,
    counted,
    delete_keyboard,
    emoji_keyboard,
    free_keyboard,
    status_keyboard,
    statuses_keyboard,
    targets_keyboard,
)
from bot.markup import quoted
from bot.names import status_mark
from domain.labels import LONGEST_LABEL
from models.statuses import OrderStatus
from services.status_views import StatusesPage, StatusView


def statuses(page: StatusesPage, t: Translator) -> Rendered:
    """A page of the own statuses."""
    hint = (
        t("Your own labels for orders in work. Tap one to change it.")
        if page.rows
        else t("Labels of your own for orders in work, such as CALL BACK. There are none yet.")
    )
    lines = [f"🏷 <b>{t('Statuses')}</b>", "", hint]
    if any(not tab.status.holds_goods for tab in page.rows):
        lines.append("💤 " + t("goods are not reserved"))
    return Rendered("\n".join(lines), statuses_keyboard(page, t))


def status(view: StatusView, t: Translator) -> Rendered:
    """One status, and what can be done with it."""
    effect = (
        t("The goods of these orders are kept for them.")
        if view.status.holds_goods
        else t("The goods of these orders are free for others until the sale is added.")
    )
    lines = [
        f"{status_mark(view.status)} <b>{_label(view.status)}</b>",
        "",
        t("Orders in it: {count}", count=counted(view.count)),
        t("Place in the list: {place} of {places}", place=view.place, places=view.places),
        effect,
    ]
    return Rendered("\n".join(lines), status_keyboard(view, t))


def ask_label(page: int, t: Translator, *, problem: str = "") -> Rendered:
    """What is a new status to be called? ``problem``: of the last answer."""
    text = _question(t("Type the label of the new status."), t("Up to 30 characters."), problem)
    return Rendered(text, keyboard([[back_to_list(page, t)]]))


def ask_other_label(row: OrderStatus, t: Translator, *, problem: str = "") -> Rendered:
    """What is a status to be called instead?"""
    question = t("Type a new label for “{label}”.", label=_label(row))
    text = _question(question, t("Up to 30 characters."), problem)
    return Rendered(text, keyboard([[back_to_status(row.id, t)]]))


def ask_emoji(row: OrderStatus, t: Translator, *, problem: str = "") -> Rendered:
    """What is to stand for a status?"""
    question = t("Which emoji stands for “{label}”?", label=_label(row))
    text = _question(question, t("Choose one, or send your own."), problem)
    return Rendered(text, emoji_keyboard(row.id, t))


def ask_free(view: StatusView, t: Translator) -> Rendered:
    """Are the goods of the orders in it to go free?"""
    lines = [
        f"<b>{t('Release the goods of “{label}”?', label=_label(view.status))}</b>",
        t("Orders in it: {count}", count=counted(view.count)),
        t("Others may take these goods at once. Confirm on an order then takes what is left."),
    ]
    return Rendered("\n".join(lines), free_keyboard(view.status.id, t))


def ask_delete(view: StatusView, t: Translator) -> Rendered:
    """Is an empty status to be deleted?"""
    lines = [
        f"<b>{t('Delete “{label}”?', label=_label(view.status))}</b>",
        t("No order is in it. Histories keep its name."),
    ]
    return Rendered("\n".join(lines), delete_keyboard(view.status.id, t))


def ask_target(
    view: StatusView, others: Sequence[OrderStatus], page: int, t: Translator
) -> Rendered:
    """Where are the orders of a status that is deleted to go? ``others``: the other own ones."""
    lines = [
        f"<b>{t('Delete “{label}”?', label=_label(view.status))}</b>",
        t("Orders in it: {count}", count=counted(view.count)),
        t("Choose where to move them; then the status is deleted."),
    ]
    return Rendered("\n".join(lines), targets_keyboard(view.status.id, others, page, t))


def _question(question: str, hint: str, problem: str) -> str:
    return "\n".join([*([f"⚠ {problem}"] if problem else []), f"<b>{question}</b>", hint])


def _label(row: OrderStatus) -> str:
    return quoted(row.label, LONGEST_LABEL)
