"""The first screen of Settings."""

from aiogram import Bot, F, Router
from aiogram.filters import Command, or_f
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.answers import answer_tap, show, tapped
from bot.handlers.sales_frame import forget_question
from bot.i18n import ENGLISH, UKRAINIAN, Translator, Translators
from bot.keyboards.settings import SettingsScreen, SettingsTap
from bot.settings_screens.root import root
from models.staff import StaffMember


async def open_settings(message: Message, staff: StaffMember, t: Translator) -> None:
    screen = root(staff.role, t)
    await message.answer(screen.text, reply_markup=screen.keyboard)


async def back_to_root(
    query: CallbackQuery, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    await forget_question(state, tapped(query))
    await answer_tap(query)
    await show(bot, tapped(query), root(staff.role, t))


def build_router(translators: Translators) -> Router:
    router = Router(name=__name__)
    labels = {translators(language)("Settings") for language in (ENGLISH, UKRAINIAN)}
    router.message.register(open_settings, or_f(Command("settings"), F.text.in_(labels)))
    is_root = SettingsTap.filter(F.screen == SettingsScreen.ROOT)
    router.callback_query.register(back_to_root, is_root)
    return router
