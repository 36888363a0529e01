"""Labels: of one waybill, or of a pack of those that nobody has printed yet."""

from collections.abc import Sequence

import structlog
from aiogram import Bot, F, Router
from aiogram.enums import ChatAction
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BufferedInputFile, CallbackQuery, ReplyParameters
from tortoise.timezone import now

from bot import label_windows, texts
from bot.answers import answer_tap, show, tapped
from bot.carrier_texts import why_not
from bot.i18n import Translator
from bot.keyboards.labels import PackAction, PackTap
from bot.label_windows import COUNTED_LABELS, Pack
from domain.carriers import LabelFormat
from domain.errors import IntegrationError, RejectedError
from models.carriers import Waybill
from services import waybills
from services.card_places import Place
from sync import waybills as post
from sync.carrier_desk import CarrierDesk

log = structlog.get_logger(__name__)

PAPERS = {PackAction.LABEL: LabelFormat.LABEL, PackAction.SHEET: LabelFormat.SHEET}


async def send_labels(
    bot: Bot,
    desk: CarrierDesk,
    place: Place,
    chosen: Sequence[Waybill],
    paper: LabelFormat,
    t: Translator,
) -> None:
    """Print these waybills, which come with their orders, into the chat as one PDF.

    The carrier's own link to it holds our key: only the file ever leaves the server. Once it is
    in the chat, they count as printed.

    Raises:
        IntegrationError: the carrier cannot be asked, or said no.
        NotFoundError: it was disconnected.
    """
    topic_id = place.topic_id or None
    try:
        await bot.send_chat_action(
            place.chat_id, ChatAction.UPLOAD_DOCUMENT, message_thread_id=topic_id
        )
    except TelegramAPIError as error:  # nobody misses it
        log.info("that a file is coming is not shown", problem=str(error))
    pdf = await post.labels(desk, chosen, paper)
    await bot.send_document(
        place.chat_id,
        BufferedInputFile(pdf, label_windows.file_name(chosen, t)),
        caption=label_windows.caption(chosen, t),
        message_thread_id=topic_id,
        reply_parameters=ReplyParameters(
            message_id=place.message_id, allow_sending_without_reply=True
        ),
    )
    await waybills.printed([each.id for each in chosen])


async def show_pack(query: CallbackQuery, callback_data: PackTap, bot: Bot, t: Translator) -> None:
    """Those to be printed; a tap on one picks it, or leaves it out."""
    pack, has_changed = await _pack(callback_data)
    await answer_tap(query)
    news = label_windows.list_changed(t) if has_changed else ""
    await show(bot, tapped(query), label_windows.pack(pack, t, today=t.local_day(now()), news=news))


async def print_pack(
    query: CallbackQuery, callback_data: PackTap, bot: Bot, desk: CarrierDesk, t: Translator
) -> None:
    """Print those that are picked, and show what is left.

    Of a list that has changed nothing is printed: nobody has seen what would be on the paper.
    """
    place = tapped(query)
    pack, has_changed = await _pack(callback_data)
    await answer_tap(query)
    if has_changed or not pack.picked:
        news = label_windows.list_changed(t) if has_changed else ""
        await show(bot, place, label_windows.pack(pack, t, today=t.local_day(now()), news=news))
        return
    try:
        await send_labels(bot, desk, place, pack.picked, PAPERS[callback_data.action], t)
    except (IntegrationError, RejectedError) as error:
        news = failure(error, t)
    else:
        news = label_windows.printed(len(pack.picked), t)
        pack = Pack.of(await waybills.to_print(COUNTED_LABELS))
    await show(bot, place, label_windows.pack(pack, t, today=t.local_day(now()), news=news))


def failure(error: IntegrationError | RejectedError, t: Translator) -> str:
    """Why it did not work, once the tap itself was answered; safe HTML."""
    why = texts.explain(error, t) if isinstance(error, RejectedError) else why_not(error, t)
    return f"⚠ {why}"


async def _pack(tap: PackTap) -> tuple[Pack, bool]:
    """What is to be printed, picked as the tap says; and whether the list is another one now.

    Then everything is picked.
    """
    pack = Pack.of(await waybills.to_print(COUNTED_LABELS))
    if not tap.of:  # the way in
        return pack, False
    if tap.of != pack.fingerprint:
        return pack, True
    return pack.with_mask(tap.mask), False


def build_router() -> Router:
    router = Router(name=__name__)
    router.callback_query.register(show_pack, PackTap.filter(F.action == PackAction.SHOW))
    router.callback_query.register(print_pack, PackTap.filter(F.action.in_(frozenset(PAPERS))))
    return router
