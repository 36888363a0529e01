"""What a shop's site is told of orders: the switch, and what each step is called there."""

from bot.cards import Rendered
from bot.i18n import Translator
from bot.keyboards.shop_statuses import STEPS_ON_PAGE, choice_keyboard, map_keyboard
from bot.markup import plain, quoted
from bot.names import status_mark
from bot.shop_texts import lacks, title
from domain.shops import Step, label_step
from models.statuses import OrderStatus
from services.status_maps import StatusMap
from sync.status_offer import StatusOffer

_LONGEST_NAME = 60


def status_map(known: StatusMap, offer: StatusOffer, page: int, t: Translator) -> Rendered:
    """All steps, a page at a time, with their names on the site."""
    labels = {label_step(label.id): label for label in known.labels}
    rows = [(step, _step(step, labels.get(step), t)) for step in known.steps]
    page = min(page, (len(rows) - 1) // STEPS_ON_PAGE)
    shown = rows[page * STEPS_ON_PAGE :][:STEPS_ON_PAGE]
    lines = [
        title("🏷", t("Statuses to the site"), known.shop.name),
        "",
        _promise(offer, t),
        "",
        _state(known, t),
        "",
    ]
    if known.shop.tells_status:
        lines.extend(
            f"• {quoted(name, _LONGEST_NAME)} → {_there(known, step, offer, t)}"
            for step, name in shown
        )
        lines.extend(["", "✏️ " + t("Tap one to change what it is called there.")])
    return Rendered("\n".join(lines), map_keyboard(known, rows, page, t))


def choose_status(
    known: StatusMap, step: str, offer: StatusOffer, page: int, t: Translator
) -> Rendered:
    """What is an order called on the site after this step?"""
    label = next((each for each in known.labels if label_step(each.id) == step), None)
    name = quoted(_step(step, label, t), _LONGEST_NAME)
    lines = [
        title("🏷", t("Statuses to the site"), known.shop.name),
        "",
        t("Here: “{name}”. What does the order become on the site?", name=name),
    ]
    if not offer.is_complete:
        few = t("The site does not answer now, so only the usual statuses are here.")
        lines.extend(["", "⚠ " + few])
    return Rendered("\n".join(lines), choice_keyboard(known, step, offer, page, t))


def _promise(offer: StatusOffer, t: Translator) -> str:
    parts = [
        t(
            "What is done with an order here is told to the site, a minute later, when it can no "
            "longer be undone."
        )
    ]
    if offer.takes_waybills:
        parts.append(t("The waybill's number is told as well."))
    if offer.takes_notes:
        parts.append(t("A note there says who did it."))
    return " ".join(parts)


def _state(known: StatusMap, t: Translator) -> str:
    if not known.shop.tells_status:
        return "⚪ " + t("Off: the site is told nothing.")
    if not known.shop.can_write:
        return "".join(lacks(known.shop.platform, t, can_write=False))
    return "🟢 " + t("On.")


def _there(known: StatusMap, step: str, offer: StatusOffer, t: Translator) -> str:
    code = known.chosen.get(step, offer.usual_code(step))
    return f"<b>{quoted(offer.name(code), _LONGEST_NAME)}</b>" if code else t("nothing")


def _step(step: str, label: OrderStatus | None, t: Translator) -> str:
    """A step in words; plain text."""
    if label is not None:
        return f"{status_mark(label)} {plain(label.label, _LONGEST_NAME)}"
    match step:
        case Step.COMPLETED:
            return t("Completed")
        case Step.SHIPPED:
            return t("Completed with a waybill")
        case Step.RECEIVED:
            return t("Received by the customer")
        case Step.CANCELED:
            return t("Canceled")
        case Step.REFUSED:
            return t("Refused")
        case Step.REOPENED:
            return t("Reopened")
        case _:
            return step
