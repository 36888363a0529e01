"""Makes the waybills that staff asked for, and shows them how it went.

A waybill comes before the word about it: whom Telegram does not let us tell is told later, and
nothing is made a second time for it.
"""

import asyncio

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
)
from tortoise.timezone import now

from bot import carrier_texts, texts, waybill_form_windows, waybill_windows
from bot.answers import show
from bot.cards import Rendered
from bot.i18n import Translator, Translators
from bot.keyboards.waybill_taps import Origin
from domain.carriers import CarrierProblem, WaybillState
from domain.errors import RejectedError, WaybillExistsError
from domain.orders import Phase
from models.carriers import Waybill
from models.staff import StaffMember
from services import chats, order_views, waybill_forms, waybills
from services.card_places import Place
from services.order_views import OrderView
from services.transactions import waybills_bell
from sync import waybills as post
from sync.carrier_desk import CarrierDesk

logger = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0
PAUSE_S = 5.0  # after what nobody foresaw, and until Telegram listens
STOP_PATIENCE_S = 8.0
_UNANSWERED = (TelegramAPIError, ClientDecodeError)


class WaybillWorker:
    """One loop over what is to be made or looked for. One process at a time may run it.

    Args:
        bot: shows how it went.
        translators: in the language of whoever waits.
        desk: how carriers are talked to.
    """

    def __init__(self, bot: Bot, translators: Translators, desk: CarrierDesk) -> None:
        self._bot = bot
        self._translators = translators
        self._desk = desk
        self._is_stopping = self._is_working = False
        # Ids of waybills whose outcome is still to be shown, None: the database has to be asked;
        # and of those of which somebody has read that they are being looked for.
        self._untold: dict[int, None] | None = None
        self._told_of_search: set[int] = set()

    async def run(self) -> None:
        """Work until cancelled; a call under way then may finish, within reason."""
        self._is_stopping = False
        self._untold = None  # another process may have been in office meanwhile
        cancelled: asyncio.CancelledError | None = None
        async with asyncio.TaskGroup() as group:
            work = group.create_task(self._work_on())
            try:
                await asyncio.shield(work)
            except asyncio.CancelledError as error:
                cancelled = error
                self._is_stopping = True
                if self._is_working:
                    await asyncio.wait([work], timeout=STOP_PATIENCE_S)
                work.cancel()  # what was sent is looked for at the next start
        if cancelled is not None:
            raise cancelled

    async def _work_on(self) -> None:
        while not self._is_stopping:
            self._is_working = True
            pause_s = await self._work()
            self._is_working = False
            if not self._is_stopping:
                await waybills_bell.wait(pause_s)

    async def _work(self) -> float:
        """Returns how many seconds to rest."""
        try:
            return LOOK_EVERY_S if await self.run_once() else PAUSE_S
        except Exception as error:  # the drivers' errors are of many kinds; it may pass
            logger.error("waybills are not made", exc_info=error)
            return PAUSE_S

    async def run_once(self) -> bool:
        """Do what is to be done now; whether all who wait were told."""
        if self._untold is None:
            self._untold = dict.fromkeys(await waybills.untold())
        for waybill in await waybills.to_do():
            if self._is_stopping:
                return True
            if await self._go_on(waybill):
                self._untold[waybill.id] = None
            await self._tell_all(self._untold)
        return await self._tell_all(self._untold)

    async def _go_on(self, waybill: Waybill) -> bool:
        """Whether its fate is known now."""
        try:
            if await post.go_on(self._desk, waybill) is not None:
                return True
        except Exception as error:  # what was sent is looked for
            logger.error("a waybill is not made", id=waybill.id, exc_info=error)
        await self._tell_of_search(waybill.id)
        return False

    # Whoever waits

    async def _tell_all(self, untold: dict[int, None]) -> bool:
        for waybill_id in list(untold):
            try:
                await self._tell(await waybills.one(waybill_id))
            except _UNANSWERED as error:  # the same again, once Telegram listens
                logger.warning("a waybill is not told", id=waybill_id, problem=_brief(error))
                return False
            await waybills.told(waybill_id)
            del untold[waybill_id]
        return True

    async def _tell_of_search(self, waybill_id: int) -> None:
        """Its answer was lost, and it was not found at once."""
        waybill = await waybills.one(waybill_id)
        if waybill.looked_at is None or waybill_id in self._told_of_search:
            return
        try:
            await self._tell(waybill)
        except _UNANSWERED as error:
            logger.warning("a lost waybill is not told", id=waybill_id, problem=_brief(error))
        else:
            self._told_of_search.add(waybill_id)

    async def _tell(self, waybill: Waybill) -> None:
        """Let the message where somebody waits show how it is now."""
        staff: StaffMember | None = waybill.staff
        if staff is None or waybill.chat_id is None or waybill.message_id is None:
            return
        is_group = staff.telegram_id != waybill.chat_id
        place = Place(waybill.chat_id, 0, waybill.message_id, is_group)
        t = self._translators(staff.language or await chats.language(waybill.chat_id))
        try:
            screen = await self._screen(waybill, staff, t, is_group=is_group)
        except Exception as error:
            logger.error("a waybill cannot be drawn", id=waybill.id, exc_info=error)
            screen = Rendered(texts.unexpected(t, f"waybill-{waybill.id}"), None)
        try:
            shown = await show(self._bot, place, screen)
        except (TelegramForbiddenError, TelegramBadRequest, TelegramMigrateToChat) as error:
            logger.warning("a chat refuses us", id=waybill.id, problem=str(error))
            return
        if shown != place and waybill.state is WaybillState.FAILED:
            await waybill_forms.show_form_at(waybill.order_id, shown.chat_id, shown.message_id)

    async def _screen(
        self, waybill: Waybill, staff: StaffMember, t: Translator, *, is_group: bool
    ) -> Rendered:
        """The form once more with what is wrong, or the waybill."""
        view = await order_views.order_view(waybill.order_id)
        origin = await self._origin(view, waybill)
        news = ""
        if waybill.state is WaybillState.FAILED:
            reason, detail = CarrierProblem(waybill.problem), waybill.problem_detail
            problem = carrier_texts.reason(reason, detail, waybill.problem_text, t)
            news = f"❌ {problem}"
            try:
                form = await waybill_forms.form_view(waybill.order_id, by=staff)
            except WaybillExistsError:  # another one was asked for meanwhile: that is what counts
                news = ""
            except RejectedError as error:  # somebody else has it by now
                logger.info("a form is gone", id=waybill.id, reason=str(error))
            else:
                return waybill_form_windows.form(form, t, now=now(), origin=origin, problem=problem)
        role = None if is_group else staff.role
        return waybill_windows.waybill(view, t, now=now(), origin=origin, role=role, news=news)

    async def _origin(self, view: OrderView, waybill: Waybill) -> Origin:
        """Where Back leads: to the window that the message shows, or to the receipt."""
        if await waybills.is_in_window(waybill):
            return Origin.WINDOW
        return Origin.RECEIPT if view.order.phase is Phase.COMPLETED else Origin.CARD


def _brief(error: Exception) -> str:
    """The first line: below it stands what came, perhaps a card with a name and a phone."""
    return str(error).partition("\n")[0]
