"""Waybills of Nova Poshta as PDF. The key stands in the address: nobody but us ever sees it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from urllib.parse import quote

from yarl import URL

from domain.carriers import CarrierProblem, LabelFormat
from domain.errors import CarrierRefusedError
from integrations.carriers import Keys
from integrations.http import ApiClient
from integrations.novaposhta.calls import KEY

# In one PDF: the numbers stand in the address, which has an end.
MOST_LABELS = 40

_PDF = b"%PDF"
# A waybill that was made just now is not known to the printing host at once.
_PAUSES_S = (1.0, 2.0, 3.0)
_PATIENCE = 2  # forty pages take it longer than an answer of the API
_FORMS: Mapping[LabelFormat, str] = {
    LabelFormat.LABEL: "printMarking100x100",
    LabelFormat.SHEET: "printDocument",
}


async def labels(
    client: ApiClient,
    print_url: str,
    keys: Keys,
    numbers: Sequence[str],
    paper: LabelFormat,
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> bytes:
    """The waybills as one PDF; see ``Carrier.labels``.

    Whatever is wrong (the key, one of the numbers) is told by a page for people, with 200.

    Raises:
        ValueError: there are none of them, or more than ``MOST_LABELS``.
        CarrierRefusedError: NO_WAYBILL: it prints nothing for these.
    """
    if not 0 < len(numbers) <= MOST_LABELS:
        raise ValueError(f"{len(numbers)} labels")
    key = keys[KEY]
    url = address(print_url, key, numbers, paper)
    for pause_s in (*_PAUSES_S, None):
        body = await client.fetch(url, secrets=[key], patience=_PATIENCE)
        if body.startswith(_PDF):
            return body
        if pause_s is not None:
            await sleep(pause_s)
    raise CarrierRefusedError(CarrierProblem.NO_WAYBILL, "", "a page came instead of a PDF")


def address(print_url: str, key: str, numbers: Sequence[str], paper: LabelFormat) -> URL:
    """Where a PDF of these is. Pure; a secret."""
    orders = "/".join(f"orders%5B%5D/{quote(number, safe='')}" for number in numbers)
    path = f"{_FORMS[paper]}/{orders}/type/pdf/apiKey/{quote(key, safe='')}"
    return URL(f"{print_url.rstrip('/')}/{path}", encoded=True)
