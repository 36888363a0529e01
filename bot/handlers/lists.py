"""Orders: the tabs, their pages; an order opens as its card."""

from aiogram import Bot, F, Router
from aiogram.filters import Command, or_f
from aiogram.types import CallbackQuery, Message

from bot import windows
from bot.answers import answer_tap, show, tapped
from bot.i18n import ENGLISH, UKRAINIAN, Translator, Translators
from bot.keyboards.tabs import LIST_OF_TABS, TabsTap, TabTap
from services import order_views, statuses


async def list_tabs(message: Message, t: Translator) -> None:
    tabs = windows.tabs(await statuses.tabs(), t)
    await message.answer(tabs.text, reply_markup=tabs.keyboard)


async def back_to_tabs(query: CallbackQuery, bot: Bot, t: Translator) -> None:
    tabs = windows.tabs(await statuses.tabs(), t)
    await answer_tap(query)
    await show(bot, tapped(query), tabs)


async def turn_tabs(query: CallbackQuery, callback_data: TabsTap, bot: Bot, t: Translator) -> None:
    tabs = windows.tabs(await statuses.tabs(), t, callback_data.page)
    await answer_tap(query)
    await show(bot, tapped(query), tabs)


async def turn_page(query: CallbackQuery, callback_data: TabTap, bot: Bot, t: Translator) -> None:
    page = await order_views.orders_page(
        callback_data.status_id,
        older_than=callback_data.older_than or None,
        newer_than=callback_data.newer_than or None,
    )
    await answer_tap(query)
    await show(bot, tapped(query), windows.orders_page(page, t))


def build_router(translators: Translators) -> Router:
    router = Router(name=__name__)
    labels = {translators(language)("Orders") for language in (ENGLISH, UKRAINIAN)}
    router.message.register(list_tabs, or_f(Command("orders"), F.text.in_(labels)))
    router.callback_query.register(back_to_tabs, TabTap.filter(F.status_id == LIST_OF_TABS))
    router.callback_query.register(turn_page, TabTap.filter())
    router.callback_query.register(turn_tabs, TabsTap.filter())
    return router
