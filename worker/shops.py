"""Talks to shops: tells them what they are owed, asks them what is new.

Every shop has a task of its own, its lane, so that a slow, refusing or dead one delays nothing but
itself, and never has more than one call under way. ``docs/shops.md`` tells the whole story.
"""

import asyncio
import random
from zoneinfo import ZoneInfo

import structlog

from bot.clock import Clock
from domain.errors import IntegrationError, UnavailableError
from domain.shops import UNEXPLAINED, Trouble
from services import shop_effects, shop_health, shop_keys, shops, silence
from services.shops import ConnectedShop
from services.silence import Habits
from services.transactions import shops_bell
from sync.catalogue import read_catalogue
from sync.office import ShopOffice, refusal_of, trouble_of
from sync.polling import find_missing, poll, poll_listings
from sync.stock import tell_stock
from sync.telling import tell_statuses
from sync.webhook_care import look_after_webhooks
from worker.shop_lane import Job, Lane

logger = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0
SHORTEST_LOOK_S = 0.25  # the bell rings with every transaction
PAUSE_AFTER_TROUBLE_S = 1.0
POLL_LISTINGS_EVERY_S = 300.0
FIND_MISSING_EVERY_S = 3600.0
LOOK_AFTER_WEBHOOKS_EVERY_S = 600.0
LISTEN_EVERY_S = 600.0
LEARN_HABITS_EVERY_S = 6 * 3600.0
FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 300.0
STOP_PATIENCE_S = 5.0


