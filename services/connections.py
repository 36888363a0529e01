"""Shops that are being connected: what somebody began, its keys, and how far it has come.

Keys are typed in the chat or posted by the shop's platform; both end in one row, worked by
``worker/connections.py``. A row goes on from where it stopped, whenever the program dies.
"""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from tortoise.queryset import QuerySet
from tortoise.timezone import now

from domain.errors import NotAllowedError, NotFoundError
from domain.rights import Right, demand
from domain.shops import UNFINISHED_CONNECTIONS, ConnectionState
from models.connecting import ShopConnection
from models.staff import StaffMember
from services import shops
from services.secrets import SecretBox
from services.shops import ConnectedShop, SiteFacts
from services.transactions import connections_bell, transaction

LIFETIME = timedelta(hours=1)
_KEEP = timedelta(days=7)
_TOKEN_BYTES = 24


@dataclass(frozen=True, slots=True)
class Begun:
    """A connection that waits for its keys. ``token`` is never known again."""

    id: int
    token: str


async def begin(
    platform: str,
    base_url: str,
    *,
    by: StaffMember,
    chat_id: int,
    message_id: int,
    shop_id: int | None = None,
) -> Begun:
    """Begin to connect a site, or, with ``shop_id``, to give a connected shop other keys.

    What the same person had begun before waits no longer. ``chat_id`` (Telegram's) and
    ``message_id`` are where they see how it goes on.

    Raises:
        NotAllowedError: not this person's to do.
    """
    demand(by.role, Right.EDIT_SHOPS)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    async with transaction():
        await ShopConnection.filter(staff_id=by.id, state=ConnectionState.WAITING.value).delete()
        row = await ShopConnection.create(
            token_hash=_hash(token),
            platform=platform,
            base_url=base_url,
            staff_id=by.id,
            chat_id=chat_id,
            message_id=message_id,
            shop_id=shop_id,
        )
    return Begun(row.id, token)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _fresh(state: ConnectionState) -> QuerySet[ShopConnection]:
    return ShopConnection.filter(state=state.value, created_at__gt=now() - LIFETIME)


async def waiting(connection_id: int, *, by: StaffMember) -> ShopConnection:
    """What this person has begun and not given all keys for; with the shop they are for.

    Raises:
        NotFoundError: it does not wait (any more): done, too old, or begun anew.
    """
    fresh = _fresh(ConnectionState.WAITING).select_related("shop")
    row = await fresh.get_or_none(id=connection_id, staff_id=by.id)
    if row is None:
        raise NotFoundError("connection")
    return row


async def grant(platform: str, token: str, keys: Mapping[str, str], box: SecretBox) -> bool:
    """The platform posts the keys; whether somebody waits for them. Works once."""
    rows = _fresh(ConnectionState.WAITING).filter(platform=platform, token_hash=_hash(token))
    is_taken = await rows.update(state=ConnectionState.KEYED.value, secrets=box.encrypt(keys))
    if is_taken:
        connections_bell.ring()
    return bool(is_taken)


def missing(
    row: ShopConnection, typed: Mapping[str, str], wanted: Collection[str], box: SecretBox
) -> frozenset[str]:
    """Which of the ``wanted`` keys are still to come after these."""
    return frozenset(wanted) - keys(row, box).keys() - typed.keys()


async def keep_keys(
    connection_id: int, typed: Mapping[str, str], *, by: StaffMember, box: SecretBox
) -> None:
    """Keep, encrypted, a part of the keys.

    Raises:
        NotFoundError: nothing waits for them, as ``waiting``.
    """
    async with transaction():
        row = await _locked(connection_id, by)
        known = box.encrypt({**keys(row, box), **typed})
        await ShopConnection.filter(id=row.id).update(secrets=known)


async def submit(
    connection_id: int,
    typed: Mapping[str, str],
    *,
    by: StaffMember,
    message_id: int,
    box: SecretBox,
) -> None:
    """With these the keys are complete: they will be checked, and the message says how it went.

    Raises:
        NotFoundError: nothing waits for them, as ``waiting``.
    """
    async with transaction():
        row = await _locked(connection_id, by)
        await ShopConnection.filter(id=row.id).update(
            state=ConnectionState.KEYED.value,
            secrets=box.encrypt({**keys(row, box), **typed}),
            message_id=message_id,
        )
    connections_bell.ring()


