"""The demo: the real bot on a simulated Telegram, shops and Nova Poshta, with orders coming in.

Only addresses and the token differ from a real shop. Everything lives in a fresh temporary folder
and on this machine; nothing leaves it.
"""

import asyncio
import contextlib
import csv
import json
import os
import random
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path

from bot.settings import Settings
from sandbox.demo_post import DemoPost
from sandbox.demo_prom import NAME as PROM_SHOP
from sandbox.demo_prom import PromShop
from sandbox.demo_shops import Workshop, fill
from sandbox.demo_team import connect_post, invite, make_statuses
from sandbox.telegram import TelegramSandbox
from sandbox.telegram.chats import Chat
from sandbox.telegram.people import BotAccount
from sandbox.woocommerce import Customer, WooCommerceStore

TOKEN = "42:DEMO-token-of-the-simulated-telegram"
OLENA, OLEH, IRYNA, TARAS, GROUP = 101, 102, 103, 104, -1_000_000_000_101
PROJECT = Path(__file__).parent.parent
PORT = 8081
SHOP, SECOND_SHOP = "Крамниця", "Подарунки"
ANSWER_S = 30.0  # how long the bot may take to start and to greet everybody
STATUSES = ("ЧЕКАЄМО ОПЛАТУ", "НАДІСЛАТИ ЧЕРЕЗ ТИЖДЕНЬ")
PAUSE_S = (12.0, 35.0)  # between two orders
# Of the orders: the first shop's, the second's, Prom's, the workshop's once connected.
SHARES = (5, 2, 4, 2)


class DemoError(Exception):
    """The demo cannot go on; the message says why."""


