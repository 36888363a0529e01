from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import typed
from domain.errors import TypedError, TypedProblem
from domain.sums import Discount

D = Decimal


def problem_of(read: Callable[[str], object], text: str) -> TypedProblem:
    with pytest.raises(TypedError) as refused:
        read(text)
    assert refused.value.text == text
    return refused.value.problem


# --- sums ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 234,50", "1234.50"),
        ("1\u00a0234.5", "1234.5"),
        ("1\u202f234,5", "1234.5"),
        ("70 грн", "70"),
        ("70грн.", "70"),
        ("70 ГРН", "70"),
        ("₴50", "50"),
        ("50 ₴", "50"),
        ("12 UAH", "12"),
        ("12 hrn.", "12"),
        ("+5", "5"),
        (".5", "0.5"),
        (",5", "0.5"),
        ("5.", "5"),
        ("5,00", "5"),
        ("5.000", "5"),
        ("0", "0"),
        ("-0", "0"),
        ("٣", "3"),
        ("５０", "50"),
        ("99 999 999,99", "99999999.99"),
    ],
)
def test_sums_as_people_write_them(text: str, value: str) -> None:
    read = typed.amount(text)

    assert read == D(value)
    assert not read.is_signed()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("-5", TypedProblem.NEGATIVE),
        ("−5", TypedProblem.NEGATIVE),
        ("- 5", TypedProblem.NEGATIVE),
        ("1e5", TypedProblem.NOT_A_SUM),
        ("1E1", TypedProblem.NOT_A_SUM),
        ("1_000", TypedProblem.NOT_A_SUM),
        ("NaN", TypedProblem.NOT_A_SUM),
        ("inf", TypedProblem.NOT_A_SUM),
        ("", TypedProblem.NOT_A_SUM),
        (" ", TypedProblem.NOT_A_SUM),
        (".", TypedProblem.NOT_A_SUM),
        ("-", TypedProblem.NOT_A_SUM),
        ("грн", TypedProblem.NOT_A_SUM),
        ("п'ять", TypedProblem.NOT_A_SUM),
        ("1,234.50", TypedProblem.NOT_A_SUM),
        ("1'234", TypedProblem.NOT_A_SUM),
        ("5 $", TypedProblem.NOT_A_SUM),
        ("10%", TypedProblem.NOT_A_SUM),
        ("1/2", TypedProblem.NOT_A_SUM),
        ("5+5", TypedProblem.NOT_A_SUM),
        ("½", TypedProblem.NOT_A_SUM),
        ("1,005", TypedProblem.TOO_FINE),
        ("0.001", TypedProblem.TOO_FINE),
        ("100000000", TypedProblem.TOO_LARGE),
        ("0671234567", TypedProblem.TOO_LARGE),
    ],
)
def test_what_is_no_sum(text: str, problem: TypedProblem) -> None:
    assert problem_of(typed.amount, text) is problem


# --- quantities ----------------------------------------------------------------------------------


def test_hryvnias_have_no_kopiykas() -> None:
    assert typed.hryvnias("1 500 грн") == typed.hryvnias("1500,00") == Decimal(1500)
    assert typed.hryvnias("0") == 0
    with pytest.raises(TypedError) as refused:
        typed.hryvnias("99,50")
    assert refused.value.problem is TypedProblem.NOT_WHOLE_HRYVNIAS


@pytest.mark.parametrize(
    ("text", "takes_fractions", "value"),
    [
        ("3", False, "3"),
        (" 3 ", False, "3"),
        ("3,0", False, "3"),
        ("1 000", False, "1000"),
        ("1,5", True, "1.5"),
        ("0.001", True, "0.001"),
        ("2", True, "2"),
        ("999999", False, "999999"),
    ],
)
def test_quantities(text: str, takes_fractions: bool, value: str) -> None:
    assert typed.quantity(text, takes_fractions=takes_fractions) == D(value)


