"""Packs of labels in the chat: picked, printed, and what becomes of them when something fails."""

import pytest

from bot.keyboards.labels import MOST_LABELS
from integrations.novaposhta.printing import MOST_LABELS as MOST_PRINTED
from sandbox.novaposhta import NovaPoshta
from sandbox.telegram import Message
from services import carrier_accounts, waybills
from tests.bot.conftest import PATIENCE_S, Scene
from tests.bot.waybill_stage import (
    document,
    files,
    labels,
    made,
    open_from_receipt,
    open_sales,
    shows,
    sold,
)

pytestmark = pytest.mark.usefixtures("post")  # before the scene begins


async def open_pack(scene: Scene) -> Message:
    screen = await open_sales(scene, scene.seller)
    await scene.tap(scene.seller, screen, "🖨 Labels")
    await shows(scene, screen, "to print")
    return screen


async def test_no_labels_no_button(scene: Scene) -> None:
    await sold(scene)

    assert not any("Labels" in label for label in labels(await open_sales(scene, scene.seller)))


async def test_a_pack_of_three_with_one_left_out(scene: Scene, post: NovaPoshta) -> None:
    first, second, third = [await made(scene, post, str(each)) for each in (7001, 7002, 7003)]
    sales = await open_sales(scene, scene.seller)
    assert "🖨 Labels 3" in labels(sales)

    await scene.tap(scene.seller, sales, "🖨 Labels 3")
    await shows(scene, sales, "3 labels to print")
    await scene.restart()
    await scene.tap(scene.seller, sales, "7002")
    await shows(scene, sales, "2 labels to print")
    assert [label[0] for label in labels(sales)[:3]] == ["☑", "☐", "☑"]
    await scene.tap(scene.seller, sales, "Print 100×100")

    pack = await document(scene, sales)
    assert pack.file is not None
    assert pack.file.name == f"Waybill-{first.number}+1.pdf"
    assert pack.text == "2 labels: 7001, 7003"
    assert pack.file.data.count(b"/Type /Page ") == 2
    for number, is_there in ((first.number, 1), (second.number, 0), (third.number, 1)):
        assert pack.file.data.count(number.encode()) == is_there
    await shows(scene, sales, "1 label to print", "✅ 2 labels: see the file.")
    assert [label for label in labels(sales) if "700" in label] == [
        f"☑ 7002 · Олена Коваль · …{second.number[-5:]}"
    ]
    await scene.tap(scene.seller, sales, "Back")
    await shows(scene, sales, "Sales · today")
    assert "🖨 Labels 1" in labels(sales)


async def test_of_a_list_that_has_changed_nothing_is_printed_unseen(
    scene: Scene, post: NovaPoshta
) -> None:
    await made(scene, post, "7001")
    second = await made(scene, post, "7002")
    screen = await open_pack(scene)
    await scene.tap(scene.seller, screen, "7001")
    await shows(scene, screen, "1 label to print")
    await made(scene, post, "7003")

    await scene.tap(scene.seller, screen, "Print A4")

    await shows(scene, screen, "3 labels to print", "⚠ The list has changed meanwhile")
    assert [label[0] for label in labels(screen)[:3]] == ["☑", "☑", "☑"]
    assert post.calls("print") == []
    await waybills.printed([second.id])
    await scene.tap(scene.seller, screen, "7001")
    await shows(scene, screen, "2 labels to print", "⚠ The list has changed meanwhile")


async def test_a_pack_that_cannot_be_printed_stays_as_it_was_picked(
    scene: Scene, post: NovaPoshta
) -> None:
    await made(scene, post, "7001")
    await made(scene, post, "7002")
    screen = await open_pack(scene)
    await scene.tap(scene.seller, screen, "7001")
    await shows(scene, screen, "1 label to print")
    post.answer_with(502, "<html>", times=None, call="print")

    await scene.tap(scene.seller, screen, "Print 100×100")

    await shows(scene, screen, "1 label to print", "\n\n⚠ ")
    assert [label[0] for label in labels(screen)[:2]] == ["☐", "☑"]
    assert files(screen) == []


async def test_of_a_carrier_that_was_disconnected_nothing_is_printed_and_the_list_says_why(
    scene: Scene, post: NovaPoshta
) -> None:
    waybill = await made(scene, post)
    screen = await open_pack(scene)
    account = await carrier_accounts.active()
    assert account is not None
    await carrier_accounts.disconnect(account.id, by=await scene.member(scene.owner))

    await scene.tap(scene.seller, screen, "Print A4")

    await shows(scene, screen, "1 label to print", "\n\n⚠ No carrier is set up.")
    assert files(screen) == []
    assert await waybills.to_print(10) == [waybill]


async def test_labels_that_did_not_reach_the_chat_are_still_to_be_printed(
    scene: Scene, post: NovaPoshta
) -> None:
    waybill = await made(scene, post)
    screen = await open_from_receipt(scene)
    scene.telegram.faults.add("sendDocument", status=502)

    await scene.tap(scene.seller, screen, "A4")

    await scene.telegram.wait_for(
        lambda: scene.telegram.calls_of("sendDocument"), timeout=PATIENCE_S
    )
    await scene.stop()  # what is being handled is finished
    assert files(screen) == []
    assert await waybills.to_print(10) == [waybill]
    await scene.start()


async def test_the_carrier_prints_as_many_as_a_pack_holds() -> None:
    assert MOST_LABELS == MOST_PRINTED
