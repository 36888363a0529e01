"""An order's waybill in the chat: looked at, printed, deleted, named."""

import logging

import pytest
from structlog.testing import capture_logs

from domain.carriers import WaybillState
from domain.rights import Role
from models.carriers import Waybill
from models.orders import Order
from models.sales import Sale
from models.shops import Shop, ShopEffect, ShopEffectKind
from models.staff import StaffMember
from sandbox.novaposhta import NovaPoshta
from sandbox.telegram import Group
from services import orders, waybills
from sync import parcels
from tests.bot.conftest import PATIENCE_S, Scene
from tests.bot.waybill_stage import (
    FOREIGN,
    NUMBER,
    document,
    files,
    labels,
    made,
    make,
    open_from_card,
    open_from_receipt,
    open_receipt,
    shows,
    sold,
)
from tests.carriers import CARRIER

pytestmark = pytest.mark.usefixtures("post")  # before the scene begins


# --- looking, and the way back -------------------------------------------------------------------


async def test_receipt_leads_to_the_waybill_and_back(scene: Scene, post: NovaPoshta) -> None:
    await made(scene, post)

    screen = await open_receipt(scene)
    assert f"waybill {NUMBER} · not handed over yet" in screen.text
    await scene.tap(scene.seller, screen, "Waybill")
    await shows(scene, screen, f"{NUMBER} · Nova Poshta", "Made by Oleh")
    assert (await scene.tap(scene.seller, screen, "Copy number")).copied == NUMBER
    await scene.tap(scene.seller, screen, "Back")

    await shows(scene, screen, "Added by Oleh")
    await scene.tap(scene.seller, screen, "Back")
    await shows(scene, screen, "Sales · today")


async def test_card_leads_to_the_waybill_as_a_message_below_it(
    scene: Scene, post: NovaPoshta
) -> None:
    await made(scene, post)

    screen = await open_from_card(scene, scene.seller)
    card = await scene.message(scene.seller.chat, "Order 1234", button="📄 Waybill")
    assert screen.reply_to is not None
    assert screen.reply_to.message_id == card.message_id
    assert f"waybill {NUMBER}" in card.text
    await scene.tap(scene.seller, screen, "Back")

    await scene.telegram.wait_for(lambda: screen.deleted, timeout=PATIENCE_S)
    assert not card.deleted


async def group_of(scene: Scene) -> Group:
    group = scene.telegram.add_group(id=-77, title="Packing", members=[scene.owner, scene.seller])
    group.add_bot(by=scene.owner)
    await scene.owner.send("/here", in_chat=group)
    await scene.message(group, "Нові замовлення")
    return group


async def test_in_a_group_a_packer_looks_and_prints_but_does_not_delete(
    scene: Scene, post: NovaPoshta
) -> None:
    group = await group_of(scene)
    await made(scene, post)
    await StaffMember.filter(telegram_id=scene.seller.id).update(role=Role.PACKER)
    await scene.settled()
    card = await scene.message(group, "1234", button="📄 ТТН")

    await scene.tap(scene.seller, card, "📄 ТТН")
    screen = await scene.message(group, "ТТН до замовлення 1234", after=card)
    refused = await scene.tap(scene.seller, screen, "Видалити ТТН")
    assert refused.text is not None
    assert "Ваша роль цього не дозволяє." in refused.text
    await scene.tap(scene.seller, screen, "Етикетка")

    printed = await document(scene, screen)
    assert printed.file is not None
    assert printed.file.name == f"ТТН-{NUMBER}.pdf"
    (kept,) = post.waybills.values()
    assert kept.state != "2"
    assert (await Waybill.get()).state is WaybillState.MADE


async def test_screen_of_a_waybill_that_is_being_made_follows_it(
    scene: Scene, post: NovaPoshta
) -> None:
    order = await sold(scene)
    row = await Waybill.create(
        carrier=CARRIER,
        order_id=order.id,
        live_for=order.id,
        state=WaybillState.ASKED,
        staff=await scene.member(scene.seller),
    )

    screen = await open_from_receipt(scene)
    assert "⏳ It is being made…" in screen.text
    await Waybill.filter(id=row.id).update(state=WaybillState.MADE, number=NUMBER)
    await scene.tap(scene.seller, screen, "Refresh")

    await shows(scene, screen, NUMBER)


