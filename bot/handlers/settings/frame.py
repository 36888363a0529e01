"""What all screens of Settings share: who may open them, and questions answered by typing.

A question stands in the message it was asked from. The answer's own message disappears.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Bot, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message, TelegramObject

from bot import texts
from bot.answers import answer_tap, remove, show, tapped
from bot.cards import Rendered
from bot.handlers.sales_frame import forget_question, move_down
from bot.i18n import Translator
from bot.settings_screens.root import root
from bot.states import SettingsAsked
from domain.errors import NotAllowedError
from domain.rights import Right, demand
from models.staff import StaffMember
from services.card_places import Place


class Demands(BaseMiddleware):
    """Lets only those with a right through; who lost it is asked nothing any more."""

    def __init__(self, right: Right) -> None:
        self._right = right

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Go on, or raise NotAllowedError."""
        try:
            demand(data["staff"].role, self._right)
        except NotAllowedError:
            if isinstance(event, Message):
                await data["state"].clear()
            raise
        return await handler(event, data)


def guarded(name: str, right: Right) -> Router:
    """A router for a screen that needs a right, whose taps drop the question in their message."""
    router = Router(name=name)
    for observer in (router.callback_query, router.message):
        observer.middleware(Demands(right))
    router.callback_query.middleware(_drop_question)
    return router


async def _drop_question(
    handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
    event: TelegramObject,
    data: dict[str, Any],
) -> Any:
    if isinstance(event, CallbackQuery):
        await forget_question(data["state"], tapped(event))
    return await handler(event, data)


async def ask(
    asked: State,
    question: Rendered,
    query: CallbackQuery,
    bot: Bot,
    state: FSMContext,
    **about: object,
) -> None:
    """Ask in the tapped message. ``about`` (JSON) is what the answer's handler needs to know.

    A question open elsewhere must have been left (``questions.leave``).
    """
    await answer_tap(query)
    place = await show(bot, tapped(query), question)
    await state.set_data({"screen_id": place.message_id, **about})
    await state.set_state(asked)


async def ask_again(problem: Rendered, message: Message, bot: Bot, state: FSMContext) -> None:
    """The answer cannot be used: the question again, saying why, below what came meanwhile."""
    await ask_below(problem, message, bot, state)
    await remove(bot, message.chat.id, message.message_id)


async def ask_below(question: Rendered, message: Message, bot: Bot, state: FSMContext) -> Place:
    """The question in new words, below what came meanwhile; it stays open. Returns where it is."""
    place = await move_down(bot, await _place(message, state), question)
    await state.update_data(screen_id=place.message_id)
    return place


async def answered(screen: Rendered, message: Message, bot: Bot, state: FSMContext) -> None:
    """The answer was taken: what comes next, in the question's message."""
    place = await _place(message, state)
    await state.clear()
    await move_down(bot, place, screen)
    await remove(bot, message.chat.id, message.message_id)


async def _place(message: Message, state: FSMContext) -> Place:
    return Place(message.chat.id, 0, await state.get_value("screen_id", 0), is_group=False)


async def cancel(bot: Bot, state: FSMContext, staff: StaffMember, t: Translator) -> bool:
    """Leave the open question; its message shows the first screen. False when none was asked."""
    if await state.get_state() not in SettingsAsked.__all_states_names__:
        return False
    place = Place(state.key.chat_id, 0, await state.get_value("screen_id", 0), is_group=False)
    await state.clear()
    await show(bot, place, root(staff.role, t))
    return True


def leftovers() -> Router:
    """Asked last of all screens: neither a picture nor a command answers a question."""
    router = Router(name=f"{__name__}.leftovers")
    router.message.register(_want_text, StateFilter(SettingsAsked))
    return router


async def _want_text(message: Message, t: Translator) -> None:
    await message.answer(texts.text_expected(t))
