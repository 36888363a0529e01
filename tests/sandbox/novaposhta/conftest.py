"""A simulated Nova Poshta whose clock stands still, and that knows the buyer of the samples."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from sandbox.novaposhta import NovaPoshta
from sandbox.novaposhta.directory import KHRESHCHATYK
from sandbox.novaposhta.model import PRIVATE_PERSONS, Address, Contact
from tests.sandbox.novaposhta.caller import CONTACT, DOOR, START, Caller


@pytest.fixture
async def post() -> AsyncIterator[Caller]:
    async with (
        NovaPoshta(key="0" * 32, clock=lambda: START) as service,
        aiohttp.ClientSession() as session,
    ):
        account = service.accounts[service.key]
        account.contacts[CONTACT] = Contact(
            ref=CONTACT,
            counterparty_ref=PRIVATE_PERSONS,
            first_name="Оксана",
            last_name="Вербицька",
            middle_name="",
            phone="380501110022",
        )
        account.addresses[DOOR] = Address(
            ref=DOOR,
            counterparty_ref=PRIVATE_PERSONS,
            street=KHRESHCHATYK,
            building="10",
            flat="4",
            note="домофон 4",
        )
        yield Caller(service, session)
