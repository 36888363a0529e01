"""What asks the simulated cabinet in these tests, and the samples it is held against."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp

from sandbox.prom import PromCabinet

FIXTURES = Path(__file__).parents[2] / "integrations/prom/fixtures"
START = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)
NBSP = "\u00a0"


def sample(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


class Caller:
    """Asks the cabinet as a client with a token does."""

    def __init__(self, cabinet: PromCabinet, session: aiohttp.ClientSession) -> None:
        self.cabinet = cabinet
        self._session = session
        self.headers = {"Authorization": f"Bearer {cabinet.token}", "X-LANGUAGE": "uk"}

    async def ask(self, path: str, body: object = None, **query: str | int) -> tuple[int, str, Any]:
        """Status, content type, and the JSON or the text of the answer."""
        method = "GET" if body is None else "POST"
        async with self._session.request(
            method, self.cabinet.url + path, params=query, json=body, headers=self.headers
        ) as response:
            text = await response.text()
            is_json = response.content_type == "application/json"
            return response.status, response.content_type, json.loads(text) if is_json else text

    async def told(self, path: str, body: object = None, **query: str | int) -> Any:
        """The JSON of an answer that is 200."""
        status, content_type, answer = await self.ask(path, body, **query)
        assert (status, content_type) == (200, "application/json"), answer
        return answer

    async def ids(self, path: str, **query: str | int) -> list[int]:
        """The ids in a list ("/orders/list"), in turn."""
        answer = await self.told(path, **query)
        (found,) = answer.values()
        return [each["id"] for each in found]
