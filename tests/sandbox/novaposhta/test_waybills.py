"""What the simulated Nova Poshta refuses, what it charges, and what becomes of its waybills."""

from datetime import timedelta
from typing import Any

import pytest

from sandbox.novaposhta.directory import KYIV_50, LVIV, LVIV_LOCKER, POLTAVA, POLTAVA_1
from tests.sandbox.novaposhta.caller import SENDER, START, Caller, properties

SAVE = "internet_document_save.warehouse"
SEAT = properties(SAVE)["OptionsSeat"][0]
UNKNOWN = "99999999-0000-11f0-8513-b88303659df5"


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"Sender": ""}, ["20000300442"]),
        ({"ContactSender": UNKNOWN}, ["20000300406"]),
        ({"CitySender": "Дніпро"}, ["20000200105", "20000200327"]),
        ({"SenderAddress": None}, ["20000200329"]),
        ({"Sender": "", "Recipient": ""}, ["20000300442"]),
        ({"ContactRecipient": ""}, ["20000300401"]),
        ({"ContactRecipient": UNKNOWN}, ["20000300397"]),
        ({"CityRecipient": ""}, ["20000200104"]),
        ({"CityRecipient": UNKNOWN}, ["20000200103"]),
        ({"RecipientAddress": "№1"}, ["20000200266"]),
        ({"RecipientAddress": UNKNOWN}, ["20000200265"]),
        ({"RecipientAddress": LVIV_LOCKER}, ["20000201106"]),
        ({"RecipientAddress": KYIV_50}, ["20000201106"]),
        ({"ServiceType": "WarehouseDoors"}, ["20000201106"]),
        ({"ServiceType": "DoorsWarehouse"}, ["20000200348"]),
        ({"Recipient": "", "Description": ""}, ["20000300431"]),
        ({"RecipientsPhone": "0501110022"}, ["20000300434"]),
        ({"PayerType": "Shop"}, ["20000301244"]),
        ({"PayerType": "ThirdPerson"}, ["20000201484"]),
        ({"PaymentMethod": "NonCash"}, ["20000301404"]),
        ({"DateTime": "2026-09-15"}, ["20000400456"]),
        ({"DateTime": "31.02.2027"}, ["20000400456"]),
        ({"DateTime": ""}, ["20000200145"]),
        ({"Description": "П" * 51}, ["20000200151"]),
        ({"Description": "Посуд <b>"}, ["20000200152"]),
        ({"Cost": "1251.50"}, ["20000400453"]),
        ({"Cost": 1250.5}, ["20000200120"]),
        ({"Weight": ""}, ["20000400503"]),
        ({"Weight": "0"}, ["20000200373"]),
        ({"Weight": "1001"}, ["20000200375"]),
        ({"OptionsSeat": None}, ["20000200226"]),
        ({"OptionsSeat": SEAT}, ["20000200227"]),
        ({"SeatsAmount": "2"}, ["20000200314"]),
        ({"OptionsSeat": [{**SEAT, "volumetricLength": ""}]}, ["20000201125"]),
        ({"Cost": "", "CargoType": "", "DateTime": ""}, 3),
        ({"AfterpaymentOnGoodsCost": "12.5"}, ["20000200031"]),
        ({"AfterpaymentOnGoodsCost": "1251", "BackwardDeliveryData": [{}]}, ["20000200035"]),
    ],
)
async def test_refusals(post: Caller, changes: dict[str, Any], codes: list[str] | int) -> None:
    refused = await post.save_refused(**changes)
    assert (len(refused) if isinstance(codes, int) else refused) == codes
    assert post.post.waybills == {}


async def test_a_locker_takes_what_fits(post: Caller) -> None:
    for changes, codes in (
        ({"OptionsSeat": [{**SEAT, "volumetricLength": "61"}]}, ["20000200212"]),
        ({"OptionsSeat": [{**SEAT, "weight": "20.5"}]}, ["20000200380"]),
        ({"SeatsAmount": "2", "OptionsSeat": [SEAT, SEAT]}, ["20000200215"]),
        ({"RecipientsPhone": "380445554433"}, ["20000201660"]),
        ({"Cost": "10001"}, ["20000200119"]),
        ({"RecipientAddress": POLTAVA_1, "CityRecipient": POLTAVA.ref}, ["20000201106"]),
        ({"PaymentMethod": "NonCash"}, ["20000201107"]),
    ):
        assert await post.save_refused("postomat", **changes) == codes, changes
    tall = {**SEAT, "volumetricLength": "30", "volumetricHeight": "60"}
    assert (await post.save("postomat", OptionsSeat=[tall]))["CostOnSite"] > 0
    assert (await post.save("postomat", ServiceType="WarehouseWarehouse"))["CostOnSite"] == 97.5
    post.post.lockers_take_money = True
    await post.save("postomat", AfterpaymentOnGoodsCost="398")


