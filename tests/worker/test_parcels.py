"""Parcels followed over HTTP at a simulated Nova Poshta, also when it is down or says no."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest
from structlog.typing import EventDict
from tortoise.connection import get_connection
from tortoise.timezone import now

from domain.carriers import ParcelState
from domain.errors import KeyRefusedError, NotFoundError, UnavailableError
from domain.parcels import KYIV
from domain.rights import Role
from models.carriers import CarrierAccount, CarrierNotice, Waybill
from models.database import open_database
from models.money import MoneyEntry
from models.orders import EventKind, Order, OrderEvent
from models.outbox import EffectKind, OutboxEffect
from models.staff import StaffMember
from sandbox.novaposhta import NovaPoshta
from sandbox.novaposhta.office import utc_now
from services import chats, check, parcels
from services.secrets import SecretBox
from sync.carrier_desk import CarrierDesk
from sync.parcels import track, track_one
from tests.carriers import CARRIER, make_account, open_desk
from tests.factories import (
    OWNER_ID,
    Intake,
    incoming,
    line,
    make_shop,
    make_staff,
    stock_up,
)
from tests.integrations.novaposhta.parcels import parcel
from tests.parcels import KyivTime, events, made, sold
from tests.services.sale_stage import CARD, D, account, balances
from tests.worker.shops_stage import HandClock
from worker.parcels import TRACK_EVERY_S, ParcelWorker

CREATED, MOVING, ARRIVED = ParcelState.CREATED, ParcelState.MOVING, ParcelState.ARRIVED
RECEIVED, RETURNING, UNKNOWN = ParcelState.RECEIVED, ParcelState.RETURNING, ParcelState.UNKNOWN
PHONE = "+380501110022"
OTHERS_NUMBER = "20450000000001"
MINUTE = timedelta(minutes=1)
PATIENCE_S = 30


class Post:
    """A simulated Nova Poshta, our account with it, and parcels that it knows."""

    def __init__(self, service: NovaPoshta, desk: CarrierDesk) -> None:
        self.service = service
        self.desk = desk
        self._names = count(1)

    async def send(self, order: Order, cod: int = 20) -> Waybill:
        """The order's parcel is registered there, and we know its waybill for our own."""
        keys = (await self.desk.account()).keys
        name = f"KR-{next(self._names)}"
        wanted = parcel(self.service, reference=name, cod_amount=Decimal(cod), phone=PHONE)
        created = await self.desk.carriers[CARRIER].create_waybill(keys, wanted)
        return await made(order, created.number, recipient_phone=PHONE, cod_amount=Decimal(cod))

    async def track(self) -> int:
        """All that are looked at some day are due, and asked for."""
        await Waybill.filter(look_at__isnull=False).update(look_at=now() - MINUTE)
        return await track(self.desk)

    def asked(self) -> list[int]:
        """How many parcels each question was about."""
        calls = self.service.calls("TrackingDocument")
        return [len(call.properties["Documents"]) for call in calls]


@pytest.fixture
async def post(db: str) -> AsyncIterator[Post]:
    del db
    async with NovaPoshta() as service, open_desk(service) as desk:
        await make_account(service)
        yield Post(service, desk)


@pytest.fixture
async def intake(db: str) -> Intake:
    del db
    await stock_up({"A": 1000})
    await chats.subscribe(OWNER_ID)
    return Intake((await make_shop()).id)


@pytest.fixture
async def owner(db: str) -> StaffMember:
    del db
    return await make_staff("Олена", OWNER_ID, Role.OWNER)


async def fresh(waybill: Waybill) -> Waybill:
    return await Waybill.get(id=waybill.id)


async def pauses() -> list[int]:
    """In how many minutes, about, each parcel is looked at."""
    waybills = await Waybill.filter(look_at__isnull=False).order_by("id")
    return [round((each.look_at - now()) / MINUTE) for each in waybills if each.look_at]


async def notices() -> list[tuple[str, object]]:
    """What the owners were told of the carrier."""
    found = await CarrierNotice.all().order_by("id")
    assert await OutboxEffect.filter(kind=EffectKind.TELL_CARRIER).count() == len(found)
    return [(each.kind, each.data.get("problem")) for each in found]


