"""Labels: one PDF in the order that was asked for, and a key that nobody sees."""

import logging
import re
from collections.abc import AsyncIterator, Mapping

import aiohttp
import pytest

from domain.carriers import CarrierProblem, LabelFormat
from domain.errors import CarrierRefusedError, IntegrationError, UnavailableError
from integrations.carriers import Carrier
from integrations.http import ApiClient
from integrations.novaposhta.printing import MOST_LABELS, address, labels
from sandbox.novaposhta import NovaPoshta
from tests.integrations.novaposhta.parcels import only, parcel, sample

Keys = Mapping[str, str]


@pytest.fixture
async def api() -> AsyncIterator[ApiClient]:
    async with aiohttp.ClientSession() as session:
        yield ApiClient(session, timeout_s=2.0)


class Watch:
    """Sleeps that take no time, and are written down."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


async def numbers(post: NovaPoshta, carrier: Carrier, keys: Keys, count: int) -> list[str]:
    made = [
        await carrier.create_waybill(keys, parcel(post, reference=f"KR-{index}"))
        for index in range(count)
    ]
    return [each.number for each in made]


def printed(pdf: bytes) -> list[str]:
    """The numbers on its pages, in their order."""
    return [found.decode() for found in re.findall(rb"\((\d{14})\) Tj", pdf)]


def size_mm(pdf: bytes) -> tuple[int, int]:
    found = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert found is not None
    width, height = (round(float(side) * 25.4 / 72) for side in found.groups())
    return width, height


@pytest.mark.parametrize(
    ("paper", "size"), [(LabelFormat.LABEL, (100, 100)), (LabelFormat.SHEET, (210, 297))]
)
async def test_several_are_one_pdf_in_their_order(
    post: NovaPoshta, carrier: Carrier, keys: Keys, paper: LabelFormat, size: tuple[int, int]
) -> None:
    first, second, third = await numbers(post, carrier, keys, 3)

    pdf = await carrier.labels(keys, [third, first, second], paper)

    assert pdf.startswith(b"%PDF")
    assert printed(pdf) == [third, first, second]
    assert size_mm(pdf) == size
    assert all(each.is_printed for each in post.waybills.values())


@pytest.mark.parametrize(
    ("paper", "name"), [(LabelFormat.LABEL, "label_100x100"), (LabelFormat.SHEET, "waybill")]
)
def test_the_address_is_as_the_samples_have_it(paper: LabelFormat, name: str) -> None:
    url = address("https://my.novaposhta.ua/orders", "k", ["2045"], paper)

    expected = re.sub(r"\{IntDocNumber\}|\{Ref\}", "2045", sample("print_urls")[name])
    assert str(url) == expected.replace("{key}", "k")


async def test_as_many_as_are_allowed_fit_into_the_address(
    post: NovaPoshta, carrier: Carrier, keys: Keys
) -> None:
    made = await numbers(post, carrier, keys, MOST_LABELS)

    assert printed(await carrier.labels(keys, made, LabelFormat.LABEL)) == made


@pytest.mark.parametrize("count", [0, MOST_LABELS + 1])
async def test_no_labels_and_too_many_are_not_asked_for(
    post: NovaPoshta, carrier: Carrier, keys: Keys, count: int
) -> None:
    with pytest.raises(ValueError, match=f"{count} labels"):
        await carrier.labels(keys, ["20451600012345"] * count, LabelFormat.LABEL)

    assert post.requests == []


async def test_a_new_waybill_is_asked_for_again_until_it_is_printed(
    post: NovaPoshta, carrier: Carrier, keys: Keys, api: ApiClient
) -> None:
    made, watch = await numbers(post, carrier, keys, 1), Watch()
    post.answer_with(200, "<html>Документ не знайдено</html>", times=2, call="print")

    pdf = await labels(api, post.print_url, keys, made, LabelFormat.LABEL, sleep=watch.sleep)

    assert printed(pdf) == made
    assert watch.slept == [1.0, 2.0]


async def test_what_is_never_printed_is_told(
    post: NovaPoshta, carrier: Carrier, keys: Keys, api: ApiClient
) -> None:
    made, watch = await numbers(post, carrier, keys, 1), Watch()

    with pytest.raises(CarrierRefusedError) as refused:
        await labels(
            api,
            post.print_url,
            keys,
            [*made, "20451600099999"],
            LabelFormat.LABEL,
            sleep=watch.sleep,
        )

    assert refused.value.reason is CarrierProblem.NO_WAYBILL
    assert watch.slept == [1.0, 2.0, 3.0]
    assert not only(post).is_printed


def test_neither_a_number_nor_a_key_can_become_another_address() -> None:
    url = address(
        "https://my.novaposhta.ua/orders", "k/zebra", ["1/type/html?y#z"], LabelFormat.SHEET
    )

    assert url.raw_path.endswith("/orders%5B%5D/1%2Ftype%2Fhtml%3Fy%23z/type/pdf/apiKey/k%2Fzebra")
    assert (url.raw_query_string, url.raw_fragment) == ("", "")


async def test_the_key_is_in_no_error_and_no_log(
    post: NovaPoshta, carrier: Carrier, keys: Keys, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = keys["api_key"]
    refusal = f'{{"message": "no {key}"}}'
    for status, body, expected in (
        (404, refusal, IntegrationError),
        (403, refusal, IntegrationError),
        (502, key, UnavailableError),
        (302, key, IntegrationError),
    ):
        post.answer_with(status, body, call="print")
        with pytest.raises(expected) as failed:
            await carrier.labels(keys, ["20451600012345"], LabelFormat.LABEL)
        assert key not in repr(failed.value)
        assert failed.value.__cause__ is None
    await post.stop()
    with pytest.raises(UnavailableError) as failed:
        await carrier.labels(keys, ["20451600012345"], LabelFormat.LABEL)

    assert key not in repr(failed.value)
    assert key not in caplog.text
