"""Groups and products in Prom.ua's API."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.prom.asking import (
    MOST_PER_PAGE,
    answer,
    is_within,
    language,
    number,
    one_page,
    read_json,
    text,
)
from sandbox.prom.backoffice import Backoffice
from sandbox.prom.model import ROOT_GROUP, Product
from sandbox.prom.render import Json, Object
from sandbox.prom.render_goods import GoodsRenderer

_PRESENCE = frozenset({"available", "not_available", "order", "service", "waiting"})
_STATUSES = frozenset({"on_display", "draft", "deleted", "not_on_display"})
_NOT_A_LIST = "Ожидается список товаров"


class GoodsApi:
    """Handlers over one cabinet."""

    def __init__(self, office: Backoffice) -> None:
        self._office = office

    def routes(self) -> Sequence[tuple[str, str, Handler]]:
        return (
            ("GET", "/groups/list", self.list_groups),
            ("GET", "/products/list", self.list_products),
            ("GET", "/products/{id:\\d+}", self.get_product),
            ("GET", "/products/by_external_id/{id}", self.get_product_by_external_id),
            ("POST", "/products/edit", self.edit_products),
            ("POST", "/products/edit_by_external_id", self.edit_by_external_id),
        )

    def _renderer(self, request: web.Request) -> GoodsRenderer:
        return GoodsRenderer(language(request), self._office)

    async def list_groups(self, request: web.Request) -> web.Response:
        root = [self._office.root] if self._office.lists_root_group else []
        chosen = [
            group
            for group in (*root, *self._office.groups.values())
            if is_within(group.modified_at, request, "last_modified", self._office)
        ]
        render = self._renderer(request).group
        return answer(
            {"groups": [render(each) for each in one_page(request, chosen, self._office)]}
        )

    async def list_products(self, request: web.Request) -> web.Response:
        """Of one group, its subgroups left out; without one, of the root and of no group."""
        group = number(request.query.get("group_id"), ROOT_GROUP)
        term = request.query.get("search_term", "").lower()
        chosen = [
            product
            for product in self._office.products.values()
            if product.status != "deleted"
            and (product.group_id or ROOT_GROUP) == group
            and term in f"{product.name} {product.name_ru} {product.sku}".lower()
            and is_within(product.modified_at, request, "last_modified", self._office)
        ]
        render = self._renderer(request).product
        return answer(
            {"products": [render(each) for each in one_page(request, chosen, self._office)]}
        )

    async def get_product(self, request: web.Request) -> web.Response:
        return self._one(request, self._by_id(request.match_info["id"]))

    async def get_product_by_external_id(self, request: web.Request) -> web.Response:
        return self._one(request, self._by_external_id(request.match_info["id"]))

    def _one(self, request: web.Request, product: Product | None) -> web.Response:
        if product is None or product.status == "deleted":
            raise web.HTTPNotFound
        return answer({"product": self._renderer(request).product(product)})

    async def edit_products(self, request: web.Request) -> web.Response:
        return await self._edit(request, self._by_id)

    async def edit_by_external_id(self, request: web.Request) -> web.Response:
        return await self._edit(request, self._by_external_id)

    async def _edit(
        self, request: web.Request, find: Callable[[object], Product | None]
    ) -> web.Response:
        """Only a bare list will do; ``id`` holds the external id where those are asked for."""
        wanted = await read_json(request)
        is_list = isinstance(wanted, list) and all(isinstance(each, dict) for each in wanted)
        if not is_list or len(wanted) > MOST_PER_PAGE:
            return answer({"errors": {"error": _NOT_A_LIST}})
        processed: list[Json] = []
        errors: Object = {}
        for item in wanted:
            product = find(item.get("id"))
            if product is None or product.status == "deleted":
                errors[str(item.get("id"))] = text(request, "no product")
            elif product.id in self._office.refusals:
                errors[str(item["id"])] = self._office.refusals[product.id]
            elif bad := [
                field for field, is_good in _CHECKS.items() if not _fits(item, field, is_good)
            ]:
                errors[str(item["id"])] = f"{text(request, 'bad value')}: {', '.join(bad)}"
            else:
                self._change(product, item)
                processed.append(item["id"])
        return answer({"processed_ids": processed, "errors": errors})

    def _change(self, product: Product, item: dict[str, Any]) -> None:
        """Take over what is known; another field (``quantity``) is ignored without a word."""
        if "price" in item:
            product.price = Decimal(str(item["price"]))
        product.stock = item.get("quantity_in_stock", product.stock)
        product.presence = item.get("presence", product.presence)
        product.in_stock = item.get("in_stock", product.in_stock)
        product.status = item.get("status", product.status)
        product.name = item.get("name", product.name)
        product.keywords = item.get("keywords", product.keywords)
        product.description = item.get("description", product.description)
        product.modified_at = self._office.now()

    def _by_id(self, id_: object) -> Product | None:
        return self._office.products.get(int(str(id_))) if str(id_).isdecimal() else None

    def _by_external_id(self, id_: object) -> Product | None:
        found = (each for each in self._office.products.values() if each.external_id)
        return next((each for each in found if each.external_id == id_), None)


def _is_count(value: object) -> bool:
    return value is None or (type(value) is int and value >= 0)


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "price": lambda value: type(value) in (int, float) and value > 0,
    "quantity_in_stock": _is_count,
    "presence": lambda value: value in _PRESENCE,
    "in_stock": lambda value: type(value) is bool,
    "status": lambda value: value in _STATUSES,
    "name": lambda value: isinstance(value, str) and 0 < len(value) <= 110,
    "keywords": lambda value: isinstance(value, str) and len(value) <= 1024,
    "description": lambda value: isinstance(value, str),
}


def _fits(item: dict[str, Any], field: str, is_good: Callable[[Any], bool]) -> bool:
    return field not in item or is_good(item[field])
