"""The menu of commands that Telegram offers: the ones that exist, per person and language.

Strangers are offered nothing; each member of staff what their role works with.
"""

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramForbiddenError
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)

from bot.i18n import ENGLISH, UKRAINIAN, Translator, Translators
from domain.rights import Right, Role, may
from models.staff import StaffMember
from services import staff

# Telegram's code; English is what it shows to everybody else.
_CODES = ((UKRAINIAN, UKRAINIAN), (ENGLISH, None))

log = structlog.get_logger(__name__)


async def set_commands(bot: Bot, translators: Translators) -> None:
    """Set all menus, at start."""
    for language, code in _CODES:
        await bot.delete_my_commands(scope=BotCommandScopeAllPrivateChats(), language_code=code)
        await bot.set_my_commands(
            _group(translators(language)), scope=BotCommandScopeAllGroupChats(), language_code=code
        )
    for member in await staff.active():
        try:
            await _set(bot, translators, member)
        except (TelegramBadRequest, TelegramForbiddenError) as error:  # they never pressed Start
            log.info("a person is offered no commands", staff_id=member.id, problem=str(error))


async def offer(bot: Bot, translators: Translators, member: StaffMember) -> None:
    """Let a person's private chat offer what their role works with, in the language they read.

    What Telegram refuses now is set at the next start.
    """
    try:
        await _set(bot, translators, member)
    except TelegramAPIError as error:
        log.info("a person is offered no commands", staff_id=member.id, problem=str(error))


async def _set(bot: Bot, translators: Translators, member: StaffMember) -> None:
    scope = BotCommandScopeChat(chat_id=member.telegram_id)
    for language, code in _CODES:
        t = translators(member.language or language)
        await bot.set_my_commands(private(t, member.role), scope=scope, language_code=code)


async def withdraw(bot: Bot, member: StaffMember) -> None:
    """Offer a person who has left nothing any more."""
    scope = BotCommandScopeChat(chat_id=member.telegram_id)
    try:
        for _, code in _CODES:
            await bot.delete_my_commands(scope=scope, language_code=code)
    except TelegramAPIError as error:
        log.info("a person keeps their commands", staff_id=member.id, problem=str(error))


def private(t: Translator, role: Role) -> list[BotCommand]:
    """What a role works with in the private chat."""
    sales = [BotCommand(command="sales", description=t("Sales"))] if may(role, Right.SELL) else []
    return [
        BotCommand(command="orders", description=t("Orders")),
        *sales,
        BotCommand(command="settings", description=t("Settings")),
        BotCommand(command="cancel", description=t("Leave the form that is open")),
        BotCommand(command="help", description=t("What this bot can do")),
    ]


def _group(t: Translator) -> list[BotCommand]:
    return [
        BotCommand(command="here", description=t("Have cards of new orders in this chat")),
        BotCommand(command="leave", description=t("No more cards in this chat")),
    ]
