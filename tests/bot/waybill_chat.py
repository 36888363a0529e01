"""One person at the window of an order whose parcel is to go with a simulated carrier."""

from typing import Any

from models.orders import Order
from sandbox.telegram import CallbackAnswer, Message, User
from tests.bot.conftest import PATIENCE_S, Scene
from tests.bot.test_handlers_sale import open_window
from tests.factories import incoming, line


class Chat:
    """One person at the window of order 1234."""

    def __init__(self, scene: Scene, who: User) -> None:
        self.scene = scene
        self.who = who
        self.window: Message

    async def order(self, **content: Any) -> Order:
        """An order of one case that goes to a branch in Kyiv, in the shop's own words."""
        usual: dict[str, Any] = {
            "phone": "+380671234567",
            "delivery_method": "Нова пошта",
            "delivery_city": "Київ",
            "delivery_address": "Відділення №5",
            "payment_method": "cod",
        }
        await self.scene.intake(incoming("1234", line("A", 1), **(usual | content)))
        self.window = await open_window(self.scene, self.who)
        return await Order.get(external_id="1234")

    async def tap(self, *labels: str) -> CallbackAnswer:
        """One after the other; the answer to the last."""
        answers = [await self.scene.tap(self.who, self.window, label) for label in labels]
        return answers[-1]

    async def shows(self, *parts: str, button: str = "") -> Message:
        """Wait until the window's message holds all this."""

        def does() -> bool:
            names = [name for row in self.window.buttons for name in row]
            return all(part in self.window.text for part in parts) and (
                not button or any(button in name for name in names)
            )

        try:
            await self.scene.telegram.wait_for(does, timeout=PATIENCE_S)
        except TimeoutError as error:
            error.add_note(f"{self.window.text}\n{self.window.buttons}")
            raise
        return self.window

    async def form(self) -> Message:
        """Waybill, Create: the form, once the carrier has nothing more to say."""
        await self.tap("Waybill", "Create")
        return await self.shows("Waybill for order 1234 · Nova Poshta", button="Payer")

    async def type_in(self, label: str, question: str, text: str) -> None:
        await self.tap(label)
        await self.shows(question)
        await self.who.send(text)
