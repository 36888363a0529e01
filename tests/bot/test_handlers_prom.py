"""Settings, Shops: a cabinet of Prom.ua is connected in the chat by its token, and looked after."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from tortoise.timezone import now

from bot.platforms import PLATFORMS
from domain.shops import ConnectionState
from models.connecting import ShopConnection
from models.sales import SalesChannel
from models.shops import Shop
from models.telegram import DialogueState
from sandbox.prom import PromCabinet
from sandbox.telegram import Chat, Message
from services import shops
from sync import polling
from tests.bot.conftest import PATIENCE_S, Scene
from tests.bot.test_handlers_shops import Desk, at_work, labels, nothing_unfinished
from tests.factories import BOX, OWNER_ID, drain
from tests.offices import open_office
from worker.inbox import InboxWorker

TOKEN = "0123456789abcdef0123456789abcdef01234567"
OTHER = "fedcba9876543210fedcba9876543210fedcba98"
WOO_KEY = "ck_" + "0a" * 20


@pytest.fixture
async def cabinet() -> AsyncIterator[PromCabinet]:
    async with PromCabinet(token=TOKEN) as running:
        running.add_product(sku="A", name="Чашка", price=Decimal(100), stock=5)
        yield running


@pytest.fixture
async def desk(resting: Scene, cabinet: PromCabinet) -> AsyncIterator[Desk]:
    """Even where sites could reach us, nothing but a token leads into a cabinet."""
    async with open_office("https://bot.example.test", prom_url=cabinet.url) as office:
        resting.office = office
        async with at_work(resting) as desk:
            yield desk


async def connect(desk: Desk, text: str = TOKEN) -> Message:
    screen = await desk.shops(after=desk.scene.seller.chat.messages[-1])
    await desk.tap(screen, "Connect Prom.ua")
    await desk.says(screen, "🏪 Prom.ua", "Управління API-токенами", "shown only this time")
    await desk.type(text)
    return screen


async def test_a_cabinet_is_connected_by_a_token_that_leaves_no_trace(
    desk: Desk, cabinet: PromCabinet
) -> None:
    order = cabinet.place_order(lines=[("A", 1)])
    order.created_at -= timedelta(hours=1)
    screen = await connect(desk, "there is none in it")
    await desk.says(screen, "There is no token in it.")
    await desk.type(WOO_KEY)
    await desk.says(screen, "That is a key of WooCommerce; here one of Prom.ua is needed.")
    assert not cabinet.requests
    await desk.type(f"Токен: {TOKEN}.")
    await desk.says(screen, "example-shop is connected.", "1 open order waits there.")

    assert "https://example-shop.prom.ua\nProm.ua · UAH" in screen.text
    assert "Orders are looked for every 60 seconds or more often." in screen.text
    assert "Access to orders: read and change; to goods: read and change." in screen.text
    assert "⚠" not in screen.text
    assert desk.typed() == set()
    kept = [*await ShopConnection.all(), *await DialogueState.all()]
    assert not any(TOKEN in str(vars(row)) for row in kept)
    shop = await Shop.get(platform="prom")
    assert (shop.base_url, shop.has_webhooks) == ("https://example-shop.prom.ua", False)
    assert BOX.decrypt(shop.secrets)["token"] == TOKEN
    assert await SalesChannel.exists(shop_id=shop.id, name="example-shop")

    # What waits there is asked first, then the day that only people know.
    assert not await DialogueState.filter(state__isnull=False).exists()
    await desk.tap(screen, "Only new ones")
    await desk.says(screen, "Only new orders will come.", "Until which day does the token work?")
    assert labels(screen) == ["Do not know", "⬅️ Back"]
    await desk.type("31.02.2027")
    await desk.says(screen, "“31.02.2027” is not a day.")
    await desk.type("1.1.2026")
    await desk.says(screen, "“1.1.2026” is over already.")
    in_time = now().date() + timedelta(days=300)
    await desk.type(f"{in_time:%d.%m.}{in_time.year + 2}")
    await desk.says(screen, "is more than two years ahead.")
    await desk.type(f"{in_time:%d.%m.%Y}")
    await desk.says(
        screen, "✅ Noted: the token works until", "Next: the catalogue", "300 more days"
    )
    assert (await Shop.get(id=shop.id)).keys_end_on == in_time
    assert not await DialogueState.filter(state__isnull=False).exists()

    await desk.tap(screen, "Token's last day")
    await desk.says(screen, "300 more days", "Until which day does the token work?")
    await desk.tap(screen, "Do not know")
    await desk.says(screen, "Not noted.", "The token's last day is not noted.")
    assert (await Shop.get(id=shop.id)).keys_end_on is None


async def test_nobody_who_is_busy_is_asked_for_the_day_at_once(
    desk: Desk, cabinet: PromCabinet
) -> None:
    screen = await connect(desk)
    await desk.says(screen, "Prom.ua is connected.", "Until which day does the token work?")
    await desk.type("без поняття")
    await desk.says(screen, "is not a day")
    await desk.tap(screen, "Back")
    await desk.says(screen, "🟢 Prom.ua\n", "The token's last day is not noted.")

    cabinet.token = OTHER
    await desk.tap(screen, "Other keys")
    await desk.says(screen, "🏪 Prom.ua")
    cabinet.answer_with(502, "<html>")
    await desk.type(OTHER)
    await desk.says(screen, "The keys of Prom.ua stay as they were.", "Prom.ua does not answer")
    busy = await desk.shops(after=screen)
    await desk.tap(busy, "Prom.ua")
    await desk.tap(busy, "Another name")
    await desk.says(busy, "Type a new name")
    await desk.tap(screen, "Try again")
    await desk.says(screen, "Prom.ua has new keys.")
    assert labels(screen) == ["🗓 Token's last day", "📚 Catalogue", "⬅️ Back"]
    assert "Until which day" not in screen.text
    await desk.type("Мій Prom")
    await desk.says(busy, "🟢 Мій Prom · Prom.ua")


async def test_whoever_waits_hears_what_is_wrong_and_what_to_do(
    desk: Desk, cabinet: PromCabinet
) -> None:
    screen = await connect(desk, OTHER)
    await desk.says(screen, "Prom.ua is not connected.", "Prom.ua does not accept this token")
    assert labels(screen) == ["↩️ From the beginning", "⬅️ Back"]
    await desk.scene.telegram.wait_for(nothing_unfinished)
    assert not await ShopConnection.exclude(secrets="").exists()

    cabinet.rights = {}
    await desk.tap(screen, "From the beginning")
    await desk.says(screen, "1. In your cabinet on Prom.ua")
    await desk.type(TOKEN)
    await desk.says(screen, "The token has no access to what is needed.")

    cabinet.rights, cabinet.has_api = {"orders": "r"}, False
    await desk.tap(screen, "From the beginning")
    await desk.says(screen, "1. In your cabinet on Prom.ua")
    await desk.type(TOKEN)
    await desk.says(screen, "that is part of the paid packages. Nothing is wrong with the token.")
    cabinet.has_api = True
    await desk.tap(screen, "Try again")  # it was shown only once: nobody types it anew
    await desk.says(screen, "Prom.ua is connected.", "Access to orders: read only; to goods: none.")
    assert "⚠ The token may not change orders" in screen.text
    assert "The token may not read goods" in screen.text

    await desk.tap(screen, "Back")
    await desk.says(screen, "⚠ The token may not change orders", "may not change goods")
    cabinet.rights = {"orders": "rw", "products": "r", "groups": "r"}
    await desk.tap(screen, "Check now")
    await desk.says(screen, "✅ Checked: Prom.ua answers", "to goods: read only.")
    assert "may not change orders" not in screen.text
    cabinet.has_api = False
    await desk.tap(screen, "Check now")
    await desk.says(screen, "⚠ The shop's package on Prom.ua has no access to the API")
    await desk.tap(screen, "Disconnect")
    await desk.says(screen, "Disconnect Prom.ua?")
    await desk.tap(screen, "Disconnect")
    await desk.says(screen, "Prom.ua is disconnected.", "delete it in the cabinet")


async def test_a_cabinet_is_connected_once_and_known_again_by_its_orders(
    desk: Desk, cabinet: PromCabinet
) -> None:
    screen = await connect(desk)
    await desk.says(screen, "Prom.ua is connected.")
    again = await connect(desk)
    await desk.says(again, "This shop is connected already, as “Prom.ua”.")
    assert labels(again) == ["🔑 Other keys", "⬅️ Back"]
    first = await Shop.get(platform="prom")
    await shops.remove(first.id)

    # Nothing says yet that it is the same: no address, no order, no key that is kept.
    screen = await connect(desk)
    await desk.says(screen, "Prom.ua 2 is connected.")
    second = await Shop.get(platform="prom", is_active=True)
    assert second.id != first.id
    cabinet.place_order(lines=[("A", 1)])
    await polling.poll(desk.scene.office, await shops.one(second.id, BOX))
    await drain(InboxWorker(PLATFORMS, [OWNER_ID]))
    await desk.scene.message(desk.scene.seller.chat, "Order", button="Confirm")
    await desk.tap(screen, "Back")
    await desk.tap(screen, "Check now")
    await desk.says(screen, "https://example-shop.prom.ua")

    # The owner makes another token, and the site moves to a name of its own.
    cabinet.token, cabinet.site = OTHER, "https://shop.example"
    again = await connect(desk, OTHER)
    await desk.says(again, "This shop is connected already, as “Prom.ua 2”.")
    await shops.remove(second.id)
    screen = await connect(desk, OTHER)
    await desk.says(screen, "Prom.ua 2 is connected.", "https://shop.example")
    assert (await Shop.get(platform="prom", is_active=True)).id == second.id


async def test_a_shop_is_given_no_token_of_another_cabinet(
    desk: Desk, cabinet: PromCabinet
) -> None:
    cabinet.place_order(lines=[("A", 1)])
    screen = await connect(desk)
    await desk.says(screen, "example-shop is connected.")
    await desk.tap(screen, "Take them")
    await desk.says(screen, "1 order is taken.", "Until which day")
    cabinet.orders.clear()
    cabinet.token, cabinet.site = OTHER, "https://another.prom.ua"
    cabinet.place_order(lines=[("A", 1)])
    await desk.tap(screen, "Back")
    await desk.tap(screen, "Other keys")
    await desk.says(screen, "🏪 example-shop.prom.ua")
    await desk.type(OTHER)
    await desk.says(screen, "stay as they were", "open another shop, “https://another.prom.ua”")
    shop = await Shop.get(platform="prom")
    assert BOX.decrypt(shop.secrets)["token"] == TOKEN
    connection = await ShopConnection.all().order_by("-id").first()
    assert connection is not None
    assert (connection.state, connection.secrets) == (ConnectionState.FAILED, "")


async def test_a_token_of_a_connected_cabinet_without_an_address_is_given_to_no_other_shop(
    desk: Desk, cabinet: PromCabinet
) -> None:
    cabinet.place_order(lines=[("A", 1)])
    first = await connect(desk)
    await desk.says(first, "example-shop is connected.")
    cabinet.orders.clear()
    cabinet.token, cabinet.site = OTHER, "https://prom.ua"
    await desk.says(await connect(desk, OTHER), "Prom.ua is connected.")

    screen = await desk.shops(after=desk.scene.seller.chat.messages[-1])
    await desk.tap(screen, "example-shop")
    await desk.tap(screen, "Other keys")
    await desk.says(screen, "🏪 example-shop.prom.ua")
    await desk.type(OTHER)

    await desk.says(screen, "This shop is connected already, as “Prom.ua”.")
    assert BOX.decrypt((await Shop.get(name="example-shop")).secrets)["token"] == TOKEN


async def test_a_stray_token_is_deleted_and_ordinary_numbers_are_not(desk: Desk) -> None:
    seller = desk.scene.seller
    for number, text in enumerate((f"ось {TOKEN}", TOKEN.upper(), f"({OTHER})"), start=1):
        await desk.type(text)
        is_said = partial(has_said, seller.chat, number)
        await desk.scene.telegram.wait_for(is_said, timeout=PATIENCE_S)
    ordinary = ["20451600012345", "1" * 40, f"{TOKEN}0", f"x{TOKEN}", "відправте завтра"]
    for text in ordinary:
        await desk.type(text)
    await desk.type("/help")
    await desk.scene.settled()
    assert has_said(seller.chat, 3)
    assert desk.typed() == set(ordinary)


def has_said(chat: Chat, times: int) -> bool:
    return sum("That was a shop's key" in message.text for message in chat.messages) == times
