"""A way to the simulated Telegram that is set up and closed at once."""

import ssl
from unittest.mock import patch

from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from sandbox.telegram import TelegramSandbox

_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class LocalSession(AiohttpSession):
    """aiogram's session without what only TLS needs: certificates, and 0.25 s at its closing."""

    def __init__(self, telegram: TelegramSandbox) -> None:
        with patch.object(ssl, "create_default_context", return_value=_NO_TLS):
            super().__init__(api=TelegramAPIServer.from_base(telegram.url))

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