async def test_branches_have_limits_and_close(post: Caller) -> None:
    small = post.post.add_warehouse(LVIV, 9, "вул. Мала, 9", place_max_weight=10, max_cost=500)
    there = {"CityRecipient": LVIV.ref, "RecipientAddress": small.ref, "Cost": "500"}
    wide = {**SEAT, "volumetricWidth": "80", "volumetricLength": "60"}
    await post.save(**there, Weight="10")
    assert await post.save_refused(**there, Weight="10.1") == ["20000201162"]
    assert await post.save_refused(**there, OptionsSeat=[wide]) == ["20000201161"]
    assert await post.save_refused(**there | {"Cost": "501"}) == ["20000200119"]
    post.post.close_warehouse(small.ref)
    assert await post.save_refused(**there) == ["20000200267"]
    assert await post.told("AddressGeneral", "getWarehouses", Ref=small.ref) == []


async def test_each_kind_of_sender_has_its_money_on_delivery(post: Caller) -> None:
    private = post.post.add_sender("Сорока Марко")
    (contact,) = await post.told("Counterparty", "getCounterpartyContactPersons", Ref=private.ref)
    sends = {"Sender": private.ref, "ContactSender": contact["Ref"]}
    back = {"PayerType": "Recipient", "CargoType": "Money", "RedeliveryString": "1251"}
    assert await post.save_refused(**sends, AfterpaymentOnGoodsCost="100") == ["20000200035"]
    row = await post.save(**sends, BackwardDeliveryData=[back])
    (tracked,) = await post.track(row["IntDocNumber"])
    assert (tracked["Redelivery"], tracked["RedeliverySum"]) == (1, 1251)
    above = [back | {"RedeliveryString": "1252"}]
    assert await post.save_refused(**sends, BackwardDeliveryData=above) == ["20000201553"]
    post.post.accounts[post.post.key].contacts[
        properties(SAVE)["ContactRecipient"]
    ].first_name = "Oksana"
    assert await post.save_refused(**sends, BackwardDeliveryData=[back]) == ["20000201117"]
    assert await post.save_refused(**sends) == []
    documents = [back | {"CargoType": "Documents"}]
    assert await post.save_refused(BackwardDeliveryData=documents) == ["20000201117"]
    names = [
        each["Description"]
        for each in await post.told(
            "Counterparty", "getCounterparties", CounterpartyProperty="Sender"
        )
    ]
    assert names == ["Гончар Микола Степанович ФОП", "Сорока Марко"]


async def test_what_an_account_may_is_its_own_matter(post: Caller) -> None:
    account = post.post.accounts[post.post.key]
    sender = account.senders[SENDER]
    from_locker = {"SenderAddress": "b2000002-0000-11ee-9eb1-d4f5ef0df2b8"}
    assert await post.save_refused(**from_locker) == []
    sender.sends_from_lockers = False
    assert await post.save_refused(**from_locker) == ["20000200327"]
    (door,) = await post.told(
        "Address", "save", **properties("address_save", CounterpartyRef=SENDER)
    )
    foreign = {"RecipientAddress": door["Ref"]}
    assert await post.save_refused("doors_refs", **foreign) == ["20000200264"]
    to_branch = {"ServiceType": "WarehouseWarehouse"}
    assert await post.save_refused("doors_refs", **to_branch) == ["20000201106"]
    paid = {"AfterpaymentOnGoodsCost": "1251"}
    assert await post.save_refused("doors_refs", **paid) == []
    post.post.payment_control_is_for_branches = True
    assert await post.save_refused("doors_refs", **paid) == ["20000201590"]
    assert await post.save_refused(**paid) == []
    sender.is_private = post.post.takes_cards = True
    for sum_, codes in (("14999", []), ("15000", ["20000201486"])):
        card = {"PayerType": "Recipient", "CargoType": "Money", "PaymentCard": "5168"}
        back = [card | {"RedeliveryString": sum_}]
        assert await post.save_refused(Cost="20000", BackwardDeliveryData=back) == codes
    sender.has_contract = True
    assert await post.save_refused(PaymentMethod="NonCash", PayerType="ThirdPerson") == []


async def test_the_day_is_that_of_kyiv(post: Caller) -> None:
    post.post.let_pass(START.replace(hour=20, minute=59, second=59) - START)
    assert await post.save_refused() == []
    post.post.let_pass(START.replace(second=1) - START.replace(second=0))
    assert await post.save_refused() == ["20000400455"]


