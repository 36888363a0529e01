"""aiogram, imported leanly, does all that it does otherwise. Each test in a process of its own."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from sandbox.telegram import TelegramSandbox

ROOT = Path(__file__).parent.parent.parent
LEANLY = "from bot.lean_aiogram import import_aiogram; import_aiogram()"

REPORT = """
import json, re
import aiogram
memory = int(open("/proc/self/statm").read().split()[1])
complete = sum(
    getattr(getattr(module, name), "__pydantic_complete__", False)
    for module in (aiogram.types, aiogram.methods)
    for name in module.__all__
)
found = {}
for module in (aiogram.types, aiogram.methods):
    for name in module.__all__:
        model = getattr(module, name)
        if hasattr(model, "model_rebuild") and "__pydantic_validator__" in vars(model):
            model.__pydantic_validator__.title  # built by its first use
            assert model.__pydantic_complete__, name
            found[name] = {key: str(each.annotation) for key, each in model.model_fields.items()}
found = json.loads(re.sub("0x[0-9a-f]+", "", json.dumps(found)))
print(json.dumps({"memory": memory, "complete": complete, "found": found}))
"""

ECHO = """
import asyncio, sys
from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import (
    CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
)

dispatcher = Dispatcher()

@dispatcher.message(F.text)
async def echo(message: Message) -> None:
    button = InlineKeyboardButton(text="Again", callback_data="again")
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[button]])
    await message.answer(f"you said {message.text}", reply_markup=keyboard)

@dispatcher.callback_query(F.data == "again")
async def again(query: CallbackQuery) -> None:
    await query.answer()
    await query.message.edit_text("tapped by " + query.from_user.first_name)

session = AiohttpSession(api=TelegramAPIServer.from_base(sys.argv[1]))
asyncio.run(dispatcher.start_polling(Bot("42:TEST", session=session), handle_signals=False))
"""


def run(program: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_most_types_are_not_built_before_their_use_and_are_the_same_then() -> None:
    usual = run(REPORT)
    lean = run(LEANLY + REPORT)

    assert lean["complete"] < usual["complete"] / 2
    assert lean["memory"] < usual["memory"] * 0.6
    assert len(usual["found"]) > 500
    assert lean["found"] == usual["found"]


async def test_a_bot_hears_sends_and_edits() -> None:
    async with TelegramSandbox(limits=None) as telegram:
        olena = telegram.add_user(id=101, first_name="Олена")
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-c", f"{LEANLY}\n{ECHO}", telegram.url, cwd=ROOT
        )
        try:
            await olena.send("hello")
            await telegram.wait_for(lambda: len(olena.chat.messages) > 1, timeout=30)
            assert olena.chat.messages[-1].text == "you said hello"
            await olena.tap(olena.chat.messages[-1], "Again")
            await telegram.wait_for(lambda: "tapped" in olena.chat.messages[-1].text, timeout=30)
            assert olena.chat.messages[-1].text == "tapped by Олена"
        finally:
            bot.terminate()
            await bot.wait()


def test_a_changed_aiogram_is_imported_as_usual() -> None:
    changed = """
import bot.lean_aiogram as lean

def fail(names):
    raise AttributeError("aiogram has changed")

lean._build_when_used = fail
lean.import_aiogram()
from aiogram.types import Update
assert Update.__pydantic_complete__
print(Update.model_validate({"update_id": 7}).update_id)
"""
    done = subprocess.run(
        [sys.executable, "-c", changed], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines()[-1] == "7", done.stderr
