"""What owners read of a catalogue: why it could not be read, and what its listings are called."""

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot.i18n import Translators
from bot.settings_screens.catalogue import progress
from bot.settings_screens.unmatched import listing
from domain.shops import ConnectProblem, ImportState, Trouble
from models.shops import Listing, Shop
from services.catalogue import Counts, ImportView
from services.unmatched import Unmatched, Why

ENGLISH = Translators(ZoneInfo("Europe/Kyiv"))("en")


def stopped(platform: str, trouble: Trouble, problem: str) -> str:
    view = ImportView(
        id=1,
        shop_id=1,
        shop_name="Посуд",
        platform=platform,
        state=ImportState.STOPPED,
        found=0,
        total=0,
        counts=Counts(trouble=trouble.value),
        problem=problem,
        chat_id=1,
        message_id=1,
        shown="",
        language="",
    )
    return progress(view, ENGLISH).text


@pytest.mark.parametrize(
    ("platform", "trouble", "problem", "why"),
    [
        ("prom", Trouble.CREDENTIALS, ConnectProblem.NO_RIGHTS, "«Групи» (read)"),
        ("prom", Trouble.CREDENTIALS, "", "does not accept this token"),
        ("prom", Trouble.NO_API, ConnectProblem.NO_API, "Nothing is wrong with the token"),
        ("prom", Trouble.REFUSED, "<b>ні</b>", "Prom.ua said no: &lt;b&gt;ні"),
        ("woocommerce", Trouble.CREDENTIALS, ConnectProblem.WRONG_KEYS, "Copy both again"),
    ],
)
def test_a_catalogue_that_cannot_be_read_says_what_to_do(
    platform: str, trouble: Trouble, problem: str, why: str
) -> None:
    assert why in stopped(platform, trouble, problem)


@pytest.mark.parametrize(
    ("sku", "alias", "why", "said"),
    [
        ("A-1", "", Why.UNKNOWN, "SKU A-1 · no product here has this SKU"),
        ("A-1", "A-1", Why.REPEATED, "SKU A-1 · several listings have this SKU"),
        ("A-1", "SO1", None, "SKU A-1 · code SO1"),
        ("", "SO1", Why.UNKNOWN, "no SKU · code SO1 · no product here has this code as its SKU"),
        ("", "SO1", Why.REPEATED, "no SKU · code SO1 · several listings have this code"),
        ("", "", Why.NO_SKU, "no SKU"),
    ],
)
def test_a_listing_is_called_what_its_shop_calls_it(
    sku: str, alias: str, why: Why | None, said: str
) -> None:
    shop = Shop(id=1, platform="prom", name="Посуд", currency="UAH")
    row = Listing(id=1, external_id="7", sku=sku, alias=alias, name="Чашка", price=Decimal(5))
    row.shop_id, row.product_id = 1, None  # by themselves only where a database is open
    shown = listing(
        Unmatched(listing=row, shop=shop, product=None, why=why, waiting=0), [], 0, ENGLISH
    )
    assert shown.text.split("\n")[1].partition(" · ")[2] == said
