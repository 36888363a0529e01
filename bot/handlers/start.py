"""Beginning, help, and the way out of every question."""

import re

import structlog
from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from bot import commands, staff_texts, texts, windows
from bot.access import INVITE_LINK
from bot.answers import place_of, retire
from bot.handlers import questions, returns, sale
from bot.i18n import Translator, Translators
from models.staff import StaffMember
from services import card_places, chats, invites
from services.invites import Joined

ORDER_LINK = "order_"  # t.me/<bot>?start=order_<order id>
_LINK = re.compile(
    rf"({sale.SALE_LINK}|{returns.RETURN_LINK}|{ORDER_LINK})([1-9]\d{{0,9}})", re.ASCII
)

log = structlog.get_logger(__name__)


class Start:
    """What /start does; it also gives the person their menu of commands."""

    def __init__(self, translators: Translators) -> None:
        self._translators = translators

    async def start(
        self,
        message: Message,
        command: CommandObject,
        bot: Bot,
        state: FSMContext,
        staff: StaffMember,
        t: Translator,
        joined: Joined | None = None,
    ) -> None:
        """Cards come to this chat from now on; a link leads on to a sale, a return, or a card.

        ``joined``: they have come in by an invite just now.
        """
        await chats.subscribe(message.chat.id, title=staff.name, language=t.language)
        link = _LINK.fullmatch(command.args or "")
        if link is not None:
            await _follow(link[1], int(link[2]), message, bot, state, staff, t)
            return
        if joined is None and await _could_let_in(command.args or ""):
            await message.answer(staff_texts.in_already(t))
            return
        text = windows.welcome(t, staff.name, staff.role)
        if joined is not None:
            text = f"{text}\n\n{staff_texts.your_role(staff.role, t)}"
        await message.answer(text, reply_markup=windows.menu(t, staff.role))
        await commands.offer(bot, self._translators, staff)
        if joined is not None:
            await self._tell_inviter(joined, bot)

    async def _tell_inviter(self, joined: Joined, bot: Bot) -> None:
        owner = joined.invited_by
        t = self._translators(owner.language or await chats.language(owner.telegram_id))
        text = staff_texts.joined(joined.member.name, joined.member.role, t)
        try:
            await bot.send_message(owner.telegram_id, text)
        except TelegramAPIError as error:  # Settings, Staff shows it all the same
            log.info("an owner could not be told", staff_id=owner.id, problem=str(error))


async def _could_let_in(payload: str) -> bool:
    """Whether it is the link of an invite that still works, not the one they came in by."""
    is_invite = payload.startswith(INVITE_LINK)
    return is_invite and await invites.works(payload.removeprefix(INVITE_LINK))


async def _follow(
    kind: str,
    order_id: int,
    message: Message,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    place = place_of(message)
    match kind:
        case sale.SALE_LINK:
            await sale.open_below(order_id, bot, place, state, staff, t)
        case returns.RETURN_LINK:
            await returns.open_from_link(order_id, bot, place, staff, t)
        case _:
            left = await card_places.move_here(order_id, place)
            if left is not None:
                await retire(bot, message.chat.id, left)


async def start_in_group(message: Message, t: Translator) -> None:
    await message.answer(texts.here_hint(t))


async def help_(message: Message, staff: StaffMember, t: Translator) -> None:
    await message.answer(windows.help(t, staff.role))


async def cancel(
    message: Message, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    """Leave the open question, whatever it is."""
    was_asked = await questions.leave(bot, state, staff, t)
    text = texts.canceled_dialogue(t) if was_asked else texts.nothing_to_cancel(t)
    is_private = message.chat.type == ChatType.PRIVATE
    await message.answer(text, reply_markup=windows.menu(t, staff.role) if is_private else None)


def build_router(translators: Translators) -> Router:
    router = Router(name=__name__)
    router.message.register(
        Start(translators).start, CommandStart(), F.chat.type == ChatType.PRIVATE
    )
    router.message.register(start_in_group, CommandStart())
    router.message.register(help_, Command("help"))
    router.message.register(cancel, Command("cancel"))
    return router
