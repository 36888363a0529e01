"""Chats where cards go: subscribed by staff, blocked or migrated by Telegram."""

from collections.abc import Collection

from tortoise.functions import Count, Max
from tortoise.timezone import now

from models.audit import AuditKind
from models.care import Reminder
from models.outbox import EffectKind, OutboxEffect
from models.staff import StaffMember
from models.telegram import Card, Chat, ChatShop, ChatState, Digest
from services import audit, outbox
from services.transactions import transaction

# A board is a chat's own, and reminders move with their rows.
_OWN_KINDS = (EffectKind.SHOW_BOARD, EffectKind.REMIND)


async def subscribe(
    telegram_id: int,
    *,
    topic_id: int = 0,
    is_group: bool = False,
    title: str = "",
    language: str = "uk",
    by: StaffMember | None = None,
) -> Chat:
    """Cards of new orders go to this chat from now on; what it was owed while it refused us too.

    ``by``: whose decision about a group it is, for the audit log.
    """
    async with transaction():
        chat, _ = await Chat.get_or_create(
            defaults={"is_group": is_group, "title": title[:200], "language": language},
            telegram_id=telegram_id,
            topic_id=topic_id,
        )
        if not is_group:  # a group keeps the language that was chosen for it
            chat.language = language
        was_left = chat.state is ChatState.UNSUBSCRIBED
        chat.state = ChatState.SUBSCRIBED
        chat.title = title[:200] or chat.title
        await chat.save(update_fields=["state", "title", "language"])
        if was_left:  # its row is locked by now, before what it is owed
            await OutboxEffect.filter(chat_id=chat.id).delete()
        if chat.has_board or chat.board_message_id is not None:
            await outbox.owe_boards([chat.id])
        if by is not None:
            await note_state(chat, ChatState.SUBSCRIBED, by)
    return chat


async def unsubscribe(
    telegram_id: int, *, topic_id: int = 0, by: StaffMember | None = None
) -> None:
    """No more cards here; what was owed is dropped, and the live board goes."""
    async with transaction():
        chat = await Chat.get_or_none(telegram_id=telegram_id, topic_id=topic_id)
        if chat is not None:
            await silence(chat)
            if by is not None:
                await note_state(chat, ChatState.UNSUBSCRIBED, by)


async def note_state(chat: Chat, state: ChatState, by: StaffMember) -> None:
    """For the audit log: somebody decided whether cards come to a chat."""
    title = chat.title or str(chat.telegram_id)
    data = {"title": title, "what": "state", "value": state.value}
    await audit.record(AuditKind.CHAT_CHANGED, by=by, **data)


async def silence(chat: Chat) -> None:
    """As ``unsubscribe``. Inside a transaction."""
    refuses = chat.state is ChatState.BLOCKED
    await Chat.filter(id=chat.id).update(state=ChatState.UNSUBSCRIBED)
    await chat.refresh_from_db()  # locked by now: the sender may just have sent its board
    await Reminder.filter(chat_id=chat.id).delete()
    await OutboxEffect.filter(chat_id=chat.id).delete()
    if chat.board_message_id is not None and not refuses:
        await outbox.owe_boards([chat.id])


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
        left = Chat.filter(telegram_id=telegram_id, state=ChatState.UNSUBSCRIBED)
        if topic_id is not None:
            left = left.filter(topic_id=topic_id)
        left_ids = await left.values_list("id", flat=True)
        await OutboxEffect.filter(chat_id__in=left_ids).delete()
        await outbox.owe_lost([chat.id for chat in chats if chat.is_group], owner_ids)
    return bool(chats)


async def unblock(telegram_id: int) -> None:
    """Telegram lets us in again: the chat is owed what waited."""
    async with transaction():
        chats = await Chat.filter(telegram_id=telegram_id, state=ChatState.BLOCKED)
        await Chat.filter(id__in=[chat.id for chat in chats]).update(state=ChatState.SUBSCRIBED)
        await outbox.owe_boards([chat.id for chat in chats if chat.has_board])


