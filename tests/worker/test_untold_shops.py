"""Shops that there is no way to tell anything."""

from models.shops import ShopEffect, ShopEffectKind
from services import shop_effects
from services.transactions import transaction
from tests.factories import make_shop
from tests.offices import open_office
from tests.worker.shops_stage import ShopStage


async def test_what_is_owed_to_a_shop_that_cannot_be_told_does_not_pile_up(db: str) -> None:
    del db
    shop = await make_shop("Somewhere", platform="generic")
    async with transaction():
        await shop_effects.owe(ShopEffectKind.TELL_STATUS, shop.id, [1])

    async def is_gone() -> bool:
        return not await ShopEffect.exists()

    async with open_office() as office:
        it = ShopStage(office)
        it.run()
        await it.until(is_gone)
        await it.halt()
