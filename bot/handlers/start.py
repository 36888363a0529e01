"""Beginning, help, and the way out of every question."""

import re

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from bot import texts, windows
from bot.answers import place_of, retire
from bot.handlers import questions, returns, sale
from bot.i18n import Translator
from models.staff import StaffMember
from services import card_places, chats

ORDER_LINK = "order_"  # t.me/<bot>?start=order_<order id>
_LINK = re.compile(
    rf"({sale.SALE_LINK}|{returns.RETURN_LINK}|{ORDER_LINK})([1-9]\d{{0,9}})", re.ASCII
)


async def start(
    message: Message,
    command: CommandObject,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    """Cards come to this chat from now on; a link leads on to a sale, a return, or a card."""
    await chats.subscribe(message.chat.id, title=staff.name, language=t.language)
    link = _LINK.fullmatch(command.args or "")
    if link is None:
        await message.answer(windows.welcome(t, staff.name), reply_markup=windows.menu(t))
        return
    order_id, place = int(link[2]), place_of(message)
    match link[1]:
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


async def help_(message: Message, t: Translator) -> None:
    await message.answer(windows.help(t))


async def cancel(
    message: Message, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    """Leave the open question, whatever it is."""
    was_asked = await questions.leave(bot, state, staff, t)
    text = texts.canceled_dialogue(t) if was_asked else texts.nothing_to_cancel(t)
    is_private = message.chat.type == ChatType.PRIVATE
    await message.answer(text, reply_markup=windows.menu(t) if is_private else None)


def build_router() -> Router:
    router = Router(name=__name__)
    router.message.register(start, CommandStart(), F.chat.type == ChatType.PRIVATE)
    router.message.register(start_in_group, CommandStart())
    router.message.register(help_, Command("help"))
    router.message.register(cancel, Command("cancel"))
    return router
