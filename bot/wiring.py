"""Puts the program together and runs its loops until it is told to stop."""

import asyncio
import hashlib
import hmac
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import structlog
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import LinkPreviewOptions
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from bot.carriers import open_carriers
from bot.commands import set_commands
from bot.dispatcher import build_dispatcher
from bot.i18n import Translators
from bot.logs import hide_secret
from bot.order_notes import order_note
from bot.platforms import ENTRANCES, PLATFORMS, WEBHOOK_PLATFORMS, open_apis_of
from bot.polling import Poller
from bot.settings import Settings, SettingsError, load_secret_key
from bot.throttle import Throttle
from integrations.base import ShopApi
from integrations.carriers import Carrier
from models.database import database
from services import connections, shops, staff
from services.inbox import InboxWriter
from services.secrets import SecretBox
from sync.carrier_desk import CarrierDesk
from sync.office import ShopOffice
from web.app import build_app
from web.connections import GrantReceiver
from web.webhooks import Receiver
from worker import nudging, upkeep
from worker.catalogue import ImportShower
from worker.connections import ConnectionWorker
from worker.inbox import InboxWorker
from worker.outbox import OutboxSender
from worker.parcels import ParcelWorker
from worker.shops import ShopWorker
from worker.singleton import run_elected
from worker.waybills import WaybillWorker

logger = structlog.get_logger(__name__)

Parts = Literal["all", "web", "worker"]
Loop = Callable[[], Coroutine[Any, Any, None]]

TELEGRAM_PATH = "/telegram"
RETRY_EVERY_S = 5.0
HEALTH_TIMEOUT_S = 5
_TROUBLE = (TelegramAPIError, ClientDecodeError)


@dataclass(frozen=True, slots=True)
class Program:
    """What the parts share."""

    settings: Settings
    box: SecretBox
    bot: Bot
    throttle: Throttle
    translators: Translators
    dispatcher: Dispatcher
    office: ShopOffice
    desk: CarrierDesk

    @property
    def webhook_token(self) -> str:
        """What Telegram must send along with every update in webhook mode."""
        key = load_secret_key(self.settings).get_secret_value().encode()
        return hmac.digest(key, b"kramar: telegram webhook", hashlib.sha256).hex()