async def test_words_instead_of_refs(post: Caller) -> None:
    name = "doors_new_address"
    for changes, codes in (
        ({"RecipientCityName": "Кив"}, ["20000200103"]),
        ({"RecipientArea": "Львівська"}, ["20000200103"]),
        ({"RecipientName": ""}, ["20000300431"]),
        ({"RecipientHouse": ""}, ["20000200268"]),
        ({"ServiceType": "WarehouseWarehouse"}, ["20000200265"]),
    ):
        assert await post.save_refused(name, **changes) == codes, changes
    row = await post.save(name, ServiceType="WarehouseWarehouse", RecipientAddressName="5")
    (tracked,) = await post.track(row["IntDocNumber"])
    assert (tracked["WarehouseRecipientNumber"], tracked["CityRecipient"]) == (5, "Київ")


async def test_prices_are_by_the_larger_weight(post: Caller) -> None:
    async def price(**changes: object) -> tuple[float, list[str]]:
        props = properties("get_document_price", Weight="2", **changes)
        answer = await post.ask("InternetDocument", "getDocumentPrice", props)
        return answer["data"][0]["Cost"], answer["warnings"]

    big = {**SEAT, "volumetricWidth": "50", "volumetricLength": "60", "volumetricHeight": "50"}
    changed = ["VolumeWeight is changed", "Weight is changed"]
    assert await price(OptionsSeat=None) == (97.5, [])
    assert await price(OptionsSeat=[big]) == (539.5, changed)
    assert await price(OptionsSeat=None, VolumeGeneral="0.15") == (539.5, changed)
    assert await price(ServiceType="WarehousePostomat") == (87.5, [])
    assert await post.refused("InternetDocument", "getDocumentPrice", {"Cost": "5"}) == [
        *("20000200107", "20000200104", "20000200347", "20000400503"),
    ]


async def test_what_is_printed_is_not_changed_and_what_has_left_is_not_deleted(
    post: Caller,
) -> None:
    row = await post.save()
    ref, number = row["Ref"], row["IntDocNumber"]
    changed = properties(SAVE, Ref=ref, Weight="5")
    (again,) = await post.told("InternetDocument", "update", **changed)
    assert (again["IntDocNumber"], again["CostOnSite"]) == (number, 135)
    wrong = changed | {"Weight": ""}
    assert await post.refused("InternetDocument", "update", wrong) == ["20000400503"]
    status, kind, body = await post.printed(
        "printMarking100x100", f"orders%5B%5D/{number}/type/pdf/apiKey/{post.post.key}/zebra"
    )
    assert (status, kind, body[:5]) == (200, "application/pdf", b"%PDF-")
    assert b"[0 0 283.46 283.46]" in body
    assert number.encode() in body
    answer = await post.ask("InternetDocument", "update", changed)
    assert answer["errorCodes"] == ["20000200154"]
    assert answer["errors"] == ["Document is already printed"]
    post.post.advance_parcel(number)
    unprinted = await post.save()
    post.post.move_parcel(unprinted["IntDocNumber"], "4")
    moved = changed | {"Ref": unprinted["Ref"]}
    assert await post.refused("InternetDocument", "update", moved) == ["20000200206"]
    assert await post.refused("InternetDocument", "update", moved | {"Ref": "1"}) == ["20000400480"]
    del post.post.waybills[unprinted["Ref"]]
    gone = {"DocumentRefs": [ref]}
    assert await post.refused("InternetDocument", "delete", gone) == ["20000200206"]
    other = await post.save()
    both = {"DocumentRefs": [other["Ref"], UNKNOWN]}
    assert await post.refused("InternetDocument", "delete", both) == ["20000200161"]
    assert await post.told("InternetDocument", "delete", DocumentRefs=[other["Ref"]]) == [
        {"Ref": other["Ref"]}
    ]
    lost = changed | {"Ref": other["Ref"]}
    assert await post.refused("InternetDocument", "update", lost) == ["20000300415"]
    rest = f"orders[]/{other['IntDocNumber']}/type/pdf/apiKey/{post.post.key}"
    assert (await post.printed("printDocument", rest))[1] == "text/html"
    (deleted,) = await post.track(other["IntDocNumber"])
    assert deleted["StatusCode"] == "2"
    listed = await post.told("InternetDocument", "getDocumentList", DateTime="15.09.2026")
    assert [(each["Ref"], each["Printed"], each["StateId"]) for each in listed] == [(ref, "1", "4")]


async def test_prints_need_the_key_and_are_pages_when_they_fail(post: Caller) -> None:
    numbers = [(await post.save())["IntDocNumber"] for _ in range(2)]
    both = f"orders/{','.join(numbers)}/type/pdf/apiKey/"
    post.post.add_account("f" * 32)
    for rest in (
        both + "e" * 32,
        both + "f" * 32,
        f"orders[]/20459999999999/type/pdf/apiKey/{post.post.key}",
    ):
        status, kind, body = await post.printed("printDocument", rest)
        assert (status, kind, body[:4]) == (200, "text/html", b"<!DO"), rest
    assert not any(each.is_printed for each in post.post.waybills.values())
    post.post.expire_key()
    assert (await post.printed("printDocument", both + post.post.key))[1] == "text/html"
    post.post.renew_key()
    _, _, body = await post.printed("printDocument", both + post.post.key)
    assert body.count(b"[0 0 595.28 841.89]") == 2
    (call,) = [call for call in post.post.calls("print") if call.key == post.post.key][2:]
    assert (call.method, call.properties["orders"]) == ("printDocument", numbers)


