"""People over aiogram: typed answers, taps, keyboards, files, deep links, commands."""

import asyncio
import struct
import zlib

import pytest
from aiogram import Bot
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BufferedInputFile,
    ChatMemberAdministrator,
    ChatMemberOwner,
    ChatMemberUpdated,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyParameters,
)

from sandbox.telegram import Group, SandboxError, TelegramSandbox, User
from sandbox.telegram.methods.profile import commands_for


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\0" * ((width + 7) // 8)) * height)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


CARD = InlineKeyboardMarkup(
    inline_keyboard=[
        [
            InlineKeyboardButton(text="✅ Confirm", callback_data="c:1", style="success"),
            InlineKeyboardButton(text="Reject", callback_data="r:1", style="danger"),
        ],
        [
            InlineKeyboardButton(text="Copy phone", copy_text=CopyTextButton(text="+380671234567")),
            InlineKeyboardButton(text="Site", url="https://example.com/"),
        ],
    ]
)


async def test_tap_brings_the_answer(sandbox: TelegramSandbox, olena: User, bot: Bot) -> None:
    sent = await bot.send_message(101, "Order 1", reply_markup=CARD)
    card = olena.chat.messages[-1]

    async def answer() -> None:
        updates = await bot.get_updates(timeout=5)
        query = updates[0].callback_query
        assert query is not None
        assert query.data == "c:1"
        assert query.message is not None
        assert query.message.message_id == sent.message_id
        await bot.answer_callback_query(query.id, "Confirmed", show_alert=True)

    tapped, _ = await asyncio.gather(olena.tap(card, "Confirm"), answer())

    assert (tapped.text, tapped.show_alert) == ("Confirmed", True)


async def test_local_buttons_never_reach_the_bot(
    sandbox: TelegramSandbox, olena: User, bot: Bot
) -> None:
    await bot.send_message(101, "Order 1", reply_markup=CARD)
    card = olena.chat.messages[-1]

    assert (await olena.tap(card, "Copy phone")).copied == "+380671234567"
    assert (await olena.tap(card, "Site")).url == "https://example.com/"
    assert await bot.get_updates() == []


async def test_impossible_taps(sandbox: TelegramSandbox, olena: User, oleh: User, bot: Bot) -> None:
    await bot.send_message(101, "Order 1", reply_markup=CARD)
    card = olena.chat.messages[-1]

    with pytest.raises(SandboxError, match="no button contains 'Undo'; there are: '✅ Confirm'"):
        await olena.tap(card, "Undo")
    with pytest.raises(SandboxError, match="does not see"):
        await oleh.tap(card, "Confirm")
    with pytest.raises(TimeoutError, match="nobody answered"):
        await olena.tap(card, "Confirm", timeout=0.01)


async def test_answer_may_open_the_private_chat(
    sandbox: TelegramSandbox, olena: User, bot: Bot
) -> None:
    await bot.send_message(101, "Order 1", reply_markup=CARD)
    query = sandbox.world.tell_tap(olena, olena.chat.messages[-1], "c:1")
    await bot.answer_callback_query(query.id, url="https://t.me/kramar_demo_bot?start=sale_1")

    update = await olena.follow(await query.answer)

    assert update is not None
    assert update.payload["text"] == "/start sale_1"


async def test_deep_link_payloads_are_checked(olena: User) -> None:
    assert (await olena.open_deep_link("sale_1")).payload["text"] == "/start sale_1"
    with pytest.raises(SandboxError):
        await olena.open_deep_link("sale 1")
    with pytest.raises(SandboxError):
        await olena.open_deep_link("x" * 65)


async def test_reply_keyboard(sandbox: TelegramSandbox, olena: User, bot: Bot) -> None:
    rows = [[KeyboardButton(text="📦 Orders"), KeyboardButton(text="Sales")]]
    await bot.send_message(101, "Menu", reply_markup=ReplyKeyboardMarkup(keyboard=rows))

    update = await olena.press("Orders")

    assert update.payload["text"] == "📦 Orders"
    assert olena.chat.messages[-2].buttons == [["📦 Orders", "Sales"]]
    with pytest.raises(SandboxError):
        await olena.press("Stock")


