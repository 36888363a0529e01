"""Orders of the simulated cabinet, as the notes on Prom.ua's API say they behave."""

import random
import re
from collections import Counter
from datetime import timedelta, timezone
from decimal import Decimal

import pytest

from sandbox.prom import Buyer, PromCabinet, SpecialOffer
from sandbox.prom.buyers import SOURCES
from sandbox.prom.model import INSTALLMENTS, LOCKER, PROM_PAYMENT
from tests.sandbox.prom.caller import NBSP, START, Caller

SET_STATUS, SAVE = "/orders/set_status", "/delivery/save_declaration_id"
FIRST = 417000301
REFUSED = {"error": "This status value is not allowed"}


async def test_pages_begin_with_the_last_id_or_after_it(prom: Caller) -> None:
    for _ in range(105):
        prom.cabinet.place_order(lines=[("PL-9", 1)])
    last = FIRST + 104

    async def ids(**query: str | int) -> list[int]:
        return [id_ - FIRST for id_ in await prom.ids("/orders/list", **query)]

    assert len(await ids()) == 20
    assert len(await ids(limit=1000)) == 100
    assert await ids(limit=2) == [104, 103]
    assert await ids(limit=2, last_id=last - 1) == [103, 102]
    prom.cabinet.last_id_is_inclusive = False
    assert await ids(limit=2, last_id=last - 1) == [102, 101]
    assert await ids(sort_dir="asc", limit=2) == [0, 1]
    assert await prom.told("/orders/list", limit="many") == {"error": "Incorrect value"}


@pytest.mark.parametrize(
    ("since", "found"),
    [
        ("2026-09-14T08:00:00", 2),
        ("2026-09-14T08:00:03", 1),
        ("2026-09-14T09:00:00", 0),
        ("2026-09-14T08:00:00.000000", 0),
        ("2026-09-14T08:00:00.000Z", 0),
        ("2026-09-14T08:00:00Z", 0),
        ("2026-09-14T08:00:00+00:00", 0),
        ("2026-09-14 08:00:00", 0),
        ("2026-13-14T08:00:00", 0),
    ],
)
@pytest.mark.parametrize("bound", ["date_from", "last_modified_from"])
async def test_a_time_in_another_form_finds_nothing(
    prom: Caller, bound: str, since: str, found: int
) -> None:
    first = prom.cabinet.place_order(lines=[("PL-9", 1)])
    prom.cabinet.place_order(lines=[("PL-9", 1)])
    assert first.modified_at == START + timedelta(seconds=2)

    assert len(await prom.ids("/orders/list", **{bound: since})) == found


async def test_lists_are_bounded_on_both_sides_in_whichever_zone(prom: Caller) -> None:
    first = prom.cabinet.place_order(lines=[("PL-9", 1)]).id
    second = prom.cabinet.place_order(lines=[("PL-9", 1)]).id
    prom.cabinet.let_pass(timedelta(hours=1))
    prom.cabinet.set_status(first, "received")

    changed = {"last_modified_from": "2026-09-14T09:00:00"}
    placed = {"date_from": "2026-09-14T09:00:00"}
    until = {"last_modified_to": "2026-09-14T08:30:00", "date_to": "2026-09-14T08:30:00"}
    assert await prom.ids("/orders/list", **changed) == [first]
    assert await prom.ids("/orders/list", **placed) == []
    assert await prom.ids("/orders/list", **until) == [second]
    prom.cabinet.filter_zone = timezone(timedelta(hours=3))
    assert await prom.ids("/orders/list", **placed) == [second, first]


def test_no_two_things_happen_at_once() -> None:
    cabinet = PromCabinet(clock=lambda: START)
    cabinet.add_product(sku="A", name="Чашка", price=Decimal(1), stock=1)
    first, second = (cabinet.place_order(lines=[("A", 1)]) for _ in range(2))
    cabinet.set_status(first.id, "received")
    assert first.created_at < second.created_at < first.modified_at


async def test_lists_are_of_one_status_if_it_is_one(prom: Caller) -> None:
    statuses = ("pending", "draft", "custom-137000", "paid")
    for status in statuses:
        prom.cabinet.place_order(lines=[("PL-9", 1)], status=status)
    for number, status in enumerate(statuses):
        assert await prom.ids("/orders/list", status=status) == [FIRST + number], status
    assert await prom.ids("/orders/list", status="loan_approved") == []
    for unknown in ("new", "custom-1", "cancelled", ""):
        assert await prom.told("/orders/list", status=unknown) == REFUSED, unknown
    prom.cabinet.unknown_filters = {"custom-137000"}
    assert await prom.told("/orders/list", status="custom-137000") == REFUSED


