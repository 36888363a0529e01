"""The queries of a search: lists of orders that an index answers, and questions to one order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from domain.search import SHORTEST_PART
from models.search import KeyKind
from services import statements

DIGITS = 4  # and more of them may end a phone or a waybill
_BEGUN_ALIKE = 1_000  # numbers that begin alike, the greatest first
_ENDED_ALIKE = 2_000  # phones or waybills that end alike
_READ = 3_000  # of the newest rows, where a part is in too many words or products
_LAST = "\U0010ffff"  # greater than every other character


class Grade(IntEnum):
    """How exactly an order matches."""

    NUMBER = 0
    ID = 1
    WHOLE = 2  # a whole phone, waybill or SKU
    BEGUN = 3  # the number begins so
    ENDED = 4  # the phone or the waybill ends so
    WORDS = 5  # every word, whole
    PARTS = 6  # every word, or a part of one


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of orders: a query for ``order_id`` that an index answers."""

    grade: Grade
    statement: str
    values: Sequence[object]


@dataclass(frozen=True, slots=True)
class Probe:
    """A question put to one order, ``a.order_id``: an expression that is 1, or NULL for no."""

    expression: str
    values: Sequence[object]


async def run(
    lists: Sequence[Listed], probes: Sequence[Probe], *, passed: int, most: int
) -> list[tuple[Grade, int]]:
    """(grade, order id) of the newest ``most`` of each list that all probes accept.

    Of each list no more than ``passed`` orders are looked at.
    """
    accepted = " AND ".join(f"{probe.expression} = 1" for probe in probes)
    asked = [value for probe in probes for value in probe.values]
    parts: list[str] = []
    values: list[object] = []
    for each in lists:
        newest = f"({each.statement} ORDER BY order_id DESC LIMIT {passed}) AS a"
        if accepted:
            # They come in the order of the list. Were it asked for, SQLite would probe all first.
            newest = f"(SELECT a.order_id FROM {newest} WHERE {accepted} LIMIT {most}) AS a"  # noqa: S608
        parts.append(f"SELECT {each.grade.value} AS grade, a.order_id FROM {newest}")  # noqa: S608
        values += [*each.values, *asked]
    found = await statements.rows(" UNION ALL ".join(parts), values)
    return [(Grade(row["grade"]), row["order_id"]) for row in found]


async def counts(groups: Sequence[Sequence[Listed]], most: int) -> list[int]:
    """How many orders each group of lists holds, of one list no more than ``most`` counted."""
    parts: list[str] = []
    values: list[object] = []
    for at, group in enumerate(groups):
        for each in group:
            counted = f"({each.statement} LIMIT {most}) AS a"
            parts.append(f"SELECT {at} AS place, count(*) AS orders FROM {counted}")  # noqa: S608
            values += each.values
    found = [0] * len(groups)
    for row in await statements.rows(" UNION ALL ".join(parts), values):
        found[row["place"]] += row["orders"]
    return found


# --- lists ---------------------------------------------------------------------------------------


def of_number(number: str, grade: Grade = Grade.NUMBER) -> Listed:
    """Orders of this number on their platform, in small or in capital letters."""
    return Listed(
        grade, 'SELECT "id" AS order_id FROM "order" WHERE "number" IN (?, ?, ?)', cases(number)
    )


def of_id(order_id: int) -> Listed:
    """The order that we know by this id."""
    return Listed(Grade.ID, 'SELECT "id" AS order_id FROM "order" WHERE "id" = ?', [order_id])


def of_status(status_id: int) -> Listed:
    """Orders in a status."""
    statement = 'SELECT "id" AS order_id FROM "order" WHERE "status_id" = ?'
    return Listed(Grade.WHOLE, statement, [status_id])


def of_phone(key: str) -> list[Listed]:
    """Orders of a phone, given as its key."""
    by_phone = 'SELECT "id" AS order_id FROM "order" WHERE "phone_key" = ?'
    return [Listed(Grade.WHOLE, by_phone, [key]), of_key(KeyKind.PHONE, key, Grade.WHOLE)]


def of_key(kind: KeyKind, key: str, grade: Grade) -> Listed:
    """Orders that have this very key."""
    statement = 'SELECT "order_id" FROM "search_key" WHERE "kind" = ? AND "key" = ?'
    return Listed(grade, statement, [kind.value, key])


def of_products(ids: Iterable[int], grade: Grade) -> list[Listed]:
    """Orders with lines of these products."""
    statement = 'SELECT "order_id" FROM "order_line" WHERE "product_id" = ? AND "quantity" > 0'
    return [Listed(grade, statement, [id_]) for id_ in ids]


def begun(number: str) -> list[Listed]:
    """Orders whose number begins so. Of very many, those of the greatest numbers."""
    statement = (
        'SELECT "id" AS order_id FROM (SELECT "id" FROM "order" '  # noqa: S608
        'WHERE "number" >= ? AND "number" < ? '
        f'ORDER BY "number" DESC LIMIT {_BEGUN_ALIKE}) AS alike'
    )
    return [Listed(Grade.BEGUN, statement, span(each)) for each in sorted(set(cases(number)))]


