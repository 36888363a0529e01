"""What is decided for each chat: shops, quiet hours, live board, language, and if cards come.

Every change is one transaction that locks the chat's row, and is written to the audit log.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from tortoise.expressions import Q

from domain.errors import NotFoundError
from domain.quiet_hours import QuietHours, quiet_hours
from domain.rights import Right, demand
from models.audit import AuditKind
from models.outbox import EffectKind, OutboxEffect
from models.shops import Shop
from models.staff import StaffMember
from models.telegram import Chat, ChatShop, ChatState
from services import audit, chats, outbox, redrawing
from services.transactions import transaction

PAGE_SIZE = 10
# Due at a time of their own: quiet hours never put them off.
_NEVER_HELD = (EffectKind.REMIND, EffectKind.SHOW_BOARD)


@dataclass(frozen=True, slots=True)
class ShopChoice:
    """A connected shop, and whether it was chosen for the chat."""

    id: int
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ChatView:
    """A chat and what is decided for it.

    ``shops``: those that can be chosen; when none is, the orders of all come. ``is_ours``: a group,
    or the private chat of somebody with access.
    """

    chat: Chat
    shops: tuple[ShopChoice, ...]
    is_ours: bool

    @property
    def quiet_hours(self) -> QuietHours | None:
        """When the chat is not to be disturbed."""
        return quiet_hours(self.chat.quiet_from, self.chat.quiet_until)

    @property
    def chosen(self) -> tuple[ShopChoice, ...]:
        """The shops whose orders come; none: those of all."""
        return tuple(shop for shop in self.shops if shop.is_chosen)


@dataclass(frozen=True, slots=True)
class ChatsPage:
    """A page of the chats, groups first. ``page`` counts from 0.

    ``unheard``: the names of shops whose orders come to no chat.
    """

    page: int
    chats: tuple[Chat, ...]
    has_more: bool
    unheard: tuple[str, ...]


async def listed(page: int) -> ChatsPage:
    """A page of the chats where cards come or may come; a page that is gone is the first."""
    ours = Q(is_group=True) | Q(telegram_id__in=await _staff_ids())
    known = await Chat.filter(ours).order_by("-is_group", "id")
    if page * PAGE_SIZE >= len(known):
        page = 0
    shown = known[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    has_more = len(known) > (page + 1) * PAGE_SIZE
    return ChatsPage(page, tuple(shown), has_more, await _unheard())


async def _staff_ids() -> list[int]:
    active = StaffMember.filter(is_active=True)
    return await active.values_list("telegram_id", flat=True)  # type: ignore[return-value]


async def _unheard() -> tuple[str, ...]:
    """The names of connected shops whose orders no chat gets, also for want of any chat."""
    listening = Chat.filter(state=ChatState.SUBSCRIBED)
    heard = set(await listening.values_list("shops__shop_id", flat=True))
    if None in heard:  # a chat that has the orders of all
        return ()
    shops = Shop.filter(is_active=True).exclude(id__in=heard).order_by("id")
    return tuple(await shops.values_list("name", flat=True))  # type: ignore[arg-type]


async def view(chat_id: int) -> ChatView:
    """A chat with what is decided for it.

    Raises:
        NotFoundError: we know no such chat.
    """
    chat = await Chat.get_or_none(id=chat_id)
    if chat is None:
        raise NotFoundError("known chat")
    chosen: set[object] = {
        *await ChatShop.filter(chat_id=chat_id).values_list("shop_id", flat=True)
    }
    shops = await Shop.filter(Q(is_active=True) | Q(id__in=chosen)).order_by("id")
    choices = (ShopChoice(shop.id, shop.name, shop.id in chosen) for shop in shops)
    is_ours = chat.is_group or chat.telegram_id in await _staff_ids()
    return ChatView(chat, tuple(choices), is_ours)


async def own(by: StaffMember) -> ChatView:
    """A person's own private chat.

    Raises:
        NotFoundError: they have not pressed Start yet.
    """
    chat = await Chat.get_or_none(telegram_id=by.telegram_id, topic_id=0)
    if chat is None:
        raise NotFoundError("known chat")
    return await view(chat.id)


# Changes. Each raises NotAllowedError (not this person's to say) and NotFoundError (no such chat).


async def choose_shop(chat_id: int, shop_id: int, *, is_chosen: bool, by: StaffMember) -> None:
    """Have this shop's orders come to the chat, or not. When none is chosen, those of all come."""
    async with _change(chat_id, by) as chat:
        if not await Shop.exists(id=shop_id):
            raise NotFoundError("shop")
        if is_chosen:
            await ChatShop.get_or_create(chat_id=chat.id, shop_id=shop_id)
        else:
            await ChatShop.filter(chat_id=chat.id, shop_id=shop_id).delete()
        await _note_shops(chat, by)


