"""Asked as in the samples of Nova Poshta's API, it answers as they do."""

import json
from collections.abc import Iterable
from typing import Any

import pytest

from sandbox.novaposhta.directory import KYIV_1, LVIV_LOCKER
from sandbox.prom.model import LOCKER, WAREHOUSE
from tests.sandbox.novaposhta.caller import SENDER, Caller, properties, sample

SAVES = (
    *("warehouse", "warehouse_afterpayment", "warehouse_backward_money", "warning_cargo"),
    *("postomat", "doors_refs", "doors_new_address"),
)


def shape(value: Any) -> Any:
    """The keys and the types of a value; a number is a number, whole or not."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return "number"
    return type(value).__name__


async def answer_to(post: Caller, name: str) -> tuple[Any, Any]:
    """What comes to the sample's request, and what came to it there."""
    case = sample(name)
    status, text = await post.send(case["request"])
    assert status == case["response"]["http_status"]
    return json.loads(text), case["response"]["body"]


@pytest.mark.parametrize(
    "name",
    [
        *("get_cities", "get_contact_persons", "get_counterparties.sender"),
        *("get_counterparty_addresses", "get_counterparty_options", "get_document_delivery_date"),
        *("get_document_price", "get_street", "get_warehouse_types", "search_settlements.empty"),
        *("get_warehouses.branches", "get_warehouses.by_ref", "get_warehouses.postomats"),
        *("search_settlement_streets", "counterparty_save.error", "counterparty_save.recipient"),
        *("internet_document_delete.error", "address_save"),
    ],
)
async def test_answers_are_those_of_the_samples(post: Caller, name: str) -> None:
    answer, wanted = await answer_to(post, name)
    assert answer == wanted


async def test_searches_find_the_places_of_the_samples(post: Caller) -> None:
    answer, wanted = await answer_to(post, "search_settlements")
    for each in (answer, wanted):
        each["data"][0]["Addresses"][0]["Warehouses"] = "as many as there are"
    assert answer == wanted
    post.post.empty_search_is_list = True
    assert await post.told("Address", "searchSettlements", CityName="ззззз") == []
    assert (WAREHOUSE.warehouse_id, LOCKER.warehouse_id) == (KYIV_1, LVIV_LOCKER)


async def test_people_are_told_apart_by_their_contacts(post: Caller) -> None:
    answer, wanted = await answer_to(post, "contact_person_save")
    assert answer["data"][0].pop("Ref") != wanted["data"][0].pop("Ref")
    assert answer == wanted
    again, _ = await answer_to(post, "contact_person_save")
    assert again["warnings"] == ["Person already exists!"]
    (known,) = await post.told(
        "Counterparty", "save", **properties("counterparty_save.recipient", Phone="380670000000")
    )
    contact = known["ContactPerson"]
    assert contact["warnings"] == []
    assert (
        contact["data"][0]["Ref"]
        != sample("internet_document_save.warehouse")["request"]["methodProperties"][
            "ContactRecipient"
        ]
    )
    assert await post.refused(
        "Counterparty", "save", properties("counterparty_save.recipient", Phone="+380670000000")
    ) == ["20000100556"]


@pytest.mark.parametrize("name", SAVES)
async def test_waybills_are_made_as_in_the_samples(post: Caller, name: str) -> None:
    sender = post.post.accounts[post.post.key].senders[SENDER]
    sender.is_private = name == "warehouse_backward_money"
    post.post.cost_as_text = name == "warehouse_afterpayment"
    answer, wanted = await answer_to(post, f"internet_document_save.{name}")
    assert shape(answer) == shape(wanted)
    (row,) = answer["data"]
    assert (row["IntDocNumber"], row["EstimatedDeliveryDate"]) == ("20451600012345", "16.09.2026")
    assert answer["warnings"] == wanted["warnings"]
    (waybill,) = post.post.waybills.values()
    assert waybill.props["CargoType"] == "Parcel"


async def test_lists_of_waybills_and_of_registers(post: Caller) -> None:
    row = await post.save()
    answer, wanted = await answer_to(post, "get_document_list")
    wanted["data"][0] |= {"Ref": row["Ref"], "CostOnSite": "97.5"}
    assert answer == wanted
    register = {"DocumentRefs": [row["Ref"]]}
    answer = await post.ask("ScanSheet", "insertDocuments", register)
    assert shape(answer) == shape(sample("scan_sheet_insert")["response"]["body"])
    assert answer["data"][0]["Number"] == "105-00003134"
    assert shape(await post.ask("ScanSheet", "getScanSheetList")) == shape(
        sample("scan_sheet_list")["response"]["body"]
    )
    unknown = await post.ask("ScanSheet", "insertDocuments", register | {"Ref": "9" * 8})
    wanted = sample("scan_sheet_insert.error")["response"]["body"]
    assert (unknown["errors"], unknown["errorCodes"]) == (wanted["errors"], wanted["errorCodes"])


