"""Sentences staff read: what happened, what went wrong, short answers.

Everything here is short plain text that reads the same in an alert and in an HTML message: foreign
parts are cut, and their angle brackets replaced.
"""

from collections.abc import Sequence

from bot import carrier_texts
from bot.i18n import Translator
from bot.markup import CALLBACK_ANSWER_LIMIT, harmless, plain
from bot.names import phase_name, status_name
from bot.typed_texts import typed_problem
from domain.errors import (
    AlreadyLinkedError,
    ClaimedError,
    ImportRefusedError,
    InvalidTransitionError,
    InviteError,
    LabelError,
    LabelProblem,
    NameTakenError,
    NotAllowedError,
    NotFoundError,
    NothingLeftError,
    NotToldError,
    NotToldReason,
    OrderChangedError,
    OtherShopError,
    OutOfStockError,
    RejectedError,
    Shortage,
    SiteTakenError,
    StatusInUseError,
    TooMuchError,
    TypedError,
    WaybillExistsError,
    WaybillGapError,
    WindowTakenError,
)
from domain.orders import Phase
from models.orders import EventKind
from models.statuses import OrderStatus
from services.order_views import EventView

_LONGEST_NAME = 60
_LONGEST_REASON = 120
_SHOWN_SHORTAGES = 3


def who_won(view: EventView, t: Translator) -> str:
    """For the loser of a double tap: who did what, and when."""
    who = harmless(view.actor, _LONGEST_NAME) or t("The site")
    at = t.time(view.event.at)
    match view.event.kind:
        case EventKind.COMPLETED:
            return t("{who} already added the sale at {at}", who=who, at=at)
        case EventKind.REJECTED:
            return t("{who} already rejected it at {at}", who=who, at=at)
        case EventKind.PLATFORM_CANCELED:
            return t("{who} already canceled it at {at}", who=who, at=at)
        case EventKind.REFUSED:
            return t("{who} already marked it as refused at {at}", who=who, at=at)
        case EventKind.RETURNED:
            return t("{who} already took the goods back at {at}", who=who, at=at)
        case EventKind.REOPENED | EventKind.PLATFORM_REOPENED:
            return t("{who} already reopened it at {at}", who=who, at=at)
        case EventKind.UNDONE:
            return t("{who} already undid the last step at {at}", who=who, at=at)
        case EventKind.STATUS if view.to_status is not None:
            status = status_name(view.to_status, t)
            return t(
                "{who} already changed the status to {status} at {at}",
                who=who,
                status=status,
                at=at,
            )
        case (
            EventKind.CREATED
            | EventKind.CHANGED
            | EventKind.STATUS
            | EventKind.SETTLED
            | EventKind.COMMENTED
            | EventKind.TAKEN_OVER
            | EventKind.NO_ANSWER
            | EventKind.REMINDER
            | EventKind.LINKED
            | EventKind.PLATFORM_NOTICE
            | EventKind.WAYBILL
            | EventKind.PARCEL
            | EventKind.PARCEL_WAITS
        ):
            return t("{who} changed the order at {at}", who=who, at=at)


# --- what went wrong ---------------------------------------------------------------------------


def explain(error: RejectedError, t: Translator) -> str:
    """Why a rule said no and what to do next, in at most 200 characters."""
    return plain(_explain(error, t), CALLBACK_ANSWER_LIMIT)


def _explain(error: RejectedError, t: Translator) -> str:
    match error:
        case OutOfStockError():
            return t("Not enough goods: {shortages}", shortages=shortages_text(error.shortages, t))
        case InvalidTransitionError():
            phase = phase_name(Phase(error.phase), t)
            return t(
                "That no longer works: the order is {phase}. The card shows its present state.",
                phase=phase,
            )
        case LabelError():
            return _explain_label(error.problem, t)
        case StatusInUseError():
            return t("Orders are in this status. Choose where to move them.")
        case InviteError():
            return t("This link no longer works. Ask for a new one.")
        case OrderChangedError():
            return t("The order has changed. Check the window and tap Add sale once more.")
        case NotFoundError():
            return _explain_missing(error.what, t)
        case NotToldError():
            return _explain_untold(error.reason, t)
        case NotAllowedError():
            return t("Your role does not include this. The owner can change it in Settings, Staff.")
        case ClaimedError():
            return t(
                "{who} is on it, last active at {at}. Wait, or ask {who} to release the order.",
                who=harmless(error.holder, _LONGEST_NAME),
                at=t.time(error.since),
            )
        case WindowTakenError():
            return t(
                "{who} is in this sale window, last active at {at}. You can take it over.",
                who=harmless(error.holder, _LONGEST_NAME),
                at=t.time(error.since),
            )
        case TypedError():
            return typed_problem(error, t)
        case NameTakenError():
            return t("There is such a name already. Choose it from the list or type another one.")
        case SiteTakenError() | OtherShopError():
            return _explain_other_shop(error, t)
        case NothingLeftError():
            return _explain_nothing_left(error.what, t)
        case AlreadyLinkedError():
            name = harmless(error.name, _LONGEST_NAME)
            return t("It is linked already, to “{name}”.", name=name)
        case WaybillExistsError() | WaybillGapError():
            return _explain_waybill(error, t)
        case TooMuchError():
            limit = (
                t.money(error.limit, error.currency) if error.currency else t.quantity(error.limit)
            )
            return t("That is too much: at most {limit}.", limit=limit)
        case ImportRefusedError():
            problem = harmless(error.problems[0], _LONGEST_REASON) if error.problems else ""
            return t("Nothing was imported. The first mistake: {problem}", problem=problem)
        case _:
            return t("That is not possible now. Open the order again and look at its state.")


