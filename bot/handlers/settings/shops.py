"""Settings, Shops: what is connected."""

from datetime import UTC, datetime, time

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery
from tortoise.timezone import now

from bot.answers import answer_tap, show, tapped
from bot.handlers.settings.frame import guarded
from bot.i18n import Translator
from bot.keyboards.settings import SettingsScreen, SettingsTap
from bot.settings_screens.shops import shops
from domain.rights import Right
from services import shop_views


async def list_shops(query: CallbackQuery, bot: Bot, t: Translator) -> None:
    today = now().astimezone(t.zone).date()
    midnight = datetime.combine(today, time.min, t.zone).astimezone(UTC)
    listed = await shop_views.listed(midnight)
    await answer_tap(query)
    await show(bot, tapped(query), shops(listed, t, now=now()))


def build_router() -> Router:
    router = guarded(__name__, Right.EDIT_CHATS)
    router.callback_query.register(list_shops, SettingsTap.filter(F.screen == SettingsScreen.SHOPS))
    return router
