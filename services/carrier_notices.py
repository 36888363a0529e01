"""What owners are told about carriers."""

from collections.abc import Collection

from domain.carriers import CarrierNoticeKind
from models.carriers import CarrierNotice
from services import outbox


async def tell(
    kind: CarrierNoticeKind, account_id: int, owner_ids: Collection[int], **data: object
) -> None:
    """Owe the owners (Telegram user ids) a piece of news. In the transaction of its cause.

    ``data`` (JSON) is as ``CarrierNoticeKind`` says.
    """
    notice = await CarrierNotice.create(account_id=account_id, kind=kind.value, data=data)
    await outbox.owe_carrier_notice(notice.id, owner_ids)


async def one(notice_id: int) -> CarrierNotice:
    """The notice, with its account."""
    return await CarrierNotice.get(id=notice_id).select_related("account")
