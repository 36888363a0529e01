"""Just typing in the private chat finds orders; in inline mode any chat does, for staff alone."""

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, InlineQuery, Message
from tortoise.timezone import now

from bot import search_windows, texts, windows
from bot.answers import answer_inline, answer_tap, show, tapped
from bot.i18n import Translator
from bot.keyboards.search import SearchTap
from bot.markup import plain
from models.staff import StaffMember
from services import order_summaries, search

INLINE_RESULTS = 20


async def find(message: Message, staff: StaffMember, t: Translator) -> None:
    page = await search.find_page(_typed(message.text or ""))
    if page.orders:
        shown = search_windows.found(page, t)
        await message.answer(shown.text, reply_markup=shown.keyboard)
        return
    text = search_windows.nothing_found(page.query, t)
    await message.answer(text, reply_markup=windows.menu(t, staff.role))


async def turn_page(
    query: CallbackQuery, callback_data: SearchTap, bot: Bot, t: Translator
) -> None:
    """The message says what was looked for: a page can still be turned months later."""
    if not isinstance(query.message, Message) or not query.message.text:
        await answer_tap(query, texts.type_again(t), alert=True)
        return
    sought = search_windows.query_in(query.message.text)
    page = await search.find_page(sought, callback_data.page)
    await answer_tap(query)
    await show(bot, tapped(query), search_windows.found(page, t))


async def offer(query: InlineQuery, t: Translator) -> None:
    """Orders that match; of no query, the newest open ones."""
    sought = _typed(query.query)
    if sought:
        ids = (await search.find(sought))[:INLINE_RESULTS]
    else:
        ids = await search.newest_open(INLINE_RESULTS)
    found = await order_summaries.summaries(await search.load(ids))
    await answer_inline(query, search_windows.articles(found, t, now=now()))


async def sent_through_us(message: Message) -> None:
    """What an inline query of a colleague became, seen by us too: it asks for nothing."""
    del message


def _typed(text: str) -> str:
    return plain(text, 2 * search.LONGEST_QUERY)


def build_router() -> Router:
    router = Router(name=__name__)
    is_private = F.chat.type == ChatType.PRIVATE
    router.message.register(find, is_private, F.text & ~F.text.startswith("/"))
    router.callback_query.register(turn_page, SearchTap.filter())
    router.inline_query.register(offer)
    return router


def build_silent_router() -> Router:
    """Comes first: what was sent through us must answer no question either."""
    router = Router(name=f"{__name__}.silent")
    router.message.register(sent_through_us, F.via_bot)
    return router
