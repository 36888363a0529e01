"""The one question that may be open for a person in a chat, whatever it is about."""

from aiogram import Bot
from aiogram.fsm.context import FSMContext

from bot.handlers import forms, sale_frame, sales_questions, waybill_form_frame, waybill_frame
from bot.handlers.settings import frame as settings_frame
from bot.i18n import Translator
from models.staff import StaffMember


async def leave(bot: Bot, state: FSMContext, staff: StaffMember, t: Translator) -> bool:
    """Leave the open question and everything as it was; False when nothing was asked.

    The message it stood in shows again what it showed before.
    """
    return (
        await sale_frame.cancel(bot, state, staff, t)
        or await waybill_form_frame.cancel(bot, state, staff, t)
        or await waybill_frame.cancel(bot, state, staff, t)
        or await sales_questions.cancel(bot, state, staff, t)
        or await settings_frame.cancel(bot, state, staff, t)
        or await forms.cancel(bot, state)
    )