# The way of a parcel


async def test_a_parcel_is_followed_from_the_desk_to_the_customer(
    post: Post, intake: Intake, owner: StaffMember
) -> None:
    await CarrierAccount.all().update(cod_account_id=(await account(CARD)).id)
    order = await sold(intake, owner)
    sent = await post.send(order)
    seen = []
    for _ in range(6):
        assert await post.track() == 1
        seen.append((await fresh(sent)).parcel)
        if seen[-1] is ARRIVED:
            there = await fresh(sent)
            assert "№5" in there.place
            assert there.stored_since == now().astimezone(KYIV).date()
        post.service.advance_parcel(sent.number)

    assert seen == [CREATED, MOVING, MOVING, MOVING, ARRIVED, RECEIVED]
    there = await fresh(sent)
    assert there.received_at is not None
    assert there.look_at is None
    assert await events(order) == [
        (EventKind.PARCEL, "arrived"),
        (EventKind.PARCEL, "received"),
        (EventKind.SETTLED, "20"),
    ]
    assert await balances() == {CARD: D(20)}
    assert await post.track() == 0
    assert await check.differences() == []


async def test_a_refused_parcel_comes_back_with_a_number_of_its_own(
    post: Post, intake: Intake, owner: StaffMember
) -> None:
    sent = await post.send(await sold(intake, owner))
    post.service.move_parcel(sent.number, "7")
    await post.track()
    back = post.service.move_parcel(sent.number, "103").return_number
    await post.track()

    there = await fresh(sent)
    assert (there.parcel, there.return_number) == (RETURNING, back)
    event = await OrderEvent.get(id=(await OutboxEffect.get(kind=EffectKind.TELL_EVENT)).subject_id)
    assert (event.data["return_number"], event.data["text"]) == (back, "Відмова одержувача")
    await post.track()
    assert await OutboxEffect.filter(kind=EffectKind.TELL_EVENT).count() == 1


async def test_a_number_that_was_typed_is_followed_with_what_is_collected(
    post: Post, intake: Intake, owner: StaffMember
) -> None:
    """Somebody made it in the carrier's cabinet."""
    await CarrierAccount.all().update(cod_account_id=(await account(CARD)).id)
    other = await sold(intake, owner, "other")
    number = (await post.send(other, cod=15)).number
    await Waybill.all().delete()
    order = await sold(intake, owner, waybill=number, phone=PHONE)
    unknown = await sold(intake, owner, "3", waybill=OTHERS_NUMBER)
    post.service.move_parcel(number, "9")

    assert await post.track() == 2

    assert await events(order) == [(EventKind.PARCEL, "received"), (EventKind.SETTLED, "15")]
    assert (await Waybill.get(order_id=unknown.id)).parcel is UNKNOWN
    (pause,) = await pauses()
    assert 44 <= pause <= 76


async def test_what_was_deleted_in_the_cabinet_is_deleted_here(
    post: Post, intake: Intake, owner: StaffMember
) -> None:
    order = await sold(intake, owner)
    sent = await post.send(order)
    post.service.move_parcel(sent.number, "2")
    await post.track()
    assert (await fresh(sent)).live_for is None
    assert await events(order) == [(EventKind.WAYBILL, sent.number)]


