"""Settings, Language: of one person, from now on."""

from aiogram import Bot, F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from bot import commands, texts, windows
from bot.answers import answer_tap, show, tapped
from bot.handlers.sales_frame import forget_question
from bot.i18n import Translator, Translators
from bot.keyboards.choices import LanguageTap
from bot.keyboards.settings import SettingsScreen, SettingsTap
from bot.settings_screens.language import languages as screen
from models.staff import StaffMember
from services import languages


class Choosing:
    """Choosing one of the program's languages."""

    def __init__(self, translators: Translators) -> None:
        self._translators = translators

    async def choose(
        self, query: CallbackQuery, callback_data: LanguageTap, bot: Bot, staff: StaffMember
    ) -> None:
        """At once: this screen, the menu below it, and the cards of this chat."""
        chosen = callback_data.language
        t = self._translators(chosen or query.from_user.language_code)
        await languages.choose(chosen, shown=t.language, by=staff)
        await answer_tap(query)
        place = await show(bot, tapped(query), screen(chosen, t))
        menu = windows.menu(t, staff.role)
        await bot.send_message(place.chat_id, texts.language_chosen(t), reply_markup=menu)
        staff.language = chosen
        await commands.offer(bot, self._translators, staff)


async def list_languages(
    query: CallbackQuery, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    await forget_question(state, tapped(query))
    await answer_tap(query)
    await show(bot, tapped(query), screen(staff.language, t))


def build_router(translators: Translators) -> Router:
    router = Router(name=__name__)
    is_language = SettingsTap.filter(F.screen == SettingsScreen.LANGUAGE)
    router.callback_query.register(list_languages, is_language)
    router.callback_query.register(Choosing(translators).choose, LanguageTap.filter())
    return router
