"""Both languages are complete, and show amounts, quantities and times as people write them."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from bot import i18n_check
from bot.i18n import UKRAINIAN, Translator, Translators, catalogue_path
from bot.i18n_check import NotLiteralError, extract, problems, read, template_path
from tests.bot.views import EN, UK

SPACE = "\N{NO-BREAK SPACE}"
Messages = dict[str | tuple[str, str], str | tuple[str, ...]]


# --- the check -----------------------------------------------------------------------------------


def test_every_message_is_translated(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["i18n_check"])

    assert i18n_check.main() == 0, capsys.readouterr().out


def test_translation_taken_away_is_missed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "kramar.po"
    fewer = read(catalogue_path(UKRAINIAN), UKRAINIAN)
    fewer.delete("Confirm")
    with path.open("wb") as target:
        write_po(target, fewer)
    monkeypatch.setattr(i18n_check, "catalogue_path", lambda _: path)
    monkeypatch.setattr("sys.argv", ["i18n_check"])

    assert i18n_check.main() == 1
    assert capsys.readouterr().out == "not translated: 'Confirm'\n"


def catalogue(messages: Messages) -> Catalog:
    made = Catalog(locale=UKRAINIAN, fuzzy=False)
    for id_, translation in messages.items():
        made.add(id_, translation)
    return made


ORDER, DAYS = "Order {number}", ("{count} day", "{count} days")
CODE = catalogue({ORDER: "", DAYS: ("", "", "")})
WHOLE: Messages = {
    ORDER: "Замовлення {number}",
    DAYS: ("{count} день", "{count} дні", "{count} днів"),
}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({ORDER: ""}, ["not translated: 'Order {number}'"]),
        (
            {DAYS: ("{count} день", "{count} дні", "")},
            ["not translated: '{count} day | {count} days'"],
        ),
        ({"Long gone": "Давно немає"}, ["stale, no longer in the code: 'Long gone'"]),
        ({ORDER: "Замовлення {nomer}"}, ["other placeholders than in English: 'Order {number}'"]),
        ({ORDER: "Замовлення"}, ["other placeholders than in English: 'Order {number}'"]),
        (
            {DAYS: ("день", "{count} дні", "{count} днів")},
            ["other placeholders than in English: '{count} day | {count} days'"],
        ),
    ],
)
def test_what_is_wrong_with_translations_is_found(changed: Messages, expected: list[str]) -> None:
    assert list(problems(CODE, CODE, catalogue({**WHOLE, **changed}))) == expected


def test_unsure_translation_is_found() -> None:
    unsure = catalogue(WHOLE)
    message = unsure[ORDER]
    assert message is not None
    message.flags.add("fuzzy")

    assert list(problems(CODE, CODE, unsure)) == ["unsure (fuzzy): 'Order {number}'"]


def test_template_that_lags_behind_is_found() -> None:
    assert list(problems(CODE, Catalog(), catalogue(WHOLE))) == [
        "kramar.pot is out of date: run python -m bot.i18n_check --update"
    ]


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    for name in i18n_check.SOURCES:
        (tmp_path / name).mkdir()
    return tmp_path


def ids(messages: Catalog) -> list[object]:
    return [message.id for message in messages if message.id]


def test_messages_are_found_wherever_they_stand(sources: Path) -> None:
    (sources / "bot" / "a.py").write_text(
        "text = f\"<b>{t('Why?')}</b>\" + t('long ' 'one', name=1)\n"
        "more = self.t.plural('{count} day', '{count} days', 3)\n"
    )

    assert ids(extract(sources)) == ["Why?", "long one", ("{count} day", "{count} days")]


@pytest.mark.parametrize("call", ["t(text)", "t(f'{a}')", "t.plural(one, 'many', 1)", "t()"])
def test_message_that_nobody_can_find_is_refused(sources: Path, call: str) -> None:
    (sources / "worker" / "a.py").write_text(f"\n{call}\n")

    with pytest.raises(NotLiteralError, match=r"worker/a\.py:2"):
        extract(sources)


def test_update_adds_what_is_new_and_drops_what_is_gone(sources: Path) -> None:
    path = catalogue_path(UKRAINIAN, sources)
    path.parent.mkdir(parents=True)
    with path.open("wb") as target:
        write_po(target, catalogue({"Why?": "Чому?", "Long gone": "Давно немає"}))
    (sources / "bot" / "a.py").write_text("t('Why?') + t('New')")

    i18n_check.update(sources, sources)
    once = path.read_bytes()
    i18n_check.update(sources, sources)

    updated = read(path, UKRAINIAN)
    assert {message.id: message.string for message in updated if message.id} == {
        "Why?": "Чому?",
        "New": "",
    }
    assert ids(read(template_path(sources))) == ["Why?", "New"]
    assert path.read_bytes() == once


# --- languages -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("uk", "uk"),
        ("uk-UA", "uk"),
        ("UK", "uk"),
        ("en", "en"),
        ("ru", "en"),
        ("", "en"),
        (None, "en"),
        ("ukx", "en"),
    ],
)
def test_language_is_ukrainian_or_else_english(code: str | None, expected: str) -> None:
    assert Translators(ZoneInfo("Europe/Kyiv"))(code).language == expected


def test_value_is_put_in_as_it_is() -> None:
    assert EN("Order {number}", number="{x}%s") == "Order {x}%s"
    assert UK("Order {number}", number="{x}%s") == "Замовлення {x}%s"


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0 нових замовлень"),
        (1, "1 нове замовлення"),
        (2, "2 нові замовлення"),
        (5, "5 нових замовлень"),
        (11, "11 нових замовлень"),
        (21, "21 нове замовлення"),
        (22, "22 нові замовлення"),
        (112, "112 нових замовлень"),
    ],
)
def test_ukrainian_plurals(count: int, expected: str) -> None:
    assert UK.plural("{count} new order", "{count} new orders", count) == expected


# --- amounts, quantities, times ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("t", "amount", "currency", "expected"),
    [
        (UK, "1234.5", "UAH", f"1{SPACE}234,50{SPACE}₴"),
        (EN, "1234.5", "UAH", "₴1,234.50"),
        (UK, "-50", "UAH", f"−50,00{SPACE}₴"),
        (EN, "-50", "UAH", "−₴50.00"),
        (UK, "0", "UAH", f"0,00{SPACE}₴"),
        (EN, "-0.001", "UAH", "₴0.00"),
        (EN, "1.005", "UAH", "₴1.01"),
        (UK, "1234567890123.45", "UAH", f"1{SPACE}234{SPACE}567{SPACE}890{SPACE}123,45{SPACE}₴"),
        (EN, "10", "USD", "$10.00"),
        (UK, "10", "EUR", f"10,00{SPACE}EUR"),
        (EN, "10", "JPY", "¥10.00"),
        (UK, "10", "<b>", f"10,00{SPACE}b"),
        (EN, "10", "", "10.00"),
    ],
)
def test_money(t: Translator, amount: str, currency: str, expected: str) -> None:
    assert t.money(Decimal(amount), currency) == expected


@pytest.mark.parametrize(
    ("quantity", "english", "ukrainian"),
    [
        ("2", "2", "2"),
        ("1.5", "1.5", "1,5"),
        ("1E+3", "1,000", f"1{SPACE}000"),
        ("0.125", "0.125", "0,125"),
        ("-3", "−3", "−3"),
        ("0", "0", "0"),
    ],
)
def test_quantity(quantity: str, english: str, ukrainian: str) -> None:
    assert EN.quantity(Decimal(quantity)) == english
    assert UK.quantity(Decimal(quantity)) == ukrainian


def test_times_are_the_shops() -> None:
    at = datetime(2026, 12, 31, 22, 30, tzinfo=UTC)  # already next year in Kyiv
    now = datetime(2027, 1, 1, 9, 0, tzinfo=UTC)

    assert EN.date_time(at, now=now) == "1 Jan, 00:30"
    assert UK.date_time(at, now=now) == "1 січ., 00:30"
    assert EN.date_time(at, now=datetime(2028, 1, 1, tzinfo=UTC)) == "1 Jan 2027, 00:30"
    assert EN.time(at) == UK.time(at) == "00:30"
