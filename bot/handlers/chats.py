"""Where cards go: groups and topics that are chosen with /here; chats that take us back."""

from aiogram import F, Router
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.filters import Command, CommandObject
from aiogram.types import ChatMemberUpdated, Message

from bot import texts
from bot.answers import place_of
from bot.i18n import Translator
from domain.rights import Right, may
from models.staff import StaffMember
from services import boards, chats

_OUT = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.KICKED})
_IN = frozenset({ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR})


async def here(message: Message, command: CommandObject, staff: StaffMember, t: Translator) -> None:
    """``/here``: cards come to this group or topic; ``/here off``: no longer."""
    if (command.args or "").strip().casefold() == "off":
        await leave(message, staff, t)
        return
    if not may(staff.role, Right.EDIT_CHATS):
        await message.answer(texts.owner_only(t))
        return
    place = place_of(message)
    await chats.subscribe(
        place.chat_id,
        topic_id=place.topic_id,
        is_group=True,
        title=_title(message),
        language=t.language,
        by=staff,
    )
    await message.answer(texts.chat_subscribed(t))


def _title(message: Message) -> str:
    """The group's title, in a topic with the topic's name: a forum may have several chats."""
    group = message.chat.title or ""
    topic_id = place_of(message).topic_id
    if not topic_id:
        return group
    opening = message.reply_to_message  # Telegram lets whatever is written there reply to it
    created = opening.forum_topic_created if opening else None
    return f"{group} · {created.name if created else f'#{topic_id}'}"


async def leave(message: Message, staff: StaffMember, t: Translator) -> None:
    if not may(staff.role, Right.EDIT_CHATS):
        await message.answer(texts.owner_only(t))
        return
    place = place_of(message)
    await chats.unsubscribe(place.chat_id, topic_id=place.topic_id, by=staff)
    await message.answer(texts.chat_unsubscribed(t))


async def refer_to_group(message: Message, t: Translator) -> None:
    await message.answer(texts.group_only(t))


async def let_in(event: ChatMemberUpdated, staff: StaffMember, t: Translator) -> None:
    """Staff unblocked us, or added us to a group: what waited is sent; who may /here gets a hint.

    Made an administrator, we may pin boards that we could not.
    """
    await chats.unblock(event.chat.id)
    if event.new_chat_member.status == ChatMemberStatus.ADMINISTRATOR:
        await boards.pin_again(event.chat.id)
    was_out = event.old_chat_member.status in _OUT
    is_group = event.chat.type != ChatType.PRIVATE
    if is_group and was_out and may(staff.role, Right.EDIT_CHATS):
        await event.answer(texts.here_hint(t))


def build_router() -> Router:
    router = Router(name=__name__)
    is_private = F.chat.type == ChatType.PRIVATE
    router.message.register(refer_to_group, Command("here", "leave"), is_private)
    router.message.register(here, Command("here"))
    router.message.register(leave, Command("leave"))
    router.my_chat_member.register(let_in, F.new_chat_member.status.in_(_IN))
    return router
