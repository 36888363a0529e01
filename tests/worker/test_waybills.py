"""A waybill is made once, whatever happens to answers and processes, and whoever waits is told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import timedelta
from itertools import count

import pytest
from structlog.typing import EventDict

from domain.carriers import CarrierProblem, WaybillState
from domain.orders import RejectReason
from domain.rights import Role
from models.carriers import CarrierAccount, CarrierNotice, Waybill
from models.drafts import SaleDraft
from sandbox.novaposhta import NovaPoshta
from sandbox.telegram.faults import FaultKind
from services import carrier_accounts, check, orders, waybills
from services.secrets import SecretBox
from sync import waybills as post_desk
from tests.carriers import CARRIER
from tests.factories import BOX, OWNER_ID, make_staff
from tests.worker.mortal import Calls, DeathError
from tests.worker.waybill_stage import SAVE, Stage, only, until, waybill_stage


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post_desk, "RETRIES_S", (0.0, 0.0))


@pytest.fixture
async def it(db: str) -> AsyncIterator[Stage]:
    del db
    async with waybill_stage() as stage:
        yield stage


async def test_it_is_made_once_and_shown_where_somebody_waits(it: Stage) -> None:
    await it.ask()
    worker = it.worker()

    assert await it.work(worker)
    assert await it.work(worker)

    made = await only(it)
    assert it.saves() == 1
    assert made.number in it.message.text
    assert made.chat_id is None
    assert (await SaleDraft.get()).waybill_number == made.number
    assert made.cost is not None
    assert made.arrives_on is not None


@pytest.mark.parametrize(
    "fault",
    [
        lambda post: post.lose_answers(call=SAVE),
        lambda post: post.answer_late(2.5, call=SAVE),
    ],
    ids=["hung up", "too late"],
)
async def test_a_lost_answer_is_looked_for_and_never_asked_for_again(
    it: Stage, logs: list[EventDict], fault: Callable[[NovaPoshta], None]
) -> None:
    await it.ask()
    fault(it.post)
    worker = it.worker()

    await it.work(worker)
    waybill = await Waybill.get()
    assert waybill.state is WaybillState.SENT
    assert it.message.text == "waiting"
    await until(lambda: bool(it.post.waybills))
    await it.later()
    await it.work(worker)

    assert it.saves() == 1
    assert (await only(it)).number in it.message.text
    assert "error" not in {each["log_level"] for each in logs}  # it was no surprise


async def test_what_never_came_there_is_given_up_and_can_be_asked_for_again(it: Stage) -> None:
    await it.ask()
    it.post.answer_with(502, "<html>502 Bad Gateway</html>", call=SAVE)
    worker = it.worker()
    await it.work(worker)

    await it.later()
    await it.work(worker)
    assert "looked for" in it.message.text  # somebody reads what is going on
    await it.search(worker)

    failed = await Waybill.get()
    assert (failed.state, failed.problem) == (WaybillState.FAILED, "lost")
    assert "answer was lost" in it.message.text
    assert "Create" in str(it.message.inline_keyboard)  # the form, as it was
    await it.ask()
    await it.work(worker)
    assert it.saves() == 2
    await only(it)


async def test_where_another_was_asked_for_meanwhile_the_failure_is_no_news(it: Stage) -> None:
    failed = await it.ask()
    old = it.message
    await waybills.sending(failed.id)
    await waybills.failed(failed.id, CarrierProblem.PLACE_WEIGHT, "too heavy")
    second = await it.ask()
    await waybills.sending(second.id)

    await it.work()

    assert "It is being made" in old.text
    assert "❌" not in old.text


async def test_while_the_carrier_is_away_nothing_is_given_up(it: Stage) -> None:
    await it.ask()
    it.post.lose_answers(call=SAVE)
    worker = it.worker()
    await it.work(worker)
    await it.post.down()

    await it.search(worker)
    await it.later(timedelta(hours=1))
    await it.search(worker)
    assert (await Waybill.get()).state is WaybillState.SENT
    await it.post.up()
    await it.later(timedelta(minutes=2))
    await it.work(worker)

    assert it.saves() == 1
    assert (await only(it)).number in it.message.text


async def test_only_a_carrier_that_answers_can_say_that_there_is_none(it: Stage) -> None:
    await it.ask()
    it.post.answer_with(502, "<html>502 Bad Gateway</html>", call=SAVE)
    worker = it.worker()
    await it.work(worker)
    await it.post.down()
    await it.search(worker)
    assert "looked for" in it.message.text
    await it.post.up()

    for _ in range(3):  # what it lists at first after a failure may lack the newest
        await it.later(timedelta(minutes=1))
        assert (await Waybill.get()).state is WaybillState.SENT
        await it.work(worker)

    assert (await Waybill.get()).problem == "lost"


async def test_a_carrier_that_is_not_there_is_told_of_and_nothing_was_made(it: Stage) -> None:
    await it.ask()
    await it.post.down()

    await it.work()

    failed = await Waybill.get()
    assert (failed.state, failed.live_for, failed.problem) == ("failed", None, "unreachable")
    assert "no waybill was made" in it.message.text
    assert "Create" in str(it.message.inline_keyboard)


async def test_a_carrier_that_asks_to_wait_is_asked_again_while_somebody_waits(it: Stage) -> None:
    await it.ask()
    busy = "Service temporarily unavailable"
    it.post.refuse_with("20001701795", busy, times=2, call=SAVE)

    await it.work()

    await only(it)


async def test_why_it_was_refused_is_told_and_the_form_stays(it: Stage) -> None:
    await it.ask()
    words = "Warehouse place max allowed weight: 30"
    it.post.refuse_with("20000201162", words, call=SAVE)

    await it.work()

    failed = await Waybill.get()
    assert (failed.state, failed.problem, failed.problem_detail) == ("failed", "place_weight", "30")
    assert "30" in it.message.text
    assert "Create" in str(it.message.inline_keyboard)
    assert not it.post.waybills
    await it.ask()
    await it.work()
    await only(it)


async def test_of_a_key_that_is_over_the_owners_hear_too(it: Stage) -> None:
    await make_staff("Оля", OWNER_ID, Role.OWNER)
    await it.ask()
    it.post.expire_key()

    await it.work()

    assert (await Waybill.get()).problem == "key_expired"
    assert (await CarrierNotice.get()).data["problem"] == "key_expired"
    assert "expired" in it.message.text
    it.post.renew_key()
    await it.ask()
    await it.work()
    assert (await CarrierAccount.get()).trouble == ""
    await only(it)


async def test_of_a_key_that_cannot_be_read_the_owners_hear_too(
    it: Stage, logs: list[EventDict]
) -> None:
    owner = await make_staff("Олена", OWNER_ID, Role.OWNER)
    await it.ask()
    await CarrierAccount.all().update(secrets=SecretBox("another secret key").encrypt({}))
    assert await it.work()

    assert (await Waybill.get()).problem == "wrong_key"
    assert "another in Settings, Delivery" in it.message.text
    in_doubt = await it.ask()
    assert await waybills.sending(in_doubt.id)
    await it.search()
    for _ in range(5):  # it is left in peace as long as one that a carrier does not tell of
        assert await it.work()
    assert (await Waybill.get(id=in_doubt.id)).state is WaybillState.SENT
    assert [each.kind for each in await CarrierNotice.all()] == ["trouble"]
    assert [entry["log_level"] for entry in logs].count("warning") <= 1 + 4
    assert "error" not in {entry["log_level"] for entry in logs}

    await carrier_accounts.connect(CARRIER, {"api_key": it.post.key}, [], box=BOX, by=owner)
    await it.search()
    assert (await Waybill.get(id=in_doubt.id)).problem == "lost"


async def test_where_the_account_is_gone_nothing_is_sent(it: Stage) -> None:
    await it.ask()
    await CarrierAccount.all().update(is_active=False)

    await it.work()

    assert (await Waybill.get()).problem == "no_account"
    assert "disconnected" in it.message.text


async def test_of_an_order_that_was_rejected_meanwhile_it_is_made_and_shown(it: Stage) -> None:
    await it.ask()
    await orders.reject(it.order.id, RejectReason.OTHER, by=it.seller)

    await it.work()

    assert (await only(it)).number in it.message.text


async def test_a_refusal_is_told_also_where_the_form_is_gone(it: Stage) -> None:
    await it.ask()
    await orders.reject(it.order.id, RejectReason.OTHER, by=it.seller)
    it.post.refuse_with("20000400455", "DateTime cannot be less then now", call=SAVE)

    await it.work()

    assert (await Waybill.get()).problem == "date"
    assert "❌" in it.message.text


# --- processes that end --------------------------------------------------------------------------


async def test_a_process_may_die_at_any_step(it: Stage) -> None:
    deaths = 0
    for dies_at in count():
        if dies_at:
            it.order = await it.place(f"2{dies_at}")
        waybill = await it.ask()
        try:
            await it.work(it.worker(Calls(dies_at)))
        except DeathError:
            deaths += 1
            await it.work()
            await it.search()
        fresh = await Waybill.get(id=waybill.id)
        there = [
            each
            for each in it.post.waybills.values()
            if each.props["InfoRegClientBarcodes"] == fresh.reference
        ]
        assert [each.number for each in there] == ([fresh.number] if fresh.number else [])
        words = fresh.number or "answer was lost"
        assert words in it.message.text, dies_at
        if dies_at > deaths:
            break
    assert deaths >= 4  # one call of the carrier and one of Telegram, before and after
    assert it.saves() == len(it.post.waybills)
    assert await check.differences() == []


async def test_a_call_under_way_is_finished_at_a_stop(it: Stage) -> None:
    await it.ask()
    it.post.answer_late(0.5, call=SAVE)
    running = asyncio.create_task(it.worker().run())
    await until(lambda: it.saves() == 1)

    running.cancel()
    with suppress(asyncio.CancelledError):
        await running

    await only(it)


async def test_it_runs_until_it_is_cancelled(it: Stage) -> None:
    running = asyncio.create_task(it.worker().run())
    await it.ask()  # the bell rings

    await until(lambda: "2045" in it.message.text)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running

    await only(it)


# --- a Telegram that fails -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["reset", "html"])
async def test_whom_telegram_does_not_let_us_tell_is_told_later(it: Stage, kind: FaultKind) -> None:
    await it.ask()
    worker = it.worker()
    fault = it.telegram.faults.add("editMessageText", kind=kind, times=None)
    assert not await it.work(worker)
    made = await only(it)

    it.telegram.faults.remove(fault)
    assert await it.work(worker)

    assert made.number in it.message.text
    assert it.saves() == 1
    assert (await Waybill.get()).chat_id is None


async def test_what_another_process_left_untold_is_told_by_the_next_in_office(it: Stage) -> None:
    worker, calls = it.worker(), Calls(2)  # the other one dies as it is about to tell
    await it.work(worker)
    await it.ask()
    with pytest.raises(DeathError):
        await it.work(it.worker(calls))
    made = await only(it)
    assert made.number not in it.message.text

    running = asyncio.create_task(worker.run())
    await until(lambda: made.number in it.message.text)

    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_who_has_blocked_us_hinders_nobody(it: Stage) -> None:
    await it.ask()
    it.user.block_bot()

    assert await it.work()

    await only(it)
    assert await waybills.untold() == []


async def test_a_group_that_has_moved_hinders_nobody(it: Stage) -> None:
    group = it.telegram.add_group(id=-7, title="Склад", members=[it.user])
    group.add_bot()
    sent = await it.bot.send_message(group.id, "waiting")
    await it.ask()
    await Waybill.all().update(chat_id=group.id, message_id=sent.message_id)
    group.migrate()

    assert await it.work()

    await only(it)
    assert await waybills.untold() == []
