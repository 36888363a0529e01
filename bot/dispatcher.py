"""The dispatcher: what every update passes before a handler sees it."""

from collections.abc import Collection

from aiogram import Dispatcher
from aiogram.fsm.storage.memory import DisabledEventIsolation

from bot import handlers
from bot.access import Access, ChatFacts
from bot.fsm_storage import TortoiseStorage
from bot.handlers import errors
from bot.i18n import Translators
from bot.in_turn import InTurn
from bot.pin_notices import PinNotices
from bot.seen import NoteMessage, SeenMessages
from sync.carrier_desk import CarrierDesk
from sync.office import ShopOffice


def build_dispatcher(
    *,
    owner_ids: Collection[int],
    translators: Translators,
    note_message: NoteMessage,
    office: ShopOffice,
    desk: CarrierDesk,
) -> Dispatcher:
    """A new dispatcher with all handlers.

    The updates of a person in a chat are handled one at a time, in their order, and checked for
    access before anything else is read. Whoever feeds the dispatcher waits for what is running at
    a stop.

    Args:
        owner_ids: Telegram ids of those who are told when something breaks.
        translators: the shop's languages.
        office: how shops are talked to; handlers get it as ``office``.
        desk: how carriers are talked to; handlers get it as ``desk``.
        note_message: told (chat id, message id) of every message that an update shows.
    """
    # The dispatcher's own place for the dialogues is before all else: strangers would be read.
    dispatcher = Dispatcher(
        storage=TortoiseStorage(),
        events_isolation=DisabledEventIsolation(),
        disable_fsm=True,
        office=office,
        desk=desk,
    )
    for middleware in (
        InTurn(),
        SeenMessages(note_message),
        ChatFacts(owner_ids),
        PinNotices(),
        Access(translators),
        dispatcher.fsm,
    ):
        dispatcher.update.outer_middleware(middleware)
    dispatcher.include_routers(
        errors.build_router(owner_ids, translators), handlers.build_router(translators)
    )
    return dispatcher