async def serve(settings: Settings, parts: Parts = "all") -> None:
    """Run the whole program, or a part of it, until SIGTERM or SIGINT.

    Raises:
        SettingsError: the address to listen on cannot be used.
        WrongSecretKeyError: the shops' secrets cannot be read. Found out later, it would cost
            orders: stores never repeat a request that was not accepted.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(database(settings.database_url))
        await staff.sync_owners(settings.owner_ids)
        apis = await stack.enter_async_context(open_apis_of(settings))
        carriers = await stack.enter_async_context(open_carriers(settings))
        program = _build(settings, apis, carriers)
        stack.push_async_callback(program.bot.session.close)
        await shops.active(program.box)
        if parts in {"all", "web"}:
            await stack.enter_async_context(_web(program))
        await _run_until(stop, _loops(program, parts))
    logger.info("stopped")


def _build(
    settings: Settings, apis: Mapping[str, ShopApi], carriers: Mapping[str, Carrier]
) -> Program:
    server = TelegramAPIServer.from_base(settings.telegram_api_url.rstrip("/"))
    throttle = Throttle()
    bot = Bot(
        settings.bot_token.get_secret_value(),
        session=AiohttpSession(api=server),
        default=DefaultBotProperties(
            parse_mode=ParseMode.HTML, link_preview=LinkPreviewOptions(is_disabled=True)
        ),
    )
    bot.session.middleware(throttle)
    translators = Translators(settings.zone)
    box = SecretBox(load_secret_key(settings).get_secret_value(), on_reveal=hide_secret)
    note = partial(order_note, translators=translators)
    office = ShopOffice(
        PLATFORMS,
        apis,
        box,
        settings.public_url,
        note=note,
        entrances=ENTRANCES,
        currency=settings.currency,
    )
    desk = CarrierDesk(carriers, box)
    return Program(
        settings=settings,
        box=box,
        bot=bot,
        throttle=throttle,
        translators=translators,
        dispatcher=build_dispatcher(
            owner_ids=settings.owner_ids,
            translators=translators,
            note_message=throttle.note_message,
            office=office,
            desk=desk,
        ),
        office=office,
        desk=desk,
    )


@asynccontextmanager
async def _web(program: Program) -> AsyncIterator[None]:
    """The HTTP server; on leaving it finishes the requests it has."""
    find_shop = partial(shops.find, box=program.box)
    receiver = Receiver(WEBHOOK_PLATFORMS, find_shop, InboxWriter(), shops.heard)
    grants = GrantReceiver(ENTRANCES, partial(connections.grant, box=program.box))
    app = build_app(receiver, grants, partial(_is_telegram_ready, program.bot))
    if program.settings.public_url:
        updates = SimpleRequestHandler(
            program.dispatcher,
            program.bot,
            handle_in_background=False,  # what we did not finish, Telegram sends again
            secret_token=program.webhook_token,
        )
        app.router.add_post(TELEGRAM_PATH, updates.handle)
    runner = web.AppRunner(app, access_log=None, handle_signals=False)
    await runner.setup()
    try:
        site = web.TCPSite(runner, program.settings.http_host, program.settings.http_port)
        try:
            await site.start()
        except OSError as error:
            raise SettingsError([f"HTTP_HOST and HTTP_PORT cannot be used: {error}"]) from error
        logger.info("listening", addresses=[str(address) for address in runner.addresses])
        yield
    finally:
        await runner.cleanup()


def _loops(program: Program, parts: Parts) -> list[Loop]:
    loops: list[Loop] = []
    if program.settings.public_url and parts in {"all", "web"}:
        loops.append(partial(_receive_updates, program))
    if parts in {"all", "worker"}:
        owner_ids = program.settings.owner_ids
        sender = OutboxSender(program.bot, program.throttle, program.translators, owner_ids)
        loops.append(InboxWorker(PLATFORMS, owner_ids).run)
        loops.append(_elected(program, "sender", sender.run))
        loops.append(_elected(program, "upkeep", upkeep.run))
        loops.append(_elected(program, "clock", nudging.run))
        shop_worker = ShopWorker(program.office, program.settings.zone)
        loops.append(_elected(program, "shops", shop_worker.run))
        connecting = ConnectionWorker(program.bot, program.translators, program.office)
        loops.append(_elected(program, "connections", connecting.run))
        imports = ImportShower(program.bot, program.throttle, program.translators)
        loops.append(_elected(program, "imports", imports.run))
        waybills = WaybillWorker(program.bot, program.translators, program.desk)
        loops.append(_elected(program, "waybills", waybills.run))
        parcels = ParcelWorker(program.desk, program.settings.zone)
        loops.append(_elected(program, "parcels", parcels.run))
        loops.append(_elected(program, "commands", partial(_offer_commands, program)))
        if not program.settings.public_url:
            loops.append(_elected(program, "poller", Poller(program.bot, program.dispatcher).run))
    return loops


def _elected(program: Program, name: str, work: Loop) -> Loop:
    return partial(run_elected, program.settings.database_url, name, work)


async def _run_until(stop: asyncio.Event, loops: list[Loop]) -> None:
    """Run the loops together; when one of them fails, all end and the failure is raised."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(loop()) for loop in loops]
        await stop.wait()
        logger.info("stopping")
        for task in tasks:
            task.cancel()


async def _receive_updates(program: Program) -> None:
    """Ask Telegram to send updates to us, until it has agreed."""
    set_webhook = partial(
        program.bot.set_webhook,
        program.settings.public_url + TELEGRAM_PATH,
        secret_token=program.webhook_token,
        allowed_updates=program.dispatcher.resolve_used_update_types(),
    )
    await _until_agreed(set_webhook, "the webhook is not set")


async def _offer_commands(program: Program) -> None:
    """Set the menu of commands, until Telegram has agreed; then keep the office."""
    offer = partial(set_commands, program.bot, program.translators)
    await _until_agreed(offer, "the commands are not set")
    await asyncio.Event().wait()


async def _until_agreed(ask: Callable[[], Awaitable[object]], refusal: str) -> None:
    """Ask Telegram again and again, until it does not fail."""
    while True:
        try:
            await ask()
        except _TROUBLE as error:
            logger.warning(refusal, reason=str(error))
            await asyncio.sleep(RETRY_EVERY_S)
        else:
            return


async def _is_telegram_ready(bot: Bot) -> bool:
    try:
        await bot.get_me(request_timeout=HEALTH_TIMEOUT_S)
    except _TROUBLE:
        return False
    return True
