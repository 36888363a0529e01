"""Settings, Waiting orders: when somebody is nudged about them."""

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery

from bot import texts
from bot.answers import answer_tap, show, tapped
from bot.handlers.settings.frame import guarded
from bot.i18n import Translator
from bot.keyboards.nudges import ASK, CHOICES, Nudged, NudgeTap
from bot.keyboards.settings import SettingsScreen, SettingsTap
from bot.settings_screens import nudges as screens
from domain.rights import Right
from models.staff import StaffMember
from services import preferences
from services.preferences import Name

_NAMES = {Nudged.CHATS: Name.NUDGE_CHATS_AFTER, Nudged.OWNERS: Name.NUDGE_OWNERS_AFTER}


async def open_nudges(query: CallbackQuery, bot: Bot, t: Translator) -> None:
    await answer_tap(query)
    await _show(query, bot, t)


async def _show(query: CallbackQuery, bot: Bot, t: Translator) -> None:
    minutes = {whom: await preferences.number(name) for whom, name in _NAMES.items()}
    await show(bot, tapped(query), screens.nudges(minutes, t))


async def ask(query: CallbackQuery, callback_data: NudgeTap, bot: Bot, t: Translator) -> None:
    whom = callback_data.whom
    minutes = await preferences.number(_NAMES[whom])
    await answer_tap(query)
    await show(bot, tapped(query), screens.choose(whom, minutes, t))


async def choose(
    query: CallbackQuery, callback_data: NudgeTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    await preferences.decide(_NAMES[callback_data.whom], callback_data.minutes, by=staff)
    await answer_tap(query, texts.saved(t))
    await _show(query, bot, t)


def build_router() -> Router:
    router = guarded(__name__, Right.EDIT_CHATS)
    tap = router.callback_query.register
    tap(open_nudges, SettingsTap.filter(F.screen == SettingsScreen.NUDGES))
    tap(ask, NudgeTap.filter(F.minutes == ASK))
    tap(choose, NudgeTap.filter(F.minutes.in_(CHOICES)))
    return router
