"""Which shops are owed news of the stock of which products."""

from collections.abc import Collection


async def owe(product_ids: Collection[int]) -> None:
    """Shops that are told of stock, and list these products, are owed how much there is now.

    In the transaction that changed it.
    """
    del product_ids