async def test_refusals_are_worded_as_in_the_samples(post: Caller) -> None:
    cases = {case["why"]: case["response"]["body"] for case in _cases()}
    money = [{"PayerType": "Recipient", "CargoType": "Money", "RedeliveryString": "398"}]
    asked: dict[str, tuple[str, dict[str, Any]]] = {
        "date in the past (Kyiv time)": ("warehouse", {"DateTime": "14.09.2026"}),
        "no recipient": ("warehouse", {"Recipient": None, "BackwardDeliveryData": money}),
        "phone": ("warehouse", {"RecipientsPhone": "+380501110022"}),
        "too heavy for the branch": (
            "warehouse",
            {"RecipientAddress": "b3000000-0000-11ea-9c59-005056b24375", "Weight": "31"},
        ),
        "too heavy for the locker": ("postomat", {"Weight": "21"}),
        "payment control impossible in a locker": ("postomat", {"AfterpaymentOnGoodsCost": "398"}),
        "payment control above declared value": ("warehouse", {"AfterpaymentOnGoodsCost": "1252"}),
        "money transfer not available for this key": (
            "warehouse",
            {"BackwardDeliveryData": money},
        ),
        "several at once": ("warehouse", {"RecipientsPhone": "", "Description": ""}),
    }
    for why, (name, changes) in asked.items():
        props = properties(f"internet_document_save.{name}", **changes)
        assert await post.ask("InternetDocument", "save", props) == cases.pop(why), why
    card = [money[0] | {"PaymentCard": "5168000000000000"}]
    private = post.post.accounts[post.post.key].senders[SENDER]
    private.is_private = True
    props = properties("internet_document_save.warehouse", BackwardDeliveryData=card)
    assert await post.ask("InternetDocument", "save", props) == cases.pop("card in money transfer")
    assert (cases, post.post.waybills) == ({}, {})


def _cases() -> Iterable[Any]:
    return sample("internet_document_save.errors")["cases"]  # type: ignore[no-any-return]


async def test_printing_links(post: Caller) -> None:
    row = await post.save()
    known = row | {"key": post.post.key}
    links = {name: link for name, link in sample("print_urls").items() if "/orders/" in link}
    assert len(links) == 4
    for name, link in links.items():
        form, rest = link.format_map(known).partition("/orders/")[2].split("/", 1)
        _, kind, body = await post.printed(form, rest)
        assert (kind, body[:5]) == ("application/pdf", b"%PDF-"), name
    answer, wanted = await answer_to(post, "internet_document_update.printed_error")
    assert answer == wanted
    answer, wanted = await answer_to(post, "internet_document_delete")
    assert answer == wanted


async def test_tracking(post: Caller) -> None:
    number = (await post.save("warehouse_afterpayment"))["IntDocNumber"]
    locker = (await post.save("postomat"))["IntDocNumber"]
    (row,) = await post.track(number)
    ((created,), (refused,)) = (
        sample(f"tracking.{name}")["response"]["body"]["data"] for name in ("created", "refused")
    )
    varied = {"RefEW", "DocumentCost", "AmountToPay", "TrackingUpdateDate"}
    assert shape(row) == shape(created)
    assert {key: row[key] for key in row.keys() - varied} == {
        key: created[key] for key in created.keys() - varied
    }
    post.post.move_parcel(locker, "8")
    known, partly, unknown = sample("tracking.batch")["response"]["body"]["data"]
    for state in ("7", "9"):
        post.post.move_parcel(number, state)
    assert shape((await post.track(number))[0]) == shape(known)
    public, missing = await post.track(locker, "20451600099999", phone="")
    assert (shape(public), missing) == (shape(partly), unknown)
    other = (await post.save("warehouse_afterpayment"))["IntDocNumber"]
    post.post.move_parcel(other, "103")
    (row,) = await post.track(other)
    assert shape(row) == shape(refused)
    assert (row["StatusCode"], row["UndeliveryReasons"]) == ("103", refused["UndeliveryReasons"])
    (back,) = await post.track(row["LastCreatedOnTheBasisNumber"])
    assert (back["StatusCode"], back["CityRecipient"]) == ("4", "Дніпро")
