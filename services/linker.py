"""Which product a line of an order means."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.orders import IncomingLine
from models.orders import OrderLine
from models.shops import Listing
from models.stock import Product

Listed = tuple[int, str]  # a listing by its shop and its external id


@dataclass(frozen=True, slots=True)
class Linker:
    """Finds the product of a line: by the shop's listing, else by SKU."""

    by_listing: Mapping[Listed, int]
    by_sku: Mapping[str, int]

    def product_id(self, shop_id: int, line: IncomingLine | OrderLine) -> int | None:
        """The product's id; None when the line is not linked."""
        listed = self.by_listing.get((shop_id, line.product_external_id))
        return listed if listed is not None else self.by_sku.get(line.sku)


async def linker_of(lines: Iterable[tuple[int, IncomingLine | OrderLine]]) -> Linker:
    """A linker that knows all these lines, given with their shops."""
    lines = list(lines)
    external_ids = {line.product_external_id for _, line in lines if line.product_external_id}
    skus = {line.sku for _, line in lines if line.sku}
    listed = (
        await Listing.filter(
            shop_id__in={shop_id for shop_id, _ in lines},
            external_id__in=external_ids,
            product_id__not_isnull=True,
        ).values_list("shop_id", "external_id", "product_id")
        if external_ids
        else []
    )
    products = await Product.filter(sku__in=skus).values_list("sku", "id") if skus else []
    return Linker(
        {(shop_id, external_id): product_id for shop_id, external_id, product_id in listed},
        dict(products),
    )
