"""What a token may do, and whose it is."""

from integrations.base import StoreFacts
from integrations.prom.cabinet import Cabinet


async def check(cabinet: Cabinet) -> StoreFacts:
    """What the cabinet tells of itself. Changes nothing there."""
    raise NotImplementedError
