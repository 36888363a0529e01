"""Settings, Shops, a shop: what its site is told of orders."""

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery

from bot import texts
from bot.answers import answer_tap, show, tapped
from bot.handlers.settings.frame import guarded
from bot.i18n import Translator
from bot.keyboards.shop_statuses import (
    AS_USUAL,
    NOTHING,
    STEPS_ON_PAGE,
    MapAction,
    StatusMapTap,
    StatusSwitchTap,
    as_choice,
    is_key,
)
from bot.keyboards.shops import ShopAction, ShopTap
from bot.settings_screens import shop_statuses as screens
from domain.errors import NotFoundError
from domain.rights import Right
from models.staff import StaffMember
from services import status_maps
from services.status_maps import StatusMap
from sync.office import ShopOffice
from sync.status_offer import StatusOffer, status_offer


async def open_map(
    query: CallbackQuery, callback_data: ShopTap, bot: Bot, t: Translator, office: ShopOffice
) -> None:
    known = await status_maps.status_map(callback_data.id)
    await answer_tap(query)
    await _show_map(query, known, callback_data.page, bot, t, office)


async def switch(
    query: CallbackQuery,
    callback_data: StatusSwitchTap,
    bot: Bot,
    staff: StaffMember,
    t: Translator,
    office: ShopOffice,
) -> None:
    await status_maps.set_telling(callback_data.id, callback_data.is_on, by=staff)
    await answer_tap(query, texts.saved(t))
    await _show_map(query, await status_maps.status_map(callback_data.id), 0, bot, t, office)


async def ask(
    query: CallbackQuery, callback_data: StatusMapTap, bot: Bot, t: Translator, office: ShopOffice
) -> None:
    known, step = await _step_of(callback_data)
    await answer_tap(query)
    offer = await status_offer(office, known)
    screen = screens.choose_status(known, step, offer, callback_data.page, t)
    await show(bot, tapped(query), screen)


async def choose(
    query: CallbackQuery,
    callback_data: StatusMapTap,
    bot: Bot,
    staff: StaffMember,
    t: Translator,
    office: ShopOffice,
) -> None:
    known, step = await _step_of(callback_data)
    status = await _chosen(callback_data.choice, known, office)
    await status_maps.choose(known.shop.id, step, status, by=staff)
    await answer_tap(query, texts.saved(t))
    page = known.steps.index(step) // STEPS_ON_PAGE
    await _show_map(query, await status_maps.status_map(known.shop.id), page, bot, t, office)


async def _step_of(tap: StatusMapTap) -> tuple[StatusMap, str]:
    known, step = await status_maps.status_map(tap.id), tap.named_step
    if step not in known.steps:
        raise NotFoundError("status")
    return known, step


async def _chosen(choice: str, known: StatusMap, office: ShopOffice) -> str | None:
    if choice == AS_USUAL:
        return None
    if choice == NOTHING:
        return ""
    if not is_key(choice):
        return choice
    offered = (await status_offer(office, known)).statuses
    code = next((each.code for each in offered if as_choice(each.code) == choice), None)
    if code is None:
        raise NotFoundError("status")
    return code


async def _show_map(
    query: CallbackQuery, known: StatusMap, page: int, bot: Bot, t: Translator, office: ShopOffice
) -> None:
    offer: StatusOffer = await status_offer(office, known)
    await show(bot, tapped(query), screens.status_map(known, offer, page, t))


def build_router() -> Router:
    router = guarded(__name__, Right.EDIT_SHOPS)
    tap = router.callback_query.register
    tap(open_map, ShopTap.filter(F.action == ShopAction.STATUSES))
    tap(switch, StatusSwitchTap.filter())
    tap(ask, StatusMapTap.filter(F.action == MapAction.ASK))
    tap(choose, StatusMapTap.filter())
    return router