class ShopWorker:
    """One loop over all shops. One process at a time may run it.

    Args:
        office: how shops are talked to.
        zone: the shop's time zone, in which orders have their usual hours.
        clock: tests let it run faster.
    """

    def __init__(self, office: ShopOffice, zone: ZoneInfo, clock: Clock | None = None) -> None:
        self._office = office
        self._zone = zone
        self._clock = clock or Clock()
        self._lanes: dict[int, Lane] = {}
        self._is_stopping = False

    async def run(self) -> None:
        """Talk until cancelled; a call under way then may finish, within reason."""
        self._is_stopping = False
        self._lanes.clear()
        await shop_health.forget_hiccups()
        cancelled: asyncio.CancelledError | None = None
        async with asyncio.TaskGroup() as group:
            listener = group.create_task(self._listen())
            try:
                await self._look_for_work(group)
            except asyncio.CancelledError as error:
                cancelled = error
                listener.cancel()
                await self._stop()
        if cancelled is not None:
            raise cancelled

    async def _look_for_work(self, group: asyncio.TaskGroup) -> None:
        while True:
            try:
                await self._look(group)
            except Exception as error:  # the driver's errors are of many kinds; it may pass
                logger.error("the shops cannot be read", exc_info=error)
                await asyncio.sleep(PAUSE_AFTER_TROUBLE_S)
                continue
            await asyncio.sleep(SHORTEST_LOOK_S)
            await shops_bell.wait(LOOK_EVERY_S)

    async def _look(self, group: asyncio.TaskGroup) -> None:
        """Give every shop its lane, end those of shops that are gone, wake whoever has work."""
        active = {shop.id: shop for shop in await shops.active(self._office.box)}
        overview = await shop_health.overview()
        for shop_id in self._lanes.keys() - active.keys():
            lane = self._lanes.pop(shop_id)
            if lane.task is not None:
                lane.task.cancel()
        for shop in active.values():
            if self._office.api(shop) is None:
                if shop.id in overview.with_work:
                    await shop_effects.drop(shop.id)  # nobody will ever ask for it
                continue
            lane = self._lanes.get(shop.id) or self._open_lane(shop, group)
            if lane.shop != shop:  # other keys, another address: what failed may succeed
                lane.begin_anew(shop)
            lane.has_webhooks = shop.id in overview.with_webhooks
            if shop.id in overview.with_work:
                lane.stir()

    def _open_lane(self, shop: ConnectedShop, group: asyncio.TaskGroup) -> Lane:
        pace = self._office.apis[shop.platform].pace
        jobs = (
            Job(tell_statuses),
            Job(tell_stock),
            Job(poll, pace.longest_s, pace.shortest_s, pace.beside_webhooks_s),
            Job(look_after_webhooks, LOOK_AFTER_WEBHOOKS_EVERY_S),
            Job(poll_listings, POLL_LISTINGS_EVERY_S),
            Job(find_missing, FIND_MISSING_EVERY_S),
            Job(read_catalogue),
        )
        lane = self._lanes[shop.id] = Lane(shop, jobs)
        lane.task = group.create_task(self._serve(lane))
        return lane

    async def _stop(self) -> None:
        """End the lanes that only wait; let those in a call finish it, within reason."""
        self._is_stopping = True
        calling = []
        for lane in self._lanes.values():
            if lane.task is None:
                continue
            if lane.is_calling:
                calling.append(lane.task)
            else:
                lane.task.cancel()
        if calling:
            _, late = await asyncio.wait(calling, timeout=STOP_PATIENCE_S)
            for task in late:  # all of it is safe to repeat
                task.cancel()

    # One shop

    async def _serve(self, lane: Lane) -> None:
        while not self._is_stopping:
            while (wait_s := lane.next_at(self._clock.now()) - self._clock.now()) > 0:
                await self._sleep(lane, wait_s)
            lane.has_work = False
            lane.is_calling = True
            try:
                await self._visit(lane)
            except Exception as error:  # the driver's errors are of many kinds; it may pass
                logger.error("a shop cannot be served", shop_id=lane.shop.id, exc_info=error)
                self._pause(lane)
            finally:
                lane.is_calling = False

    async def _visit(self, lane: Lane) -> None:
        """Do what there is to do. Who failed us is asked for orders before anything else."""
        jobs = sorted(lane.jobs, key=_is_no_poll) if lane.failures else lane.jobs
        lane.is_there = True
        for job in jobs:
            if self._is_stopping or not lane.is_there:
                return
            if job.due_at(has_webhooks=lane.has_webhooks) <= self._clock.now():
                await self._do(lane, job)

    async def _do(self, lane: Lane, job: Job) -> None:
        shop = lane.shop
        try:
            done = await job.work(self._office, shop)
        except IntegrationError as error:
            if lane.shop == shop:  # else those were the old keys
                await self._note_failure(lane, job, error)
            return
        except Exception as error:
            logger.error("a bug", shop_id=shop.id, work=job.name, exc_info=error)
            self._put_off(job)
            return
        job.succeeded(self._clock.now(), brought_news=bool(done))
        if job.work is poll:
            await self._note_answer(lane, done)
        elif done and not job.every_s:
            lane.has_work = True  # there may be more

    # Outcomes

    async def _note_answer(self, lane: Lane, orders: int) -> None:
        shop_health.polls_total.labels("answered").inc()
        if lane.failures:
            logger.info("a shop answers again", shop_id=lane.shop.id, orders=orders)
        lane.failures = 0
        await shop_health.note_answer(lane.shop.id, orders)

    async def _note_failure(self, lane: Lane, job: Job, error: IntegrationError) -> None:
        """Leave in peace who is not there; who says no to one thing may still do others."""
        log = logger.debug if lane.failures or job.failures else logger.warning
        log("a shop fails us", shop_id=lane.shop.id, work=job.name, problem=str(error))
        self._put_off(job)
        if isinstance(error, UnavailableError):
            self._pause(lane, error.retry_after_s or 0.0)
        lane.failures = max(lane.failures, 1)
        if job.work is poll:
            trouble = trouble_of(error)
            shop_health.polls_total.labels(trouble.value).inc()
            await shop_health.note_trouble(
                lane.shop.id, trouble, _words_of(error), at_once=self._is_final(lane.shop, trouble)
            )

    def _is_final(self, shop: ConnectedShop, trouble: Trouble) -> bool:
        """Whether only a person can end the trouble, and there is nothing to wait for."""
        if trouble is Trouble.CREDENTIALS:  # elsewhere a broken site may say so for a while
            return self._office.apis[shop.platform].keys_end
        return trouble is Trouble.NO_API

    def _pause(self, lane: Lane, at_least_s: float = 0.0) -> None:
        """Do nothing for a while; then orders are asked for first."""
        at = self._clock.now()
        lane.is_there = False
        lane.resume_at = at + max(_backoff_s(lane.failures), at_least_s)
        lane.failures += 1
        for job in lane.jobs:
            if job.work is poll:
                job.hurry()

    def _put_off(self, job: Job) -> None:
        job.put_off(self._clock.now() + _backoff_s(job.failures))

    async def _sleep(self, lane: Lane, seconds: float) -> None:
        """Let time pass; work, other keys or a stop end it early."""
        handle = self._clock.call_at(self._clock.now() + seconds, lane.stirred.set)
        try:
            await lane.stirred.wait()
        finally:
            handle.cancel()
            lane.stirred.clear()

    # All shops

    async def _listen(self) -> None:
        """Now and then notice shops that have been silent for too long, and keys that end soon."""
        known: Habits | None = None
        learnt_at = 0.0
        while True:
            try:
                await shop_keys.remind(self._zone)
                if known is None or self._clock.now() - learnt_at >= LEARN_HABITS_EVERY_S:
                    known, learnt_at = await silence.habits(self._zone), self._clock.now()
                await silence.look(known, self._zone)
            except Exception as error:  # the driver's errors are of many kinds; it may pass
                logger.error("silence cannot be heard", exc_info=error)
            await self._clock.sleep(LISTEN_EVERY_S)


def _is_no_poll(job: Job) -> bool:
    return job.work is not poll


def _words_of(error: IntegrationError) -> str:
    """What the shop said itself; "" where all there is to know are words of ours."""
    words = refusal_of(error) or ""
    return "" if words == UNEXPLAINED else words


def _backoff_s(failures: int) -> float:
    spread = random.uniform(0.75, 1.25)  # noqa: S311  (no secret)
    return min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(failures, 16)) * spread