@pytest.mark.parametrize(
    "wanted",
    [
        {"status": "accepted"},
        {"status": "pending"},
        {"status": "draft"},
        {"status": "canceled"},
        {"status": "canceled", "cancellation_reason": "out_of_stock", "cancellation_text": "?"},
        {"status": "canceled", "cancellation_reason": "another"},
        {"status": "canceled", "cancellation_reason": "price_changed"},
        {"status": "custom-137000"},
        {"custom_status_id": 1},
        {"custom_status_id": 137000, "status": "received"},
        {},
    ],
)
async def test_some_statuses_are_never_given(prom: Caller, wanted: dict[str, object]) -> None:
    order = prom.cabinet.place_order(lines=[("PL-9", 1)])
    assert await prom.told(SET_STATUS, {"ids": [order.id], **wanted}) == REFUSED
    assert order.status == "pending"


async def test_what_has_ended_stays_so_and_each_order_is_told_of_by_itself(prom: Caller) -> None:
    order, delivered, canceled, refused = (
        prom.cabinet.place_order(lines=[("PL-9", 1)]) for _ in range(4)
    )
    prom.cabinet.set_status(delivered.id, "delivered")
    prom.cabinet.cancel(canceled.id)
    prom.cabinet.refusals[refused.id] = "Зверніться до підтримки"
    ids = [order.id, delivered.id, canceled.id, refused.id, 1]
    changed_at = order.modified_at

    answer = await prom.told(SET_STATUS, {"ids": ids, "status": "received"})
    assert answer == {
        "processed_ids": [order.id],
        "errors": {
            str(delivered.id): "Замовлення вже виконане",
            str(canceled.id): "Замовлення вже скасоване",
            str(refused.id): "Зверніться до підтримки",
            "1": "Замовлення не знайдено",
        },
    }
    assert order.modified_at > changed_at
    prom.headers["X-LANGUAGE"] = "ru"
    answer = await prom.told(SET_STATUS, {"ids": [delivered.id], "status": "paid"})
    assert answer["errors"] == {str(delivered.id): "Заказ уже выполнен"}
    prom.cabinet.refuses_by_warning = True
    answer = await prom.told(SET_STATUS, {"ids": ids, "status": "paid"})
    assert answer.keys() == {"processed_ids", "warning_message"}
    assert await prom.told(SET_STATUS, {"ids": order.id, "status": "paid"}) == {
        "error": "Incorrect value"
    }


async def test_a_cancellation_says_why_and_who(prom: Caller) -> None:
    by_us, by_code, by_buyer = (prom.cabinet.place_order(lines=[("PL-9", 1)]) for _ in range(3))
    reason = {"status": "canceled", "cancellation_reason": "duplicate"}
    await prom.told(SET_STATUS, {"ids": [by_us.id], **reason, "cancellation_text": "Двічі"})
    await prom.told(SET_STATUS, {"ids": [by_code.id], **reason})
    prom.cabinet.cancel(by_buyer.id)

    shown = (await prom.told("/orders/list"))["orders"]
    assert [each["cancellation"] for each in shown] == [
        {"title": "Покупець відмовився", "initiator": "buyer"},
        {"title": "duplicate", "initiator": "company"},
        {"title": "Двічі", "initiator": "company"},
    ]
    assert {each["cpa_commission"]["is_refunded"] for each in shown} == {True}


