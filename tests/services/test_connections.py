"""Connections of shops in the database: keys kept once, shops connected once and taken up again."""

import asyncio
from datetime import timedelta

import pytest
from tortoise.timezone import now

from domain.errors import NotAllowedError, NotFoundError, OtherShopError, SiteTakenError
from domain.orders import PlatformState
from domain.rights import Role
from domain.shops import ConnectionState
from models.audit import AuditEntry
from models.connecting import ShopConnection
from models.orders import Order
from models.shops import Shop
from models.staff import StaffMember
from services import connections, shop_identity, shops
from services.connections import Begun
from services.shops import ConnectedShop, SiteFacts
from tests.factories import BOX, make_staff

KEYS = {"consumer_key": "ck_1", "consumer_secret": "cs_1"}
FACTS = SiteFacts("Крамниця", "UAH", "11.0.1", can_write=True)
SITE = "https://shop.ua"


async def connect(site: str = SITE) -> ConnectedShop:
    return await shops.connect("woocommerce", site, KEYS, FACTS, box=BOX)


async def begin(by: StaffMember, shop_id: int | None = None) -> Begun:
    return await connections.begin(
        "woocommerce", SITE, by=by, chat_id=by.telegram_id, message_id=7, shop_id=shop_id
    )


@pytest.fixture
async def owner(db: str) -> StaffMember:
    del db
    return await make_staff(role=Role.OWNER)


async def test_keys_are_taken_once_in_time_and_from_the_right_platform(owner: StaffMember) -> None:
    begun = await begin(owner)

    assert not await connections.grant("woocommerce", begun.token + "x", KEYS, BOX)
    assert not await connections.grant("prom", begun.token, KEYS, BOX)
    late = now() - connections.LIFETIME
    await ShopConnection.filter(id=begun.id).update(created_at=late)
    assert not await connections.grant("woocommerce", begun.token, KEYS, BOX)
    with pytest.raises(NotFoundError):
        await connections.waiting(begun.id, by=owner)
    await ShopConnection.filter(id=begun.id).update(created_at=late + timedelta(minutes=5))
    both = [connections.grant("woocommerce", begun.token, KEYS, BOX) for _ in range(2)]
    assert sorted(await asyncio.gather(*both)) == [False, True]

    (row,) = await connections.unfinished()
    assert connections.keys(row, BOX) == KEYS
    assert "cs_1" not in row.secrets
    with pytest.raises(NotFoundError):
        await connections.submit(begun.id, KEYS, by=owner, message_id=7, box=BOX)


async def test_who_begins_anew_or_is_no_owner_gets_nothing_by_what_was_begun(
    owner: StaffMember,
) -> None:
    manager = await make_staff("M", 6001, Role.MANAGER)
    with pytest.raises(NotAllowedError):
        await begin(manager)
    first, second = await begin(owner), await begin(owner)
    assert not await connections.grant("woocommerce", first.token, KEYS, BOX)
    other = await make_staff("O", 6002, Role.OWNER)
    with pytest.raises(NotFoundError):
        await connections.waiting(second.id, by=other)
    assert await connections.grant("woocommerce", second.token, KEYS, BOX)

    (row,) = await connections.unfinished()
    for lost in ({"role": Role.MANAGER}, {"role": Role.OWNER, "is_active": False}):
        await StaffMember.filter(id=owner.id).update(**lost)
        with pytest.raises(NotAllowedError):
            await connections.store(row, SITE, FACTS, BOX)
    assert not await Shop.exists()
    assert (await ShopConnection.get(id=row.id)).state == ConnectionState.KEYED


async def test_a_connection_makes_one_shop_whoever_works_it(owner: StaffMember) -> None:
    begun = await begin(owner)
    await connections.grant("woocommerce", begun.token, KEYS, BOX)
    copies = [*await connections.unfinished(), *await connections.unfinished()]

    stored = [connections.store(row, SITE, FACTS, BOX) for row in copies]
    results = await asyncio.gather(*stored, return_exceptions=True)

    assert [type(each) for each in results if isinstance(each, Exception)] == [SiteTakenError]
    assert await Shop.all().count() == 1


