"""The demo's orders lead the program where they are meant to."""

from domain.payments import AccountKind, preselected_account
from domain.units import takes_fractions
from sandbox.woocommerce.catalogue import CATALOGUE
from sandbox.woocommerce.customers import PAYMENTS


def test_what_is_sold_by_the_metre_can_be_sold_in_fractions() -> None:
    for goods in CATALOGUE:
        assert takes_fractions(goods.unit) == (goods.step < 1)


def test_the_words_of_each_payment_say_where_the_money_will_come_from() -> None:
    accounts = {
        name: preselected_account(way.code, way.title, is_paid=name == "card")
        for name, way in PAYMENTS.items()
    }

    assert accounts == {
        "cod": AccountKind.COD,
        "cod-uk": AccountKind.COD,
        "cod-ru": AccountKind.COD,
        "card": AccountKind.CARD,
        "bacs": AccountKind.IBAN,
    }
