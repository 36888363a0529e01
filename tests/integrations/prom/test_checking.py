"""What a token may do, and whose cabinet it opens; asking changes nothing there."""

from copy import deepcopy

import pytest

from domain.errors import CredentialsError, IntegrationError, UnavailableError
from domain.shops import ConnectProblem
from integrations.base import StoreFacts
from integrations.prom.client import PromClient
from sandbox.prom import PromCabinet
from tests.integrations.prom.cabinets import account

FREE = "<html>Access was denied.<br />Api is not available for free premium service"


async def refusal(
    client: PromClient, cabinet: PromCabinet, token: str | None = None
) -> IntegrationError:
    with pytest.raises(IntegrationError) as caught:
        await client.check(account(cabinet, token))
    return caught.value


async def test_a_cabinet_is_known_by_what_was_ordered(
    cabinet: PromCabinet, client: PromClient
) -> None:
    older = cabinet.place_order(lines=[("A", 1)])
    newest = cabinet.place_order(lines=[("A", 1)])
    before = deepcopy((cabinet.orders, cabinet.products))

    facts = await client.check(account(cabinet))

    assert facts == StoreFacts(
        name="example-shop",
        currency="UAH",
        version="",
        address="https://example-shop.prom.ua",
        orders=(str(newest.id), str(older.id)),
    )
    assert (cabinet.orders, cabinet.products) == before


@pytest.mark.parametrize(
    ("site", "name", "address"),
    [
        ("https://posud.com.ua", "posud.com.ua", "https://posud.com.ua"),
        ("http://www.posud.ua", "posud.ua", "https://www.posud.ua"),
        ("https://prom.ua", "", ""),
        ("https://www.prom.ua", "", ""),
        ("https://my.prom.ua", "", ""),
        ("https://m.bigl.ua", "", ""),
        ("https://bigl.ua", "", ""),
        ("https://localhost", "", ""),
        ("https://[bad", "", ""),
        ("", "", ""),
    ],
)
async def test_the_address_of_the_marketplace_is_nobodys(
    cabinet: PromCabinet, client: PromClient, site: str, name: str, address: str
) -> None:
    cabinet.site = site
    cabinet.place_order(lines=[("A", 1)])

    facts = await client.check(account(cabinet))

    assert (facts.name, facts.address) == (name, address)


async def test_an_earlier_order_may_say_more_than_the_newest(
    cabinet: PromCabinet, client: PromClient
) -> None:
    text = """{"orders": [{"id": 3}, {"id": 2, "products": null}, {"products": [
        {"url": 5}, 7, {"url": "https://posud.ua/ua/p1-x.html"}]}]}"""
    cabinet.answer_with(200, text, path="/orders/list")

    facts = await client.check(account(cabinet))

    assert (facts.address, facts.orders) == ("https://posud.ua", ("3", "2"))


async def test_a_cabinet_without_orders_is_not_guessed_at(
    cabinet: PromCabinet, client: PromClient
) -> None:
    assert await client.check(account(cabinet)) == StoreFacts("", "UAH", "")


@pytest.mark.parametrize(
    ("rights", "can"),
    [
        ({}, (True, True, True)),
        ({"orders": "r"}, (False, True, True)),
        ({"products": "r"}, (True, False, True)),
        ({"products": ""}, (True, False, False)),
        ({"groups": ""}, (True, True, False)),
        ({"orders": "r", "products": "", "groups": ""}, (False, False, False)),
    ],
)
async def test_what_the_token_may_do(
    cabinet: PromCabinet,
    client: PromClient,
    rights: dict[str, str],
    can: tuple[bool, bool, bool],
) -> None:
    cabinet.rights |= rights

    facts = await client.check(account(cabinet))

    assert (facts.can_write, facts.can_stock, facts.can_list) == can


async def test_a_write_that_is_refused_for_its_emptiness_was_allowed(
    cabinet: PromCabinet, client: PromClient
) -> None:
    cabinet.answer_with(200, '{"error": "ids is required"}', path="/orders/set_status")
    cabinet.answer_with(400, '{"error": "empty"}', path="/products/edit")

    facts = await client.check(account(cabinet))

    assert (facts.can_write, facts.can_stock) == (True, True)


async def test_tokens_that_open_nothing(cabinet: PromCabinet, client: PromClient) -> None:
    assert (await refusal(client, cabinet, "another")).problem is ConnectProblem.WRONG_KEYS

    cabinet.rights["orders"] = ""
    error = await refusal(client, cabinet)
    assert isinstance(error, CredentialsError)
    assert error.problem is ConnectProblem.NO_RIGHTS

    cabinet.has_api = False
    assert (await refusal(client, cabinet)).problem is ConnectProblem.NO_API


@pytest.mark.parametrize("path", ["/orders/set_status", "/products/edit", "/products/list"])
@pytest.mark.parametrize(
    ("status", "page", "problem"),
    [
        (401, "<html>401", ConnectProblem.WRONG_KEYS),
        (403, FREE, ConnectProblem.NO_API),
        (403, "<html>Cloudflare", ConnectProblem.FIREWALL),
        (502, "<html>", ConnectProblem.DOWN),
    ],
)
async def test_other_troubles_say_nothing_of_rights(
    cabinet: PromCabinet,
    client: PromClient,
    path: str,
    status: int,
    page: str,
    problem: ConnectProblem,
) -> None:
    cabinet.answer_with(status, page, path=path)

    error = await refusal(client, cabinet)

    assert error.problem is problem
    assert isinstance(error, UnavailableError) is (status == 502 or "Cloudflare" in page)
