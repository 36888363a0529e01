"""Connected shops as staff see them."""

from datetime import timedelta

from tortoise.timezone import now

from models.orders import Order
from services import shop_views, shops
from tests.factories import Intake, incoming, line, make_shop


async def test_shops_are_listed_with_their_orders_of_today(db: str) -> None:
    del db
    first, second = await make_shop("Крамниця"), await make_shop("Друга")
    third = await make_shop("Порожня")
    await shops.remove(third.id)
    for shop, count in ((first, 3), (second, 1)):
        intake = Intake(shop.id)
        for number in range(count):
            await intake(incoming(f"{shop.id}{number}", line("A")))
    yesterday = now() - timedelta(days=1)
    oldest = await Order.filter(shop_id=first.id).order_by("id").first()
    assert oldest is not None
    await Order.filter(id=oldest.id).update(created_at=yesterday)

    listed = await shop_views.listed(now() - timedelta(hours=1))

    assert [(shop.name, shop.is_active, shop.orders_today) for shop in listed] == [
        ("Крамниця", True, 2),
        ("Друга", True, 1),
        ("Порожня", False, 0),
    ]
    newest = await Order.filter(shop_id=first.id).order_by("-id").first()
    assert newest is not None
    assert [shop.last_order_at for shop in listed][::2] == [newest.created_at, None]
