"""What a bot may put on a message."""

from collections.abc import Callable, Coroutine
from typing import Any

from sandbox.telegram import User

Call = Callable[..., Coroutine[Any, Any, dict[str, Any]]]


async def test_a_bot_reacts_with_one_of_the_known_emoji(olena: User, call: Call) -> None:
    await olena.send("Привіт")
    message = olena.chat.messages[-1]
    where = {"chat_id": 101, "message_id": message.message_id}

    def react(*emoji: str) -> Any:
        reaction = [{"type": "emoji", "emoji": each} for each in emoji]
        return call("setMessageReaction", **where, reaction=reaction)

    assert (await react("👍"))["result"] is True
    assert message.reactions == ["👍"]
    assert (await react("✅"))["description"] == "Bad Request: REACTION_INVALID"
    assert (await react("👍", "🔥"))["description"] == "Bad Request: REACTIONS_TOO_MANY"
    assert message.reactions == ["👍"]
    assert (await react())["result"] is True
    assert message.reactions == []
