"""One row of each thing that other rows need."""

from datetime import UTC, datetime

import pytest

from domain.orders import PlatformState
from models.orders import Order
from models.shops import Shop
from models.telegram import Chat

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NEW_STATUS = 1


@pytest.fixture
async def shop(db: str) -> Shop:
    del db
    return await Shop.create(platform="woocommerce", name="Shop", key="key", secrets="")


@pytest.fixture
async def order(shop: Shop) -> Order:
    return await Order.create(
        shop=shop,
        external_id="17",
        number="17",
        status_id=NEW_STATUS,
        platform_state=PlatformState.ACTIVE,
        placed_at=AT,
        modified_at=AT,
        digest="",
        currency="UAH",
    )


@pytest.fixture
async def chat(db: str) -> Chat:
    del db
    return await Chat.create(telegram_id=-100)
