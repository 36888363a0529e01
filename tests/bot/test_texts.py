"""Answers to taps: every refusal explained, every winner named, all of it short enough."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from bot import texts
from bot.i18n import Translator
from domain.errors import (
    AlreadyLinkedError,
    ClaimedError,
    ImportRefusedError,
    InvalidTransitionError,
    InviteError,
    LabelError,
    LabelProblem,
    NameTakenError,
    NotAllowedError,
    NotFoundError,
    NothingLeftError,
    NotToldError,
    NotToldReason,
    OrderChangedError,
    OtherShopError,
    OutOfStockError,
    RejectedError,
    Shortage,
    SiteTakenError,
    StatusInUseError,
    TooMuchError,
    TypedError,
    TypedProblem,
    WaybillExistsError,
    WaybillGap,
    WaybillGapError,
    WindowTakenError,
)
from domain.orders import Phase
from models.orders import EventKind
from tests.bot.views import ACTED, CALL_BACK, EN, NEW, UK, event, shown_text

LONG = "<b>й&amp;</b>" * 500
REFUSALS: list[RejectedError] = [
    OutOfStockError([Shortage(LONG, Decimal("1.5"))] * 40),
    *(InvalidTransitionError(7, phase) for phase in Phase),
    *(LabelError(problem) for problem in LabelProblem),
    InviteError(),
    StatusInUseError(LONG),
    OrderChangedError(1),
    *(
        NotFoundError(what)
        for what in (
            "order",
            "status",
            "sale window",
            "sales channel",
            "money account",
            "sale",
            "sale line",
            "return",
            "product",
            "order line",
            "listing",
            "shop",
            "connection",
            "chat",
            "staff member",
            "invite",
            LONG,
        )
    ),
    ClaimedError(7, LONG, ACTED),
    AlreadyLinkedError(LONG),
    NotAllowedError("sell"),
    *(NotToldError(reason) for reason in NotToldReason),
    WindowTakenError(7, LONG, ACTED),
    *(TypedError(problem, LONG, limit=200) for problem in TypedProblem),
    NameTakenError("sales channel"),
    SiteTakenError(7, LONG),
    OtherShopError(LONG),
    OtherShopError(""),
    *(NothingLeftError(what) for what in ("settle", "return", "sell")),
    TooMuchError(Decimal("1.5")),
    TooMuchError(Decimal(10) ** 12, "UAH"),
    WaybillExistsError(""),
    WaybillExistsError(LONG),
    *(WaybillGapError(gap) for gap in WaybillGap),
    ImportRefusedError([LONG] * 40),
    ImportRefusedError([]),
]


def kinds_of(kind: type[RejectedError]) -> Iterator[type[RejectedError]]:
    for below in kind.__subclasses__():
        yield below
        yield from kinds_of(below)


@pytest.mark.parametrize("t", [EN, UK])
@pytest.mark.parametrize("error", REFUSALS, ids=lambda error: type(error).__name__)
def test_refusal_is_explained_in_an_alert(error: RejectedError, t: Translator) -> None:
    text = texts.explain(error, t)

    assert 10 < len(text) <= 200
    # The same words may be sent as a message: nothing in them is markup.
    assert shown_text(text) == text


def test_every_kind_of_refusal_has_its_own_words() -> None:
    other = texts.explain(RejectedError(), EN)

    assert set(kinds_of(RejectedError)) == {type(error) for error in REFUSALS}
    assert all(texts.explain(error, EN) != other for error in REFUSALS)


def test_shortage_is_named() -> None:
    error = OutOfStockError([Shortage("Скло", Decimal(1)), Shortage("Шнур", Decimal("1.5"))])

    assert texts.explain(error, EN) == "Not enough goods: Скло short by 1; Шнур short by 1.5"
    assert texts.explain(error, UK) == "Не вистачає товару: Скло: бракує 1; Шнур: бракує 1,5"


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        (EventKind.COMPLETED, {}, "Олег already added the sale at 14:09"),
        (EventKind.REJECTED, {}, "Олег already rejected it at 14:09"),
        (EventKind.REFUSED, {}, "Олег already marked it as refused at 14:09"),
        (EventKind.RETURNED, {}, "Олег already took the goods back at 14:09"),
        (EventKind.SETTLED, {}, "Олег changed the order at 14:09"),
        (EventKind.REOPENED, {}, "Олег already reopened it at 14:09"),
        (EventKind.UNDONE, {}, "Олег already undid the last step at 14:09"),
        (
            EventKind.STATUS,
            {"to_status": CALL_BACK},
            "Олег already changed the status to CALL BACK at 14:09",
        ),
        (EventKind.STATUS, {"to_status": None}, "Олег changed the order at 14:09"),
        (EventKind.PLATFORM_CANCELED, {"actor": ""}, "The site already canceled it at 14:09"),
        (EventKind.PLATFORM_REOPENED, {"actor": ""}, "The site already reopened it at 14:09"),
        (EventKind.PLATFORM_NOTICE, {"actor": ""}, "The site changed the order at 14:09"),
        (EventKind.CHANGED, {"actor": ""}, "The site changed the order at 14:09"),
        (EventKind.CREATED, {"actor": ""}, "The site changed the order at 14:09"),
    ],
)
def test_loser_is_told_who_won(kind: EventKind, values: dict[str, Any], expected: str) -> None:
    assert texts.who_won(event(kind, **values), EN) == expected


@pytest.mark.parametrize("kind", EventKind)
@pytest.mark.parametrize("t", [EN, UK])
def test_winner_fits_into_an_alert_whatever_the_name(kind: EventKind, t: Translator) -> None:
    text = texts.who_won(event(kind, actor=LONG, to_status=CALL_BACK), t)

    assert len(text) <= 200
    assert shown_text(text) == text


@pytest.mark.parametrize("t", [EN, UK])
def test_short_answers_fit_into_alerts(t: Translator) -> None:
    answers = [
        texts.unexpected(t, "0123456789ab"),
        texts.rejected(t),
        texts.refused(t),
        texts.status_changed(CALL_BACK, t),
        texts.reopened(t),
        texts.undone(t),
        texts.undo_refused(t),
        texts.not_yet(t),
        texts.unknown_button(t),
        texts.status_changed(NEW, t),
    ]

    assert all(len(answer) <= 200 for answer in answers)


@pytest.mark.parametrize("t", [EN, UK])
def test_placeholders_fit_into_an_input_field(t: Translator) -> None:
    assert 1 <= len(texts.label_placeholder(t)) <= 64
    assert 1 <= len(texts.reason_placeholder(t)) <= 64
