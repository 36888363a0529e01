"""The shops of the demo: what they sell, and what was ordered before anybody looked."""

import random
import secrets
from collections.abc import Iterable
from datetime import timedelta

from sandbox.woocommerce import WooCommerceStore
from sandbox.woocommerce.catalogue import (
    CATALOGUE,
    FAMILIES,
    UNCOUNTED,
    WORKSHOP,
    WORKSHOP_FAMILY,
    Family,
    Goods,
)
from sandbox.woocommerce.customers import random_customer

WORKSHOP_NAME = "Майстерня"
WAITING_SINCE = timedelta(hours=3)
SECOND_SELLS = ("GIFT-", "CBL-")  # goods whose SKU begins so; both shops sell from one warehouse


def fill(first: WooCommerceStore, second: WooCommerceStore) -> list[Goods]:
    """Put everything on sale; returns what of it lies in the warehouse."""
    _sell(first, (*CATALOGUE, UNCOUNTED), FAMILIES)
    _sell(second, [goods for goods in CATALOGUE if goods.sku.startswith(SECOND_SELLS)])
    members = [member for family in FAMILIES for member in family.in_warehouse]
    return [*CATALOGUE, UNCOUNTED, *members]


class Workshop:
    """A shop that nobody has connected yet, with three orders of some hours ago that wait there."""

    def __init__(self) -> None:
        self.key, self.secret = f"ck_{secrets.token_hex(20)}", f"cs_{secrets.token_hex(20)}"
        self.store = WooCommerceStore(
            name=WORKSHOP_NAME, consumer_key=self.key, consumer_secret=self.secret
        )

    @property
    def is_connected(self) -> bool:
        """Whether somebody has asked for its orders."""
        return bool(self.store.calls(prefix="orders"))

    async def start(self, seed: int = 15) -> None:
        await self.store.start()
        _sell(self.store, WORKSHOP, [WORKSHOP_FAMILY])
        rng = random.Random(seed)
        for sku, payment in (("CLAY-MUG", "cod"), ("APRON-GRN", "card"), ("GIFT-CANDLE", "bacs")):
            order = await self.store.place_order(
                lines=[(sku, 1), ("WAX-CANDLE", 2)], customer=random_customer(rng), payment=payment
            )
            order.created_at -= WAITING_SINCE
            order.modified_at -= WAITING_SINCE

    async def stop(self) -> None:
        await self.store.stop()


def _sell(store: WooCommerceStore, goods: Iterable[Goods], families: Iterable[Family] = ()) -> None:
    for each in goods:
        store.add_product(
            sku=each.sku,
            name=each.name,
            price=each.price,
            stock=each.stock if each.is_counted else None,
            step=each.step,
            picture=(each.shape, each.colour),
        )
    for family in families:
        first = family.members[0]
        parent = store.add_variable_product(
            sku=family.sku,
            name=family.name,
            options={family.attribute: [member.name for member in family.members]},
            picture=(first.shape, first.colour),
        )
        for member in family.members:
            store.add_variation(
                parent,
                chosen={family.attribute: member.name},
                price=member.price,
                stock=member.stock,
                sku=member.sku,
                picture=(member.shape, member.colour),
            )
