"""A cabinet is told statuses and parcels, and what it really did is looked at, not believed."""

from typing import Any

import pytest

from domain.errors import (
    CredentialsError,
    IntegrationError,
    RequestRefusedError,
    UnavailableError,
)
from domain.orders import PlatformState, RejectReason
from domain.shops import OTHER_CARRIER, UNEXPLAINED, ConnectProblem
from integrations.base import PlatformStatus
from integrations.prom.client import PromClient
from sandbox.prom import PromCabinet
from sandbox.prom.model import PICKUP, UKRPOSHTA, Delivery
from tests.integrations.prom.cabinets import Meanwhile, account

NUMBER = "20451600012345"
BARRED = "<html>Access was denied to this resource."


def place(cabinet: PromCabinet, **how: Any) -> int:
    return cabinet.place_order(lines=[("A", 1)], **how).id


def sent(cabinet: PromCabinet, path: str) -> list[object]:
    return [call.body for call in cabinet.calls("POST", path)]


async def refused_status(
    client: PromClient, cabinet: PromCabinet, order_id: int, status: str
) -> str:
    """The words that a status is refused with."""
    with pytest.raises(RequestRefusedError) as caught:
        await client.tell_status(account(cabinet), str(order_id), status)
    return caught.value.words


async def refused_waybill(client: PromClient, cabinet: PromCabinet, order_id: int) -> str:
    with pytest.raises(RequestRefusedError) as caught:
        await client.tell_waybill(account(cabinet), str(order_id), NUMBER)
    return caught.value.words


async def test_the_statuses_that_orders_may_be_given(
    cabinet: PromCabinet, client: PromClient
) -> None:
    assert await client.order_statuses(account(cabinet)) == [
        PlatformStatus("received", "Прийняте"),
        PlatformStatus("delivered", "Виконане"),
        PlatformStatus("canceled", "Скасоване"),
        PlatformStatus("paid", "Оплачене"),
        PlatformStatus("custom-137000", "Очікує рахунок"),
    ]


@pytest.mark.parametrize(
    ("status", "body", "state"),
    [
        ("received", {"status": "received"}, PlatformState.ACTIVE),
        ("paid", {"status": "paid"}, PlatformState.ACTIVE),
        ("delivered", {"status": "delivered"}, PlatformState.COMPLETED),
        ("custom-137000", {"custom_status_id": 137000}, PlatformState.ACTIVE),
    ],
)
async def test_a_status_is_given_and_the_order_read_again(
    cabinet: PromCabinet, client: PromClient, status: str, body: object, state: PlatformState
) -> None:
    order_id = place(cabinet)

    order = await client.tell_status(account(cabinet), str(order_id), status)

    assert (order.external_id, order.status, order.state) == (str(order_id), status, state)
    assert cabinet.orders[order_id].status == status
    assert sent(cabinet, "/orders/set_status") == [{"ids": [order_id], **body}]  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        (RejectReason.OUT_OF_STOCK, "not_available"),
        (RejectReason.CUSTOMER_REQUEST, "buyers_request"),
        (RejectReason.DUPLICATE, "duplicate"),
        (RejectReason.WRONG_PHONE, "invalid_phone_number"),
        (RejectReason.OTHER, "another"),
        (None, "another"),
    ],
)
async def test_a_cancellation_says_why(
    cabinet: PromCabinet, client: PromClient, reason: RejectReason | None, code: str
) -> None:
    order_id = place(cabinet)

    order = await client.tell_status(account(cabinet), str(order_id), "canceled", reason=reason)

    assert order.state is PlatformState.CANCELED
    [body] = sent(cabinet, "/orders/set_status")
    assert isinstance(body, dict)
    text = body.pop("cancellation_text")
    assert body == {"ids": [order_id], "status": "canceled", "cancellation_reason": code}
    title, _ = cabinet.orders[order_id].cancellation or ("", "")
    assert title == text
    assert len(text) > 15


@pytest.mark.parametrize("status", ["received", "canceled", "custom-137000"])
async def test_a_status_given_twice_is_no_refusal(
    cabinet: PromCabinet, client: PromClient, status: str
) -> None:
    order_id = place(cabinet)
    await client.tell_status(account(cabinet), str(order_id), status)

    order = await client.tell_status(account(cabinet), str(order_id), status)

    assert order.status == status


async def test_a_lost_answer_leaves_what_was_asked_for(
    cabinet: PromCabinet, client: PromClient
) -> None:
    order_id = place(cabinet)
    cabinet.lose_answers()

    with pytest.raises(UnavailableError):
        await client.tell_status(account(cabinet), str(order_id), "delivered")

    assert (await client.tell_status(account(cabinet), str(order_id), "delivered")).status == (
        "delivered"
    )


@pytest.mark.parametrize("by_warning", [True, False])
async def test_an_end_is_not_left(
    cabinet: PromCabinet, client: PromClient, by_warning: bool
) -> None:
    cabinet.refuses_by_warning = by_warning
    order_id = place(cabinet, status="canceled")

    words = await refused_status(client, cabinet, order_id, "delivered")

    expected = "Статус змінено не в усіх замовленнях" if by_warning else "Замовлення вже скасоване"
    assert words == expected
    assert cabinet.orders[order_id].status == "canceled"


