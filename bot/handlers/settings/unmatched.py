"""Settings, Shops, a shop, Not matched: listings without a product, and finding any of them."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot, F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message, TelegramObject

from bot import linking_windows
from bot.answers import answer_tap, show, tapped
from bot.handlers import questions
from bot.handlers.errors import tell_tapper
from bot.handlers.settings.frame import ask, ask_again, guarded
from bot.i18n import Translator
from bot.keyboards.linking import ListingAction, ListingTap
from bot.keyboards.shops import ShopAction, ShopTap
from bot.settings_screens import unmatched as screens
from bot.states import IS_TYPED, SettingsAsked
from domain.errors import AlreadyLinkedError
from domain.rights import Right
from models.staff import StaffMember
from models.stock import Product
from services import draft_lines, linking, suggestions, unmatched
from services.linking import Linked
from services.unmatched import Unmatched
from sync.office import ShopOffice


async def open_list(
    query: CallbackQuery, callback_data: ShopTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """A page of those without a product; also Back from one of them."""
    page = await unmatched.listed(callback_data.id, callback_data.page, by=staff)
    await answer_tap(query)
    await show(bot, tapped(query), screens.unmatched(page, t))


async def open_ignored(
    query: CallbackQuery, callback_data: ListingTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    page = await unmatched.listed(callback_data.id, callback_data.page, by=staff, is_ignored=True)
    await answer_tap(query)
    await show(bot, tapped(query), screens.unmatched(page, t))


async def open_listing(
    query: CallbackQuery, callback_data: ListingTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    await _show(query, callback_data, bot, staff, t)


async def _show(
    query: CallbackQuery,
    callback_data: ListingTap,
    bot: Bot,
    staff: StaffMember,
    t: Translator,
    told: str | None = "",
) -> None:
    """The listing as it is now. ``told``: the answer to the tap; None when it has one."""
    row = await unmatched.one(callback_data.id, by=staff)
    alike = [] if row.product is not None else await _alike(row)
    if told is not None:
        await answer_tap(query, told)
    await show(bot, tapped(query), screens.listing(row, alike, callback_data.page, t))


async def link(
    query: CallbackQuery, callback_data: ListingTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    was = callback_data.was or None
    linked = await linking.link_listing(
        callback_data.id, callback_data.product_id, by=staff, instead_of=was
    )
    await _show_linked(linked, query, callback_data, bot, staff, t)


async def make(
    query: CallbackQuery,
    callback_data: ListingTap,
    bot: Bot,
    staff: StaffMember,
    t: Translator,
    office: ShopOffice,
) -> None:
    linked = await linking.make_product(callback_data.id, by=staff, currency=office.currency)
    await _show_linked(linked, query, callback_data, bot, staff, t)


async def _show_linked(
    linked: Linked,
    query: CallbackQuery,
    callback_data: ListingTap,
    bot: Bot,
    staff: StaffMember,
    t: Translator,
) -> None:
    await _show(query, callback_data, bot, staff, t, linking_windows.linked(linked, t))


async def ignore(
    query: CallbackQuery, callback_data: ListingTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """It needs no product: the next ones. Or it needs one after all: the listing."""
    is_ignored = callback_data.action is ListingAction.IGNORE
    await linking.ignore(callback_data.id, by=staff, is_ignored=is_ignored)
    if not is_ignored:
        await _show(query, callback_data, bot, staff, t)
        return
    shop_id = (await linking.one(callback_data.id)).shop_id
    page = await unmatched.listed(shop_id, callback_data.page, by=staff)
    await answer_tap(query)
    await show(bot, tapped(query), screens.unmatched(page, t))


async def ask_product(
    query: CallbackQuery,
    callback_data: ListingTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    listing_id, page = callback_data.id, callback_data.page
    row = await unmatched.one(listing_id, by=staff)
    question = screens.ask_product(row, await _alike(row), page, t)
    await questions.leave(bot, state, staff, t)
    asked = SettingsAsked.listing_product
    await ask(asked, question, query, bot, state, listing_id=listing_id, page=page)


async def read_product(
    message: Message, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    """What was typed is searched; the question is answered by a tap."""
    data = await state.get_data()
    row = await unmatched.one(data["listing_id"], by=staff)
    text = message.text or ""
    hits = await draft_lines.find_products(text, limit=suggestions.SUGGESTED)
    await ask_again(screens.ask_product(row, hits, data["page"], t, text), message, bot, state)


async def ask_listing(
    query: CallbackQuery,
    callback_data: ListingTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    await questions.leave(bot, state, staff, t)
    question = screens.ask_listing(callback_data.id, t)
    await ask(SettingsAsked.listing, question, query, bot, state, shop_id=callback_data.id)


async def read_listing(
    message: Message, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    shop_id, text = await state.get_value("shop_id", 0), message.text or ""
    hits = await unmatched.find(shop_id, text, by=staff)
    await ask_again(screens.found(shop_id, text, hits, t), message, bot, state)


async def _alike(row: Unmatched) -> list[Product]:
    return await suggestions.suggest(row.listing.name, row.listing.sku or row.listing.alias)


async def _around_taps(
    handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
    event: TelegramObject,
    data: dict[str, Any],
) -> Any:
    """Around every tap on a listing: somebody may have linked it meanwhile; then it is shown."""
    try:
        return await handler(event, data)
    except AlreadyLinkedError as error:
        if not isinstance(event, CallbackQuery):
            raise
        await tell_tapper(event, error, data["t"])
        tap = data["callback_data"]
        await _show(event, tap, data["bot"], data["staff"], data["t"], told=None)


def build_router() -> Router:
    router = guarded(__name__, Right.LINK)
    router.callback_query.middleware(_around_taps)
    tap = router.callback_query.register
    tap(open_list, ShopTap.filter(F.action == ShopAction.UNMATCHED))
    tap(open_ignored, ListingTap.filter(F.action == ListingAction.IGNORED))
    tap(open_listing, ListingTap.filter(F.action == ListingAction.SHOW))
    tap(link, ListingTap.filter(F.action == ListingAction.LINK))
    tap(make, ListingTap.filter(F.action == ListingAction.MAKE))
    tap(ignore, ListingTap.filter(F.action.in_({ListingAction.IGNORE, ListingAction.NEED})))
    tap(ask_product, ListingTap.filter(F.action == ListingAction.ASK))
    tap(ask_listing, ListingTap.filter(F.action == ListingAction.FIND))
    typed = router.message.register
    typed(read_product, StateFilter(SettingsAsked.listing_product), IS_TYPED)
    typed(read_listing, StateFilter(SettingsAsked.listing), IS_TYPED)
    return router
