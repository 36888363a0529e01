"""Guides of integrations, sent as a file."""

from aiogram import Router
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from bot import guides
from bot.answers import answer_tap
from bot.i18n import Translator
from bot.keyboards.guides import GuideTap
from domain.errors import NotFoundError


async def send(query: CallbackQuery, callback_data: GuideTap, t: Translator) -> None:
    """Anybody of the staff may read it; the open question stays."""
    if not guides.exists(callback_data.platform):
        raise NotFoundError("guide")
    await answer_tap(query)
    if isinstance(query.message, Message):
        name, content = guides.guide(callback_data.platform, t.language)
        await query.message.answer_document(BufferedInputFile(content, name))


def build_router() -> Router:
    router = Router(name=__name__)
    router.callback_query.register(send, GuideTap.filter())
    return router
