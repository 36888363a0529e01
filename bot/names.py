"""What statuses, phases, reasons, accounts, platform states and roles are called. Plain text."""

from bot.i18n import ENGLISH, UKRAINIAN, Translator
from bot.markup import harmless
from domain.labels import LONGEST_LABEL
from domain.orders import Phase, PlatformState, RejectReason
from domain.payments import AccountKind
from domain.rights import Role
from models.money import MoneyAccount
from models.statuses import OrderStatus, StatusKind

USUAL_EMOJI = "📌"
LANGUAGE_NAMES = {UKRAINIAN: "Українська", ENGLISH: "English"}  # each in its own
_LONGEST_ACCOUNT = 60


def status_mark(status: OrderStatus) -> str:
    """The emoji that stands for a status."""
    match status.kind:
        case StatusKind.NEW:
            return "🆕"
        case StatusKind.OWN | StatusKind.DELETED:
            return status.emoji or USUAL_EMOJI
        case StatusKind.COMPLETED:
            return "✅"
        case StatusKind.CANCELED:
            return "✖️"
        case StatusKind.REFUSED:
            return "↩️"


def status_name(status: OrderStatus, t: Translator) -> str:
    """The system's four in the reader's language, an own label as typed."""
    match status.kind:
        case StatusKind.NEW:
            return t("New")
        case StatusKind.OWN | StatusKind.DELETED:
            return harmless(status.label, LONGEST_LABEL)
        case StatusKind.COMPLETED:
            return t("Completed")
        case StatusKind.CANCELED:
            return t("Canceled")
        case StatusKind.REFUSED:
            return t("Refused")


def phase_name(phase: Phase, t: Translator) -> str:
    match phase:
        case Phase.OPEN:
            return t("in work")
        case Phase.COMPLETED:
            return t("completed")
        case Phase.CANCELED:
            return t("canceled")
        case Phase.REFUSED:
            return t("refused")


def reason_name(reason: RejectReason, t: Translator) -> str:
    match reason:
        case RejectReason.OUT_OF_STOCK:
            return t("Out of stock")
        case RejectReason.CUSTOMER_REQUEST:
            return t("Customer's request")
        case RejectReason.DUPLICATE:
            return t("Duplicate")
        case RejectReason.WRONG_PHONE:
            return t("Wrong phone number")
        case RejectReason.OTHER:
            return t("Other")


def account_name(account: MoneyAccount, t: Translator) -> str:
    """The usual five in the reader's language, an own account as typed."""
    match account.kind:
        case AccountKind.CASH:
            return t("Cash")
        case AccountKind.CARD:
            return t("Card")
        case AccountKind.IBAN:
            return t("IBAN")
        case AccountKind.COD:
            return t("COD")
        case AccountKind.UNPAID:
            return t("Unpaid")
        case AccountKind.OWN:
            return harmless(account.name, _LONGEST_ACCOUNT)


def platform_state_name(state: PlatformState, t: Translator) -> str:
    """What the platform says, as part of a sentence."""
    match state:
        case PlatformState.DRAFT:
            return t("a draft")
        case PlatformState.PENDING:
            return t("awaiting payment")
        case PlatformState.ACTIVE:
            return t("being processed")
        case PlatformState.FAILED:
            return t("payment failed")
        case PlatformState.COMPLETED:
            return t("completed")
        case PlatformState.CANCELED:
            return t("canceled")


def role_name(role: Role, t: Translator) -> str:
    match role:
        case Role.OWNER:
            return t("Owner")
        case Role.MANAGER:
            return t("Manager")
        case Role.SELLER:
            return t("Seller")
        case Role.PACKER:
            return t("Packer")
