"""The envelope, whatever form it comes in; and what is repeated, what never."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from domain.carriers import CarrierProblem
from domain.errors import (
    CarrierRefusedError,
    IntegrationError,
    KeyRefusedError,
    OutcomeUnknownError,
    UnavailableError,
)
from integrations.http import ApiClient
from integrations.novaposhta import places
from integrations.novaposhta.calls import Calls
from sandbox.novaposhta import NovaPoshta
from sandbox.novaposhta.directory import KYIV_5

FIXTURES = Path(__file__).parent / "fixtures"
CASES = {
    case["why"]: case["response"]
    for case in json.loads((FIXTURES / "auth_and_limit_errors.json").read_text())["cases"]
}
OPTIONS = ("Counterparty", "getCounterpartyOptions")


class Watch:
    """Sleeps that take no time, and are written down."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
async def open_calls(post: NovaPoshta, watch: Watch) -> Any:
    async with aiohttp.ClientSession() as session:

        def calls(gap_s: float = 0.0) -> Calls:
            client = ApiClient(session, timeout_s=1.0)
            return Calls(client, base_url=post.url, least_gap_s=gap_s, sleep=watch.sleep)

        yield calls


Open = Callable[..., Calls]


async def ask(calls: Calls, post: NovaPoshta, key: str = "") -> object:
    (sender,) = post.accounts[post.key].senders
    return await calls.read({"api_key": key or post.key}, *OPTIONS, {"Ref": sender})


@pytest.mark.parametrize(
    ("why", "reason"),
    [
        ("bad key", CarrierProblem.WRONG_KEY),
        ("expired key", CarrierProblem.KEY_EXPIRED),
        ("inactive key", CarrierProblem.KEY_INACTIVE),
        ("errors as object", CarrierProblem.WRONG_KEY),
    ],
)
async def test_a_refused_key_says_what_to_do(
    post: NovaPoshta, open_calls: Open, why: str, reason: CarrierProblem
) -> None:
    body = json.dumps(CASES[why]["body"])
    post.answer_with(200, body, content_type="application/json")

    with pytest.raises(KeyRefusedError) as refused:
        await ask(open_calls(), post)

    assert refused.value.reason is reason
    assert len(post.requests) == 1  # a person has to act: it is not tried again


async def test_the_key_is_in_no_message(post: NovaPoshta, open_calls: Open) -> None:
    key = "f" * 32
    post.refuse_with("20000200068", f"API auth fail for {key}")

    with pytest.raises(KeyRefusedError) as refused:
        await ask(open_calls(), post, key)

    assert key not in str(refused.value)


async def test_reading_waits_its_turn_when_it_is_too_often(
    post: NovaPoshta, open_calls: Open, watch: Watch
) -> None:
    post.refuse_with("20000401501", "To many requests", times=2)

    await ask(open_calls(), post)

    assert watch.slept == [1.0, 2.0]


async def test_reading_gives_up_after_a_while(
    post: NovaPoshta, open_calls: Open, watch: Watch
) -> None:
    post.refuse_with("20000401501", "To many requests", times=None)

    with pytest.raises(UnavailableError):
        await ask(open_calls(), post)

    assert watch.slept == [1.0, 2.0, 4.0]


async def test_nothing_is_believed_only_after_a_rest(
    post: NovaPoshta, open_calls: Open, watch: Watch
) -> None:
    post.answer_empty()

    found = await places.point(open_calls(0.35), {"api_key": post.key}, KYIV_5)

    assert found is not None
    assert 2 < sum(watch.slept) < 3


async def write(calls: Calls, post: NovaPoshta) -> object:
    return await calls.write({"api_key": post.key}, "InternetDocument", "save", {})


Fault = Callable[[NovaPoshta], object]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (lambda post: post.refuse_with("20000401501", "To many requests"), UnavailableError),
        (lambda post: post.answer_with(502, "<html>502 Bad Gateway</html>"), OutcomeUnknownError),
        (lambda post: post.answer_with(200, "<html>cached</html>"), OutcomeUnknownError),
        (lambda post: post.answer_with(200, "{}"), OutcomeUnknownError),
        (lambda post: post.answer_with(404, "<html>no such page</html>"), UnavailableError),
        (lambda post: post.answer_with(401, "{}"), UnavailableError),
        (lambda post: post.lose_answers(), OutcomeUnknownError),
        (lambda post: post.answer_late(3.0), OutcomeUnknownError),
        (lambda post: None, CarrierRefusedError),
    ],
    ids=[
        "too often",
        "gateway",
        "a page",
        "no envelope",
        "no API",
        "a guard",
        "hung up",
        "hangs",
        "refused",
    ],
)
async def test_writing_is_done_once_and_its_outcome_told_exactly(
    post: NovaPoshta, open_calls: Open, fault: Fault, expected: type[IntegrationError]
) -> None:
    fault(post)

    with pytest.raises(IntegrationError) as error:
        await write(open_calls(), post)

    assert type(error.value) is expected
    assert len(post.calls("InternetDocument", "save")) == 1


async def test_what_never_left_may_be_written_again(open_calls: Open, post: NovaPoshta) -> None:
    calls = open_calls()
    await post.stop()

    with pytest.raises(UnavailableError):
        await write(calls, post)


async def test_one_key_asks_one_call_at_a_time_with_a_pause(
    post: NovaPoshta, open_calls: Open, watch: Watch
) -> None:
    calls = open_calls(gap_s=30.0)

    await asyncio.gather(*(ask(calls, post) for _ in range(3)))

    assert len(watch.slept) == 2
    assert all(29 < pause <= 30 for pause in watch.slept)


async def test_another_key_need_not_wait(post: NovaPoshta, open_calls: Open, watch: Watch) -> None:
    post.add_account("e" * 32)
    calls = open_calls(gap_s=30.0)

    await ask(calls, post)
    with pytest.raises(IntegrationError):
        await ask(calls, post, "e" * 32)

    assert watch.slept == []
