"""Products and variations in the REST API of a simulated store: asked for, edited, in batches.

Left out: creating them, and creating or deleting in a batch.
"""

from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal, InvalidOperation

from aiohttp import web

from sandbox.woocommerce.answers import Answer, ApiError, chosen, invalid, json_body, page_of
from sandbox.woocommerce.backoffice import Backoffice
from sandbox.woocommerce.filters import picked
from sandbox.woocommerce.model import Product, Quantity
from sandbox.woocommerce.php import Json
from sandbox.woocommerce.render_goods import shown_sku

MOST_IN_A_BATCH = 100

_STATUSES = ("any", "future", "trash", "draft", "pending", "private", "publish")
_KINDS = ("simple", "grouped", "external", "variable")

Edited = Callable[[int, Mapping[str, object]], Awaitable[dict[str, Json]]]


class ProductRoutes:
    """What can be asked of the goods of one store, and changed."""

    def __init__(self, store: Backoffice) -> None:
        self._store = store

    async def show_all(self, request: web.Request) -> Answer:
        """Products; a variation only where its own SKU is asked for."""
        sku, kind = request.query.get("sku"), request.query.get("type")
        if kind is not None:
            chosen(request, "type", _KINDS, kind)
        goods = [
            product
            for product in self._listed(request)
            if (product.sku in sku.split(",") if sku else not product.parent_id)
            and kind in (None, product.kind)
        ]
        renderer = self._store.renderer
        shown = picked(request, goods, renderer.timezone)
        return page_of(request, self._store.url, [renderer.product(each) for each in shown])

    async def show(self, request: web.Request, product_id: int) -> Answer:
        """A product, or a variation by its own id."""
        return Answer(self._store.renderer.product(self._product(product_id)))

    async def edit(self, request: web.Request, product_id: int) -> Answer:
        return Answer(await self._edit(product_id, _validated(await json_body(request))))

    async def delete(self, request: web.Request, product_id: int) -> Answer:
        """To the trash, or for good with ``force``; answers what it was before."""
        product = self._product(product_id)
        if product.parent_id:
            raise _is_variation()
        before = self._store.renderer.product(product)
        await self._delete(request, product)
        return Answer(before)

    async def batch(self, request: web.Request) -> Answer:
        return await _batch(request, self._edit)

    async def variations(self, request: web.Request, parent_id: int) -> Answer:
        sku = request.query.get("sku")
        sisters = [
            each
            for each in self._listed(request)
            if each.parent_id == parent_id
            and (sku is None or shown_sku(each, self._store) in sku.split(","))
        ]
        if parent_id not in self._store.products:
            raise ApiError(404, "woocommerce_rest_product_invalid_id", "Invalid ID.")
        renderer = self._store.renderer
        shown = picked(request, sisters, renderer.timezone)
        return page_of(request, self._store.url, [renderer.variation(each) for each in shown])

    async def show_variation(self, request: web.Request, parent_id: int, own_id: int) -> Answer:
        return Answer(self._store.renderer.variation(self._variation(parent_id, own_id)))

    async def edit_variation(self, request: web.Request, parent_id: int, own_id: int) -> Answer:
        variation = self._variation(parent_id, own_id)
        await self._apply(variation, _validated(await json_body(request)))
        return Answer(self._store.renderer.variation(variation))

    async def delete_variation(self, request: web.Request, parent_id: int, own_id: int) -> Answer:
        variation = self._variation(parent_id, own_id)
        before = self._store.renderer.variation(variation)
        await self._delete(request, variation)
        return Answer(before)

    async def batch_variations(self, request: web.Request, parent_id: int) -> Answer:
        async def edited(own_id: int, wanted: Mapping[str, object]) -> dict[str, Json]:
            variation = self._variation(parent_id, own_id, status=400)
            await self._apply(variation, wanted)
            return self._store.renderer.variation(variation)

        return await _batch(request, edited)

    def _listed(self, request: web.Request) -> list[Product]:
        status = chosen(request, "status", _STATUSES, "any")
        return [
            product
            for product in self._store.products.values()
            if (product.status != "trash" if status == "any" else product.status == status)
        ]

    async def _edit(self, product_id: int, wanted: Mapping[str, object]) -> dict[str, Json]:
        product = self._product(product_id, status=400)
        if product.parent_id:
            raise _is_variation()
        await self._apply(product, wanted)
        return self._store.renderer.product(product, is_edited=True)

    async def _apply(self, product: Product, wanted: Mapping[str, object]) -> None:
        """Change what is known here; it echoes as product.updated, even without a change."""
        product.name = str(wanted.get("name", product.name))
        product.sku = str(wanted.get("sku", product.sku))
        product.price = Decimal(str(wanted.get("regular_price", product.price)))
        if "sale_price" in wanted:
            product.sale_price = (
                Decimal(str(wanted["sale_price"])) if wanted["sale_price"] else None
            )
        if "status" in wanted:
            product.status = str(wanted["status"])
        if "manage_stock" in wanted:
            product.manages_stock = wanted["manage_stock"] is True
        if "stock_status" in wanted:
            product.is_in_stock = wanted["stock_status"] == "instock"
        if product.manages_stock and "stock_quantity" in wanted:
            product.stock = _stock(wanted["stock_quantity"], product)
        await self._store.save_product(product)

    async def _delete(self, request: web.Request, product: Product) -> None:
        if request.query.get("force") == "true":
            await self._store.delete_product(product.id)
        elif product.status == "trash":
            text = "The product has already been deleted."
            raise ApiError(410, "woocommerce_rest_already_trashed", text)
        else:
            await self._store.trash_product(product.id)

    def _product(self, product_id: int, *, status: int = 404) -> Product:
        product = self._store.products.get(product_id)
        if product is None:
            raise ApiError(status, "woocommerce_rest_product_invalid_id", "Invalid ID.")
        return product

    def _variation(self, parent_id: int, own_id: int, *, status: int = 404) -> Product:
        variation = self._store.products.get(own_id)
        if variation is None or variation.parent_id != parent_id:
            raise ApiError(status, "woocommerce_rest_product_variation_invalid_id", "Invalid ID.")
        return variation