async def choose_all_shops(chat_id: int, *, by: StaffMember) -> None:
    """Have the orders of all shops come to the chat, of those connected later too."""
    async with _change(chat_id, by) as chat:
        await ChatShop.filter(chat_id=chat.id).delete()
        await _note_shops(chat, by)


async def _note_shops(chat: Chat, by: StaffMember) -> None:
    names = Shop.filter(chats__chat_id=chat.id).order_by("id").values_list("name", flat=True)
    await _note(chat, by, "shops", list(await names))
    await _refresh_board(chat)


async def set_quiet(
    chat_id: int, hours: QuietHours | None, *, by: StaffMember, zone: ZoneInfo, at: datetime
) -> None:
    """Decide the quiet hours; everybody may for their own private chat.

    What waited at that moment (aware ``at``) for the end of the old ones waits no longer for that;
    the sender asks the new ones.
    """
    async with _change(chat_id, by, may_own=True) as chat:
        old = quiet_hours(chat.quiet_from, chat.quiet_until)
        await Chat.filter(id=chat.id).update(
            quiet_from=hours.start if hours else None, quiet_until=hours.until if hours else None
        )
        until = old.ending(at, zone) if old else None
        if until is not None:
            held = OutboxEffect.filter(chat_id=chat.id, due_at=until)
            await held.exclude(kind__in=_NEVER_HELD).update(due_at=at)
        await _note(chat, by, "quiet", str(hours) if hours else "")


async def set_board(chat_id: int, *, is_wanted: bool, by: StaffMember) -> None:
    """Keep a live board in the chat, or none."""
    async with _change(chat_id, by) as chat:
        await Chat.filter(id=chat.id).update(has_board=is_wanted)
        await _note(chat, by, "board", is_wanted)
        if chat.state is ChatState.SUBSCRIBED:
            await outbox.owe_boards([chat.id])


async def set_language(chat_id: int, language: str, *, by: StaffMember) -> None:
    """The language of cards in a group (a code); its newest cards are drawn anew.

    A private chat speaks its person's.
    """
    async with _change(chat_id, by) as chat:
        if not chat.is_group or chat.language == language:
            return
        await Chat.filter(id=chat.id).update(language=language)
        await redrawing.owe_newest(chat.id)
        await _note(chat, by, "language", language)
        await _refresh_board(chat)


async def set_state(chat_id: int, *, is_subscribed: bool, by: StaffMember) -> None:
    """Have cards come, or no more. Whether a chat that refuses us takes us back is its own to say.

    Raises:
        NotFoundError: also a private chat of somebody without access.
    """
    async with _change(chat_id, by) as chat:
        is_ours = chat.is_group or chat.telegram_id in await _staff_ids()
        if is_subscribed and chat.state is ChatState.UNSUBSCRIBED:
            if not is_ours:
                raise NotFoundError("known chat")
            await OutboxEffect.filter(chat_id=chat.id).delete()
            await Chat.filter(id=chat.id).update(state=ChatState.SUBSCRIBED)
            await chats.note_state(chat, ChatState.SUBSCRIBED, by)
            if chat.has_board or chat.board_message_id is not None:
                await outbox.owe_boards([chat.id])
        elif not is_subscribed and chat.state is not ChatState.UNSUBSCRIBED:
            await chats.silence(chat)
            await chats.note_state(chat, ChatState.UNSUBSCRIBED, by)


@asynccontextmanager
async def _change(chat_id: int, by: StaffMember, *, may_own: bool = False) -> AsyncIterator[Chat]:
    async with transaction():
        # No key: what is owed to a chat meanwhile (its foreign key) must not wait for this lock.
        chat = await Chat.filter(id=chat_id).select_for_update(no_key=True).first()
        is_own = chat is not None and not chat.is_group and chat.telegram_id == by.telegram_id
        if not (may_own and is_own):
            demand(by.role, Right.EDIT_CHATS)
        if chat is None:
            raise NotFoundError("known chat")
        yield chat


async def _note(chat: Chat, by: StaffMember, what: str, value: object) -> None:
    title = chat.title or str(chat.telegram_id)
    await audit.record(AuditKind.CHAT_CHANGED, by=by, title=title, what=what, value=value)


async def _refresh_board(chat: Chat) -> None:
    if chat.has_board and chat.state is ChatState.SUBSCRIBED:
        await outbox.owe_boards([chat.id])
