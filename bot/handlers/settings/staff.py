"""Settings, Staff: who has access, as what, and invites for others."""

import structlog
from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.types import CallbackQuery, ReplyKeyboardMarkup, ReplyKeyboardRemove
from aiogram.utils.deep_linking import create_start_link
from tortoise.timezone import now

from bot import commands, staff_texts, texts, windows
from bot.access import INVITE_LINK
from bot.answers import answer_tap, show, tapped
from bot.handlers.settings.frame import guarded
from bot.i18n import Translator, Translators
from bot.keyboards.settings import SettingsScreen, SettingsTap
from bot.keyboards.staff import RoleTap, StaffAction, StaffTap
from bot.settings_screens import staff as screens
from domain.errors import NotFoundError
from domain.rights import Right
from models.staff import StaffMember
from services import chats, invites
from services import staff as people

log = structlog.get_logger(__name__)


async def show_list(
    query: CallbackQuery, callback_data: StaffTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    await _list(query, callback_data.page, "", bot, staff, t)


async def open_list(query: CallbackQuery, bot: Bot, staff: StaffMember, t: Translator) -> None:
    await _list(query, 0, "", bot, staff, t)


async def _list(
    query: CallbackQuery, page: int, answer: str, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    shown = screens.people(await people.page(page), await invites.count(), staff, t)
    await answer_tap(query, answer)
    await show(bot, tapped(query), shown)


async def show_person(
    query: CallbackQuery, callback_data: StaffTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """Somebody who has left meanwhile: the list without them."""
    try:
        member = await people.member(callback_data.id)
    except NotFoundError as error:
        await _list(query, callback_data.page, texts.explain(error, t), bot, staff, t)
        return
    await answer_tap(query)
    await show(bot, tapped(query), screens.person(member, callback_data.page, t))


async def ask_remove(
    query: CallbackQuery, callback_data: StaffTap, bot: Bot, t: Translator
) -> None:
    member = await people.member(callback_data.id)
    await answer_tap(query)
    await show(bot, tapped(query), screens.ask_remove(member, callback_data.page, t))


async def choose_invited_role(query: CallbackQuery, bot: Bot, t: Translator) -> None:
    await answer_tap(query)
    await show(bot, tapped(query), screens.choose_role(t))


async def invite(
    query: CallbackQuery, callback_data: RoleTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """The link, shown this once."""
    made, token = await invites.create(callback_data.role, by=staff)
    address = await create_start_link(bot, INVITE_LINK + token)
    await answer_tap(query)
    await show(bot, tapped(query), screens.link(address, made, t, now=now()))


async def list_invites(
    query: CallbackQuery, callback_data: StaffTap, bot: Bot, t: Translator
) -> None:
    await _invites(query, callback_data.page, "", bot, t)


async def revoke(
    query: CallbackQuery, callback_data: StaffTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """The link lets nobody in any more; one that was over already is gone from the list, too."""
    answer = staff_texts.revoked(t)
    try:
        await invites.revoke(callback_data.id, by=staff)
    except NotFoundError as error:
        answer = texts.explain(error, t)
    await _invites(query, callback_data.page, answer, bot, t)


async def _invites(query: CallbackQuery, page: int, answer: str, bot: Bot, t: Translator) -> None:
    shown = screens.open_invites(await invites.page(page), t, now=now())
    await answer_tap(query, answer)
    await show(bot, tapped(query), shown)


class Deciding:
    """What the owner decides about a person; the person hears of it, with the menu that is theirs.

    They read the language they have chosen, else that of their chat.
    """

    def __init__(self, translators: Translators) -> None:
        self._translators = translators

    async def change_role(
        self,
        query: CallbackQuery,
        callback_data: RoleTap,
        bot: Bot,
        staff: StaffMember,
        t: Translator,
    ) -> None:
        is_changed = await people.change_role(callback_data.id, callback_data.role, by=staff)
        member = await people.member(callback_data.id)
        await answer_tap(query, texts.saved(t))
        await show(bot, tapped(query), screens.person(member, callback_data.page, t))
        if is_changed:
            theirs = await self._theirs(member)
            menu = windows.menu(theirs, member.role)
            await _tell(bot, member, staff_texts.your_role(member.role, theirs), menu)
            await commands.offer(bot, self._translators, member)

    async def remove(
        self,
        query: CallbackQuery,
        callback_data: StaffTap,
        bot: Bot,
        staff: StaffMember,
        t: Translator,
    ) -> None:
        try:
            member = await people.remove(callback_data.id, by=staff)
        except NotFoundError as error:
            await _list(query, callback_data.page, texts.explain(error, t), bot, staff, t)
            return
        await _list(query, callback_data.page, staff_texts.is_removed(t), bot, staff, t)
        farewell = staff_texts.removed(await self._theirs(member))
        await _tell(bot, member, farewell, ReplyKeyboardRemove())
        await commands.withdraw(bot, member)

    async def _theirs(self, member: StaffMember) -> Translator:
        return self._translators(member.language or await chats.language(member.telegram_id))


async def _tell(
    bot: Bot, member: StaffMember, text: str, menu: ReplyKeyboardMarkup | ReplyKeyboardRemove
) -> None:
    try:
        await bot.send_message(member.telegram_id, text, reply_markup=menu)
    except TelegramAPIError as error:  # they will see it at their next tap
        log.info("a person could not be told", staff_id=member.id, problem=str(error))


def build_router(translators: Translators) -> Router:
    router = guarded(__name__, Right.EDIT_STAFF)
    tap = router.callback_query.register
    deciding = Deciding(translators)
    tap(open_list, SettingsTap.filter(F.screen == SettingsScreen.STAFF))
    tap(show_list, StaffTap.filter(F.action == StaffAction.LIST))
    tap(show_person, StaffTap.filter(F.action == StaffAction.PERSON))
    tap(ask_remove, StaffTap.filter(F.action == StaffAction.ASK_REMOVE))
    tap(deciding.remove, StaffTap.filter(F.action == StaffAction.REMOVE))
    tap(choose_invited_role, StaffTap.filter(F.action == StaffAction.INVITE))
    tap(list_invites, StaffTap.filter(F.action == StaffAction.INVITES))
    tap(revoke, StaffTap.filter(F.action == StaffAction.REVOKE))
    tap(invite, RoleTap.filter(F.id == 0))
    tap(deciding.change_role, RoleTap.filter())
    return router
