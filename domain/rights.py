"""What staff may do, by role. The table for people is in ``docs/rights.md``."""

from collections.abc import Mapping
from enum import StrEnum

from domain.errors import NotAllowedError


class Role(StrEnum):
    """What a staff member is to the shop; owners come from the environment."""

    OWNER = "owner"
    MANAGER = "manager"
    SELLER = "seller"
    PACKER = "packer"


class Right(StrEnum):
    """One thing that a role may or may not do. Seeing orders and stock is everybody's.

    Undoing one's own step takes the right to the step.
    """

    CARE = "care"  # relabel, claim, comment, note a call, set reminders
    SELL = "sell"  # the sale window, Add sale
    CLOSE = "close"  # reject, refuse, reopen
    MONEY = "money"  # take goods back, settle what is awaited
    SEE_PROFIT = "see_profit"  # prices of purchase, profit
    EDIT_STATUSES = "edit_statuses"
    EDIT_MONEY = "edit_money"  # sales channels, money accounts, and their balances
    EDIT_CHATS = "edit_chats"  # where cards go, quiet hours, live boards, nudges
    EDIT_STAFF = "edit_staff"  # invite, change roles, remove
    SEE_AUDIT = "see_audit"
    EDIT_SHOPS = "edit_shops"  # connect and disconnect, what is told to them, import
    LINK = "link"  # say which product a line or a listing means


_PACKER = frozenset({Right.CARE})
_SELLER = _PACKER | {Right.SELL, Right.CLOSE, Right.MONEY, Right.SEE_PROFIT, Right.LINK}
_MANAGER = _SELLER | {Right.EDIT_STATUSES, Right.EDIT_MONEY, Right.EDIT_CHATS}

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.OWNER: frozenset(Right),
    Role.MANAGER: _MANAGER,
    Role.SELLER: _SELLER,
    Role.PACKER: _PACKER,
}


def may(role: Role, right: Right) -> bool:
    """Whether people of this role may do this."""
    return right in RIGHTS[role]


def demand(role: Role, right: Right) -> None:
    """Go on only if this role may do this.

    Raises:
        NotAllowedError: it may not.
    """
    if not may(role, right):
        raise NotAllowedError(right)
