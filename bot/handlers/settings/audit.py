"""Settings, Audit log: read only, for those who may."""

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery
from tortoise.timezone import now

from bot.answers import answer_tap, show, tapped
from bot.handlers.settings.frame import guarded
from bot.i18n import Translator
from bot.keyboards.settings import SettingsScreen, SettingsTap
from bot.keyboards.staff import AuditTap
from bot.settings_screens import audit as screens
from domain.rights import Right
from models.staff import StaffMember
from services import audit


async def open_log(query: CallbackQuery, bot: Bot, staff: StaffMember, t: Translator) -> None:
    await turn(query, AuditTap(), bot, staff, t)


async def turn(
    query: CallbackQuery, callback_data: AuditTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """Older or newer rows."""
    page = await audit.page(
        older_than=callback_data.older_than or None,
        newer_than=callback_data.newer_than or None,
        by=staff,
    )
    await answer_tap(query)
    await show(bot, tapped(query), screens.audit(page, t, now=now()))


def build_router() -> Router:
    router = guarded(__name__, Right.SEE_AUDIT)
    is_log = SettingsTap.filter(F.screen == SettingsScreen.AUDIT)
    router.callback_query.register(open_log, is_log)
    router.callback_query.register(turn, AuditTap.filter())
    return router