@pytest.mark.parametrize(
    ("text", "takes_fractions", "problem"),
    [
        ("0", False, TypedProblem.NOT_POSITIVE),
        ("-1", True, TypedProblem.NOT_POSITIVE),
        ("1,5", False, TypedProblem.NOT_WHOLE),
        ("1.0005", True, TypedProblem.TOO_FINE_QUANTITY),
        ("1000000", True, TypedProblem.TOO_LARGE),
        ("1e3", False, TypedProblem.NOT_A_QUANTITY),
        ("дві", False, TypedProblem.NOT_A_QUANTITY),
        ("", False, TypedProblem.NOT_A_QUANTITY),
        ("3 шт", False, TypedProblem.NOT_A_QUANTITY),
    ],
)
def test_what_is_no_quantity(text: str, takes_fractions: bool, problem: TypedProblem) -> None:
    def read(text: str) -> Decimal:
        return typed.quantity(text, takes_fractions=takes_fractions)

    assert problem_of(read, text) is problem


# --- discounts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "is_percent"),
    [
        ("50", "50", False),
        ("50 грн", "50", False),
        ("0", "0", False),
        ("10%", "10", True),
        ("10 %", "10", True),
        ("%10", "10", True),
        (" 10% ", "10", True),
        ("10,5%", "10.5", True),
        ("0%", "0", True),
        ("100%", "100", True),
        ("10٪", "10", True),
        ("10％", "10", True),
    ],
)
def test_discounts(text: str, value: str, is_percent: bool) -> None:
    assert typed.discount(text) == Discount(D(value), is_percent)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("101%", TypedProblem.NOT_A_PERCENTAGE),
        ("100,01%", TypedProblem.NOT_A_PERCENTAGE),
        ("-1%", TypedProblem.NOT_A_PERCENTAGE),
        ("%", TypedProblem.NOT_A_PERCENTAGE),
        ("1e1%", TypedProblem.NOT_A_PERCENTAGE),
        ("NaN%", TypedProblem.NOT_A_PERCENTAGE),
        ("десять%", TypedProblem.NOT_A_PERCENTAGE),
        ("10,555%", TypedProblem.TOO_FINE),
        ("-5", TypedProblem.NEGATIVE),
        ("знижка", TypedProblem.NOT_A_SUM),
        ("", TypedProblem.NOT_A_SUM),
        ("10 процентів", TypedProblem.NOT_A_SUM),
    ],
)
def test_what_is_no_discount(text: str, problem: TypedProblem) -> None:
    assert problem_of(typed.discount, text) is problem


# --- phones --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "0671234567",
        "067 123 45 67",
        "067-123-45-67",
        "067.123.45.67",
        "(067) 123-45-67",
        "(067)1234567",
        "67 123 45 67",
        "380671234567",
        "38 067 123 45 67",
        "38(067)123-45-67",
        "+380671234567",
        "+38 (067) 123-45-67",
        "+38\u00a0067\u00a01234567",
        "00380671234567",
        "80671234567",
        "8 067 123 45 67",
        "8 (067) 123-45-67",
        "8-067-123-45-67",
        "тел. 067 123 45 67",
        "tel:+380671234567",
        "０６７１２３４５６７",
    ],
)
def test_usual_forms_of_one_phone_number(text: str) -> None:
    assert typed.phone(text) == "+380671234567"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("044 123 45 67", "+380441234567"),
        ("8 (044) 123-45-67", "+380441234567"),
        ("+48 601 234 567", "+48601234567"),
        ("+1 (415) 555-2671", "+14155552671"),
    ],
)
def test_landlines_and_numbers_from_abroad(text: str, number: str) -> None:
    assert typed.phone(text) == number


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("067123456", TypedProblem.PHONE_TOO_SHORT),
        ("+380 67 123 45 6", TypedProblem.PHONE_TOO_SHORT),
        ("12", TypedProblem.PHONE_TOO_SHORT),
        ("06712345678", TypedProblem.PHONE_TOO_LONG),
        ("+3806712345678", TypedProblem.PHONE_TOO_LONG),
        ("+380671234567890", TypedProblem.PHONE_TOO_LONG),
        ("9999999999", TypedProblem.PHONE_TOO_LONG),
        ("000 123 45 67", TypedProblem.PHONE_TOO_SHORT),
        ("019 999 99 99", TypedProblem.NOT_A_PHONE),
        ("", TypedProblem.NOT_A_PHONE),
        ("+", TypedProblem.NOT_A_PHONE),
        ("немає", TypedProblem.NOT_A_PHONE),
        ("067 123 45 67, 050 123 45 67", TypedProblem.NOT_A_PHONE),
        ("0671234567; 0501234567", TypedProblem.NOT_A_PHONE),
        ("0671234567 Олена", TypedProblem.NOT_A_PHONE),
        ("1" * 300, TypedProblem.NOT_A_PHONE),
        ("+999 123 45 67", TypedProblem.NOT_A_PHONE),
    ],
)
def test_what_is_wrong_with_a_phone_is_said(text: str, problem: TypedProblem) -> None:
    assert problem_of(typed.phone, text) is problem