class Demo:
    """Three shops with their staff and a group, running on the simulated world; one to connect.

    Args:
        folder: where the bot keeps its database.
        port: of the chat page; 0 takes a free one.
        seed: the same seed brings the same orders.
    """

    def __init__(self, folder: Path, *, port: int = PORT, seed: int | None = None) -> None:
        self._folder = folder
        self._port = port
        self._random = random.Random(seed)
        self._http_port = _free_port()
        self.telegram = TelegramSandbox(TOKEN, "kramar_demo_bot", bot_name="Крамар")
        self.store = WooCommerceStore(name=SHOP)
        self.second_store = WooCommerceStore(name=SECOND_SHOP)
        self.prom = PromShop()
        self.post = DemoPost()
        self.workshop = Workshop()

    @property
    def url(self) -> str:
        """The chat page, as Olena sees her chat with the bot."""
        return f"{self.telegram.url}/?as={OLENA}&chat={OLENA}"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The whole world, with the first orders on their way; stopped on leaving.

        Raises:
            DemoError: the bot did not start.
        """
        await self._start_telegram()
        await self.store.start()
        await self.second_store.start()
        await self.prom.start(self.store.picture_url)
        await self.post.start()
        await self.workshop.start()
        try:
            async with self._bot():
                try:
                    await asyncio.gather(self._stock_up(), self._people_come())
                    await self._first_orders()
                except TimeoutError as error:
                    log = (self._folder / "bot.log").read_text(encoding="utf-8", errors="replace")
                    raise DemoError(f"the bot does not answer. Its log:\n{log[-3000:]}") from error
                yield
        finally:
            await self.workshop.stop()
            await self.post.stop()
            await self.prom.stop()
            await self.second_store.stop()
            await self.store.stop()
            await self.telegram.stop()

    async def _first_orders(self) -> None:
        """On Prom, which is asked only every few seconds; then goods by the metre, on delivery.

        That customer comes again in the second shop, so it may be a duplicate. No more than three
        at once: a backlog would come as a digest.
        """
        number = str(self.prom.first_order().id)
        await self.telegram.wait_for(
            lambda: any(number in each.text for each in self.telegram.messages(OLENA)),
            timeout=ANSWER_S,
        )
        iryna = Customer(
            first_name="Ірина",
            last_name="Мар'яненко",
            phone="067 123-45-67",
            email="iryna@example.test",
            city="Львів",
            state="UA46",
            address="Відділення №12",
            postcode="79000",
        )
        await self.store.place_order(
            lines=[("FAB-LINEN", Decimal("1.5")), ("RIB-SATIN", Decimal("2.3"))],
            customer=iryna,
            payment="cod-uk",
            note="Прошу подзвонити після 18:00",
        )
        await self.second_store.place_order(
            lines=[("GIFT-MUG-UA", 2), ("GIFT-BOX-S", 1)],
            customer=replace(iryna, phone="+380671234567", email=""),
            payment="card",
        )

    async def keep_going(self) -> None:
        """Customers order, parcels go their way, for ever."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_orders_coming())
            group.create_task(self.post.keep_parcels_moving(self._random))

    async def _keep_orders_coming(self) -> None:
        """Now and then somebody changes their mind."""
        while True:
            await asyncio.sleep(self._random.uniform(*PAUSE_S))
            places = [
                partial(self._order, self.store),
                partial(self._order, self.second_store),
                partial(self.prom.order, self._random),
            ]
            if self.workshop.is_connected:
                places.append(partial(self._order, self.workshop.store))
            (order,) = self._random.choices(places, weights=SHARES[: len(places)])
            await order()

    async def _order(self, store: WooCommerceStore) -> None:
        order = await store.random_order(self._random)
        if self._random.random() < 0.15:
            await asyncio.sleep(4)
            await self._change_mind(store, order.id)

    async def _change_mind(self, store: WooCommerceStore, order_id: int) -> None:
        if self._random.random() < 0.4:
            await store.cancel(order_id)
        else:
            goods = [each for each in store.products.values() if each.kind != "variable"]
            extra = self._random.choice(goods).id
            lines = [
                (line.variation_id or line.product_id, line.quantity)
                for line in store.orders[order_id].lines
            ]
            await store.edit_order(order_id, lines=[*lines, (extra, 1)])

    async def _start_telegram(self) -> None:
        try:
            await self.telegram.start(port=self._port)
        except OSError:
            await self.telegram.start(port=0)  # somebody else has that port

    async def _people_come(self) -> None:
        olena = self.telegram.add_user(
            id=OLENA, first_name="Олена", username="olena", language_code="uk"
        )
        oleh = self.telegram.add_user(
            id=OLEH, first_name="Oleh", username="oleh", language_code="en"
        )
        iryna = self.telegram.add_user(id=IRYNA, first_name="Ірина", language_code="uk")
        taras = self.telegram.add_user(id=TARAS, first_name="Тарас", language_code="uk")
        team = [olena, oleh, iryna, taras]
        group = self.telegram.add_group(id=GROUP, title="Склад", members=team)
        await olena.send("/start")
        await oleh.send("/start")
        await olena.send("/here", in_chat=group)
        chats = (olena.chat, oleh.chat, group)
        await self.telegram.wait_for(lambda: all(map(_has_answer, chats)), timeout=ANSWER_S)
        await invite(oleh, {iryna: "Manager", taras: "Packer"}, self.telegram)
        await make_statuses(oleh, STATUSES, self.telegram)
        await connect_post(oleh, self.post.post.key, self.telegram)

    async def _stock_up(self) -> None:
        file = self._folder / "products.csv"
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["sku", "name", "price", "cost", "on_hand", "unit", "image"])
            for goods in fill(self.store, self.second_store):
                writer.writerow(
                    [
                        *(goods.sku, goods.plain_name, goods.price, goods.cost, goods.stock),
                        *(goods.unit, self.store.picture_url(goods.sku)),
                    ]
                )
        await self.command("products", "import", str(file))
        await self._connect(self.store)
        await self._connect(self.second_store)
        token = self.prom.cabinet.token
        await self.command("shop", "add", "prom", "--name", PROM_SHOP, "--token", token)

    async def _connect(self, store: WooCommerceStore) -> None:
        said = await self.command(
            *("shop", "add", "woocommerce", "--json", "--name", store.name, "--url", store.url),
            *("--key", "ck_sandbox", "--secret", "cs_sandbox"),
        )
        shop = json.loads(said)
        address = f"http://127.0.0.1:{self._http_port}{shop['webhook_path']}"
        store.subscribe_all(address, shop["webhook_secret"])

    @asynccontextmanager
    async def _bot(self) -> AsyncIterator[None]:
        """``python -m bot``, the real one, in a process of its own."""
        log = (self._folder / "bot.log").open("ab")
        bot = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            cwd=self._folder,  # no .env of a real shop lies there
            env=self._settings(),
            stdout=log,
            stderr=log,
        )
        log.close()
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                bot.terminate()
            await bot.wait()

    async def command(self, *arguments: str) -> str:
        """Run ``python -m bot`` with these arguments; returns what it prints.

        Raises:
            DemoError: it failed.
        """
        command = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            cwd=self._folder,
            env=self._settings(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        answer, trouble = await command.communicate()
        if command.returncode:
            raise DemoError(f"python -m bot {' '.join(arguments[:2])} failed: {trouble.decode()}")
        return answer.decode()

    def _settings(self) -> Mapping[str, str]:
        """The settings of ``.env.example`` that differ from a real shop's."""
        ours = {name.upper() for name in Settings.model_fields}
        others = {name: value for name, value in os.environ.items() if name.upper() not in ours}
        return others | {
            "BOT_TOKEN": TOKEN,
            "OWNER_IDS": f"{OLENA},{OLEH}",
            "TELEGRAM_API_URL": self.telegram.url,
            "DATABASE_URL": f"sqlite://{self._folder}/kramar.db",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_PORT": str(self._http_port),
            "ALLOW_PRIVATE_URLS": "true",
            "PROM_API_URL": self.prom.cabinet.url,
            "PROM_POLL_SECONDS": "5",
            "NOVAPOSHTA_API_URL": self.post.post.url,
            "NOVAPOSHTA_TRACK_SECONDS": "20",
            "NOVAPOSHTA_PRINT_URL": self.post.post.print_url,
            "PYTHONPATH": str(PROJECT),
        }


def _has_answer(chat: Chat) -> bool:
    return any(isinstance(message.sender, BotAccount) for message in chat.messages)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
