"""An inbox to feed, and somebody who taps."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict
from tortoise.connection import get_connection

from models.carriers import CarrierAccount, CarrierPoint
from models.database import is_sqlite, open_database
from models.staff import StaffMember
from sandbox.novaposhta import NovaPoshta
from services import chats
from sync.carrier_desk import CarrierDesk
from tests.carriers import make_account, open_desk
from tests.factories import OWNER_ID, Intake, make_shop, make_staff
from tests.services.place_stage import Form
from tests.services.waybill_stage import connect_carrier, make_city, make_point


@pytest.fixture
async def postgres_db(postgres_url: str) -> AsyncIterator[str]:
    """An open PostgreSQL database."""
    async with open_database(postgres_url):
        yield postgres_url


@pytest.fixture
async def take_in(db: str) -> Intake:
    """The inbox of a connected shop; the owner's chat is subscribed."""
    del db
    await chats.subscribe(OWNER_ID)
    return Intake((await make_shop()).id)


@pytest.fixture
async def seller(db: str) -> StaffMember:
    del db
    return await make_staff("Олег", 5001)


@pytest.fixture
async def colleague(db: str) -> StaffMember:
    del db
    return await make_staff("Ірина", 5002)


@pytest.fixture
async def carrier(db: str) -> CarrierAccount:
    """Our account with Nova Poshta, set up; nobody is asked."""
    del db
    return await connect_carrier()


@pytest.fixture
async def point(carrier: CarrierAccount) -> CarrierPoint:
    """A branch in Kyiv."""
    del carrier
    return await make_point(await make_city(), "12")


@pytest.fixture
async def post() -> AsyncIterator[NovaPoshta]:
    """A simulated Nova Poshta."""
    async with NovaPoshta() as post:
        yield post


@pytest.fixture
async def desk(db: str, post: NovaPoshta) -> AsyncIterator[CarrierDesk]:
    """Where it is talked to, with our account at it."""
    del db
    await make_account(post)
    async with open_desk(post) as desk:
        yield desk


@pytest.fixture
async def dead_desk() -> AsyncIterator[CarrierDesk]:
    """Where nobody answers."""
    async with open_desk() as desk:
        yield desk


@pytest.fixture
def form(take_in: Intake, seller: StaffMember) -> Form:
    """Waybills that are begun, for the place that their orders name."""
    return Form(take_in, seller)


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[EventDict]]:
    """What was logged, instead of printing it: a printed traceback takes a second."""
    with capture_logs() as logged:
        yield logged


@pytest.fixture
def runner(database_url: str) -> Iterator[asyncio.Runner]:
    """A loop with an open database, for a test that is not async itself."""
    with asyncio.Runner() as runner:
        stack = open_database(database_url)
        runner.run(stack.__aenter__())
        try:
            if is_sqlite(database_url):  # no power cut is tested here
                statement = "PRAGMA synchronous = OFF"
                runner.run(get_connection("default").execute_script(statement))
            yield runner
        finally:
            runner.run(stack.__aexit__(None, None, None))
