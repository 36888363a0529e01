"""A bug is answered, logged, and told to the owners; nothing escapes."""

import asyncio
from typing import Any

import pytest
from aiogram.exceptions import TelegramForbiddenError
from aiogram.methods import SendMessage
from structlog.testing import capture_logs

from domain.orders import Phase
from models.orders import Order
from sandbox.telegram.faults import FaultKind
from services import orders, statuses
from tests.bot.conftest import PATIENCE_S, Scene

CODE = r"[0-9a-f]{8}"


async def broken(*_: Any, **__: Any) -> None:
    raise ZeroDivisionError("secret detail")


async def test_bug_answers_the_tap_with_a_code_and_tells_the_owners_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, button="Change status")
    await scene.tap(scene.seller, card, "Change status")
    monkeypatch.setattr(orders, "refuse", broken)

    with capture_logs() as logs:
        first = await scene.tap(scene.seller, card, "Refused")
        second = await scene.tap(scene.seller, card, "Refused")
        await scene.message(scene.owner.chat, "ZeroDivisionError")
        await scene.restart()  # all that was begun is done

    codes = [log["error_id"] for log in logs if log["log_level"] == "error"]
    assert len(codes) == 2
    assert [codes[0] in first.text, codes[1] in second.text] == [True, True]
    assert first.show_alert
    assert "secret" not in first.text
    told = [m for m in scene.owner.chat.messages if "ZeroDivisionError" in m.text]
    assert len(told) == 1
    assert codes[0] in told[0].text
    assert "secret" not in told[0].text
    assert (await Order.get(id=order.id)).phase is Phase.OPEN


async def test_bug_answers_a_message_too(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statuses, "tabs", broken)

    with capture_logs() as logs:
        await scene.seller.send("/orders")
        await scene.message(scene.seller.chat, "Something broke")

    assert [log["update_kind"] for log in logs if log["log_level"] == "error"] == ["message"]


async def test_error_in_access_itself_is_answered_and_lets_nobody_in(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, button="Confirm")
    count = len(scene.seller.chat.messages)
    monkeypatch.setattr("bot.access.staff.recognise", broken)

    with capture_logs():
        answer = await scene.tap(scene.seller, card, "Confirm")

    assert answer.show_alert
    assert "Something broke" in answer.text
    assert len(scene.seller.chat.messages) == count
    assert (await Order.get(id=order.id)).phase is Phase.OPEN


async def test_tap_that_is_too_old_to_be_answered_is_still_done(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, button="Change status")
    await scene.tap(scene.seller, card, "Change status")
    await scene.message(scene.seller.chat, "Which status?")
    scene.telegram.faults.add(
        "answerCallbackQuery",
        status=400,
        description="Bad Request: query is too old and response timeout expired or query ID is "
        "invalid",
    )

    button = next(b for row in card.inline_keyboard for b in row if "Refused" in b["text"])
    with pytest.raises(TimeoutError):
        await scene.seller.tap_button(card, button, timeout=0.3)

    await scene.message(scene.seller.chat, "New → Refused", button="Reopen")
    assert (await Order.get(id=order.id)).phase is Phase.REFUSED
    await scene.restart()  # all that was begun is done
    assert not any("TelegramBadRequest" in m.text for m in scene.owner.chat.messages)


async def test_chat_that_refuses_us_is_no_bug(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(*_: Any, **__: Any) -> None:
        method = SendMessage(chat_id=1, text="x")
        raise TelegramForbiddenError(method=method, message="bot was blocked by the user")

    monkeypatch.setattr(statuses, "tabs", refused)

    with capture_logs() as logs:
        await scene.seller.send("/orders")
        await scene.telegram.wait_for(
            lambda: any(log["event"] == "a chat refuses us" for log in logs)
        )

    assert not [log for log in logs if log["log_level"] == "error"]


@pytest.mark.parametrize("kind", ["reset", "html"])
async def test_telegram_being_away_for_a_moment_is_no_bug(scene: Scene, kind: FaultKind) -> None:
    await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, button="Change status")
    scene.telegram.faults.add("editMessageText", kind=kind, times=None)

    with capture_logs() as logs:
        await scene.tap(scene.seller, card, "Change status")
        await scene.telegram.wait_for(
            lambda: any(log["event"] == "an answer was not shown" for log in logs)
        )

    assert not [log for log in logs if log["log_level"] == "error"]


async def test_update_being_handled_at_a_stop_is_finished(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, button="Change status")
    await scene.tap(scene.seller, card, "Change status")
    await scene.message(scene.seller.chat, "Which status?")
    refuse, has_begun = orders.refuse, asyncio.Event()

    async def slowly(*args: Any, **named: Any) -> None:
        has_begun.set()
        await asyncio.sleep(0.5)
        await refuse(*args, **named)

    monkeypatch.setattr(orders, "refuse", slowly)
    tap = asyncio.create_task(scene.tap(scene.seller, card, "Refused"))
    await asyncio.wait_for(has_begun.wait(), PATIENCE_S)

    await scene.restart()

    assert (await tap).text.startswith("Marked as refused")
    assert (await Order.get(id=order.id)).phase is Phase.REFUSED
    await scene.message(scene.seller.chat, "New → Refused", button="Reopen")
