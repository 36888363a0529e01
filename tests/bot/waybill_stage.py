"""Sales with waybills, made at a simulated Nova Poshta, and the way to their screens."""

from datetime import timedelta

from tortoise.timezone import now

from domain.carriers import WaybillState
from models.carriers import Waybill
from models.orders import Order
from sandbox.novaposhta import NovaPoshta
from sandbox.telegram import Message, User
from services import waybills
from tests.bot.conftest import PATIENCE_S, Scene
from tests.carriers import CARRIER
from tests.factories import sell
from tests.integrations.novaposhta.parcels import parcel

NUMBER = "20451600012345"  # the first that the simulated Nova Poshta gives
FOREIGN = "59000000000001"


async def sold(scene: Scene, number: str = "1234", *, waybill: str = "") -> Order:
    order = await scene.new_order(("A", 1), number=number)
    await sell(order, await scene.member(scene.seller), waybill=waybill)
    return await Order.get(id=order.id)


async def make(scene: Scene, post: NovaPoshta, order: Order) -> Waybill:
    """The order gets a waybill at the simulated Nova Poshta, as its worker would make it."""
    request = parcel(post, reference=f"KR-{order.id}")
    by = await scene.member(scene.seller)
    row = await Waybill.create(
        carrier=CARRIER,
        order_id=order.id,
        live_for=order.id,
        state=WaybillState.SENT,
        staff=by,
        reference=request.reference,
        recipient_phone=request.phone,
        sent_at=now(),
    )
    keys = {"api_key": post.key}
    created = await scene.desk.carriers[CARRIER].create_waybill(keys, request)
    return await waybills.made(row.id, created, look_in=timedelta(minutes=20))


async def made(scene: Scene, post: NovaPoshta, number: str = "1234") -> Waybill:
    """A sale that was added, with a waybill of ours."""
    return await make(scene, post, await sold(scene, number))


async def shows(scene: Scene, message: Message, *parts: str) -> None:
    """Wait until the message says all this."""
    await scene.telegram.wait_for(
        lambda: all(part in message.text for part in parts), timeout=PATIENCE_S
    )


def labels(message: Message) -> list[str]:
    return [label for row in message.buttons for label in row]


async def open_sales(scene: Scene, who: User) -> Message:
    await scene.settled()
    last = who.chat.messages[-1]
    await who.send("/sales")
    return await scene.message(who.chat, "Sales · today", after=last)


async def open_receipt(scene: Scene, number: str = "1234") -> Message:
    screen = await open_sales(scene, scene.seller)
    await scene.tap(scene.seller, screen, number)
    await shows(scene, screen, "Added by")
    return screen


async def open_from_receipt(scene: Scene) -> Message:
    screen = await open_receipt(scene)
    await scene.tap(scene.seller, screen, "Waybill")
    await shows(scene, screen, "Waybill for order 1234")
    return screen


async def open_from_card(scene: Scene, who: User) -> Message:
    """The screen below the order's card in the private chat."""
    await scene.settled()
    card = await scene.message(who.chat, "Order 1234", button="📄 Waybill")
    await scene.tap(who, card, "📄 Waybill")
    return await scene.message(who.chat, "Waybill for order 1234", after=card)


async def document(scene: Scene, message: Message) -> Message:
    """The file that came after this message."""

    def found() -> Message | None:
        later = message.chat.messages
        files = [m for m in later if m.file is not None and m.message_id > message.message_id]
        return files[-1] if files else None

    sent: Message = await scene.telegram.wait_for(found, timeout=PATIENCE_S)
    return sent


def files(message: Message) -> list[Message]:
    return [each for each in message.chat.messages if each.file is not None]