async def test_a_parcel_that_waits_for_days_is_told(
    db: str, intake: Intake, owner: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    del db
    clock = KyivTime()
    monkeypatch.setattr(parcels, "now", clock)
    async with (
        NovaPoshta(clock=lambda: utc_now() - timedelta(days=2)) as service,
        open_desk(service) as desk,
    ):
        await make_account(service)
        post = Post(service, desk)
        order = await sold(intake, owner)
        sent = await post.send(order)
        service.move_parcel(sent.number, "8")
        await post.track()  # tomorrow, as far as we know
    assert await events(order) == [(EventKind.PARCEL, "arrived"), (EventKind.PARCEL_WAITS, "3")]
    assert await OutboxEffect.filter(kind=EffectKind.TELL_EVENT).count() == 1


# Many, and hindrances


async def test_more_than_a_hundred_take_two_questions(post: Post, intake: Intake) -> None:
    await intake(*(incoming(str(number), line("A")) for number in range(121)))
    waiting = await Order.all().order_by("id")
    for at, order in enumerate(waiting[:-1]):
        await made(order, str(int(OTHERS_NUMBER) + at), parcel=UNKNOWN)
    last = await post.send(waiting[-1])
    post.service.advance_parcel(last.number)

    assert await post.track() == 121

    assert post.asked() == [100, 21]
    assert (await fresh(last)).parcel is MOVING
    assert not await Waybill.exists(looked_at=None)
    assert await track(post.desk) == 0


async def test_a_carrier_that_is_down_is_asked_ever_later(
    post: Post, intake: Intake, owner: StaffMember
) -> None:
    for number in range(3):
        await post.send(await sold(intake, owner, str(number)))
    await post.track()
    post.service.answer_with(502, "<html>Bad Gateway</html>", times=None)
    seen = []
    for minutes in (0, 16, 40, 600):
        await Waybill.all().update(looked_at=now() - minutes * MINUTE)
        await post.track()
        seen.append(await pauses())
    assert seen == [[5] * 3, [8] * 3, [20] * 3, [30] * 3]
    assert post.asked() == [3] * 5  # once each time
    assert await track(post.desk) == 0

    post.service.behave()
    assert await post.track() == 3
    assert all(15 <= pause <= 25 for pause in await pauses())
    assert await notices() == []  # it is nobody's business


async def test_an_expired_key_is_told_once_and_so_is_its_end(
    post: Post, intake: Intake, owner: StaffMember
) -> None:
    sent = await post.send(await sold(intake, owner))
    post.service.expire_key()
    for _ in range(2):
        await post.track()
        assert await pauses() == [30]
    assert await notices() == [("trouble", "key_expired")]

    post.service.renew_key()
    post.service.advance_parcel(sent.number)
    await post.track()
    assert (await fresh(sent)).parcel is MOVING
    assert await notices() == [("trouble", "key_expired"), ("back", None)]


async def test_a_key_that_cannot_be_read_is_told_once(
    post: Post, intake: Intake, owner: StaffMember
) -> None:
    await post.send(await sold(intake, owner))
    await CarrierAccount.all().update(secrets=SecretBox("another secret key").encrypt({}))
    for _ in range(2):
        assert await post.track() == 0
        assert await pauses() == [30]
    assert await notices() == [("trouble", "wrong_key")]
    assert post.asked() == []


async def test_one_parcel_that_is_refused_holds_up_no_other(
    post: Post, intake: Intake, owner: StaffMember, logs: list[EventDict]
) -> None:
    sent = [await post.send(await sold(intake, owner, str(number))) for number in range(4)]
    for each in sent:
        post.service.move_parcel(each.number, "5")
    # All four, then the first two, then the first.
    post.service.refuse_with("20000200161", "Documents not found", times=3, call="Tracking")

    assert await post.track() == 4

    assert post.asked() == [4, 2, 1, 1, 2]
    assert [(await fresh(each)).parcel for each in sent] == [CREATED, MOVING, MOVING, MOVING]
    assert (await pauses())[0] == 24 * 60
    assert [log["event"] for log in logs if log["log_level"] == "warning"] == [
        "a parcel cannot be tracked"
    ]


async def test_a_refusal_that_is_about_no_parcel_passes_sooner(
    post: Post, intake: Intake, owner: StaffMember
) -> None:
    for number in range(2):
        await post.send(await sold(intake, owner, str(number)))
    post.service.refuse_with("20000100002", "General error", times=3, call="Tracking")

    await post.track()

    assert await pauses() == [60, 60]


async def test_a_carrier_that_refuses_everything_is_not_asked_for_each_alone(
    post: Post, intake: Intake
) -> None:
    await intake(*(incoming(str(number), line("A")) for number in range(100)))
    for at, order in enumerate(await Order.all().order_by("id")):
        await made(order, str(int(OTHERS_NUMBER) + at), parcel=UNKNOWN)
    post.service.refuse_with("20000100002", "General error", times=None, call="Tracking")

    assert await post.track() == 100

    assert len(post.asked()) == 25
    assert await pauses() == [60] * 100


async def test_one_parcel_that_cannot_be_noted_holds_up_no_other(
    post: Post, intake: Intake, owner: StaffMember
) -> None:
    await CarrierAccount.all().update(cod_account_id=(await account(CARD)).id)
    sent = [await post.send(await sold(intake, owner, str(number))) for number in range(3)]
    for each in sent:
        post.service.move_parcel(each.number, "9")
    entry = await MoneyEntry.all().order_by("id").first().values("id")
    assert entry is not None
    nonsense = f"UPDATE money_entry SET kind = '?' WHERE id = {entry['id']}"
    await get_connection("default").execute_script(nonsense)

    with pytest.raises(ValueError, match="'\\?'"):
        await post.track()

    assert [(await fresh(each)).parcel for each in sent] == [CREATED, RECEIVED, RECEIVED]
    assert await pauses() == [60]


async def test_numbers_that_an_answer_leaves_out_are_asked_for_in_an_hour(
    post: Post, intake: Intake, owner: StaffMember
) -> None:
    await post.send(await sold(intake, owner))
    post.service.answer_empty(call="TrackingDocument")
    assert await post.track() == 1
    assert post.asked() == [1]
    assert await pauses() == [60]


async def test_nobody_is_asked_without_an_account(
    post: Post, intake: Intake, owner: StaffMember
) -> None:
    sent = await post.send(await sold(intake, owner))
    await CarrierAccount.all().update(is_active=False)
    assert await post.track() == 0
    with pytest.raises(NotFoundError):
        await track_one(post.desk, sent.id)
    assert post.asked() == []


async def test_somebody_may_ask_for_one_parcel_at_once(
    post: Post, intake: Intake, owner: StaffMember
) -> None:
    sent = await post.send(await sold(intake, owner))
    await Waybill.all().update(look_at=None)
    post.service.advance_parcel(sent.number)
    assert await track_one(post.desk, sent.id)
    assert not await track_one(post.desk, sent.id)
    assert (await fresh(sent)).parcel is MOVING

    post.service.answer_with(502, "<html>Bad Gateway</html>")
    with pytest.raises(UnavailableError):
        await track_one(post.desk, sent.id)
    post.service.expire_key()
    with pytest.raises(KeyRefusedError):
        await track_one(post.desk, sent.id)
    assert await notices() == [("trouble", "key_expired")]
    await Waybill.all().update(carrier="")
    with pytest.raises(NotFoundError):
        await track_one(post.desk, sent.id)


# The loop


async def test_the_loop_goes_on_whatever_fails(sqlite_url: str, logs: list[EventDict]) -> None:
    async with (
        open_database(sqlite_url),
        NovaPoshta() as service,
        open_desk(service) as desk,
    ):
        await make_account(service)
        post, clock = Post(service, desk), HandClock()
        await stock_up({"A": 5})
        seller = await make_staff()
        sent = await post.send(await sold(Intake((await make_shop()).id), seller))
        await comes_nothing_of_directories()
        running = asyncio.create_task(ParcelWorker(desk, KYIV, clock).run())
        try:
            for state, parcel_state in (("5", MOVING), ("7", ARRIVED)):
                service.move_parcel(sent.number, state)
                await Waybill.all().update(look_at=now() - MINUTE)
                async with asyncio.timeout(PATIENCE_S):
                    while (await fresh(sent)).parcel is not parcel_state:
                        clock.advance(TRACK_EVERY_S)
                        await asyncio.sleep(0.01)
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
    failed = {log["work"] for log in logs if log["event"] == "work for carriers failed"}
    assert failed == {"directories"}


async def comes_nothing_of_directories() -> None:
    """Reading them fails in a way that nobody thought of."""
    await get_connection("default").execute_script("DROP TABLE carrier_city")
