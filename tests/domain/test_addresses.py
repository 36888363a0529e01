"""Addresses of sites as people type and copy them."""

import pytest

from domain.addresses import candidates, site_address, site_key
from domain.errors import TypedError, TypedProblem


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("shop.ua", "https://shop.ua"),
        ("  Shop.UA/  ", "https://shop.ua"),
        ("http://shop.ua:80///", "http://shop.ua"),
        ("https://www.shop.ua:8443/sub/?add=1#top", "https://www.shop.ua:8443/sub"),
        ("https://shop.ua/wp-admin/admin.php?page=wc", "https://shop.ua"),
        ("https://shop.ua/store/wp-json/wc/v3", "https://shop.ua/store"),
        ("Ось мій сайт: «https://shop.ua/cart», дякую", "https://shop.ua/cart"),
        ("крамниця.укр", "https://крамниця.укр"),
        ("КРАМНИЦЯ.укр/магазин", "https://крамниця.укр/магазин"),
        ("localhost:8090", "https://localhost:8090"),
        ("http://127.0.0.1:8090/", "http://127.0.0.1:8090"),
        ("http://[::1]:8090/", "http://[::1]:8090"),
    ],
)
def test_an_address_is_read_as_it_was_meant(typed: str, address: str) -> None:
    assert site_address(typed) == address
    assert site_address(address) == address


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        *((text, TypedProblem.NOT_AN_ADDRESS) for text in ("", "shop", "my shop", "ftp://shop.ua")),
        *(
            (text, TypedProblem.NOT_AN_ADDRESS)
            for text in ("shop..ua", "https://", "shop.ua:99999")
        ),
        *(
            (text, TypedProblem.NOT_AN_ADDRESS)
            for text in ("javascript:alert(1)", "a_" * 99 + ".ua")
        ),
        ("https://shop.ua/" + "a" * 300, TypedProblem.TOO_LONG),
        ("https://admin:secret@shop.ua/", TypedProblem.HAS_LOGIN),
        ("owner@shop.ua", TypedProblem.HAS_LOGIN),
    ],
)
def test_what_is_no_address_is_refused_without_repeating_a_password(
    typed: str, problem: TypedProblem
) -> None:
    with pytest.raises(TypedError) as refusal:
        site_address(typed)

    assert refusal.value.problem is problem
    assert "secret" not in refusal.value.text


def test_a_site_has_one_key_in_all_its_spellings() -> None:
    spellings = (
        *("https://shop.ua", "http://shop.ua/", "https://www.SHOP.ua", "https://shop.ua:443"),
        "http://www.shop.ua:80//",
    )

    assert {site_key(spelling) for spelling in spellings} == {"shop.ua"}
    assert site_key("https://крамниця.укр") == site_key("https://xn--80aqejfp0c4d.xn--j1amh")
    others = {"https://shop.ua/a", "https://shop.ua/b", "https://shop.ua:8443", "https://b.shop.ua"}
    assert len({site_key(other) for other in others} | {"shop.ua"}) == 5


def test_the_shop_is_looked_for_in_each_folder_above() -> None:
    assert candidates("https://shop.ua") == ("https://shop.ua",)
    assert candidates("https://shop.ua/a/b") == (
        "https://shop.ua/a/b",
        "https://shop.ua/a",
        "https://shop.ua",
    )
    assert len(candidates("https://shop.ua/1/2/3/4/5")) == 2
