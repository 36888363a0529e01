"""Why carriers say no: words for all that a person can mend, in both languages."""

import pytest

from bot.carrier_texts import reason, why_not
from bot.i18n import Translator
from domain.carriers import CarrierProblem
from domain.errors import (
    CarrierRefusedError,
    CredentialsError,
    IntegrationError,
    KeyRefusedError,
    OutcomeUnknownError,
    RequestRefusedError,
    UnavailableError,
)
from tests.bot.views import EN, UK

LONGEST = 180
KEY = "Перевізник не приймає ключ. Власник може ввести інший: Налаштування → Доставка."


@pytest.mark.parametrize("t", [EN, UK], ids=["en", "uk"])
def test_each_problem_has_words_of_its_own(t: Translator) -> None:
    texts = {problem: reason(problem, "", "", t) for problem in CarrierProblem}

    assert len(set(texts.values())) == len(CarrierProblem)
    assert all(0 < len(text) <= LONGEST for text in texts.values())
    # Only of what nobody knows it is said that the carrier said no.
    silent = t("The carrier said no, and not why.")
    assert [problem for problem, text in texts.items() if text == silent] == [CarrierProblem.OTHER]


def test_both_languages_are_spoken() -> None:
    for problem in CarrierProblem:
        assert reason(problem, "30", "", EN) != reason(problem, "30", "", UK)


def test_how_much_a_place_takes_is_said_when_it_is_known() -> None:
    heavy = CarrierProblem.PLACE_WEIGHT

    assert reason(heavy, "30", "", EN).startswith("Too heavy: this place takes 30 kg at most.")
    assert reason(heavy, "2.5", "", UK).startswith("Посилка заважка: тут приймають щонайбільше 2.5")
    assert reason(heavy, "", "", EN).startswith("Too heavy for this place.")


@pytest.mark.parametrize("t", [EN, UK], ids=["en", "uk"])
def test_the_carriers_own_words_are_harmless_and_short(t: Translator) -> None:
    told = reason(CarrierProblem.OTHER, "", "Помилка <b>x</b>\n" + "дуже довга " * 40, t)

    assert "Помилка ‹b›x‹/b› дуже довга" in told
    assert "\n" not in told
    assert len(told) <= LONGEST
    assert told.endswith("…")


def test_its_own_words_stay_out_of_what_we_know_better() -> None:
    assert "RecipientAddress" not in reason(
        CarrierProblem.PLACE, "", "RecipientAddress is removed", EN
    )


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (UnavailableError("no answer"), "Перевізник зараз не відповідає. Спробуйте за хвилину."),
        (KeyRefusedError(CarrierProblem.WRONG_KEY, "API auth fail"), KEY),
        (CredentialsError("403"), KEY),
        (
            CarrierRefusedError(CarrierProblem.PLACE_WEIGHT, "20000201502", "...", detail="10"),
            "Посилка заважка: тут приймають щонайбільше 10 кг. "
            "Виберіть інше місце або змініть вагу.",
        ),
        (
            CarrierRefusedError(CarrierProblem.OTHER, "ERR_0001", "Реєстр не знайдений"),
            "Перевізник відмовив: Реєстр не знайдений",
        ),
        (RequestRefusedError("404", "нема"), "Перевізник відмовив: нема"),
        (
            OutcomeUnknownError("hung up"),
            "Відповідь перевізника загубилася: можливо, все зроблено, а може, й ні. "
            "Перевірте за хвилину.",
        ),
    ],
)
def test_why_it_was_not_done(error: IntegrationError, expected: str) -> None:
    assert why_not(error, UK) == expected


def test_an_expired_key_is_told_apart() -> None:
    expired = KeyRefusedError(CarrierProblem.KEY_EXPIRED, "API key expired")

    assert why_not(expired, EN) == reason(CarrierProblem.KEY_EXPIRED, "", "", EN)
    assert "expired" in why_not(expired, EN)
