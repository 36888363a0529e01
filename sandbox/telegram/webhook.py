"""Delivery of updates to the bot's own HTTP server.

https://core.telegram.org/bots/api#setwebhook; order, retries and pauses as in WebhookActor.cpp
of the Bot API server: in order per chat (per person for taps), again at once, then after
2, 4, 8 ... seconds, a Retry-After header is obeyed up to an hour.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp

from sandbox.telegram.errors import bad_request, too_many_requests
from sandbox.telegram.links import problem_of_link
from sandbox.telegram.model import Json
from sandbox.telegram.params import Params, read_answer
from sandbox.telegram.runtime import Background, Clock
from sandbox.telegram.updates import Queued, UpdateQueue

logger = logging.getLogger(__name__)

TIMEOUT_S = 60
LONGEST_PAUSE_S = 60
LONGEST_RETRY_AFTER_S = 3600
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where updates go."""

    url: str
    secret_token: str
    max_connections: int


@dataclass(frozen=True, slots=True)
class Failure:
    """The last failed delivery, as getWebhookInfo tells it."""

    at: float
    message: str


class Webhook:
    """The bot's webhook, if it has set one."""

    def __init__(self, clock: Clock, queue: UpdateQueue, background: Background) -> None:
        self._clock = clock
        self._queue = queue
        self._background = background
        self._target: Target | None = None
        self._failure: Failure | None = None
        self._busy: set[str] = set()
        self._next_set_at = 0.0
        self._call: Callable[[Params], Awaitable[None]] | None = None
        self._session: aiohttp.ClientSession | None = None

    @property
    def is_set(self) -> bool:
        """Whether updates are pushed; getUpdates is refused then."""
        return self._target is not None

    async def start(self, call: Callable[[Params], Awaitable[None]]) -> None:
        """Begin to deliver. `call` carries out what the bot answers with."""
        self._call = call
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_S))
        self._background.spawn(self._dispatch(), "webhook dispatcher")

    async def stop(self) -> None:
        """Close the connections; deliveries have been cancelled before."""
        if self._session is not None:
            await self._session.close()

    def set(self, params: Params) -> str:
        """The method setWebhook. Returns the description of the answer.

        Raises:
            ApiError: wrong address or secret; 429 for a second call within a second.
        """
        url = params.text("url").strip()
        if not url:
            return self.delete(params)
        now = self._clock.now()
        if now < self._next_set_at:
            raise too_many_requests(1)
        if problem := problem_of_link(url.replace("//localhost", "//127.0.0.1", 1)):
            raise bad_request(f"bad webhook: {problem}")
        secret = params.text("secret_token")
        if secret and not _SECRET.fullmatch(secret):
            raise bad_request("secret token contains unallowed characters")
        self._queue.set_allowed(
            params.json("allowed_updates", "can't parse allowed updates JSON object")
        )
        self._next_set_at = now + 1
        if params.flag("drop_pending_updates"):
            self._queue.clear()
        target = Target(
            url=url,
            secret_token=secret,
            max_connections=min(max(params.integer("max_connections", 40), 1), 100),
        )
        known, self._target = self._target, target
        self._failure = None
        self._queue.terminate_poll()
        return "Webhook is already set" if known == target else "Webhook was set"

    def delete(self, params: Params) -> str:
        """The method deleteWebhook. Returns the description of the answer."""
        if params.flag("drop_pending_updates"):
            self._queue.clear()
        known, self._target = self._target, None
        self._failure = None
        return "Webhook was deleted" if known else "Webhook is already deleted"

    def info(self) -> Json:
        """The WebhookInfo."""
        shown: Json = {
            "url": self._target.url if self._target else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._queue),
        }
        if self._target:
            shown["max_connections"] = self._target.max_connections
            shown["ip_address"] = "127.0.0.1"
        if self._failure:
            shown["last_error_date"] = int(self._failure.at)
            shown["last_error_message"] = self._failure.message
        if self._queue.allowed is not None:
            shown["allowed_updates"] = sorted(self._queue.allowed)
        return shown

    async def _dispatch(self) -> None:
        """Start a delivery for the first waiting update of each key, as connections allow."""
        while True:
            for queued in self._queue.waiting() if self._queue.online else ():
                if self._target is None or len(self._busy) >= self._target.max_connections:
                    break
                if queued.order_key not in self._busy:
                    self._busy.add(queued.order_key)
                    self._background.spawn(self._deliver(queued), "webhook delivery")
            await self._queue.changed.wait()

    async def _deliver(self, queued: Queued) -> None:
        """Try until it is taken, expires, or the webhook goes."""
        tries = 0
        try:
            while self._target and self._queue.online and self._queue.holds(queued.update):
                retry_after_s = await self._attempt(self._target, queued)
                if retry_after_s is None:
                    self._queue.confirm(queued.update.update_id)
                    return
                tries += 1
                backoff_s = 0 if tries == 1 else min(2 ** (tries - 1), LONGEST_PAUSE_S)
                await self._clock.sleep(max(backoff_s, retry_after_s))
        finally:
            self._busy.discard(queued.order_key)
            self._queue.changed.notify()

    async def _attempt(self, target: Target, queued: Queued) -> float | None:
        """One request. None: taken; else how long the bot's server asked to wait (0: nothing)."""
        assert self._session is not None, "deliveries start after start()"  # noqa: S101
        headers = {SECRET_HEADER: target.secret_token} if target.secret_token else {}
        try:
            async with self._session.post(
                target.url, json=queued.update.as_json(), headers=headers
            ) as response:
                if 200 <= response.status < 300:
                    await self._carry_out(await read_answer(response))
                    return None
                problem = f"Wrong response from the webhook: {response.status} {response.reason}"
                pause = response.headers.get("Retry-After", "")
                retry_after_s = min(int(pause), LONGEST_RETRY_AFTER_S) if pause.isdigit() else 0
        except TimeoutError:
            problem, retry_after_s = "Read timeout expired", 0
        except aiohttp.ClientError as e:
            problem, retry_after_s = f"Connection failed: {type(e).__name__}", 0
        self._failure = Failure(self._clock.now(), problem)
        return retry_after_s

    async def _carry_out(self, params: Params) -> None:
        if params.text("method") and self._call is not None:
            await self._call(params)
