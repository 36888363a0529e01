"""What a simulated store sells: products and their variations, their stock, and who hears of it."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sandbox.woocommerce.model import ZERO, Product, Quantity, Webhook
from sandbox.woocommerce.webhooks import WebhookQueue


class Goods:
    """The shelves of a store, and the queue of its webhooks.

    A product is named by its SKU or its id: a variation may have no SKU of its own.
    """

    def __init__(
        self,
        *,
        queue: WebhookQueue,
        delivers_at_once: bool,
        clock: Callable[[], datetime],
    ) -> None:
        self.url = ""
        self.products: dict[int, Product] = {}
        self.delivers_at_once = delivers_at_once
        self.webhooks = queue
        self._clock = clock
        self._ids = itertools.count(10)

    def now(self) -> datetime:
        """The store's clock: aware UTC, whole seconds."""
        return self._clock().replace(microsecond=0)

    def add_product(
        self,
        *,
        sku: str,
        name: str,
        price: Decimal,
        stock: Quantity | None,
        step: Decimal = Decimal(1),
        picture: tuple[str, str] = ("", ""),
    ) -> Product:
        """Put a simple product on sale; ``name`` may hold HTML. Sends nothing.

        ``stock`` None: it is not managed. Sold in whole ``step``s. ``picture``: a shape of
        ``pictures.SHAPES`` and its colour.
        """
        return self._keep(
            Product(
                id=next(self._ids),
                sku=sku,
                name=name,
                price=price,
                stock=0 if stock is None else stock,
                manages_stock=stock is not None,
                step=step,
                shape=picture[0],
                colour=picture[1],
                created_at=self.now(),
                modified_at=self.now(),
            )
        )

    def add_variable_product(
        self,
        *,
        sku: str,
        name: str,
        options: Mapping[str, Sequence[str]],
        stock: Quantity | None = None,
        picture: tuple[str, str] = ("", ""),
    ) -> Product:
        """Put a product on sale that is chosen by ``options``: {"Size": ("S", "M")}.

        Nothing can be bought until it has variations. ``stock``: of all those variations together
        that have none of their own; None for none.
        """
        product = self.add_product(sku=sku, name=name, price=ZERO, stock=stock, picture=picture)
        product.attributes = {attribute: tuple(each) for attribute, each in options.items()}
        return product

    def add_variation(
        self,
        parent: Product,
        *,
        chosen: Mapping[str, str],
        price: Decimal,
        stock: Quantity | None,
        sku: str = "",
        picture: tuple[str, str] = ("", ""),
    ) -> Product:
        """Put one choice of a variable product on sale: {"Size": "S"}. Sends nothing.

        ``stock`` None: it is counted with the parent's, or not at all. Without a SKU of its own it
        shows the parent's.
        """
        variation = self.add_product(
            sku=sku, name=parent.name, price=price, stock=stock, picture=picture
        )
        variation.parent_id = parent.id
        variation.attributes = {attribute: (option,) for attribute, option in chosen.items()}
        return variation

    def picture_url(self, sku: str) -> str:
        """Where the store shows the picture of a product."""
        return f"{self.url}/wp-content/uploads/{sku}.png"

    async def update_product(
        self,
        key: str | int,
        *,
        name: str | None = None,
        sku: str | None = None,
        price: Decimal | None = None,
        stock: Quantity | None = None,
    ) -> Product:
        """Edit a product in the admin: sends product.updated."""
        product = self.product(key)
        product.name = product.name if name is None else name
        product.sku = product.sku if sku is None else sku
        product.price = product.price if price is None else price
        product.stock = product.stock if stock is None else stock
        await self.save_product(product)
        return product

    async def save_product(self, product: Product) -> None:
        """It was edited, or looked as if: product.updated tells of it in any case."""
        self._touch_product(product)
        await self._settle()

    async def trash_product(self, key: str | int) -> None:
        """Move to the trash, with its variations: one product.deleted, whose body is the id alone.

        Of a single variation nobody hears.
        """
        product = self.product(key)
        for each in (product, *self.variations(product)):
            each.status_before_trash, each.status = each.status, "trash"
            each.modified_at = self.now()
        await self._announce(product, "product.deleted")

    async def restore_product(self, key: str | int) -> None:
        """Take back out of the trash, with its variations: product.restored."""
        product = self.product(key)
        for each in (product, *self.variations(product)):
            each.status, each.status_before_trash = each.status_before_trash, ""
            each.modified_at = self.now()
        await self._announce(product, "product.restored")

    async def delete_product(self, key: str | int) -> None:
        """Delete for good, with its variations. Nobody hears of it."""
        product = self.product(key)
        for each in (product, *self.variations(product)):
            del self.products[each.id]

    def product(self, key: str | int) -> Product:
        """The product with this SKU, or this id."""
        if isinstance(key, int):
            return self.products[key]
        return next(product for product in self.products.values() if product.sku == key)

    def variations(self, product: Product) -> list[Product]:
        """The variations of a product, oldest first."""
        return [each for each in self.products.values() if each.parent_id == product.id]

    def stock_of(self, product: Product) -> Product | None:
        """Whose stock counts for this one: its own, its parent's, or None when nobody counts."""
        if product.manages_stock:
            return product
        parent = self.products.get(product.parent_id)
        return parent if parent is not None and parent.manages_stock else None

    def add_webhook(self, *, topic: str, delivery_url: str, secret: str, name: str = "") -> Webhook:
        """Register a webhook as an owner does in the admin; no ping is sent."""
        return self.webhooks.add(name=name, topic=topic, delivery_url=delivery_url, secret=secret)

    async def deliver_pending(self) -> None:
        """Send the webhooks that wait; their payload shows the state of now."""
        await self.webhooks.deliver_pending()

    async def _settle(self) -> None:
        if self.delivers_at_once:
            await self.deliver_pending()

    def _keep(self, product: Product) -> Product:
        self.products[product.id] = product
        return product

    async def _announce(self, product: Product, topic: str) -> None:
        if not product.parent_id:
            self.webhooks.enqueue(topic, product.id)
        await self._settle()

    def _touch_product(self, product: Product) -> None:
        """A variation's change is its parent's as well, yet only the variation is told of."""
        product.modified_at = self.now()
        parent = self.products.get(product.parent_id)
        if parent is not None:
            parent.modified_at = product.modified_at
        self.webhooks.enqueue("product.updated", product.id)
