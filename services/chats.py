"""Chats where cards go: subscribed by staff, blocked or migrated by Telegram."""

from collections.abc import Collection

from models.outbox import OutboxEffect
from models.telegram import Card, Chat, ChatState, Digest
from services import outbox
from services.transactions import transaction


async def subscribe(
    telegram_id: int,
    *,
    topic_id: int = 0,
    is_group: bool = False,
    title: str = "",
    language: str = "uk",
) -> Chat:
    """Cards of new orders go to this chat from now on; what it was owed while it refused us too."""
    async with transaction():
        chat, _ = await Chat.get_or_create(
            defaults={"is_group": is_group, "title": title[:200], "language": language},
            telegram_id=telegram_id,
            topic_id=topic_id,
        )
        if chat.state is ChatState.UNSUBSCRIBED:
            await OutboxEffect.filter(chat_id=chat.id).delete()
        chat.state = ChatState.SUBSCRIBED
        chat.title = title[:200] or chat.title
        chat.language = language
        await chat.save(update_fields=["state", "title", "language"])
    return chat


async def unsubscribe(telegram_id: int, *, topic_id: int = 0) -> None:
    """No more cards here; what was owed is dropped."""
    async with transaction():
        chat = await Chat.get_or_none(telegram_id=telegram_id, topic_id=topic_id)
        if chat is None:
            return
        await OutboxEffect.filter(chat_id=chat.id).delete()
        await Chat.filter(id=chat.id).update(state=ChatState.UNSUBSCRIBED)


async def block(
    telegram_id: int, *, topic_id: int | None = None, owner_ids: Collection[int] = ()
) -> bool:
    """Telegram refuses us in this chat, or only in one of its topics. True when that is news.

    Of a group the owners are told (Telegram user ids).
    """
    async with transaction():
        refusing = Chat.filter(telegram_id=telegram_id, state=ChatState.SUBSCRIBED)
        if topic_id is not None:
            refusing = refusing.filter(topic_id=topic_id)
        chats = await refusing
        await refusing.update(state=ChatState.BLOCKED)
        await outbox.owe_lost([chat.id for chat in chats if chat.is_group], owner_ids)
    return bool(chats)


async def unblock(telegram_id: int) -> None:
    """Telegram lets us in again: the chat is owed what waited."""
    async with transaction():
        await Chat.filter(telegram_id=telegram_id, state=ChatState.BLOCKED).update(
            state=ChatState.SUBSCRIBED
        )


async def migrate(old_telegram_id: int, new_telegram_id: int) -> None:
    """A group became a supergroup: same chat, new id, and its old messages cannot be edited."""
    async with transaction():
        for chat in await Chat.filter(telegram_id=old_telegram_id):
            if await Chat.exists(telegram_id=new_telegram_id, topic_id=chat.topic_id):
                await OutboxEffect.filter(chat_id=chat.id).delete()
                await Chat.filter(id=chat.id).update(state=ChatState.UNSUBSCRIBED)
                continue
            await _forget_unsent_digests(chat.id)
            await Chat.filter(id=chat.id).update(telegram_id=new_telegram_id, last_message_id=0)
            await Card.filter(chat_id=chat.id).update(message_id=None, sent_after=None, shown="")
            await Digest.filter(chat_id=chat.id).update(message_id=None, sent_after=None)


async def _forget_unsent_digests(chat_id: int) -> None:
    """Orders that a digest was to show, but may never have shown, are new to the chat again."""
    unsent = await Digest.filter(chat_id=chat_id, message_id=None, sent_after__isnull=False)
    digest_ids = [digest.id for digest in unsent]
    await Card.filter(digest_id__in=digest_ids).delete()
    await Digest.filter(id__in=digest_ids).delete()


async def drop_unwanted() -> int:
    """Drop what unsubscribed chats are owed; returns how much that was.

    A transaction that began before a chat was unsubscribed may owe it something afterwards.
    """
    return await OutboxEffect.filter(chat__state=ChatState.UNSUBSCRIBED).delete()


async def titles(chat_ids: Collection[int]) -> list[str]:
    """What these chats are called."""
    chats = await Chat.filter(id__in=list(chat_ids)).order_by("id")
    return [chat.title or str(chat.telegram_id) for chat in chats]


async def ensure_private(telegram_id: int, title: str, language: str) -> None:
    """Make sure an owner's private chat is known, without touching its state."""
    await Chat.get_or_create(
        defaults={"title": title[:200], "language": language},
        telegram_id=telegram_id,
        topic_id=0,
    )


async def language(telegram_id: int) -> str:
    """The language of a chat, "" when nobody knows it."""
    chat = await Chat.filter(telegram_id=telegram_id).order_by("topic_id").first()
    return chat.language if chat else ""
