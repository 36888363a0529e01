"""A cabinet is told how much there is to sell: exactly that, and what it does not take is known."""

from decimal import Decimal

import pytest

from domain.errors import CredentialsError, IntegrationError, RequestRefusedError, UnavailableError
from domain.shops import UNEXPLAINED, StockLevel
from integrations.prom.client import PromClient
from sandbox.prom import PromCabinet
from sandbox.prom.model import Product
from tests.integrations.prom.cabinets import account


def level(product: Product, quantity: object) -> StockLevel:
    return StockLevel(
        external_id=str(product.id), parent_external_id="", quantity=Decimal(str(quantity))
    )


def put_on_sale(cabinet: PromCabinet, count: int) -> list[Product]:
    return [
        cabinet.add_product(sku="", name="Річ", price=Decimal(5), stock=1) for _ in range(count)
    ]


def shown(*products: Product) -> list[tuple[int | None, str]]:
    return [(product.stock, product.presence) for product in products]


async def test_buyers_see_the_number_and_whether_there_is_any(
    cabinet: PromCabinet, client: PromClient
) -> None:
    many, part, none, back = put_on_sale(cabinet, 4)
    back.presence, many.in_stock = "not_available", False
    levels = [level(many, 7), level(part, "2.9"), level(none, "0.5"), level(back, 1)]

    for _ in range(2):  # once more does no harm
        assert await client.tell_stock(account(cabinet), levels) == {}

    assert shown(many, part, none, back) == [
        (7, "available"),
        (2, "available"),
        (0, "not_available"),
        (1, "available"),
    ]
    assert not many.in_stock
    [first, _] = cabinet.calls("POST", "/products/edit")
    assert isinstance(first.body, list)
    assert first.body[0] == {"id": many.id, "quantity_in_stock": 7, "presence": "available"}


async def test_a_hundred_are_told_at_once(cabinet: PromCabinet, client: PromClient) -> None:
    goods = put_on_sale(cabinet, 201)

    refused = await client.tell_stock(account(cabinet), [level(each, 9) for each in goods])

    assert refused == {}
    assert set(shown(*goods)) == {(9, "available")}
    sizes = [len(call.body) for call in cabinet.calls("POST") if isinstance(call.body, list)]
    assert sizes == [100, 100, 1]


async def test_a_refusal_is_one_product_s_alone(cabinet: PromCabinet, client: PromClient) -> None:
    first, locked, gone = put_on_sale(cabinet, 3)
    cabinet.refusals[locked.id] = f"Товар {cabinet.token} редагується"
    cabinet.delete_product(gone)

    refused = await client.tell_stock(
        account(cabinet), [level(each, 4) for each in (locked, first, gone)]
    )

    assert first.stock == 4
    assert refused.keys() == {str(locked.id), str(gone.id)}
    assert refused[str(locked.id)] == "Товар *** редагується"
    assert refused[str(gone.id)] not in ("", UNEXPLAINED)


@pytest.mark.parametrize("answer", ['{"processed_ids": [], "errors": {}}', "{}", "[]"])
async def test_what_is_not_named_as_done_is_not_done(
    cabinet: PromCabinet, client: PromClient, answer: str
) -> None:
    [product] = put_on_sale(cabinet, 1)
    cabinet.answer_with(200, answer, content_type="application/json")

    refused = await client.tell_stock(account(cabinet), [level(product, 4)])

    assert refused == {str(product.id): UNEXPLAINED}


async def test_what_concerns_all_of_them_is_no_product_s_refusal(
    cabinet: PromCabinet, client: PromClient
) -> None:
    levels = [level(each, 4) for each in put_on_sale(cabinet, 1)]
    whole = '{"errors": {"error": "Очікується список товарів"}}'
    cabinet.answer_with(200, whole, content_type="application/json")
    with pytest.raises(RequestRefusedError, match="Очікується"):
        await client.tell_stock(account(cabinet), levels)
    cabinet.answer_with(429, "", times=1)
    with pytest.raises(UnavailableError):
        await client.tell_stock(account(cabinet), levels)
    cabinet.rights["products"] = "r"
    with pytest.raises(CredentialsError):
        await client.tell_stock(account(cabinet), levels)
    cabinet.rights["products"] = "rw"
    cabinet.lose_answers()
    with pytest.raises(IntegrationError):
        await client.tell_stock(account(cabinet), levels)
    assert await client.tell_stock(account(cabinet), levels) == {}
