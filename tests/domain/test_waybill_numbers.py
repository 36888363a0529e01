"""Whose parcel a number is, by its form."""

import pytest

from domain.waybill_numbers import NOVA_POSHTA, carrier_of


@pytest.mark.parametrize(
    ("number", "carrier"),
    [
        ("20451600012345", NOVA_POSHTA),
        ("59 0012 3456 7890", NOVA_POSHTA),
        ("0500123456789", ""),  # Ukrposhta's have thirteen digits
        ("204516000123456", ""),
        ("2045160001234a", ""),
        ("", ""),
    ],
)
def test_a_parcel_is_known_by_the_form_of_its_number(number: str, carrier: str) -> None:
    assert carrier_of(number) == carrier
