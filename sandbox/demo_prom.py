"""The demo's cabinet on Prom.ua: goods of the same warehouse, and people who order there."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

from sandbox.prom import Buyer, Group, Order, PromCabinet
from sandbox.prom.buyers import CHEAP_DELIVERY
from sandbox.prom.model import LOCKER, PROM_PAYMENT
from sandbox.woocommerce.catalogue import CATALOGUE

NAME = "Prom.ua"
PAYS_AFTER_S = 10.0  # a minute or two in life
_GROUPS = {"CASE": "Чохли", "GLASS": "Захисне скло", "CHG": "Зарядки", "GIFT": ""}  # by SKU
_CHANGES = 0.2  # of the orders are changed in the cabinet, half of these canceled


class PromShop:
    """The cabinet, which sells phone accessories in groups, and gifts outside of any."""

    def __init__(self) -> None:
        self.cabinet = PromCabinet(token=secrets.token_hex(20))

    async def start(self, picture_url: Callable[[str], str]) -> None:
        """``picture_url`` gives the address of a product's picture by its SKU.

        One order was delivered yesterday: that is how a cabinet tells whose it is.
        """
        accessories = self.cabinet.add_group("Аксесуари")
        groups: dict[str, Group | None] = {
            kind: self.cabinet.add_group(name, accessories) if name else None
            for kind, name in _GROUPS.items()
        }
        for goods in CATALOGUE:
            kind = goods.sku.partition("-")[0]
            if kind not in groups:
                continue
            group = groups[kind]
            self.cabinet.add_product(
                sku=goods.sku,
                name=goods.plain_name,
                price=goods.price,
                stock=goods.stock,
                group_id=group.id if group else None,
                image=picture_url(goods.sku),
            )
        old = self.cabinet.place_order(lines=[("GIFT-CARD", 1)], status="delivered")
        old.created_at -= timedelta(days=1)
        old.modified_at -= timedelta(days=1)
        await self.cabinet.start()

    def first_order(self) -> Order:
        """A gift for somebody else, into a locker; it is paid for while one looks at it."""
        buyer = Buyer(
            first_name="Наталія", last_name="Кравець", second_name="", phone="+380671112233"
        )
        return self.cabinet.place_order(
            lines=[("CASE-IP15P-CLR", 1), ("GIFT-BOX-S", 1)],
            buyer=buyer,
            recipient=replace(buyer, first_name="Дмитро", phone="+380509876543"),
            delivery=LOCKER,
            payment=PROM_PAYMENT,
            pays_after_s=PAYS_AFTER_S,
            promotion=CHEAP_DELIVERY,
            do_not_call=True,
            note="Це подарунок, запакуйте гарно, будь ласка",
            source="mobile_app",
        )

    async def order(self, rng: Random) -> None:
        """Somebody orders, and now and then the cabinet changes it a little later."""
        order = self.cabinet.random_order(rng, pays_after_s=PAYS_AFTER_S)
        if rng.random() >= _CHANGES:
            return
        await asyncio.sleep(PAYS_AFTER_S / 2)
        if rng.random() < 0.5:
            self.cabinet.cancel(order.id)
        else:
            kept = [(line.product.id, line.quantity) for line in order.lines]
            self.cabinet.edit_lines(order.id, [*kept, ("GIFT-CARD", 1)])

    async def stop(self) -> None:
        await self.cabinet.stop()
