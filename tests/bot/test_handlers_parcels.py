"""What a person sees and taps when a parcel comes back."""

from domain.carriers import ParcelState
from models.sales import Sale, SaleState
from models.telegram import Card
from tests.bot.conftest import PATIENCE_S, Scene
from tests.factories import sell
from tests.parcels import NUMBER, said


async def test_goods_of_a_parcel_that_comes_back_are_taken_from_its_notice(scene: Scene) -> None:
    order = await scene.new_order(("A", 1), number="1234", payment_method="cod")
    await sell(order, await scene.member(scene.seller), waybill=NUMBER)
    card = await scene.message(scene.seller.chat, "Order 1234", button="Return")

    await said(order, ParcelState.RETURNING, text="Відмова одержувача", return_number="20459")
    notice = await scene.message(scene.seller.chat, "the parcel goes back", after=card)
    assert notice.reply_to is card
    assert "Nova Poshta: Відмова одержувача" in notice.text
    assert "20459" in notice.text
    ukrainian = await scene.message(scene.owner.chat, "посилка повертається")
    assert "20459" in ukrainian.text

    await scene.tap(scene.seller, notice, "Return")
    screen = await scene.message(scene.seller.chat, "Return for order 1234", after=notice)
    await scene.tap(scene.seller, screen, "Return goods")

    async def is_returned() -> bool:
        return await Sale.exists(order_id=order.id, state=SaleState.RETURNED)

    await scene.telegram.wait_for(is_returned, timeout=PATIENCE_S)

    # What was tapped is the order's card from now on, with nothing to take back any more.
    await scene.telegram.wait_for(lambda: "Refused" in notice.text, timeout=PATIENCE_S)
    assert not any("Return" in label for row in notice.buttons for label in row)


async def test_other_news_of_parcels_only_edits_the_card(scene: Scene) -> None:
    order = await scene.new_order(("A", 1), number="1234", payment_method="cod")
    await sell(order, await scene.member(scene.seller), waybill=NUMBER)
    card = await scene.message(scene.seller.chat, "Order 1234", button="Return")
    await scene.settled()
    seen = len(scene.seller.chat.messages)
    for state, shown in ((ParcelState.ARRIVED, "arrived"), (ParcelState.RECEIVED, "received")):
        await said(order, state)
        await scene.telegram.wait_for(lambda: shown in card.text, timeout=PATIENCE_S)  # noqa: B023
    assert "Nova Poshta" in card.text
    await scene.settled()
    assert len(scene.seller.chat.messages) == seen
    assert await Card.filter(order_id=order.id).count() == 2
