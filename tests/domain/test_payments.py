import pytest

from domain.payments import AccountKind, preselected_account

COD, IBAN, CASH, CARD, UNPAID = (
    AccountKind.COD,
    AccountKind.IBAN,
    AccountKind.CASH,
    AccountKind.CARD,
    AccountKind.UNPAID,
)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Оплата при отриманні", COD),
        ("Накладений платіж", COD),
        ("Накладеним платежем Нової пошти", COD),
        ("Післяплата", COD),
        ("Післяплата «Нова Пошта»", COD),
        ("Оплатити при отриманні на пошті", COD),
        ("Готівка при отриманні", COD),
        ("Наложенный платеж", COD),
        ("НАЛОЖЕННЫМ ПЛАТЕЖОМ", COD),
        ("Наложка", COD),
        ("Послеоплата", COD),
        ("Оплата при получении", COD),
        ("Cash on delivery", COD),
        ("Pay on delivery", COD),
        ("Payment on delivery (COD)", COD),
        ("На рахунок ФОП", IBAN),
        ("Розрахунковий рахунок", IBAN),
        ("Безготівковий розрахунок", IBAN),
        ("Безготівкова оплата", IBAN),
        ("За реквізитами", IBAN),
        ("Банківський переказ", IBAN),
        ("На расчетный счет", IBAN),
        ("На расчётный счёт", IBAN),
        ("Безналичный расчет", IBAN),
        ("Безналичными", IBAN),
        ("По реквизитам", IBAN),
        ("Банковский перевод", IBAN),
        ("Банковским переводом", IBAN),
        ("IBAN", IBAN),
        ("Direct bank transfer", IBAN),
        ("Готівкою", CASH),
        ("Готівковий розрахунок", CASH),
        ("Наличный расчет", CASH),
        ("Наличными курьеру", CASH),
        ("Самовивіз", CASH),
        ("Самовывоз", CASH),
        ("Cash", CASH),
        ("Оплата карткою онлайн", UNPAID),
        ("Банківською карткою", UNPAID),
        ("Пром-оплата", UNPAID),
        ("Оплата карткою Visa, Mastercard - WayForPay", UNPAID),
        ("Оплата частинами", UNPAID),
        ("LiqPay", UNPAID),
        ("", UNPAID),
    ],
)
def test_what_the_customer_read_says_where_the_money_goes(title: str, kind: AccountKind) -> None:
    assert preselected_account("", title, is_paid=False) is kind


@pytest.mark.parametrize("title", ["Пром-оплата", "LiqPay", "Банківською карткою", "", "Cash"])
@pytest.mark.parametrize("code", ["liqpay", "evopay", ""])
def test_what_is_paid_online_goes_to_the_card(title: str, code: str) -> None:
    assert preselected_account(code, title, is_paid=True) is CARD


@pytest.mark.parametrize(
    ("code", "kind"),
    [("cod", COD), ("COD", COD), ("bacs", IBAN), ("cheque", IBAN), ("liqpay", UNPAID)],
)
def test_the_platforms_code_says_it_too(code: str, kind: AccountKind) -> None:
    assert preselected_account(code, "Оплата", is_paid=False) is kind


@pytest.mark.parametrize(("code", "kind"), [("cod", COD), ("bacs", IBAN)])
def test_what_the_carrier_or_the_bank_brings_stays_there_when_it_is_marked_paid(
    code: str, kind: AccountKind
) -> None:
    assert preselected_account(code, "", is_paid=True) is kind