async def test_files_travel_both_ways(sandbox: TelegramSandbox, olena: User, bot: Bot) -> None:
    sent = await bot.send_document(101, BufferedInputFile(b"sku,name", "stock.csv"), caption="x")
    photo = await bot.send_photo(101, BufferedInputFile(png(40, 30), "chart.png"))
    again = await bot.send_photo(101, photo.photo[-1].file_id if photo.photo else "")
    await olena.send_file("import.csv", b"a,b", caption="/import")
    (update,) = await bot.get_updates()

    assert sent.document is not None
    assert (sent.document.file_name, sent.document.mime_type) == ("stock.csv", "text/csv")
    assert photo.photo is not None
    assert (photo.photo[0].width, photo.photo[0].height) == (40, 30)
    assert again.photo == photo.photo
    assert update.message is not None
    assert update.message.document is not None
    downloaded = await bot.download(update.message.document)
    assert downloaded is not None
    assert downloaded.read() == b"a,b"


@pytest.mark.parametrize(
    ("data", "description"),
    [
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (png(210, 10), "PHOTO_INVALID_DIMENSIONS"),
        (png(9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
        (b"", "file must be non-empty"),
    ],
)
async def test_bad_pictures(olena: User, bot: Bot, data: bytes, description: str) -> None:
    with pytest.raises(Exception, match=description):
        await bot.send_photo(101, BufferedInputFile(data, "chart.png"))


async def test_answers_decode_with_aiogram(
    sandbox: TelegramSandbox, olena: User, group: Group, bot: Bot
) -> None:
    group.promote_bot()
    sent = await bot.send_message(group.id, "x", disable_notification=True)
    reply = await bot.send_message(
        group.id, "y", reply_parameters=ReplyParameters(message_id=sent.message_id)
    )

    assert (await bot.get_me()).username == "kramar_demo_bot"
    assert (await bot.get_chat(101)).first_name == "Олена"
    assert (await bot.get_chat(group.id)).title == "Склад"
    creator, administrator = await bot.get_chat_administrators(group.id)
    assert isinstance(creator, ChatMemberOwner)
    assert isinstance(administrator, ChatMemberAdministrator)
    assert (await bot.get_chat_member(group.id, 102)).status == "member"
    assert reply.reply_to_message is not None
    assert reply.reply_to_message.message_id == sent.message_id
    assert group.message(sent.message_id) is not None
    assert await bot.pin_chat_message(group.id, sent.message_id)
    assert group.pinned == [sent.message_id]
    (update,) = await bot.get_updates(limit=1)
    assert isinstance(update.my_chat_member, ChatMemberUpdated)
    copied = await bot.copy_message(101, group.id, sent.message_id)
    assert olena.chat.messages[-1].message_id == copied.message_id


async def test_commands_by_scope_and_language(
    sandbox: TelegramSandbox, olena: User, oleh: User, bot: Bot
) -> None:
    private = BotCommandScopeAllPrivateChats()
    plain = [BotCommand(command="orders", description="Orders")]
    ukrainian = [BotCommand(command="orders", description="Замовлення")]
    own = [BotCommand(command="settings", description="Settings")]
    oleh.has_started = True
    await bot.set_my_commands(plain, scope=private)
    await bot.set_my_commands(ukrainian, scope=private, language_code="uk")

    shown = [
        commands_for(sandbox.world, user.chat, user)[0]["description"] for user in (olena, oleh)
    ]
    await bot.set_my_commands(own, scope=BotCommandScopeChat(chat_id=102))

    assert shown == ["Замовлення", "Orders"]
    assert commands_for(sandbox.world, oleh.chat, oleh)[0]["command"] == "settings"
    (known,) = await bot.get_my_commands(scope=private, language_code="uk")
    assert (known.command, known.description) == ("orders", "Замовлення")


async def test_people_edit_their_messages(olena: User, bot: Bot) -> None:
    written = await olena.send("1234")
    assert written.message is not None

    await olena.edit(written.message, "1235")

    updates = await bot.get_updates()
    assert updates[1].edited_message is not None
    assert updates[1].edited_message.text == "1235"


async def test_wait_for_gives_up(sandbox: TelegramSandbox) -> None:
    with pytest.raises(TimeoutError):
        await sandbox.wait_for(lambda: False, timeout=0.01)