async def migrate(old_telegram_id: int, new_telegram_id: int) -> None:
    """A group became a supergroup: same chat, new id, and its old messages cannot be edited.

    Its shops, quiet hours and reminders stay; a live board is sent anew.
    """
    async with transaction():
        for chat in await Chat.filter(telegram_id=old_telegram_id):
            known = await Chat.get_or_none(telegram_id=new_telegram_id, topic_id=chat.topic_id)
            if known is not None:
                await _hand_over(chat, known)
                continue
            await _forget_unsent_digests(chat.id)
            await Chat.filter(id=chat.id).update(
                telegram_id=new_telegram_id,
                last_message_id=0,
                board_message_id=None,
                board_shown="",
            )
            await Card.filter(chat_id=chat.id).update(message_id=None, sent_after=None, shown="")
            await Digest.filter(chat_id=chat.id).update(message_id=None, sent_after=None)
            if chat.has_board:
                await outbox.owe_boards([chat.id])


async def _hand_over(old: Chat, new: Chat) -> None:
    """Somebody wrote /here in the supergroup before we heard of the move: two rows, one chat.

    The newer one goes on, with what was decided for the older one unless decided anew.
    """
    if not await ChatShop.exists(chat_id=new.id):
        await ChatShop.filter(chat_id=old.id).update(chat_id=new.id)
    if new.quiet_from is None:
        new.quiet_from, new.quiet_until = old.quiet_from, old.quiet_until
    new.has_board = new.has_board or old.has_board
    await Chat.filter(id=old.id).update(state=ChatState.UNSUBSCRIBED, board_message_id=None)
    await new.save(update_fields=["quiet_from", "quiet_until", "has_board"])
    promised = Reminder.filter(chat_id=new.id)
    reminders = Reminder.filter(chat_id=old.id)
    reminders = reminders.exclude(order_id__in=await promised.values_list("order_id", flat=True))
    reminder_ids = await reminders.values_list("id", flat=True)
    await Reminder.filter(id__in=reminder_ids).update(chat_id=new.id)
    await OutboxEffect.filter(kind=EffectKind.REMIND, subject_id__in=reminder_ids).update(
        chat_id=new.id
    )
    await Reminder.filter(chat_id=old.id).delete()
    await ChatShop.filter(chat_id=old.id).delete()
    if old.state is not ChatState.UNSUBSCRIBED:  # orders that neither was shown yet, and news
        owed = OutboxEffect.filter(chat_id=old.id, problem="")
        await owed.exclude(kind__in=_OWN_KINDS).update(chat_id=new.id)
    await OutboxEffect.filter(chat_id=old.id).delete()
    if new.has_board:
        await outbox.owe_boards([new.id])


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
    return (
        await OutboxEffect.filter(chat__state=ChatState.UNSUBSCRIBED)
        .exclude(kind=EffectKind.SHOW_BOARD)  # a board that is to go
        .delete()
    )


async def fold_repeats() -> int:
    """Keep one redraw for each order of what chats that refuse us are owed; returns how many went.

    Otherwise every change of every order would wait there, for as long as the chat refuses us.
    """
    waiting = OutboxEffect.filter(
        kind=EffectKind.SHOW_CARD, chat__state=ChatState.BLOCKED, due_at__lte=now()
    )
    rows = (
        await waiting.annotate(newest_id=Max("id"), count=Count("id"))
        .group_by("chat_id", "subject_id")
        .values("chat_id", "subject_id", "newest_id", "count")
    )
    folded = 0
    for row in rows:
        if row["count"] > 1:
            folded += await OutboxEffect.filter(
                kind=EffectKind.SHOW_CARD,
                chat_id=row["chat_id"],
                subject_id=row["subject_id"],
                id__lt=row["newest_id"],
            ).delete()
    return folded


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
