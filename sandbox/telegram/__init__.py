"""A simulated Telegram: a strict Bot API server, people who use it, and a chat page.

    sandbox = TelegramSandbox(token="42:TEST", bot_username="kramar_demo_bot")
    await sandbox.start()
    olena = sandbox.add_user(id=101, first_name="Олена")
    await olena.send("/start")
    answer = await olena.tap(olena.chat.messages[-1], "Confirm")

What the real Telegram refuses is refused with its own words; sources stand in the modules.
Not simulated: inline results but articles, payments, business, stories, channels, Markdown, media
groups.
"""

from sandbox.telegram.bot_api import Call
from sandbox.telegram.chats import Chat, Group, Topic
from sandbox.telegram.errors import SandboxError
from sandbox.telegram.faults import Fault, Faults
from sandbox.telegram.inline import InlineAnswer, InlineResult
from sandbox.telegram.limits import Limits
from sandbox.telegram.model import CallbackAnswer, Message, Update
from sandbox.telegram.people import User
from sandbox.telegram.runtime import Clock
from sandbox.telegram.server import TelegramSandbox

__all__ = [
    "Call",
    "CallbackAnswer",
    "Chat",
    "Clock",
    "Fault",
    "Faults",
    "Group",
    "InlineAnswer",
    "InlineResult",
    "Limits",
    "Message",
    "SandboxError",
    "TelegramSandbox",
    "Topic",
    "Update",
    "User",
]