async def test_refresh_asks_the_carrier_where_the_parcel_is(scene: Scene, post: NovaPoshta) -> None:
    await made(scene, post)
    screen = await open_from_receipt(scene)
    post.move_parcel(NUMBER, "7")

    await scene.tap(scene.seller, screen, "Refresh")

    await shows(scene, screen, "📦 arrived, ")
    assert "Delete waybill" not in " ".join(labels(screen))


async def test_a_carrier_that_cannot_be_asked_is_told_of_in_plain_words(
    scene: Scene, post: NovaPoshta
) -> None:
    await made(scene, post)
    screen = await open_from_receipt(scene)
    post.answer_with(502, "<html>", times=None, call="TrackingDocument")

    await scene.tap(scene.seller, screen, "Refresh")

    await shows(scene, screen, NUMBER, "\n\n⚠ ")
    assert "502" not in screen.text


# --- labels --------------------------------------------------------------------------------------


async def test_label_comes_as_a_file_and_nobody_sees_the_key(
    scene: Scene, post: NovaPoshta, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    waybill = await made(scene, post)
    screen = await open_from_receipt(scene)

    with capture_logs() as logged:
        await scene.tap(scene.seller, screen, "Label 100×100")
        label = await document(scene, screen)
        await shows(scene, screen, "Printed ")
        await scene.tap(scene.seller, screen, "A4")
        sheet = await document(scene, label)

    assert label.file is not None
    assert sheet.file is not None
    assert label.file.name == sheet.file.name == f"Waybill-{NUMBER}.pdf"
    assert label.file.mime == "application/pdf"
    assert label.file.data.startswith(b"%PDF")
    assert label.text == f"Order 1234 · {NUMBER}"
    assert label.reply_to is not None
    assert label.reply_to.message_id == screen.message_id
    asked = [call.method for call in post.calls("print")]
    assert asked == ["printMarking100x100", "printDocument"]
    assert (await Waybill.get(id=waybill.id)).printed_at is not None
    told = [call.params for call in scene.telegram.calls]
    for place in (repr(told), repr(logged), caplog.text):
        assert post.key not in place
        assert "printMarking" not in place


async def test_a_printing_host_that_is_down_is_told_of_in_plain_words(
    scene: Scene, post: NovaPoshta
) -> None:
    waybill = await made(scene, post)
    screen = await open_from_receipt(scene)
    post.answer_with(502, "<html>", times=None, call="print")

    await scene.tap(scene.seller, screen, "A4")

    await shows(scene, screen, NUMBER, "\n\n⚠ ")
    assert post.key not in screen.text
    assert files(screen) == []
    assert (await Waybill.get(id=waybill.id)).printed_at is None


async def test_a_button_of_a_waybill_that_is_gone_says_so_and_shows_what_is(
    scene: Scene, post: NovaPoshta
) -> None:
    waybill = await made(scene, post)
    screen = await open_from_receipt(scene)
    await waybills.deleted(waybill.id, by=None)

    answer = await scene.tap(scene.seller, screen, "A4")

    assert answer.text == "It is not there any more."
    await shows(scene, screen, "There is no waybill.")
    assert post.calls("print") == []


# --- deleting ------------------------------------------------------------------------------------


async def test_deleting_asks_first_and_then_deletes_at_the_carrier_too(
    scene: Scene, post: NovaPoshta
) -> None:
    waybill = await made(scene, post)
    screen = await open_from_receipt(scene)

    await scene.tap(scene.seller, screen, "Delete waybill")
    await shows(scene, screen, "Delete this waybill at the carrier?")
    await scene.tap(scene.seller, screen, "Back")
    await scene.telegram.wait_for(lambda: "🖨 A4" in labels(screen), timeout=PATIENCE_S)
    assert post.calls("InternetDocument", "delete") == []
    await scene.tap(scene.seller, screen, "Delete waybill")
    await shows(scene, screen, "Delete this waybill at the carrier?")
    await scene.tap(scene.seller, screen, "Delete waybill")

    await shows(scene, screen, "There is no waybill.", f"🗑 Waybill {NUMBER} is deleted.")
    kept = post.waybill(NUMBER)
    assert kept is None or kept.state == "2"
    assert (await Waybill.get(id=waybill.id)).state is WaybillState.DELETED
    assert (await Sale.get()).waybill_number == ""


async def test_a_parcel_that_was_handed_over_meanwhile_keeps_its_waybill(
    scene: Scene, post: NovaPoshta
) -> None:
    waybill = await made(scene, post)
    screen = await open_from_receipt(scene)
    await scene.tap(scene.seller, screen, "Delete waybill")
    await shows(scene, screen, "Delete this waybill at the carrier?")
    post.move_parcel(NUMBER, "4")

    await scene.tap(scene.seller, screen, "Delete waybill")

    await shows(scene, screen, NUMBER, "⚠ The parcel was handed over")
    assert (await Waybill.get(id=waybill.id)).state is WaybillState.MADE
    await parcels.track_one(scene.desk, waybill.id)
    answer = await scene.tap(scene.seller, screen, "Delete waybill")
    assert answer.text == "It is not there any more."


async def test_the_card_of_a_rejected_order_warns_of_the_waybill_it_left(
    scene: Scene, post: NovaPoshta
) -> None:
    order = await scene.new_order(("A", 1))
    await make(scene, post, order)
    await orders.refuse(order.id, by=await scene.member(scene.seller))

    warning = f"its waybill {NUMBER} still exists: delete it"
    card = await scene.message(scene.seller.chat, "Order 1234", warning)
    await scene.tap(scene.seller, card, "📄 Waybill")
    screen = await scene.message(scene.seller.chat, "Waybill for order 1234", after=card)
    await scene.tap(scene.seller, screen, "Delete waybill")
    await shows(scene, screen, "Delete this waybill at the carrier?")
    await scene.tap(scene.seller, screen, "Delete waybill")

    await shows(scene, screen, "There is no waybill.")
    await scene.telegram.wait_for(lambda: warning not in card.text, timeout=PATIENCE_S)


# --- a number that somebody else's waybill has ---------------------------------------------------


async def test_a_number_is_typed_after_the_sale_and_told_to_the_platform(
    scene: Scene, post: NovaPoshta
) -> None:
    await sold(scene)
    await Shop.all().update(platform="prom")  # which takes numbers
    screen = await open_from_receipt(scene)

    await scene.tap(scene.seller, screen, "Existing number")
    await shows(scene, screen, "Type the number of the waybill.")
    await scene.seller.send("none yet")
    await shows(scene, screen, "is not a waybill number", "Type the number of the waybill.")
    await scene.seller.send("5900 0000 0000 01")

    await shows(scene, screen, FOREIGN, "Number typed by Oleh")
    assert (await Sale.get()).waybill_number == FOREIGN
    waybill = await Waybill.get()
    assert (waybill.state, waybill.carrier) == (WaybillState.NAMED, CARRIER)
    told = await ShopEffect.get(kind=ShopEffectKind.TELL_WAYBILL.value)
    assert told.subject_id == (await Order.get()).id
    await scene.telegram.wait_for(
        lambda: not any("5900 0000" in m.text for m in scene.seller.chat.messages if not m.deleted)
    )


async def test_the_question_for_a_number_is_left_by_back_by_cancel_and_by_its_own_button(
    scene: Scene, post: NovaPoshta
) -> None:
    await sold(scene, waybill=FOREIGN)
    screen = await open_from_receipt(scene)

    await scene.tap(scene.seller, screen, "Other number")
    await shows(scene, screen, "Type the number")
    await scene.tap(scene.seller, screen, "Back")
    await shows(scene, screen, "Nova Poshta")
    await scene.tap(scene.seller, screen, "Other number")
    await shows(scene, screen, "Type the number")
    await scene.seller.send("/cancel")
    await shows(scene, screen, "Nova Poshta")
    await scene.tap(scene.seller, screen, "Other number")
    await shows(scene, screen, "Type the number")
    await scene.restart()
    await scene.tap(scene.seller, screen, "No waybill")

    await shows(scene, screen, "There is no waybill.")
    assert (await Sale.get()).waybill_number == ""
    assert await Waybill.all().count() == 0
