"""Sales channels and money accounts: what staff make of them, and their lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import cast

from tortoise.exceptions import IntegrityError

from domain.errors import NameTakenError, NotFoundError
from domain.labels import LONGEST_LABEL, label_key
from domain.rights import Right, demand
from domain.typed import line_of_text
from models.audit import AuditKind
from models.money import MoneyAccount
from models.sales import SalesChannel
from models.staff import StaffMember
from services import audit, drafts, money
from services.statuses import LONGEST_KEY
from services.transactions import transaction

PAGE_SIZE = 20


class Sort(StrEnum):
    """Which of the two. The codes are in buttons and in stored dialogues."""

    CHANNEL = "c"
    ACCOUNT = "a"


Choice = SalesChannel | MoneyAccount

_MODELS: Mapping[Sort, type[SalesChannel] | type[MoneyAccount]] = {
    Sort.CHANNEL: SalesChannel,
    Sort.ACCOUNT: MoneyAccount,
}
_NAMES = {Sort.CHANNEL: "sales channel", Sort.ACCOUNT: "money account"}
_CREATED = {Sort.CHANNEL: AuditKind.CHANNEL_CREATED, Sort.ACCOUNT: AuditKind.ACCOUNT_CREATED}
_RENAMED = {Sort.CHANNEL: AuditKind.CHANNEL_RENAMED, Sort.ACCOUNT: AuditKind.ACCOUNT_RENAMED}

# What the usual five are called in the languages of the program.
_USUAL_NAMES = (
    *("Cash", "Card", "IBAN", "COD", "Unpaid"),
    *("Готівка", "Картка", "Післяплата", "Не оплачено", "Накладений платіж"),
)
_USUAL_KEYS = frozenset(label_key(name) for name in _USUAL_NAMES)


@dataclass(frozen=True, slots=True)
class ChoicesPage:
    """A page of one of the lists, oldest first. ``page`` counts from 0.

    ``balances``: what each account of the page holds, by its id and then by currency.
    """

    rows: tuple[Choice, ...]
    page: int
    has_more: bool
    balances: Mapping[int, Mapping[str, Decimal]]


async def listed(sort: Sort, page: int) -> ChoicesPage:
    """A page of the sales channels, or of the money accounts with what is in them."""
    start = page * PAGE_SIZE
    found = _MODELS[sort].all().order_by("id").offset(start).limit(PAGE_SIZE + 1)
    rows = cast("list[Choice]", await found)
    shown = tuple(rows[:PAGE_SIZE])
    balances = await money.balances([row.id for row in shown]) if sort is Sort.ACCOUNT else {}
    return ChoicesPage(shown, page, len(rows) > PAGE_SIZE, balances)


async def own(sort: Sort, id_: int) -> Choice:
    """One that staff made, and may rename.

    Raises:
        NotFoundError: there is none, or it is a shop's channel or one of the usual five accounts.
    """
    row = await _MODELS[sort].get_or_none(id=id_, key__isnull=False)
    if row is None:
        raise NotFoundError(_NAMES[sort])
    return row


async def create(sort: Sort, text: str, *, by: StaffMember) -> None:
    """Make one of what somebody typed in Settings.

    Raises:
        NotAllowedError: not this person's to do.
        TypedError: empty or longer than 30 characters.
        NameTakenError: there is one of this name (ignoring case and spaces).
    """
    demand(by.role, Right.EDIT_MONEY)
    await _made(sort, text, by)


async def rename(sort: Sort, id_: int, text: str, *, by: StaffMember) -> None:
    """Give one that staff made another name; what it was used for keeps pointing at it.

    Raises:
        NotAllowedError, TypedError, NameTakenError: as ``create``.
        NotFoundError: as ``own``.
    """
    demand(by.role, Right.EDIT_MONEY)
    name, key = await _free_name(sort, text)
    try:
        async with transaction():
            rows = _MODELS[sort].filter(id=id_, key__isnull=False)
            row = await rows.select_for_update().first()
            if row is None:
                raise NotFoundError(_NAMES[sort])
            if row.name != name:
                await _MODELS[sort].filter(id=id_).update(name=name, key=key)
                await audit.record(_RENAMED[sort], by=by, old=row.name, new=name)
    except IntegrityError as error:
        raise NameTakenError(_NAMES[sort]) from error


async def new_in_window(sort: Sort, order_id: int, text: str, *, by: StaffMember) -> Choice:
    """Make one of what somebody typed in a sale window and choose it there, or do neither.

    Raises:
        TypedError, NameTakenError: as ``create``.
        NotFoundError, WindowTakenError, InvalidTransitionError: as ``drafts.editing``.
    """
    async with transaction():
        row = await _made(sort, text, by)
        choose = drafts.choose_channel if sort is Sort.CHANNEL else drafts.choose_account
        await choose(order_id, row.id, by=by)
    return row


async def _made(sort: Sort, text: str, by: StaffMember) -> Choice:
    name, key = await _free_name(sort, text)
    try:
        async with transaction():
            row = await _MODELS[sort].create(name=name, key=key)
            await audit.record(_CREATED[sort], by=by, name=name)
    except IntegrityError as error:
        raise NameTakenError(_NAMES[sort]) from error
    return row


async def _free_name(sort: Sort, text: str) -> tuple[str, str]:
    """A name and its key, unless the program's own use it; of the others the database knows."""
    name = line_of_text(text, LONGEST_LABEL)
    key = label_key(name)[:LONGEST_KEY]
    taken = _USUAL_KEYS
    if sort is Sort.CHANNEL:
        shops = await SalesChannel.filter(key=None).values_list("name", flat=True)
        taken = frozenset(label_key(str(each)) for each in shops)
    if key in taken:
        raise NameTakenError(_NAMES[sort])
    return name, key
