"""Parcels of the demo."""

import asyncio
from random import Random

import pytest

from sandbox import demo_post
from sandbox.demo_post import DemoPost
from sandbox.novaposhta.model import RECEIVED, RETURNING
from tests.sandbox.novaposhta.caller import Caller


@pytest.mark.parametrize("kind", ["warehouse", "postomat", "doors_refs"])
async def test_a_printed_parcel_gets_where_it_goes(
    post: Caller, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_post, "MOVES_EVERY_S", 0)
    demo = DemoPost()
    demo.post = post.post
    waybill = demo.post.waybill((await post.save(kind))["IntDocNumber"])
    assert waybill is not None
    waybill.is_printed = True

    async with asyncio.TaskGroup() as group:
        moving = group.create_task(demo.keep_parcels_moving(Random(1)))
        for _ in range(1_000):
            await asyncio.sleep(0)
        moving.cancel()

    assert waybill.state in RECEIVED | RETURNING