def _explain_waybill(error: WaybillExistsError | WaybillGapError, t: Translator) -> str:
    if isinstance(error, WaybillGapError):
        return carrier_texts.gap(error.gap, t)
    if not error.number:
        return t("A waybill is being made for this order. Wait a moment.")
    return t(
        "Waybill {number} was made for this order. Delete it first.",
        number=harmless(error.number, _LONGEST_NAME),
    )


def _explain_other_shop(error: SiteTakenError | OtherShopError, t: Translator) -> str:
    name = harmless(error.name, _LONGEST_NAME)
    if isinstance(error, SiteTakenError):
        return t("This shop is connected already, as “{name}”.", name=name)
    if not name:
        return t("These keys open another shop. Nothing was changed.")
    return t("These keys open another shop, “{name}”. Nothing was changed.", name=name)


def _explain_nothing_left(what: str, t: Translator) -> str:
    match what:
        case "settle":
            return t("This money was received already, or the sum has changed. Look again.")
        case "return":
            return t("There is nothing to return. Choose what came back.")
        case _:
            return t("There is nothing to sell. Bring a line back or add a product.")


def _explain_label(problem: LabelProblem, t: Translator) -> str:
    match problem:
        case LabelProblem.EMPTY:
            return t("A status needs a name. Type 1 to 30 characters.")
        case LabelProblem.TOO_LONG:
            return t("That is too long for a status. Type at most 30 characters.")
        case LabelProblem.TAKEN:
            return t(
                "There is such a status already. Choose it from the list or type another name."
            )
        case LabelProblem.NO_EMOJI:
            return t("That is not one emoji. Send a single one, for example ⏰.")


def _explain_untold(reason: NotToldReason, t: Translator) -> str:
    match reason:
        case NotToldReason.DISCONNECTED:
            return t("This shop is disconnected. Change the order on the site yourself.")
        case NotToldReason.SWITCHED_OFF:
            return t("This shop is not told of statuses. The owner can switch it on in Settings.")
        case NotToldReason.READ_ONLY:
            return t("The shop's keys may only read. The owner can enter other keys in Settings.")


def told_again(t: Translator) -> str:
    return t("The site is being told.")


def _explain_missing(what: str, t: Translator) -> str:
    match what:
        case "order":
            return t("This order is not here any more.")
        case "status":
            return t("This status is not there any more. Choose another one.")
        case "sale window":
            return t("This sale window is closed. Open it again with Confirm on the card.")
        case "sale":
            return t("This sale does not count any more. Open it again under Sales.")
        case "sale line":
            return t("This line is not in the sale any more.")
        case "return":
            return t("This return is over. Open the sale again under Sales.")
        case "order line":
            return t("This line is not in the order any more.")
        case "listing":
            return t("This listing is not there any more.")
        case "product":
            return t("This product is not there any more. Search again.")
        case "sales channel" | "money account":
            return t("This choice is not there any more. Choose another one.")
        case "staff member":
            return t("This person has no access any more.")
        case "invite":
            return t("This invite is over already: used, revoked or too old.")
        case "duplicate":
            return t("It is no duplicate any more: the other order is closed. Look at the card.")
        case "shop":
            return t("This shop is not connected any more.")
        case "carrier":
            return carrier_texts.no_carrier(t)
        case "connection":
            return t("This took too long, or was begun anew. Tap Connect once more.")
        case "chat":
            return t(
                "No cards come to this chat. In a private chat /start brings them back; in a group "
                "an owner or a manager writes /here."
            )
        case _:
            return t("It is not there any more.")