async def test_an_online_payment_comes_after_a_while_unless_canceled(prom: Caller) -> None:
    buy = prom.cabinet.place_order
    order = buy(lines=[("PL-9", 1)], payment=PROM_PAYMENT, pays_after_s=90)
    canceled = buy(lines=[("PL-9", 1)], payment=PROM_PAYMENT, pays_after_s=90)
    prom.cabinet.cancel(canceled.id)

    async def payment(order_id: int) -> tuple[str, str, str]:
        shown = (await prom.told(f"/orders/{order_id}"))["order"]
        data = shown["payment_data"]
        assert data["type"] == "evopay"
        return shown["status"], data["status"], data["status_modified"]

    assert (await payment(order.id))[:2] == ("pending", "unpaid")
    prom.cabinet.let_pass(timedelta(minutes=2))
    paid_at = order.created_at + timedelta(seconds=90)
    assert await payment(order.id) == ("paid", "paid", paid_at.isoformat())
    assert order.modified_at == paid_at
    assert (await payment(canceled.id))[:2] == ("canceled", "unpaid")

    prom.cabinet.set_status(order.id, "received")
    prom.cabinet.set_payment(order.id, "refunded")
    assert (await payment(order.id))[:2] == ("received", "refunded")
    received = buy(lines=[("PL-9", 1)], payment=PROM_PAYMENT, status="received")
    prom.cabinet.pay(received.id)
    assert (await payment(received.id))[:2] == ("received", "paid")


async def test_installments_wait_for_whoever_lends(prom: Caller) -> None:
    approved, rejected = (
        prom.cabinet.place_order(lines=[("PL-9", 1)], payment=INSTALLMENTS) for _ in range(2)
    )
    waiting = await prom.ids("/orders/list", status="waiting_loan_approval")
    assert waiting == [rejected.id, approved.id]
    prom.cabinet.decide_loan(approved.id, is_approved=True)
    prom.cabinet.decide_loan(rejected.id, is_approved=False)

    no, yes = (await prom.told("/orders/list"))["orders"]
    assert (no["status"], no["payment_data"]["status"]) == ("loan_rejected", "unpaid")
    assert (yes["status"], yes["payment_data"]["status"]) == ("loan_approved", "paid")
    parts = {"commission": 5.9, "commission_amount": f"731,60{NBSP}грн"}
    assert yes["payment_data"]["rpay_parts"] == parts


@pytest.mark.parametrize("separator", ["\u00a0", " ", "\u202f"])
async def test_offers_and_money(prom: Caller, separator: str) -> None:
    prom.cabinet.separator, prom.cabinet.suffix = separator, " грн."
    order = prom.cabinet.place_order(lines=[("PL-9", 1), ("KR-500-B", 2)], delivery=LOCKER)
    order.special_offer = SpecialOffer(Decimal("500.50"), "OSIN")

    shown = (await prom.told(f"/orders/{order.id}"))["order"]

    assert shown["price"] == f"13{separator}200,50 грн."
    assert shown["full_price"] == f"13{separator}280,50 грн."
    assert shown["price_with_special_offer"] == f"12{separator}700 грн."
    assert shown["special_offer_discount"] == "500,50 грн."
    assert shown["special_offer_promocode"] == "OSIN"


async def test_what_is_left_out_is_null(prom: Caller) -> None:
    order = prom.cabinet.place_order(lines=[("PL-9", 1)], delivery=None, payment=None)
    shown = (await prom.told(f"/orders/{order.id}"))["order"]
    for field in ("delivery_option", "delivery_provider_data", "payment_option", "payment_data"):
        assert shown[field] is None, field
    assert (shown["delivery_recipient"], shown["client"].get("phone")) == ({}, None)
    assert await prom.ask("/orders/1") == (404, "text/html", "<html><h1>404 Not Found</h1></html>")
    prom.cabinet.unknown_order_is_error = True
    assert await prom.told("/orders/1") == {"error": "Замовлення не знайдено"}


async def test_waybills_that_are_refused(prom: Caller) -> None:
    order = prom.cabinet.place_order(lines=[("PL-9", 1)])
    good = {"order_id": order.id, "declaration_id": "20451600012345"}
    good |= {"delivery_type": "nova_poshta"}
    for bad, field in (
        ({"delivery_type": "np"}, "delivery_type"),
        ({"declaration_id": ""}, "declaration_id"),
        ({"declaration_id": 20451600012345}, "declaration_id"),
    ):
        answer = await prom.told(SAVE, good | bad)
        assert (answer["status"], [*answer["errors"]]) == ("error", [field])
    assert await prom.told(SAVE, good | {"order_id": 1}) == {
        "status": "error",
        "message": "Замовлення не знайдено",
        "errors": None,
    }
    prom.cabinet.refusals[order.id] = "Доставку скасовано"
    assert (await prom.told(SAVE, good))["message"] == "Доставку скасовано"
    assert order.declaration is None

    prom.cabinet.refusals.clear()
    before = order.modified_at
    assert await prom.told(SAVE, good) == {"status": "success"}
    assert order.modified_at > before
    parcel = (await prom.told(f"/orders/{order.id}"))["order"]["delivery_provider_data"]
    assert (parcel["declaration_number"], parcel["unified_status"]) == ("20451600012345", "created")


