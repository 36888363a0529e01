"""What goes wrong: refusals of the Bot API, and misuse of the sandbox itself.

The descriptions of refusals are Telegram's own, as found in the sources of the official
Bot API server (https://github.com/tdlib/telegram-bot-api) and of TDLib.
"""

from __future__ import annotations

from typing import Any


class SandboxError(Exception):
    """The simulated person tried what no real person could do (a button that is not there)."""


class ConnectionLostError(Exception):
    """The simulated network drops the connection instead of answering."""


class ApiError(Exception):
    """An answer with `ok: false`."""

    def __init__(
        self, code: int, description: str, parameters: dict[str, Any] | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(problem: str) -> ApiError:
    """A 400. The server lowers the first letter of TDLib's texts, but not of CODE_LIKE_ONES."""
    return ApiError(400, f"Bad Request: {problem}")


def forbidden(problem: str) -> ApiError:
    """A 403: the person or the group does not let the bot in."""
    return ApiError(403, f"Forbidden: {problem}")


def conflict(problem: str) -> ApiError:
    """A 409: two ways of receiving updates at once."""
    return ApiError(409, f"Conflict: {problem}")


def not_found() -> ApiError:
    """The answer to an unknown method or a malformed token."""
    return ApiError(404, "Not Found")


def too_many_requests(retry_after: int) -> ApiError:
    """A 429; the seconds stand in the text, in the parameters and in a header."""
    return ApiError(
        429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after}
    )


def upgraded(new_chat_id: int) -> ApiError:
    """The basic group became a supergroup; the answer tells its new id."""
    return ApiError(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        {"migrate_to_chat_id": new_chat_id},
    )
