"""Settings, Shops, a shop: whether its site is told of stock."""

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery
from tortoise.timezone import now

from bot import texts
from bot.answers import answer_tap, show, tapped
from bot.handlers.settings.frame import guarded
from bot.i18n import Translator
from bot.keyboards.shop_stock import StockSwitchAction, StockSwitchTap
from bot.keyboards.shops import ShopAction, ShopTap
from bot.settings_screens import shop_stock as screens
from domain.rights import Right
from models.staff import StaffMember
from services import stock_switch


async def open_stock(
    query: CallbackQuery, callback_data: ShopTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    facts = await stock_switch.facts(callback_data.id, callback_data.page, by=staff)
    await answer_tap(query)
    await show(bot, tapped(query), screens.stock(facts, t, now=now()))


async def ask_on(
    query: CallbackQuery, callback_data: StockSwitchTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    facts = await stock_switch.facts(callback_data.id, by=staff)
    await answer_tap(query)
    may_ask = facts.can_stock and facts.is_imported and not facts.is_on
    screen = screens.ask_on(facts, t) if may_ask else screens.stock(facts, t, now=now())
    await show(bot, tapped(query), screen)


async def switch(
    query: CallbackQuery, callback_data: StockSwitchTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    shop_id = callback_data.id
    match callback_data.action:
        case StockSwitchAction.ON:
            await stock_switch.turn_on(shop_id, by=staff)
        case StockSwitchAction.OFF:
            await stock_switch.turn_off(shop_id, by=staff)
        case _:
            await stock_switch.send_again(shop_id, by=staff)
    await answer_tap(query, texts.saved(t))
    facts = await stock_switch.facts(shop_id, by=staff)
    await show(bot, tapped(query), screens.stock(facts, t, now=now()))


def build_router() -> Router:
    router = guarded(__name__, Right.EDIT_SHOPS)
    tap = router.callback_query.register
    tap(open_stock, ShopTap.filter(F.action == ShopAction.STOCK))
    tap(ask_on, StockSwitchTap.filter(F.action == StockSwitchAction.ASK_ON))
    tap(switch, StockSwitchTap.filter())
    return router
