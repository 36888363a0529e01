"""Sales channels and money accounts that staff make on the spot."""

from tortoise.exceptions import IntegrityError

from domain.errors import NameTakenError
from domain.labels import LONGEST_LABEL, label_key
from domain.typed import line_of_text
from models.money import MoneyAccount
from models.sales import SalesChannel
from models.staff import StaffMember
from services import drafts
from services.statuses import LONGEST_KEY
from services.transactions import transaction


async def new_channel(order_id: int, text: str, *, by: StaffMember) -> SalesChannel:
    """Make a sales channel of what somebody typed and choose it for the window, or do neither.

    Raises:
        TypedError: empty or longer than 30 characters.
        NameTakenError: there is such a channel (ignoring case and spaces).
        NotFoundError, WindowTakenError, InvalidTransitionError: as ``drafts.editing``.
    """
    name = line_of_text(text, LONGEST_LABEL)
    key = label_key(name)[:LONGEST_KEY]
    shops = await SalesChannel.filter(key=None).values_list("name", flat=True)
    if key in {label_key(str(each)) for each in shops}:
        raise NameTakenError("sales channel")
    try:
        async with transaction():
            channel = await SalesChannel.create(name=name, key=key)
            await drafts.choose_channel(order_id, channel.id, by=by)
    except IntegrityError as error:
        raise NameTakenError("sales channel") from error
    return channel


async def new_account(order_id: int, text: str, *, by: StaffMember) -> MoneyAccount:
    """Make a money account of what somebody typed and choose it for the window, or do neither.

    Raises: as ``new_channel``.
    """
    name = line_of_text(text, LONGEST_LABEL)
    key = label_key(name)[:LONGEST_KEY]
    if key in _USUAL_KEYS:
        raise NameTakenError("money account")
    try:
        async with transaction():
            account = await MoneyAccount.create(name=name, key=key)
            await drafts.choose_account(order_id, account.id, by=by)
    except IntegrityError as error:
        raise NameTakenError("money account") from error
    return account


# What the usual five are called in the languages of the program.
_USUAL_NAMES = (
    *("Cash", "Card", "IBAN", "COD", "Unpaid"),
    *("Готівка", "Картка", "Післяплата", "Не оплачено", "Накладений платіж"),
)
_USUAL_KEYS = frozenset(label_key(name) for name in _USUAL_NAMES)
