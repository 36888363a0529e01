"""Reactions to updates: read it, one service call, one answer."""

from aiogram import Router

from bot.handlers import (
    card_frame,
    care,
    chats,
    comments,
    forms,
    labels,
    linking,
    lists,
    order_cards,
    reminders,
    returns,
    sale,
    sale_forms,
    sale_lines,
    sales,
    sales_forms,
    search,
    settings,
    start,
    stray,
    telling,
    waybill_form,
    waybill_form_asked,
    waybills,
)
from bot.handlers.settings import carrier_connect, shop_connect
from bot.i18n import Translators


def build_router(translators: Translators) -> Router:
    """All handlers in the order in which they are asked: commands and taps, then answers to
    questions, then what is left. A comment on one order is no answer to a question about another.
    """
    router = Router(name=__name__)
    router.callback_query.middleware(card_frame.around_taps)
    router.include_routers(
        search.build_silent_router(),
        start.build_router(translators),
        chats.build_router(),
        lists.build_router(translators),
        carrier_connect.build_keys_router(),
        shop_connect.build_keys_router(),
        comments.build_router(translators),
        order_cards.build_router(),
        care.build_router(),
        telling.build_router(),
        reminders.build_router(),
        linking.build_router(),
        sale.build_router(),
        sale_lines.build_router(),
        sales.build_router(translators),
        waybills.build_router(),
        labels.build_router(),
        waybill_form.build_router(),
        returns.build_router(),
        settings.build_router(translators),
        sale_forms.build_router(),
        waybill_form_asked.build_router(),
        waybills.build_answers_router(),
        sales_forms.build_router(),
        forms.build_router(),
        search.build_router(),
        stray.build_router(),
    )
    return router