def ended(digits: str, grade: Grade = Grade.ENDED) -> list[Listed]:
    """Orders whose phone or waybill ends with these digits."""
    backwards = span(digits[::-1])
    by_phone = (
        'SELECT "id" AS order_id FROM (SELECT "id" FROM "order" '  # noqa: S608
        'WHERE "phone_key" >= ? AND "phone_key" < ? '
        f'ORDER BY "phone_key", "id" LIMIT {_ENDED_ALIKE}) AS alike'
    )
    by_key = (
        'SELECT "order_id" FROM (SELECT "order_id" FROM "search_key" '  # noqa: S608
        'WHERE "kind" = ? AND "key" >= ? AND "key" < ? '
        f'ORDER BY "key", "order_id" LIMIT {_ENDED_ALIKE}) AS alike'
    )
    return [
        Listed(grade, by_phone, backwards),
        Listed(grade, by_key, [KeyKind.PHONE.value, *backwards]),
        Listed(grade, by_key, [KeyKind.WAYBILL.value, *backwards]),
    ]


def newest_with_part(part: str) -> Listed:
    """The newest orders with a part that very many words hold."""
    statement = (
        'SELECT "order_id" FROM (SELECT "order_id", "kind", "key" FROM "search_key" '  # noqa: S608
        f'ORDER BY "id" DESC LIMIT {_READ}) AS late '
        f"WHERE \"kind\" = 'word' AND {_place('key')} > 0"
    )
    return Listed(Grade.PARTS, statement, [part])


def newest_with_products(words: Sequence[str]) -> Listed:
    """The newest orders of products that hold all these words, where very many do."""
    held, values = products_with(words)
    statement = (
        'SELECT "order_id" FROM (SELECT "order_id", "product_id" FROM "order_line" '  # noqa: S608
        f'ORDER BY "id" DESC LIMIT {_READ}) AS late '
        f'JOIN "product" AS p ON p."id" = late."product_id" WHERE {held}'
    )
    return Listed(Grade.PARTS, statement, values)


# --- conditions ----------------------------------------------------------------------------------


def cases(text: str) -> list[str]:
    """A text as it may be written: as it is, in capitals, in small letters."""
    return [text, text.upper(), text.lower()]


def span(beginning: str) -> tuple[str, str]:
    """Between which two keys all lie that begin so."""
    return beginning, beginning + _LAST


def products_with(words: Sequence[str]) -> tuple[str, list[str]]:
    """That a product holds all these words, a short one standing alone; and the values for it."""
    parts = [_place("search_text") if _is_part(word) else _alone("search_text") for word in words]
    values = [word if _is_part(word) else f" {word} " for word in words]
    return " AND ".join(f"{part} > 0" for part in parts), values


def whole_probe(word: str, *, in_names: bool, in_goods: bool) -> Probe:
    """Whether an order has this very word. Where no order can have it, none is asked."""
    by_word = (
        'SELECT 1 FROM "search_key" AS k '
        'WHERE k."kind" = \'word\' AND k."key" = ? AND k."order_id" = a.order_id LIMIT 1'
    )
    questions = [(by_word, word)] if in_names else []
    if in_goods:
        questions.append((_of_line(_alone("search_text")), f" {word} "))
    return _probe(word, questions)


def part_probe(part: str, *, in_names: bool, in_goods: bool) -> Probe:
    """Whether an order has a word that holds this part; a short one only as a whole word."""
    if not _is_part(part):
        return whole_probe(part, in_names=in_names, in_goods=in_goods)
    # Without the empty text an engine may prefer the index of words to the few of this order.
    by_word = (
        'SELECT 1 FROM "search_key" AS k WHERE k."order_id" = a.order_id '  # noqa: S608
        f"AND (k.\"kind\" || '') = 'word' AND {_place('key')} > 0 LIMIT 1"
    )
    questions = [(by_word, part)] if in_names else []
    if in_goods:
        questions.append((_of_line(_place("search_text")), part))
    return _probe(part, questions)


def is_ending(text: str) -> bool:
    """Whether it may be what a phone or a waybill ends with."""
    return len(text) >= DIGITS and text.isascii() and text.isdigit()


def _probe(text: str, questions: Sequence[tuple[str, str]]) -> Probe:
    """Asks one after the other. Digits may also be the order's number, or end what ends so."""
    asked = [question for question, _ in questions]
    values = [value for _, value in questions]
    if is_ending(text):
        backwards = span(text[::-1])
        asked += [
            'SELECT 1 FROM "order" AS o WHERE o."id" = a.order_id AND '
            '(o."number" = ? OR (o."phone_key" >= ? AND o."phone_key" < ?)) LIMIT 1',
            'SELECT 1 FROM "search_key" AS k WHERE k."order_id" = a.order_id '
            'AND (k."kind" || \'\') <> \'word\' AND k."key" >= ? AND k."key" < ? LIMIT 1',
        ]
        values += [text, *backwards, *backwards]
    return Probe(f"COALESCE({', '.join(f'({question})' for question in asked)}, NULL)", values)


def _of_line(place: str) -> str:
    return (
        'SELECT 1 FROM "order_line" AS l JOIN "product" AS p ON p."id" = l."product_id" '  # noqa: S608
        f'WHERE l."order_id" = a.order_id AND l."quantity" > 0 AND {place} > 0 LIMIT 1'
    )


def _is_part(word: str) -> bool:
    return len(word) >= SHORTEST_PART


def _place(column: str) -> str:
    """Where in a column a value stands, from 1; 0 for nowhere."""
    return f'{_function()}("{column}", ?)'


def _alone(column: str) -> str:
    """As ``_place``, of a value between spaces."""
    return f"{_function()}(' ' || \"{column}\" || ' ', ?)"


def _function() -> str:
    return "instr" if statements.is_sqlite() else "strpos"
