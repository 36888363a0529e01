"""The aiohttp application."""

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services import health
from sync.connecting import CALLBACK_PATH
from web.connections import GrantReceiver
from web.webhooks import LARGEST_BODY, Receiver

logger = structlog.get_logger(__name__)

IsTelegramReady = Callable[[], Awaitable[bool]]


def build_app(
    receiver: Receiver, grants: GrantReceiver, is_telegram_ready: IsTelegramReady
) -> web.Application:
    """All routes: webhooks, keys of shops, ``/healthz``, ``/readyz``, ``/metrics``."""
    app = web.Application(client_max_size=LARGEST_BODY, middlewares=[_log_failures])
    app.router.add_post("/webhooks/{platform}/{key}", receiver.answer)
    app.router.add_post(CALLBACK_PATH + "/{platform}/{token}", grants.answer)
    app.router.add_get("/healthz", _alive)
    app.router.add_get("/readyz", _Readiness(is_telegram_ready).answer)
    app.router.add_get("/metrics", _metrics)
    return app


@web.middleware
async def _log_failures(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """An unexpected error is ours: logged with its route (never its content), answered 500."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception as error:
        resource = request.match_info.route.resource
        route = resource.canonical if resource else "?"
        logger.error("request failed", route=route, method=request.method, exc_info=error)
        return web.Response(status=500, text="our fault; try again")


async def _alive(_request: web.Request) -> web.Response:
    return web.Response(text="ok")


class _Readiness:
    """Whether the database answers, its schema is ours, and Telegram talks to us."""

    def __init__(self, is_telegram_ready: IsTelegramReady) -> None:
        self._is_telegram_ready = is_telegram_ready

    async def answer(self, _request: web.Request) -> web.Response:
        parts = await health.database_parts()
        parts["telegram"] = await self._is_telegram_ready()
        return web.json_response(parts, status=200 if all(parts.values()) else 503)


async def _metrics(_request: web.Request) -> web.Response:
    await health.measure()
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