def shortages_text(shortages: Sequence[Shortage], t: Translator) -> str:
    """Which products are short and by how much, a few of them."""
    shown = [
        t(
            "{name} short by {missing}",
            name=harmless(short.name, 40),
            missing=t.quantity(short.missing),
        )
        for short in shortages[:_SHOWN_SHORTAGES]
    ]
    if more := len(shortages) - len(shown):
        shown.append(t.plural("and {count} more", "and {count} more", more))
    return "; ".join(shown)


def unexpected(t: Translator, error_id: str) -> str:
    """A bug: nothing the person did wrong. ``error_id`` is in the log."""
    return t(
        "Something broke on our side; nothing was changed halfway. Try again, and if it repeats, "
        "tell the owner this code: {code}",
        code=harmless(error_id, 40),
    )


# --- short answers and prompts -------------------------------------------------------------------


def rejected(t: Translator) -> str:
    return t("Rejected. The goods are free again.")


def refused(t: Translator) -> str:
    return t("Marked as refused. The goods are free again.")


def status_changed(status: OrderStatus, t: Translator) -> str:
    return t("Status: {status}", status=status_name(status, t))


def claimed(t: Translator) -> str:
    return t("You are on it. Colleagues see that.")


def released(t: Translator) -> str:
    return t("Released: anybody may take it.")


def commented(t: Translator) -> str:
    """Where Telegram lets us put no reaction."""
    return t("Noted.")


def only_text(t: Translator) -> str:
    """To a picture, a voice message, ... as a reply to a card."""
    return t("Only text is kept with an order. Type it as a reply to the card.")


def status_deleted(moved: int, t: Translator) -> str:
    """``moved``: how many orders went to another status."""
    if not moved:
        return t("The status is deleted.")
    return t.plural(
        "The status is deleted, {count} order moved.",
        "The status is deleted, {count} orders moved.",
        moved,
    )


def reopened(t: Translator) -> str:
    return t("Reopened: the order is New again.")


def undone(t: Translator) -> str:
    return t("Undone.")


def undo_refused(t: Translator) -> str:
    return t("Only the last step can be undone, within a minute, by whoever made it.")


def sale_added(t: Translator) -> str:
    return t("Sale added.")


def saved(t: Translator) -> str:
    return t("Saved.")


def language_chosen(t: Translator) -> str:
    """The words in each language are about that language."""
    return t("From now on I write to you in English.")


def not_yet(t: Translator) -> str:
    return t("This can be edited in the next version. For now the sale takes it from the order.")


def unknown_button(t: Translator) -> str:
    """An old button of a layout that is gone."""
    return t("This button is out of date. Open the order again under Orders.")


def ask_label(t: Translator) -> str:
    return t("Type the new status, up to 30 characters. /cancel leaves everything as it is.")


def ask_reason(t: Translator) -> str:
    return t("Type why you reject the order. /cancel leaves everything as it is.")


def label_placeholder(t: Translator) -> str:
    """For the input field: at most 64 characters."""
    return t("For example: Call back")


def reason_placeholder(t: Translator) -> str:
    """For the input field: at most 64 characters."""
    return t("The reason")


def text_expected(t: Translator) -> str:
    return t("Please answer with a text, or /cancel.")


def canceled_dialogue(t: Translator) -> str:
    return t("Left as it was.")


def nothing_to_cancel(t: Translator) -> str:
    return t("There is nothing to cancel.")


def chat_subscribed(t: Translator) -> str:
    return t(
        "New orders will appear here. Their shops, quiet hours and a live board: in the private "
        "chat with the bot, Settings, Chats."
    )


def owner_only(t: Translator) -> str:
    return t("Only the owner or a manager can do that.")


def may_not_pin(t: Translator) -> str:
    """For an alert: the live board comes, but stays unpinned."""
    return t(
        "The board comes, but the bot may not pin it there. Make the bot an administrator who may "
        "pin messages."
    )


def chat_unsubscribed(t: Translator) -> str:
    return t("No more cards here. /here brings them back.")


def here_hint(t: Translator) -> str:
    """In a group that the bot was added to."""
    return t(
        "To get new orders here, the owner or a manager writes /here; in a topic, the cards come "
        "to that topic."
    )


def group_only(t: Translator) -> str:
    return t("That works in a group: add the bot there and write /here.")


def type_again(t: Translator) -> str:
    """To a page of a search in a message too old to be read."""
    return t("This list is too old. Type what you look for once more.")


def look_below(t: Translator) -> str:
    """To a command that means nothing to us."""
    return t("Tap Orders below to see the orders. /help tells how everything works.")


def bug_notice(t: Translator, error_id: str, kind: str) -> str:
    """For owners, when something broke: once an hour for each kind."""
    return t(
        "⚠ Something broke while a colleague was working: {kind}. Show this to whoever looks after "
        "the program; its log names the details under {code}.",
        kind=harmless(kind, 120),
        code=harmless(error_id, 40),
    )
