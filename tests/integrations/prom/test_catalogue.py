"""A cabinet's catalogue over HTTP: nothing is left out, however its lists are meant."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from domain.errors import CredentialsError
from domain.orders import ListingGone
from integrations.base import CataloguePage
from integrations.fields import LARGEST_ID
from integrations.prom import catalogue
from integrations.prom.client import PromClient
from sandbox.prom import PromCabinet
from sandbox.prom.model import Product
from tests.integrations.prom.cabinets import Meanwhile, account

LONG_AGO = timedelta(days=3)


def put_on_sale(cabinet: PromCabinet, count: int = 1, group_id: int | None = None) -> list[Product]:
    return [
        cabinet.add_product(sku="", name="Річ", price=Decimal(5), stock=1, group_id=group_id)
        for _ in range(count)
    ]


async def read(cabinet: PromCabinet, client: PromClient) -> list[CataloguePage]:
    pages = [await client.catalogue_page(account(cabinet), "")]
    while pages[-1].cursor:
        pages.append(await client.catalogue_page(account(cabinet), pages[-1].cursor))
    return pages


def ids(pages: list[CataloguePage]) -> list[int]:
    return [int(listing.external_id) for page in pages for listing in page.listings]


async def ids_changed(cabinet: PromCabinet, client: PromClient, since: datetime) -> list[int]:
    pages = client.changed_listings(account(cabinet), since)
    return [int(change.external_id) async for page in pages for change in page]


@pytest.mark.parametrize("is_inclusive", [True, False])
async def test_every_group_is_read_to_its_end(
    cabinet: PromCabinet, client: PromClient, is_inclusive: bool
) -> None:
    cabinet.last_id_is_inclusive = is_inclusive
    put_on_sale(cabinet, 100)  # with "A" one more than a page
    groups = [cabinet.add_group(f"Група {number}") for number in range(20)]
    for group in (*groups, cabinet.add_group("Підгрупа", groups[0])):
        put_on_sale(cabinet, 2, group.id)
    put_on_sale(cabinet, 100, groups[7].id)  # exactly a page and two
    put_on_sale(cabinet, 98, groups[8].id)  # exactly a page

    pages = await read(cabinet, client)

    assert sorted(ids(pages)) == sorted(cabinet.products)
    assert (catalogue.GROUPS_AHEAD + 1) * len(f"{LARGEST_ID},") <= 200  # a cursor's place
    assert {page.total for page in pages} == {0}
    assert len(cabinet.calls("GET", "/groups/list")) <= 4


async def test_a_root_that_is_listed_does_no_harm_and_no_groups_end_it(
    cabinet: PromCabinet, client: PromClient
) -> None:
    assert len(await read(cabinet, client)) == 1
    cabinet.lists_root_group = True
    [product] = put_on_sale(cabinet, 1, cabinet.add_group("Чашки").id)

    assert set(ids(await read(cabinet, client))) == {product.id, *cabinet.products}


async def test_what_changes_while_it_is_read_takes_nothing_from_the_rest(
    cabinet: PromCabinet, client: PromClient, meanwhile: Meanwhile
) -> None:
    put_on_sale(cabinet, 250)
    group = cabinet.add_group("Чашки")
    put_on_sale(cabinet, 3, group.id)
    before = set(cabinet.products)
    newest = cabinet.products[max(before)]

    def change() -> None:
        put_on_sale(cabinet, 5)
        cabinet.delete_product(cabinet.products[min(before)])

    meanwhile.act_before(2, change)
    found = set(ids(await read(cabinet, client)))

    assert found >= before - {min(before)}
    assert newest.id in found


async def test_what_makes_no_sense_and_what_was_deleted_is_left_out(
    cabinet: PromCabinet, client: PromClient
) -> None:
    cabinet.answer_with(
        200,
        '{"products": [{"id": 5, "price": "?"}, {"id": 6, "status": "deleted"}, {"id": 0}, 7,'
        ' {"id": 8, "presence": "available", "price": 1.5}]}',
        content_type="application/json",
    )

    page = await client.catalogue_page(account(cabinet), "")

    assert [(each.external_id, each.price) for each in page.listings] == [("8", Decimal("1.5"))]


async def test_without_the_right_to_read_groups_nothing_is_said_to_be_all(
    cabinet: PromCabinet, client: PromClient
) -> None:
    cabinet.rights["groups"] = ""
    with pytest.raises(CredentialsError):
        await read(cabinet, client)


@pytest.mark.parametrize("ago", [LONG_AGO])
async def test_changes_of_all_groups_come_in_their_order_from_some_hours_before(
    cabinet: PromCabinet, client: PromClient
) -> None:
    first = cabinet.products[min(cabinet.products)]
    groups = [cabinet.add_group(f"Група {number}") for number in range(4)]
    goods = [product for group in groups for product in put_on_sale(cabinet, 2, group.id)]
    cabinet.let_pass(timedelta(hours=10))
    since = cabinet.now() + timedelta(hours=3, minutes=59)
    cabinet.edit_product(goods[5], stock=9)
    cabinet.edit_product(first, stock=3)
    cabinet.edit_product(goods[0], price=Decimal(7))

    assert await ids_changed(cabinet, client, since) == [goods[5].id, first.id, goods[0].id]

    put_on_sale(cabinet, 150, groups[1].id)
    pages = [page async for page in client.changed_listings(account(cabinet), since)]
    assert [len(page) for page in pages] == [100, 53]
    changed = [int(each.external_id) for page in pages for each in page]
    assert changed == sorted(changed, key=lambda id_: cabinet.products[id_].modified_at)


@pytest.mark.parametrize("ago", [LONG_AGO])
async def test_news_after_a_long_silence_hide_nothing_in_groups_whose_turn_is_to_come(
    cabinet: PromCabinet, client: PromClient
) -> None:
    goods = [put_on_sale(cabinet, 1, cabinet.add_group(f"{n}").id)[0] for n in range(20)]
    cabinet.let_pass(timedelta(hours=10))
    since = cabinet.now()
    for product in goods:
        cabinet.edit_product(product, stock=9)
    cabinet.let_pass(timedelta(hours=5))
    assert len(await ids_changed(cabinet, client, since)) == catalogue.GROUPS_A_ROUND

    newest = put_on_sale(cabinet)[0]  # it will be asked for what came after this

    found = await ids_changed(cabinet, client, since)
    assert sorted(found) == sorted([*(each.id for each in goods), newest.id])


async def test_a_deletion_that_is_listed_is_told(cabinet: PromCabinet, client: PromClient) -> None:
    deleted = '{"products": [{"id": 6, "status": "deleted"}]}'
    cabinet.answer_with(200, deleted, content_type="application/json", path="/products/list")

    pages = client.changed_listings(account(cabinet), datetime.now(UTC))

    assert [page async for page in pages] == [[ListingGone("6")]]


def test_many_groups_take_turns_and_none_is_left_out() -> None:
    start = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    for count in (0, 1, 5, 6, 99, 100, 101, 1000):
        groups = list(range(count))
        rounds = [
            catalogue.taking_turns(groups, start + number * catalogue.ROUND)
            for number in range(catalogue.MOST_ROUNDS)
        ]
        assert {group for each in rounds for group in each} == set(groups)
        assert max(map(len, rounds)) <= max(5, -(-count // 20))
