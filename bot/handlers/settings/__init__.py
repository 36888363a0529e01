"""Settings: what the shop decides, in the private chat. A module for each screen."""

from aiogram import F, Router
from aiogram.enums import ChatType

from bot.handlers.settings import (
    audit,
    carrier_connect,
    carrier_steps,
    carriers,
    catalogue,
    chats,
    choices,
    frame,
    guides,
    language,
    my_chat,
    nudges,
    root,
    shop_connect,
    shop_keys_end,
    shop_statuses,
    shop_stock,
    shops,
    staff,
    statuses,
    unmatched,
)
from bot.i18n import Translators


def build_router(translators: Translators) -> Router:
    """All screens; they are for private chats only."""
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.include_routers(
        root.build_router(translators),
        shops.build_list_router(),
        shops.build_router(),
        shop_connect.build_router(),
        shop_keys_end.build_router(),
        guides.build_router(),
        catalogue.build_router(),
        shop_statuses.build_router(),
        shop_stock.build_router(),
        unmatched.build_router(),
        carriers.build_router(),
        carrier_connect.build_router(),
        carrier_steps.build_router(),
        choices.build_router(),
        statuses.build_router(),
        language.build_router(translators),
        staff.build_router(translators),
        audit.build_router(),
        nudges.build_router(),
        chats.build_router(),
        my_chat.build_router(),
        frame.leftovers(),
    )
    return router
