"""A way to a simulated Nova Poshta on this machine, and an account with it that is set up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import aiohttp
from tortoise.timezone import now

from domain.carriers import CodKind, PlaceKind
from domain.search import folded
from integrations.carriers import Carrier
from integrations.http import ApiClient
from integrations.novaposhta.client import NovaPoshtaClient
from models.carriers import CarrierAccount, CarrierCity, CarrierPoint
from sandbox.novaposhta import NovaPoshta
from sandbox.novaposhta.directory import DNIPRO, DNIPRO_1
from sync.carrier_desk import CarrierDesk
from tests.factories import BOX

CARRIER = "novaposhta"
DEAD = "http://127.0.0.1:9/"  # the discard port: nobody listens


@asynccontextmanager
async def open_desk(post: NovaPoshta | None = None) -> AsyncIterator[CarrierDesk]:
    """A desk that asks the simulated Nova Poshta without a pause; None: nobody answers."""
    async with aiohttp.ClientSession() as session:
        client: Carrier = NovaPoshtaClient(
            ApiClient(session, timeout_s=5.0),
            api_url=post.url if post else DEAD,
            print_url=post.print_url if post else DEAD,
            least_gap_s=0.0,
        )
        yield CarrierDesk({CARRIER: client}, BOX)


async def make_account(post: NovaPoshta, **values: Any) -> CarrierAccount:
    """The simulated business sends from the first branch of Dnipro; ``values``: other columns."""
    (sender,) = (each for each in post.accounts[post.key].senders.values() if not each.is_private)
    contacts = post.accounts[post.key].contacts.values()
    contact = next(each for each in contacts if each.counterparty_ref == sender.ref)
    columns: dict[str, Any] = {
        "carrier": CARRIER,
        "secrets": BOX.encrypt({"api_key": post.key}),
        "sender_ref": sender.ref,
        "sender_name": sender.description,
        "contact_ref": contact.ref,
        "contact_name": contact.full_name,
        "phone": f"+{contact.phone}",
        "city_ref": DNIPRO.ref,
        "city_name": "Дніпро",
        "place_ref": DNIPRO_1,
        "place_name": "Відділення №1",
        "description": "Аксесуари",
        "cod_kind": CodKind.CONTROL.value,
    }
    return await CarrierAccount.create(**(columns | values))


async def know_place(post: NovaPoshta, ref: str) -> CarrierPoint:
    """A branch or locker of the simulated directory, and its city, as if they had been read."""
    warehouse = post.warehouses[ref]
    city = post.city(warehouse.city_ref)
    assert city is not None
    known, _ = await CarrierCity.get_or_create(
        carrier=CARRIER,
        ref=city.ref,
        defaults={
            "name": city.name,
            "area": city.area,
            "key": folded(city.name),
            "read_at": now() - timedelta(minutes=1),
            "used_at": now() - timedelta(minutes=1),
        },
    )
    point, _ = await CarrierPoint.get_or_create(
        carrier=CARRIER,
        ref=ref,
        defaults={
            "city_id": known.id,
            "kind": PlaceKind.LOCKER if warehouse.is_locker else PlaceKind.BRANCH,
            "number": warehouse.number,
            "name": warehouse.description,
            "address": warehouse.address,
            "key": folded(f"{warehouse.number} {warehouse.description} {warehouse.address}"),
            "max_weight_kg": Decimal(warehouse.max_weight) or None,
            "is_open": not warehouse.is_denied,
        },
    )
    return point