async def test_what_the_api_refuses_at_once(cabinet: PromCabinet, client: PromClient) -> None:
    order_id = place(cabinet)

    for status in ("accepted", "custom-5", "custom-"):
        words = await refused_status(client, cabinet, order_id, status)
        assert words == "This status value is not allowed"
    assert cabinet.orders[order_id].status == "pending"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"processed_ids": []}', UNEXPLAINED),
        ('{"processed_ids": [1], "errors": {"1": "Чуже"}}', "Чуже"),
        ('{"processed_ids": null, "errors": ["Ні"]}', "Ні"),
    ],
)
async def test_another_order_was_processed(
    cabinet: PromCabinet, client: PromClient, body: str, words: str
) -> None:
    order_id = place(cabinet)
    cabinet.answer_with(200, body, path="/orders/set_status")

    assert await refused_status(client, cabinet, order_id, "received") == words


@pytest.mark.parametrize("is_error", [True, False])
async def test_an_order_that_is_not_there(
    cabinet: PromCabinet, client: PromClient, is_error: bool
) -> None:
    cabinet.unknown_order_is_error = is_error

    assert await refused_status(client, cabinet, 17, "received") == "Замовлення не знайдено"
    with pytest.raises(RequestRefusedError):
        await client.tell_waybill(account(cabinet), "17", NUMBER)
    assert sent(cabinet, "/delivery") == []


@pytest.mark.parametrize("body", ['{"order": {"id": 5}}', '{"order": null}', "{}"])
async def test_an_answer_that_is_no_order(
    cabinet: PromCabinet, client: PromClient, body: str
) -> None:
    order_id = place(cabinet)
    cabinet.answer_with(200, body, path=f"/orders/{order_id}")

    assert await refused_status(client, cabinet, order_id, "received") == UNEXPLAINED


@pytest.mark.parametrize(
    ("status", "page", "kind"),
    [
        (403, BARRED, CredentialsError),
        (403, BARRED + "Api is not available for free premium service", RequestRefusedError),
        (429, "<html>", UnavailableError),
        (502, "<html>", UnavailableError),
        (200, "{", UnavailableError),
    ],
)
async def test_what_is_no_answer_is_no_word_about_the_order(
    cabinet: PromCabinet, client: PromClient, status: int, page: str, kind: type[IntegrationError]
) -> None:
    order_id = place(cabinet)
    for path, call in (
        ("/orders/set_status", client.tell_status(account(cabinet), str(order_id), "received")),
        ("/delivery", client.tell_waybill(account(cabinet), str(order_id), NUMBER)),
    ):
        cabinet.requests.clear()
        cabinet.answer_with(status, page, path=path)

        with pytest.raises(kind) as caught:
            await call

        assert cabinet.requests[-1].path.startswith(path)  # nothing more was asked
        if kind is RequestRefusedError:
            assert caught.value.problem is ConnectProblem.NO_API


def by(provider: str) -> Delivery:
    return Delivery(option_id=1, option="Доставка", address="Київ", provider=provider)


@pytest.mark.parametrize(
    ("delivery", "number", "carrier"),
    [
        (by("nova_poshta"), NUMBER, "nova_poshta"),
        (UKRPOSHTA, "0500012345678", "ukrposhta"),
        (by("meest"), "723-1234567", "meest"),
        (PICKUP, NUMBER, "nova_poshta"),
        (PICKUP, "59000000000001", "nova_poshta"),
        (None, "0500012345678", "ukrposhta"),
        (PICKUP, "30451600012345", ""),
        (PICKUP, "723-1234567", ""),
        (by("rozetka_delivery"), NUMBER, ""),
    ],
)
async def test_a_parcel_is_told_with_its_carrier(
    cabinet: PromCabinet, client: PromClient, delivery: Delivery, number: str, carrier: str
) -> None:
    order_id = place(cabinet, delivery=delivery)

    if carrier:
        await client.tell_waybill(account(cabinet), str(order_id), number)
    else:
        with pytest.raises(RequestRefusedError) as caught:
            await client.tell_waybill(account(cabinet), str(order_id), number)
        assert caught.value.words == OTHER_CARRIER

    wanted = {"order_id": order_id, "declaration_id": number, "delivery_type": carrier}
    assert sent(cabinet, "/delivery/save_declaration_id") == ([wanted] if carrier else [])
    assert cabinet.orders[order_id].declaration == (number if carrier else None)


async def test_a_parcel_that_is_known_is_not_told_again(
    cabinet: PromCabinet, client: PromClient
) -> None:
    order_id = place(cabinet)
    cabinet.lose_answers(path="/delivery")
    with pytest.raises(UnavailableError):
        await client.tell_waybill(account(cabinet), str(order_id), NUMBER)

    await client.tell_waybill(account(cabinet), str(order_id), NUMBER)

    assert len(sent(cabinet, "/delivery")) == 1


async def test_a_parcel_that_somebody_adds_at_the_same_time_is_added(
    cabinet: PromCabinet, client: PromClient, meanwhile: Meanwhile
) -> None:
    order_id = place(cabinet)
    meanwhile.act_before(2, lambda: cabinet.send_parcel(order_id, NUMBER))

    await client.tell_waybill(account(cabinet), str(order_id), NUMBER)

    assert len(sent(cabinet, "/delivery")) == 1


async def test_another_parcel_takes_the_place_of_the_first(
    cabinet: PromCabinet, client: PromClient
) -> None:
    order_id = place(cabinet)
    cabinet.send_parcel(order_id, "20451600000000")

    await client.tell_waybill(account(cabinet), str(order_id), NUMBER)

    assert cabinet.orders[order_id].declaration == NUMBER


async def test_why_a_parcel_is_refused(cabinet: PromCabinet, client: PromClient) -> None:
    order_id = place(cabinet)
    cabinet.refusals[order_id] = "Перевірте дані накладної"

    assert await refused_waybill(client, cabinet, order_id) == "Перевірте дані накладної"
    assert cabinet.orders[order_id].declaration is None
