"""What owners are told about their shops."""

from collections.abc import Collection

from domain.shops import NoticeKind
from models.shops import ShopNotice
from services import outbox


async def tell(kind: NoticeKind, shop_id: int, owner_ids: Collection[int], **data: object) -> None:
    """Owe the owners (Telegram user ids) a piece of news. In the transaction of its cause.

    ``data`` (JSON) is as ``NoticeKind`` says.
    """
    notice = await ShopNotice.create(shop_id=shop_id, kind=kind.value, data=data)
    await outbox.owe_shop_notice(notice.id, owner_ids)


async def one(notice_id: int) -> ShopNotice:
    """The notice, with its shop."""
    return await ShopNotice.get(id=notice_id).select_related("shop")
