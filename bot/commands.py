"""The menu of commands that Telegram offers: the ones that exist, per kind of chat and language."""

from aiogram import Bot
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)

from bot.i18n import ENGLISH, UKRAINIAN, Translator, Translators


async def set_commands(bot: Bot, translators: Translators) -> None:
    """Set the menus; English is what Telegram shows to everybody else."""
    for language, code in ((UKRAINIAN, UKRAINIAN), (ENGLISH, None)):
        t = translators(language)
        await bot.set_my_commands(
            _private(t), scope=BotCommandScopeAllPrivateChats(), language_code=code
        )
        await bot.set_my_commands(
            _group(t), scope=BotCommandScopeAllGroupChats(), language_code=code
        )


def _private(t: Translator) -> list[BotCommand]:
    return [
        BotCommand(command="orders", description=t("Orders")),
        BotCommand(command="sales", description=t("Sales")),
        BotCommand(command="settings", description=t("Settings")),
        BotCommand(command="cancel", description=t("Leave the form that is open")),
        BotCommand(command="help", description=t("What this bot can do")),
    ]


def _group(t: Translator) -> list[BotCommand]:
    return [
        BotCommand(command="here", description=t("Have cards of new orders in this chat")),
        BotCommand(command="leave", description=t("No more cards in this chat")),
    ]
