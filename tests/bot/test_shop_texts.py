"""What shops would not hear, in words: theirs, or ours where they have none for people."""

import pytest

from bot.cards import order_card
from bot.settings_screens.shop_connect import settled
from domain.shops import UNEXPLAINED, Trouble
from tests.bot.views import EN, NOW, UK, card_view, shown


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (Trouble.UNAVAILABLE.value, "Сайт про це не знає: він не відповідає"),
        (Trouble.CREDENTIALS.value, "Сайт про це не знає: він не приймає ключі"),
        (Trouble.NO_API.value, "Сайт про це не знає: його пакет послуг не містить API"),
        (UNEXPLAINED, "Сайт про це не знає: без пояснення"),
        ("Невірний <ID>", "Сайт про це не знає: Невірний <ID>"),
    ],
)
def test_why_the_site_was_not_told_is_said_in_words(problem: str, expected: str) -> None:
    assert f"⚠ {expected}" in shown(order_card(card_view(tell_problem=problem), UK, now=NOW))


def test_orders_that_are_here_already_are_not_promised_again() -> None:
    assert "All of them are here already." in shown(settled(1, 0, EN))
    assert "1 order is taken." in shown(settled(1, 1, EN))
    assert "Only new orders will come." in shown(settled(1, None, EN))