# --- e-mails -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("olena@ukr.net", "olena@ukr.net"),
        (" olena@ukr.net\n", "olena@ukr.net"),
        ("Olena@UKR.NET", "Olena@ukr.net"),
        ("o'x+shop@gmail.com", "o'x+shop@gmail.com"),
        ("олена@пошта.укр", "олена@пошта.укр"),
    ],
)
def test_emails(text: str, address: str) -> None:
    assert typed.email(text) == address


@pytest.mark.parametrize(
    "text",
    ["", "олена", "a@", "@b.ua", "a@b", "a b@c.ua", "a@localhost", "x" * 300 + "@a.ua", "a@b@c.ua"],
)
def test_what_is_no_email(text: str) -> None:
    assert problem_of(typed.email, text) is TypedProblem.NOT_AN_EMAIL


# --- waybills ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("20450123456789", "20450123456789"),
        ("2045 0123 4567 89", "20450123456789"),
        ("2045-0123-4567-89", "20450123456789"),
        (" 20\u00a0450123456789\n", "20450123456789"),
        ("№ 20450123456789", "20450123456789"),
        ("ТТН 20450123456789", "20450123456789"),
        ("ттн: №20450123456789", "20450123456789"),
        ("0500123456789", "0500123456789"),
        ("rb123456789ua", "RB123456789UA"),
        ("12345678", "12345678"),
    ],
)
def test_waybills(text: str, number: str) -> None:
    assert typed.waybill(text) == number


@pytest.mark.parametrize(
    "text",
    ["", "1234567", "abcdefgh", "немає", "1" * 33, "2045012345678<b>", "٢" * 14, "завтра 20"],
)
def test_what_is_no_waybill(text: str) -> None:
    assert problem_of(typed.waybill, text) is TypedProblem.NOT_A_WAYBILL


# --- free text -----------------------------------------------------------------------------------


def test_a_line_of_text_is_one_line() -> None:
    assert typed.line_of_text("  Олена \n Коваль\t", 200) == "Олена Коваль"
    assert typed.line_of_text("x" * 30, 30) == "x" * 30


def test_empty_and_long_lines_are_refused() -> None:
    assert problem_of(lambda text: typed.line_of_text(text, 30), " \n ") is TypedProblem.EMPTY
    with pytest.raises(TypedError) as refused:
        typed.line_of_text("x" * 31, 30)
    assert (refused.value.problem, refused.value.limit) == (TypedProblem.TOO_LONG, 30)


@given(st.text() | st.from_regex(r"[-+%]?[0-9 .,e_]{1,12}[%₴;]?", fullmatch=True))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (
        typed.amount,
        typed.discount,
        typed.phone,
        typed.email,
        typed.waybill,
        lambda text: typed.quantity(text, takes_fractions=True),
    ):
        try:
            read(text)
        except TypedError as error:
            assert error.text == text  # noqa: PT017
