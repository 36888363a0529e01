"""A stage for tests of talking to shops: stores, our worker, and a clock moved by hand."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, cast
from zoneinfo import ZoneInfo

from tortoise.timezone import now

from bot.clock import Clock
from bot.platforms import PLATFORMS
from domain.rights import Role
from domain.shops import NoticeKind
from models.orders import Order
from models.outbox import EffectKind, OutboxEffect
from models.shops import Shop, ShopNotice
from sandbox.woocommerce import WooCommerceStore
from services import chats, shop_health, shops
from services.shops import ConnectedShop
from services.transactions import shops_bell
from sync.office import ShopOffice
from tests.factories import BOX, OWNER_ID, drain, make_staff
from worker.inbox import InboxWorker
from worker.shops import ShopWorker

KYIV = ZoneInfo("Europe/Kyiv")
PATIENCE_S = 60.0


class HandClock(Clock):
    """Time passes when a test says so."""

    def __init__(self) -> None:
        self._now = 1000.0
        self._order = count()
        self._timers: list[tuple[float, int, _Timer]] = []

    def now(self) -> float:
        return self._now

    def call_at(self, when: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        timer = _Timer(callback)
        heapq.heappush(self._timers, (when, next(self._order), timer))
        return cast(asyncio.TimerHandle, timer)

    def advance(self, seconds: float) -> None:
        """So much later."""
        self._now += seconds
        while self._timers and self._timers[0][0] <= self._now:
            heapq.heappop(self._timers)[2].fire()


class _Timer:
    def __init__(self, callback: Callable[[], None]) -> None:
        self._callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self._callback = None

    def fire(self) -> None:
        if self._callback is not None:
            self._callback()


class StoreClock:
    """The time of day in a store: ours, unless it was moved."""

    def __init__(self) -> None:
        self.shift = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.shift


class ShopStage:
    """An owner, a worker that is not running yet, and an inbox worked by hand."""

    def __init__(self, office: ShopOffice) -> None:
        self.office = office
        self.clock = HandClock()
        self.worker = ShopWorker(office, KYIV, self.clock)
        self.inbox = InboxWorker(PLATFORMS, [OWNER_ID])
        self._running: asyncio.Task[None] | None = None

    async def owner(self) -> None:
        await make_staff("Олена", OWNER_ID, Role.OWNER)
        await chats.subscribe(OWNER_ID)

    async def connect(self, store: WooCommerceStore, name: str = "My Shop") -> ConnectedShop:
        """Connect a store as it is, a minute ago."""
        shop = await shops.add(
            "woocommerce",
            name,
            box=BOX,
            base_url=store.url,
            credentials={"consumer_key": "ck_sandbox", "consumer_secret": "cs_sandbox"},
        )
        await Shop.filter(id=shop.id).update(created_at=now() - timedelta(minutes=1))
        return shop

    def run(self) -> asyncio.Task[None]:
        self._running = asyncio.create_task(self.worker.run())
        return self._running

    async def halt(self) -> None:
        if self._running is not None:
            running, self._running = self._running, None
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    async def halt_at_once(self) -> None:
        """Stop without waiting for the call under way."""
        if self._running is not None:
            for lane in self.worker._lanes.values():
                if lane.task is not None:
                    lane.task.cancel()
        await self.halt()

    async def work(self) -> None:
        """Work the inbox."""
        await drain(self.inbox)

    async def until(self, condition: Callable[[], Awaitable[Any]]) -> None:
        """Wait until the database, or a store, says so. The worker looks again and again."""
        async with asyncio.timeout(PATIENCE_S):
            while not await condition():
                shops_bell.ring()
                await asyncio.sleep(0.01)

    async def called(self, store: WooCommerceStore, times: int, prefix: str = "orders") -> None:
        """Wait until a store was asked so often in all."""

        async def is_called() -> bool:
            return len(store.calls(prefix=prefix)) >= times

        await self.until(is_called)

    async def polled(self, *which: ConnectedShop) -> None:
        """Wait until shops were asked for everything, and nothing more is done for them."""
        await self._polled({shop.id: None for shop in which})

    async def later(self, seconds: float, *which: ConnectedShop) -> None:
        """So much later, wait until these shops were asked once more."""
        before = await self._times()
        self.clock.advance(seconds)
        await self._polled({shop.id: before[shop.id] for shop in which})

    async def _polled(self, before: Mapping[int, datetime | None]) -> None:
        async def are_polled() -> bool:
            times = await self._times()
            return all(times[id_] != before[id_] for id_ in before) and self._is_idle(before)

        await self.until(are_polled)

    async def _times(self) -> dict[int, datetime | None]:
        return {shop.id: shop.polled_at for shop in await Shop.all()}

    def _is_idle(self, shop_ids: Iterable[int]) -> bool:
        return not any(self.worker._lanes[id_].is_calling for id_ in shop_ids)

    async def failed(self, *, seconds: float = 0) -> None:
        """So much later, wait until asking a shop has failed once more."""
        before = _failures()
        self.clock.advance(seconds)

        async def has_failed() -> bool:
            return _failures() > before and self._is_idle(self.worker._lanes)

        await self.until(has_failed)

    async def in_trouble(self, shop: ConnectedShop) -> None:
        async def is_in_trouble() -> bool:
            return bool((await Shop.get(id=shop.id)).trouble)

        await self.until(is_in_trouble)

    async def told(self, kind: NoticeKind) -> None:
        """Wait until the owners are told this."""

        async def is_told() -> bool:
            return await ShopNotice.exists(kind=kind.value)

        await self.until(is_told)


def _failures() -> float:
    return sum(
        sample.value
        for metric in shop_health.polls_total.collect()
        for sample in metric.samples
        if sample.name.endswith("_total") and sample.labels["outcome"] != "answered"
    )


async def notices() -> list[tuple[NoticeKind, dict[str, Any]]]:
    """What the owners are told, oldest first; each is owed once to the one owner."""
    told = await ShopNotice.all().order_by("id")
    owed = OutboxEffect.filter(kind=EffectKind.TELL_SHOP).order_by("subject_id")
    assert [effect.subject_id for effect in await owed] == [notice.id for notice in told]
    return [(NoticeKind(notice.kind), notice.data) for notice in told]


async def cards() -> list[str]:
    """The external ids of the orders whose card is owed, in order, as often as it is."""
    owed = OutboxEffect.filter(kind=EffectKind.SHOW_CARD).order_by("id")
    ids = dict(await Order.all().values_list("id", "external_id"))
    return [ids[effect.subject_id] for effect in await owed]


async def long_ago(shop: ConnectedShop) -> None:
    """The trouble with a shop has lasted for a quarter of an hour."""
    since = now() - timedelta(minutes=15)
    await Shop.filter(id=shop.id).update(trouble_since=since)
