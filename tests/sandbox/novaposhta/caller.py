"""What asks the simulated Nova Poshta in these tests, and the samples it is held against."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp

from sandbox.novaposhta import NovaPoshta

FIXTURES = Path(__file__).parents[2] / "integrations" / "novaposhta" / "fixtures"
START = datetime(2026, 9, 15, 7, 20, 34, tzinfo=UTC)  # 10:20:34 in Kyiv
SENDER = "a1000000-0000-11ef-bcd0-48df37b921da"
CONTACT = "c1000001-0000-11ed-a60f-48df37b921da"
DOOR = "f2000000-0000-11ed-a60f-48df37b921db"


def sample(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


def properties(name: str, **changes: object) -> dict[str, Any]:
    """Those of a sample; what is changed to None is left out."""
    props = sample(name)["request"]["methodProperties"] | changes
    return {key: value for key, value in props.items() if value is not None}


class Caller:
    """Asks as a client with a key does."""

    def __init__(self, post: NovaPoshta, session: aiohttp.ClientSession) -> None:
        self.post = post
        self._session = session

    async def send(self, request: object) -> tuple[int, str]:
        """Any JSON: the status and the text of the answer."""
        async with self._session.post(self.post.url, json=request) as response:
            return response.status, await response.text()

    async def ask(
        self, model: str, method: str, props: object = None, *, key: str | None = None
    ) -> Any:
        """The whole envelope, which comes with 200 whatever is in it."""
        request = {
            "apiKey": self.post.key if key is None else key,
            "modelName": model,
            "calledMethod": method,
            "methodProperties": props or {},
        }
        status, text = await self.send(request)
        assert status == 200, text
        return json.loads(text)

    async def told(self, model: str, method: str, **props: object) -> Any:
        """The data of a success."""
        answer = await self.ask(model, method, props)
        assert answer["success"], answer
        return answer["data"]

    async def refused(self, model: str, method: str, props: object) -> list[str]:
        """The codes of a refusal; [] of a success."""
        answer = await self.ask(model, method, props)
        assert answer["success"] is not bool(answer["errorCodes"])
        assert len(answer["errors"]) == len(answer["errorCodes"])
        codes: list[str] = answer["errorCodes"]
        return codes

    async def save(self, name: str = "warehouse", **changes: object) -> Any:
        """A waybill as in a sample of ``save``, but for the changes: the row of the answer."""
        props = properties(f"internet_document_save.{name}", **changes)
        (row,) = await self.told("InternetDocument", "save", **props)
        return row

    async def save_refused(self, name: str = "warehouse", **changes: object) -> list[str]:
        props = properties(f"internet_document_save.{name}", **changes)
        return await self.refused("InternetDocument", "save", props)

    async def track(self, *numbers: str, phone: str = "380501110099") -> Any:
        documents = [{"DocumentNumber": each, "Phone": phone} for each in numbers]
        return await self.told("TrackingDocument", "getStatusDocuments", Documents=documents)

    async def printed(self, form: str, rest: str) -> tuple[int, str, bytes]:
        url = f"{self.post.print_url}/{form}/{rest}"
        async with self._session.get(url) as response:
            return response.status, response.content_type, await response.read()
