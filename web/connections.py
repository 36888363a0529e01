"""A shop's platform posts the keys that somebody has just allowed: keep them, answer 200.

Nothing else is done while it waits: WooCommerce deletes the keys unless the answer is 200, and
shows its person an error page. Whatever is wrong is answered 404, with no word why.
"""

from collections.abc import Awaitable, Callable, Mapping

import structlog
from aiohttp import web

from domain.errors import MalformedPayloadError
from integrations.connecting import Entrance, SiteEntrance

logger = structlog.get_logger(__name__)

LARGEST_GRANT = 16 * 1024  # bytes

KeepKeys = Callable[[str, str, Mapping[str, str]], Awaitable[bool]]


class GrantReceiver:
    """``POST /connect/<platform>/<token>``.

    Args:
        entrances: what the platforms post, by name.
        keep: keeps keys for whoever waits for them (platform, token, keys), once.
    """

    def __init__(self, entrances: Mapping[str, Entrance], keep: KeepKeys) -> None:
        self._entrances = entrances
        self._keep = keep

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one request."""
        name, token = request.match_info["platform"], request.match_info["token"]
        if await self._is_kept(name, token, request):
            return web.Response(text="ok")
        logger.warning("keys came that nobody waits for", platform=name[:40])
        return web.Response(status=404, text="not found")

    async def _is_kept(self, name: str, token: str, request: web.Request) -> bool:
        entrance = self._entrances.get(name)
        if not isinstance(entrance, SiteEntrance) or (request.content_length or 0) > LARGEST_GRANT:
            return False
        try:
            grant = entrance.grant(await request.read())
        except MalformedPayloadError:
            return False
        return grant.token == token and await self._keep(name, token, grant.credentials)