async def test_lists_are_by_the_day_of_dispatch(post: Caller) -> None:
    for day, ours in (("15.09.2026", "A-1"), ("16.09.2026", "A-2"), ("17.09.2026", "A-3")):
        await post.save(DateTime=day, InfoRegClientBarcodes=ours)

    async def listed(**props: object) -> list[str]:
        rows = await post.told("InternetDocument", "getDocumentList", **props)
        return [row["InfoRegClientBarcodes"] for row in rows]

    between = {"DateTimeFrom": "16.09.2026", "DateTimeTo": "17.09.2026"}
    assert await listed(**between) == ["A-3", "A-2"]
    assert await listed(**between, InfoRegClientBarcodes="A-2") == ["A-3", "A-2"]
    assert await listed(DateTime="15.09.2026") == ["A-1"]
    assert await listed(Page="2") == []
    stranger = post.post.add_account("f" * 32)
    answer = await post.ask("InternetDocument", "getDocumentList", {}, key=stranger.key)
    assert (answer["data"], answer["info"]) == ([], {"totalCount": 0})
    ref = next(iter(post.post.waybills))
    answer = await post.ask("InternetDocument", "update", {"Ref": ref}, key=stranger.key)
    assert answer["errorCodes"] == ["20000300416"]
    for model, method in (("InternetDocument", "delete"), ("ScanSheet", "insertDocuments")):
        answer = await post.ask(model, method, {"DocumentRefs": [ref]}, key=stranger.key)
        assert answer["errorCodes"] == ["20000200161"]


async def test_what_a_parcel_costs_and_when_it_is_received(post: Caller) -> None:
    post.post.accounts[post.post.key].senders[SENDER].is_private = True
    row = await post.save("warehouse_backward_money", PayerType="Sender")
    number = row["IntDocNumber"]

    async def seen() -> tuple[str, ...]:
        (tracked,) = await post.track(number)
        names = ("AmountToPay", "AmountPaid", "RedeliveryNum", "RecipientDateTime")
        return tuple(tracked[name] for name in names)

    assert await seen() == ("1251", "", "", "")
    post.post.move_parcel(number, "10")
    post.post.let_pass(timedelta(days=1))
    post.post.move_parcel(number, "11")
    assert await seen() == ("1251", "1251", "59451600012345", "15.09.2026 10:20:34")
    (by_ref,) = await post.track(row["Ref"])
    assert by_ref["StatusCode"] == "3"
    post.post.date_is_nested = False
    props = properties("get_document_delivery_date")
    (moment,) = await post.told("InternetDocument", "getDocumentDeliveryDate", **props)
    assert moment["date"] == "2026-09-16 18:00:00.000000"


async def test_what_is_refused_goes_back_once_and_is_in_no_list(post: Caller) -> None:
    number = (await post.save())["IntDocNumber"]
    back = post.post.move_parcel(number, "105").return_number
    assert post.post.move_parcel(number, "102").return_number == back
    listed = await post.told("InternetDocument", "getDocumentList", DateTime="15.09.2026")
    assert [each["IntDocNumber"] for each in listed] == [number]
    for _ in range(4):
        post.post.advance_parcel(back)
    (row,) = await post.track(back)
    assert (row["StatusCode"], row["PhoneRecipient"]) == ("9", "380501110099")


async def test_a_parcel_goes_its_way(post: Caller) -> None:
    number = (await post.save())["IntDocNumber"]
    states = [post.post.advance_parcel(number).state for _ in range(6)]
    assert states == ["4", "5", "6", "7", "9", "9"]
    to_locker = (await post.save("postomat"))["IntDocNumber"]
    to_door = (await post.save("doors_refs"))["IntDocNumber"]
    for _ in range(4):
        post.post.advance_parcel(to_locker)
        post.post.advance_parcel(to_door)
    assert [each["StatusCode"] for each in await post.track(to_locker, to_door)] == ["8", "101"]
    with pytest.raises(KeyError):
        post.post.move_parcel(number, "77")
    many = [{"DocumentNumber": number}] * 101
    asked = {"Documents": many}
    assert (
        len(await post.told("TrackingDocument", "getStatusDocuments", Documents=many[:100])) == 100
    )
    assert await post.refused("TrackingDocument", "getStatusDocuments", asked) == ["20000100002"]
