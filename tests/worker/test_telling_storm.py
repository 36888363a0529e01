"""Staff, the site and the network do as they like; in the end the site knows how the order is."""

import random
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import pytest

from domain.errors import IntegrationError, RejectedError
from domain.orders import Phase, RejectReason
from domain.shops import label_step
from models.orders import EventKind, Order
from models.shops import ShopEffect, StatusMapping
from services import check, orders, statuses, undo
from tests.worker.telling_stage import TellingStage, telling_stage

STEPS = 40


@pytest.fixture
async def told(db: str) -> AsyncIterator[TellingStage]:
    del db
    async with telling_stage() as stage:
        yield stage


class Storm:
    """One order, and what may happen to it."""

    def __init__(self, told: TellingStage, order: Order, label_id: int, seed: int) -> None:
        self.told = told
        self.order = order
        self.label_id = label_id
        self.rng = random.Random(seed)
        self.unheard: list[bytes] = []

    async def step(self) -> None:
        acts = (
            *(self.staff, self.staff, self.staff, self.tell, self.tell),
            *(self.site, self.listen, self.wait, self.lose),
        )
        await self.rng.choice(acts)()
        self.unheard.append(await self.told.body(self.order.external_id))

    async def staff(self) -> None:
        """Anything that people do; rules say no to much of it."""
        id_, by = self.order.id, self.told.seller
        try:
            match self.rng.randrange(6):
                case 0:
                    await orders.reject(id_, RejectReason.DUPLICATE, by=by)
                case 1:
                    await orders.refuse(id_, by=by)
                case 2:
                    await orders.reopen(id_, by=by)
                case 3:
                    await undo.undo(id_, by=by)
                case 4:
                    await orders.change_status(id_, self.label_id, by=by)
                case _:
                    await self.told.sell(self.order, self.rng.choice(["", "20450000000001"]))
        except RejectedError:
            pass

    async def site(self) -> None:
        """The site's people, while the order is open for both; what they do is heard soon."""
        if (await self.now()).phase is Phase.OPEN and self.there not in ("completed", "cancelled"):
            await self.told.store.set_status(
                int(self.order.external_id), self.rng.choice(["processing", "on-hold", "pending"])
            )
            await self.told.hear(await self.told.body(self.order.external_id))

    async def listen(self) -> None:
        """Webhooks come late, twice, in any order, or never."""
        self.rng.shuffle(self.unheard)
        heard = [body for body in self.unheard if self.rng.random() < 0.7]
        await self.told.hear(*heard, *heard[:2])
        self.unheard.clear()

    async def wait(self) -> None:
        await self.told.pass_time(timedelta(seconds=self.rng.randrange(70)))

    async def tell(self) -> None:
        with suppress(IntegrationError):
            await self.told.tell(timedelta(seconds=self.rng.randrange(90)))

    async def lose(self) -> None:
        """The next words are carried out, or not, and no answer comes."""
        if self.rng.random() < 0.5:
            self.told.store.lose_answers(method="PUT")
        else:
            self.told.store.answer_with(503, method="PUT")
        await self.tell()
        self.told.store.behave()

    async def quiet(self) -> None:
        """All that is owed is told, and all that was said is heard."""
        for _ in range(3):
            await self.told.tell(timedelta(hours=2))
        await self.told.hear(await self.told.body(self.order.external_id))

    async def now(self) -> Order:
        return await Order.get(id=self.order.id)

    @property
    def there(self) -> str:
        return self.told.there(self.order.external_id).status


@pytest.mark.parametrize("seed", range(4))
async def test_the_site_ends_up_knowing_how_the_order_is(told: TellingStage, seed: int) -> None:
    label = await statuses.create("ЧЕКАЄ")
    await StatusMapping.create(shop_id=told.shop.id, step=label_step(label.id), status="on-hold")
    storm = Storm(told, await told.place(), label.id, seed)
    for _ in range(STEPS):
        await storm.step()
    await storm.quiet()
    if (await storm.now()).phase is not Phase.OPEN:
        assert storm.there in {"completed", "cancelled", "processing"}
    else:
        assert storm.there not in {"completed", "cancelled"}

    phase = (await storm.now()).phase
    if phase in {Phase.CANCELED, Phase.REFUSED}:
        await orders.reopen(storm.order.id, by=told.seller)
    if phase is not Phase.COMPLETED:
        await orders.refuse(storm.order.id, by=told.seller)
        await storm.quiet()
        assert storm.there == "cancelled"
    kinds = {kind for kind in (await told.seen(storm.order))[2] if kind.startswith("platform")}
    assert kinds == set()  # nobody there canceled or restored it, only our own words did
    seen = await told.seen(storm.order)
    await told.hear(await told.body(storm.order.external_id))
    assert await told.seen(storm.order) == seen
    assert not await ShopEffect.exists()
    assert await check.differences() == []
    assert EventKind.PLATFORM_CANCELED not in seen[2]