async def test_other_keys_are_given_once_whoever_works_it(owner: StaffMember) -> None:
    shop = await connect()
    begun = await begin(owner, shop.id)
    await connections.grant("woocommerce", begun.token, KEYS, BOX)
    first, second = [*await connections.unfinished(), *await connections.unfinished()]

    assert await connections.store(first, SITE, FACTS, BOX) == await shops.one(shop.id, BOX)
    with pytest.raises(NotFoundError):
        await connections.store(second, SITE, FACTS, BOX)

    assert first.state == (await ShopConnection.get()).state == ConnectionState.CHANGED
    assert await AuditEntry.filter(staff_id=owner.id).count() == 1


@pytest.mark.parametrize("spelling", ["http://www.shop.ua/", "https://shop.ua:443"])
async def test_of_two_who_connect_one_site_at_once_the_first_does(db: str, spelling: str) -> None:
    del db
    results = await asyncio.gather(connect(), connect(spelling), return_exceptions=True)

    assert [type(each) for each in results if isinstance(each, Exception)] == [SiteTakenError]
    assert await Shop.filter(is_active=True).count() == 1


async def test_control_without_the_lock_a_site_is_connected_twice(
    postgres_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del postgres_db
    nobody_waits = asyncio.Barrier(2)

    async def meet() -> None:
        await asyncio.sleep(0)

    real = shop_identity.of_site

    async def read_together(platform: str, base_url: str) -> Shop | None:
        found = await real(platform, base_url)
        await nobody_waits.wait()
        return found

    monkeypatch.setattr(shops, "_one_at_a_time", meet)
    monkeypatch.setattr(shop_identity, "of_site", read_together)

    await asyncio.gather(connect(), connect())

    assert await Shop.filter(is_active=True).count() == 2


async def test_a_shop_that_comes_back_goes_on_where_it_was_or_begins_anew(db: str) -> None:
    del db
    first = await connect()
    await shops.set_webhooks(first.id, are_there=True)
    await shops.heard(first.id)
    known = now() - timedelta(hours=2)
    placed = now() - timedelta(days=90)
    await Shop.filter(id=first.id).update(
        orders_cursor=known, created_at=placed, tells_stock=True, imported_at=known, trouble="x"
    )

    await shops.remove(first.id)
    soon = await connect()
    row = await Shop.get(id=first.id)
    assert (soon.id, soon.webhook_path != first.webhook_path) == (first.id, True)
    assert soon.webhook_secret != first.webhook_secret
    assert (row.orders_cursor, row.created_at) == (known, placed)
    assert (row.tells_stock, row.imported_at, row.trouble) == (False, None, "")
    assert (row.has_webhooks, row.heard_at) == (False, None)

    await Shop.filter(id=first.id).update(orders_cursor=placed)
    await shops.remove(first.id)
    late = await connect()
    row = await Shop.get(id=first.id)
    assert (late.id, row.orders_cursor) == (first.id, None)
    assert row.created_at > known


async def test_old_connections_are_forgotten_and_their_keys_before(owner: StaffMember) -> None:
    begun = await begin(owner)
    await connections.keep_keys(begun.id, {"consumer_key": "ck_1"}, by=owner, box=BOX)
    row = await ShopConnection.get()
    await connections.forget_old()
    assert (await ShopConnection.get()).secrets == row.secrets

    await ShopConnection.all().update(created_at=now() - connections.LIFETIME)
    await connections.forget_old()
    assert (await ShopConnection.get()).secrets == ""
    await ShopConnection.all().update(created_at=now() - timedelta(days=8))
    await connections.forget_old()
    assert not await ShopConnection.exists()


TOKEN, OTHER = {"token": "t1"}, {"token": "t2"}


async def connect_cabinet(
    token: dict[str, str], base_url: str = "", orders: tuple[str, ...] = ()
) -> ConnectedShop:
    name = await shops.free_name("Prom.ua")
    facts = SiteFacts(name, "UAH", "", can_write=True, orders=orders)
    return await shops.connect("prom", base_url, token, facts, box=BOX)


async def test_a_cabinet_without_an_address_is_known_by_its_token_and_its_orders(db: str) -> None:
    del db
    site = await connect()  # of another platform, with an order of the same number
    assert (await connect("https://other.ua")).id != site.id  # by the same keys
    first, second = await connect_cabinet(TOKEN), await connect_cabinet(OTHER)
    assert [first.name, second.name] == ["Prom.ua", "Prom.ua 2"]
    for shop, number in ((site, "417"), (second, "417"), (first, "418")):
        await have_order(shop, number)
    for token, orders in ((TOKEN, ()), ({"token": "t3"}, ("500", "417"))):
        with pytest.raises(SiteTakenError):
            await connect_cabinet(token, "https://a.prom.ua", orders)

    # Nothing is left of a token once a shop is disconnected: its orders and its address know it.
    await shops.learn(first.id, "https://a.prom.ua", FACTS)
    await shops.remove(first.id)
    assert (await connect_cabinet(TOKEN)).id not in {first.id, second.id}
    back = await connect_cabinet({"token": "t4"}, orders=("418",))
    assert (back.id, back.base_url) == (first.id, "https://a.prom.ua")
    await shops.remove(first.id)
    assert (await connect_cabinet({"token": "t5"}, "https://www.a.prom.ua/")).id == first.id


async def test_a_shop_gets_other_keys_of_its_own_alone(db: str) -> None:
    del db
    first = await connect_cabinet(TOKEN, "https://a.prom.ua")
    second = await connect_cabinet(OTHER)
    for shop, number in ((first, "418"), (second, "417")):
        await have_order(shop, number)

    async def rekey(token: str, base_url: str, *orders: str) -> ConnectedShop:
        facts = SiteFacts("-", "UAH", "", can_write=True, orders=orders)
        keys = {"token": token}
        return await shops.rekey(first.id, base_url, keys, facts, box=BOX)

    for token, base_url, orders in (("t2", "", ()), ("t9", "https://x.ua", ("417",))):
        with pytest.raises(SiteTakenError):
            await rekey(token, base_url, *orders)
    with pytest.raises(OtherShopError):
        await rekey("t9", "https://x.ua")
    await shops.remove(second.id)
    with pytest.raises(OtherShopError):
        await rekey("t9", "https://x.ua", "417")
    assert (await shops.one(first.id, BOX)).credentials == TOKEN

    # The same address, an order of its own at a new one, or nothing that speaks against it.
    for token, base_url, orders in (
        ("t6", "http://a.prom.ua", ()),
        ("t7", "https://own.ua", ("418",)),
        ("t8", "https://own.ua", ()),
        ("t9", "", ("418",)),
    ):
        shop = await rekey(token, base_url, *orders)
        assert (shop.credentials, shop.base_url) == ({"token": token}, base_url or "https://own.ua")


async def test_a_cabinet_whose_orders_go_back_beyond_ours_without_it_is_another_one(
    db: str,
) -> None:
    del db
    shop = await connect_cabinet(TOKEN)

    async def rekey(*orders: str) -> ConnectedShop:
        facts = SiteFacts("-", "UAH", "", can_write=True, orders=orders)
        token = {"token": f"of {orders}"}
        return await shops.rekey(shop.id, "", token, facts, box=BOX)

    await rekey("500", "99")  # it had no order yet
    for number in ("99", "417"):  # one that was changed long after it was placed came last
        await have_order(shop, number)
    await have_order(shop, "98")
    with pytest.raises(OtherShopError):
        await rekey("500", "416")
    await rekey("500", "418")  # that many were ordered since the token had ended
    await rekey("500", "417", "416")


async def have_order(shop: ConnectedShop, number: str) -> None:
    """The shop has this order; what is in it is of no account."""
    await Order.create(
        shop_id=shop.id,
        external_id=number,
        number=number,
        status_id=1,
        platform_state=PlatformState.ACTIVE,
        placed_at=now(),
        modified_at=now(),
        digest="",
        currency="UAH",
    )
