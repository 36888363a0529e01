"""What stands before the simulated Nova Poshta's methods, and what may go wrong on the way."""

import asyncio
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from sandbox.novaposhta.directory import KYIV_1
from tests.sandbox.novaposhta.caller import Caller, properties, sample

TOLD: dict[str, Any] = {
    case["why"]: case["response"]["body"] for case in sample("auth_and_limit_errors")["cases"]
}


async def test_keys(post: Caller) -> None:
    async def lists(key: str | None = None) -> Any:
        return await post.ask("Common", "getCargoTypes", key=key)

    assert await lists("1" * 32) == await lists("") == TOLD["bad key"]
    assert (await lists())["data"][0] == {"Ref": "Parcel", "Description": "Посилка"}
    post.post.expire_key()
    assert await lists() == TOLD["expired key"]
    post.post.expired_code = "20000102694"
    assert (await lists())["errorCodes"] == ["20000102694"]
    post.post.deactivate_key()
    assert await lists() == TOLD["inactive key"]
    post.post.renew_key()
    post.post.errors_as_object = True
    assert (await lists())["success"]
    assert await lists("1" * 32) == TOLD["errors as object"]


async def test_who_asks_too_often_is_refused(post: Caller) -> None:
    post.post.least_gap = timedelta(seconds=1)
    answers = [await post.ask("Common", "getPaymentForms") for _ in range(2)]
    assert answers[1] == TOLD["rate limit"]
    assert answers[0]["success"]
    other = post.post.add_account("f" * 32)
    assert (await post.ask("Common", "getPaymentForms", key=other.key))["success"]
    post.post.let_pass(timedelta(seconds=1))
    assert (await post.ask("Common", "getPaymentForms"))["success"]


async def test_unknown_models_and_methods(post: Caller) -> None:
    for model, method in (("Nothing", "save"), ("Address", "nothing"), ("AddressGeneral", "save")):
        assert await post.refused(model, method, {}) == ["20000100002"]
    assert (await post.send(["not", "an", "object"]))[0] == 200


async def test_faults_are_for_the_calls_they_are_meant_for(post: Caller) -> None:
    post.post.answer_with(502, TOLD["gateway failure"], call="InternetDocument.save")
    request = sample("internet_document_save.warehouse")["request"]
    assert (await post.ask("Common", "getPaymentForms"))["success"]
    assert await post.send(request) == (502, TOLD["gateway failure"])
    post.post.refuse_with("20000204095", "Фінансовий моніторинг", call="InternetDocument")
    assert await post.save_refused() == ["20000204095"]
    assert post.post.waybills == {}
    post.post.answer_empty()
    assert await post.told("AddressGeneral", "getWarehouses", Ref=KYIV_1) == []
    assert len(await post.told("AddressGeneral", "getWarehouses", Ref=KYIV_1)) == 1
    post.post.answer_with(200, "<html></html>", times=None, call="print")
    number = (await post.save())["IntDocNumber"]
    rest = f"orders[]/{number}/type/pdf/apiKey/{post.post.key}"
    assert (await post.printed("printDocument", rest))[2] == b"<html></html>"
    post.post.behave()
    assert (await post.printed("printDocument", rest))[2].startswith(b"%PDF")


async def test_a_waybill_whose_answer_was_lost_is_in_the_list(post: Caller) -> None:
    post.post.lose_answers(call="InternetDocument.save")
    with pytest.raises(aiohttp.ClientError):
        await post.save()
    day = {"DateTimeFrom": "15.09.2026", "DateTimeTo": "15.09.2026"}
    (row,) = await post.told("InternetDocument", "getDocumentList", **day)
    assert row["InfoRegClientBarcodes"] == "PROM-417000301"
    (call,) = post.post.calls("InternetDocument", "save")
    assert call.properties == properties("internet_document_save.warehouse")


async def test_slow_and_down(post: Caller) -> None:
    post.post.answer_late(60)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(post.ask("Common", "getPaymentForms"), 0.05)
    url = post.post.url
    await post.post.down()
    with pytest.raises(aiohttp.ClientConnectionError):
        await post.ask("Common", "getPaymentForms")
    await post.post.up()
    assert post.post.url == url
    assert (await post.ask("Common", "getPaymentForms"))["success"]


async def test_places_and_their_pages(post: Caller) -> None:
    city = post.post.add_city("Нове", "Київська", type="село")
    for number in range(1, 8):
        post.post.add_warehouse(city, number, f"вул. Нова, {number}", is_locker=number == 7)

    async def numbers(**props: str) -> list[str]:
        rows = await post.told("AddressGeneral", "getWarehouses", CityRef=city.ref, **props)
        return [row["Number"] for row in rows]

    assert await numbers(Limit="3", Page="3") == ["7"]
    assert await numbers(Limit="3", Page="4") == []
    assert await numbers(WarehouseId="5") == ["5"]
    assert await numbers(TypeOfWarehouseRef="f9316480-5f2d-425d-bc2c-ac7cd29decf0") == ["7"]
    (found,) = await post.told("Address", "searchSettlements", CityName="нове", Limit="5")
    (place,) = found["Addresses"]
    assert (place["DeliveryCity"], place["Warehouses"]) == (city.ref, 7)
    post.post.add_city("Глухе", "Київська", type="село", served=False)
    (found,) = await post.told("Address", "searchSettlements", CityName="Глухе")
    assert "DeliveryCity" not in found["Addresses"][0]
    assert await post.told("Address", "searchSettlements", FindByString="Нове") == [
        {"TotalCount": 0, "Addresses": []}
    ]
    post.post.add_city("Мала Зоря", "Київська")
    post.post.add_city("Зоря", "Київська")
    (found,) = await post.told("Address", "searchSettlements", CityName="зоря")
    assert [each["MainDescription"] for each in found["Addresses"]] == ["Зоря", "Мала Зоря"]
    (row,) = await post.told("AddressGeneral", "getSettlements", FindByString="Нове")
    assert (row["Ref"], row["Warehouse"]) == (city.settlement_ref, "1")


async def test_doors_are_kept_once(post: Caller) -> None:
    props = properties("address_save", BuildingNumber="12")
    first = await post.ask("Address", "save", props)
    again = await post.ask("Address", "save", props)
    assert (first["warnings"], again["warningCodes"]) == ([], ["30000500679"])
    assert first["data"] == again["data"]
    found = props | {"StreetRef": "ad090b1f-6845-11e6-8304-00505688561d"}
    assert await post.refused("Address", "save", found) == ["20000400480"]
    post.post.takes_search_streets = True
    assert await post.refused("Address", "save", found) == []
    stranger = props | {"CounterpartyRef": "99999999-0000-11f0-8513-b88303659df5"}
    assert await post.refused("Address", "save", stranger) == ["20000400480"]