async def _batch(request: web.Request, edit: Edited) -> Answer:
    """Edit one after another; each that fails says so in its place. Nothing is validated."""
    wanted = await json_body(request)
    parts = [wanted.get(part) for part in ("create", "update", "delete")]
    if sum(len(part) for part in parts if isinstance(part, list)) > MOST_IN_A_BATCH:
        text = f"Unable to accept more than {MOST_IN_A_BATCH} items for this request."
        raise ApiError(413, "woocommerce_rest_request_entity_too_large", text)
    if parts[0] or parts[2]:
        raise ApiError(501, "sandbox_left_out", "The sandbox creates and deletes no products so.")
    done: list[Json] = []
    updates = parts[1] if isinstance(parts[1], list) else []
    for item in updates:
        own_id = int(item.get("id", 0))
        try:
            done.append(await edit(own_id, item))
        except ApiError as error:
            done.append({"id": own_id, "error": error.body})
    return Answer({"update": done} if updates else {})


def _validated(wanted: dict[str, object]) -> dict[str, object]:
    """What a single PUT refuses by its schema, and a batch does not."""
    quantity = wanted.get("stock_quantity")
    try:
        is_whole = quantity is None or Decimal(str(quantity)) % 1 == 0
    except InvalidOperation:
        is_whole = False
    if not is_whole:
        raise invalid("stock_quantity", "stock_quantity is not of type integer.")
    managed = wanted.get("manage_stock", True)
    if not isinstance(managed, bool) and managed != "parent":
        raise invalid("manage_stock", "manage_stock is not of type boolean.")
    return wanted


def _stock(wanted: object, product: Product) -> Quantity:
    """Absolute. Fractions are cut off, unless a plugin lets these goods be sold in them."""
    quantity = Decimal(str(wanted)) if wanted is not None else Decimal(0)
    return quantity if product.step < 1 and quantity % 1 else int(quantity)


def _is_variation() -> ApiError:
    text = (
        "To manipulate product variations you should use the "
        "/products/&lt;product_id&gt;/variations/&lt;id&gt; endpoint."
    )
    return ApiError(404, "woocommerce_rest_invalid_product_id", text)
