"""A cabinet's products: read group by group, found by what was changed, told their stock."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime

from domain.orders import ListingChanged, ListingGone
from domain.shops import StockLevel
from integrations.base import CataloguePage
from integrations.prom.cabinet import Cabinet


async def page(cabinet: Cabinet, cursor: str) -> CataloguePage:
    """A part of what is for sale."""
    raise NotImplementedError


def changed(
    cabinet: Cabinet, since: datetime
) -> AsyncIterator[Sequence[ListingChanged | ListingGone]]:
    """All products changed since, the earliest change first."""
    raise NotImplementedError


async def tell_stock(cabinet: Cabinet, levels: Sequence[StockLevel]) -> Mapping[str, str]:
    """Set how much there is to sell; returns why some were refused."""
    raise NotImplementedError