async def test_names_come_as_they_were_typed_and_edits_show(prom: Caller) -> None:
    odd = Buyer(
        first_name='Зоряна "Зоря" 🌻', last_name="О'Ніл <b>&amp;</b> שלום", phone="+380671112233"
    )
    order = prom.cabinet.place_order(lines=[("PL-9", 1)], buyer=odd, note="<script>&\n'«»")
    prom.cabinet.edit_lines(order.id, [("KR-500-B", Decimal("1.5"))])
    prom.cabinet.edit_order(order.id, recipient=odd, delivery=LOCKER)

    shown = (await prom.told(f"/orders/{order.id}"))["order"]

    assert (shown["client_first_name"], shown["client_last_name"]) == (
        odd.first_name,
        odd.last_name,
    )
    assert (shown["client_notes"], shown["delivery_recipient"]["phone"]) == (order.note, odd.phone)
    assert "Поштомат" in shown["delivery_address"]
    (line,) = shown["products"]
    assert (line["sku"], line["quantity"]) == ("KR-500-B", 1.5)


async def test_a_client_who_comes_again_is_the_same(prom: Caller) -> None:
    place, somebody = prom.cabinet.place_order, Buyer(first_name="А", last_name="Б", phone="+380")
    first, again = (place(lines=[("PL-9", 1)]) for _ in range(2))
    other = place(lines=[("PL-9", 1)], buyer=somebody)
    assert first.client_id == again.client_id != other.client_id
    found = (await prom.told("/clients/list", search_term="+38050"))["clients"]
    assert [(each["id"], each["orders_count"]) for each in found] == [(first.client_id, 2)]
    assert await prom.ids("/clients/list") == [other.client_id, first.client_id]
    assert (await prom.ask("/clients/1"))[0] == 404


async def test_titles_and_names_are_russian_unless_ukrainian_is_asked_for(prom: Caller) -> None:
    cup = next(iter(prom.cabinet.products.values()))
    cup.name_ru = "Чашка"
    order = prom.cabinet.place_order(lines=[("KR-500-B", 1)])

    async def words() -> tuple[str, str]:
        shown = (await prom.told(f"/orders/{order.id}"))["order"]
        return shown["status_name"], shown["products"][0]["name"]

    assert await words() == ("Нове", "Кружка")
    del prom.headers["X-LANGUAGE"]
    assert await words() == ("Новый", "Чашка")
    assert [call.language for call in prom.cabinet.calls("GET", "/orders/")] == ["uk", None]


async def test_people_order_all_kinds_of_things_the_same_for_one_seed(prom: Caller) -> None:
    first, again = random.Random(5), random.Random(5)
    orders = [prom.cabinet.random_order(first, pays_after_s=10) for _ in range(150)]
    twins = [prom.cabinet.random_order(again, pays_after_s=10) for _ in range(150)]
    told = [(each.buyer, each.delivery, each.note, each.source, each.lines) for each in orders]
    assert told == [
        (each.buyer, each.delivery, each.note, each.source, each.lines) for each in twins
    ]
    assert {each.source for each in orders} == {*SOURCES}
    others = [each for each in orders if each.recipient not in (None, each.buyer)]
    assert 15 < len(others) < 50
    kinds = Counter(each.delivery.option for each in orders if each.delivery)
    assert len(kinds) == 4
    assert min(kinds.values()) > 3
    assert any("Поштомат" in each.delivery.address for each in orders if each.delivery)
    assert any(each.do_not_call for each in orders)
    assert any(each.promotion and each.full_price == each.price for each in orders)
    phones = {each.buyer.phone for each in orders}
    assert len(phones) == 150
    assert all(re.fullmatch(r"\+380\d{9}", phone) for phone in phones)
    prom.cabinet.let_pass(timedelta(hours=1))
    await prom.told("/orders/list")
    online = [each for each in orders if each.payment == PROM_PAYMENT]
    assert {(each.status, each.payment_status) for each in online} == {("paid", "paid")}
    assert 40 < len(online) < 100