async def _locked(connection_id: int, by: StaffMember) -> ShopConnection:
    rows = _fresh(ConnectionState.WAITING).filter(id=connection_id, staff_id=by.id)
    row = await rows.select_for_update().first()
    if row is None:
        raise NotFoundError("connection")
    return row


async def kept(connection_id: int, *, by: StaffMember) -> ShopConnection:
    """One that failed, whose keys may be tried once more; with the shop they are for.

    Raises:
        NotFoundError: they are not kept (any more).
    """
    failed = _fresh(ConnectionState.FAILED).filter(id=connection_id, staff_id=by.id)
    row = await failed.exclude(secrets="").select_related("shop").first()
    if row is None:
        raise NotFoundError("connection")
    return row


async def retry(connection_id: int, *, by: StaffMember, message_id: int) -> None:
    """Check the same keys once more: the site could not be asked.

    Raises:
        NotFoundError: as ``kept``.
    """
    row = await kept(connection_id, by=by)
    failed = ShopConnection.filter(id=row.id, state=ConnectionState.FAILED.value)
    await failed.update(state=ConnectionState.KEYED.value, message_id=message_id)
    connections_bell.ring()


async def unfinished() -> list[ShopConnection]:
    """What is to be gone on with, oldest first; with who began it and the shop it is for."""
    states = [state.value for state in UNFINISHED_CONNECTIONS]
    return (
        await ShopConnection.filter(state__in=states).order_by("id").select_related("staff", "shop")
    )


def keys(row: ShopConnection, box: SecretBox) -> Mapping[str, str]:
    """The keys that have come so far."""
    return box.decrypt(row.secrets) if row.secrets else {}


async def store(
    row: ShopConnection, base_url: str, facts: SiteFacts, box: SecretBox
) -> ConnectedShop:
    """The keys were checked: the shop is connected, or has them instead of its former ones.

    Happens once, whoever else works the row.

    Raises:
        NotAllowedError: the person has lost the right, or all access, meanwhile.
        SiteTakenError: somebody was faster to connect it.
        NotFoundError: it is not to be done any more; or the shop was disconnected meanwhile.
    """
    is_new = row.shop_id is None
    state = ConnectionState.ADDED if is_new else ConnectionState.CHANGED
    credentials = keys(row, box)
    async with transaction():
        by = await StaffMember.get(id=row.staff_id)
        if not by.is_active:
            raise NotAllowedError(Right.EDIT_SHOPS)
        demand(by.role, Right.EDIT_SHOPS)
        if row.shop_id is None:
            shop = await shops.connect(row.platform, base_url, credentials, facts, box=box, by=by)
        else:
            shop = await shops.rekey(row.shop_id, base_url, credentials, facts, box=box, by=by)
        keyed = ShopConnection.filter(id=row.id, state=ConnectionState.KEYED.value)
        if not await keyed.update(state=state.value, shop_id=shop.id):
            raise NotFoundError("connection")
    row.state, row.shop_id = state.value, shop.id
    return shop


async def finish(row: ShopConnection) -> None:
    """The person was told how it went; the keys are kept by the shop alone."""
    await ShopConnection.filter(id=row.id).update(state=ConnectionState.DONE.value, secrets="")


async def fail(row: ShopConnection, *, keep_keys: bool) -> None:
    """The person was told why it did not work. ``keep_keys``: they may try again with them."""
    kept = row.secrets if keep_keys else ""
    await ShopConnection.filter(id=row.id).update(state=ConnectionState.FAILED.value, secrets=kept)


async def forget_old() -> int:
    """Forget what was done long ago, and the keys nobody came back for; returns how many rows."""
    over = ShopConnection.filter(created_at__lt=now() - LIFETIME)
    for state in (ConnectionState.WAITING, ConnectionState.FAILED):
        await over.filter(state=state.value).exclude(secrets="").update(secrets="")
    ended = [state.value for state in ConnectionState if state not in UNFINISHED_CONNECTIONS]
    old = ShopConnection.filter(state__in=ended, created_at__lt=now() - _KEEP)
    return await old.delete()
