"""The words of a search: what is known of each, and how it is looked up alone or beside others."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.search import SHORTEST_PART, folded
from models.search import KeyKind
from services import search_lists, statements
from services.search_index import LONGEST_WORD, WHOLE
from services.search_lists import Grade, Listed, Probe

_MOST_WORDS = 50  # known words that hold a part; where there are more, the newest orders are read
_MOST_PRODUCTS = 50
_COUNTED_TO = 20_000  # orders of a term, to know the rarest


@dataclass(frozen=True, slots=True)
class Products:
    """The newest products that hold all that is sought, by id; ``is_cut``: there are more.

    ``of_sku`` have this very SKU, ``whole`` hold it as whole words, ``parts`` otherwise.
    """

    of_sku: Sequence[int] = ()
    whole: Sequence[int] = ()
    parts: Sequence[int] = ()
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A term as it is looked up beside others. ``is_common``: the lists hold only its newest."""

    lists: Sequence[Listed]
    probe: Probe
    is_common: bool


@dataclass(slots=True)
class Term:
    """One word of a search. ``known``: words that it is a part of; ``products`` that hold it."""

    text: str
    known: list[str] = field(default_factory=list)
    products: Products = field(default_factory=Products)
    is_common: bool = False  # more words hold it than ``known``

    @property
    def lists(self) -> list[Listed]:
        """The orders of customers and unlinked goods whose words hold it, whole or as a part."""
        lists = [
            search_lists.of_key(
                KeyKind.WORD, word, Grade.WORDS if word == self.text else Grade.PARTS
            )
            for word in self.known
        ]
        return [*lists, search_lists.newest_with_part(self.text)] if self.is_common else lists

    def within(self, grade: Grade) -> Choice:
        """As it is looked up beside others: as a whole word, or also as a part of one."""
        lists = self.lists
        if search_lists.is_ending(self.text):
            lists += search_lists.ended(self.text, Grade.WORDS)
            lists.append(search_lists.of_number(self.text, Grade.WORDS))
        if grade is Grade.WORDS:
            lists = [each for each in lists if each.grade is grade]
            lists += search_lists.of_products(self.products.whole, grade)
            probe = search_lists.whole_probe(
                self.text, in_names=self.text in self.known, in_goods=bool(self.products.whole)
            )
            return Choice(lists, probe, self.products.is_cut)
        lists += bought(self.products, [self.text])
        in_goods = bool(self.products.whole or self.products.parts)
        probe = search_lists.part_probe(self.text, in_names=bool(self.known), in_goods=in_goods)
        return Choice(lists, probe, self.is_common or self.products.is_cut)


async def read(texts: Sequence[str]) -> list[Term]:
    """The terms with the words they are parts of and, if several, the products that hold each."""
    terms = [Term(text[:LONGEST_WORD]) for text in texts]
    queries: list[str] = []
    values: list[object] = []
    for at, term in enumerate(terms):
        is_part = len(term.text) >= SHORTEST_PART
        for sought in [WHOLE + term.text, *([term.text] if is_part else [])]:
            queries.append(
                f'SELECT {at} AS term, "word" FROM (SELECT "word" FROM "word_ending" '  # noqa: S608
                f'WHERE "ending" >= ? AND "ending" {"<" if is_part else "<="} ? '
                f'ORDER BY "ending", "word" LIMIT {_MOST_WORDS}) AS alike'
            )
            values += search_lists.span(sought) if is_part else (sought, sought)
    if not queries:
        return terms
    for row in await statements.rows(" UNION ALL ".join(queries), values):
        known = terms[row["term"]].known
        if row["word"] not in known:
            known.append(row["word"])
    for term in terms:
        term.is_common = len(term.known) >= _MOST_WORDS
        if len(terms) > 1:
            term.products = await products([term.text])
    return terms


async def products(words: Sequence[str], sku: str = "") -> Products:
    """The newest products that hold each of these folded words, and those of the SKU."""
    if not words:
        return Products()
    held, values = search_lists.products_with(words)
    found = await statements.rows(
        f'SELECT "id", "sku", "search_text" FROM "product" WHERE {held} '  # noqa: S608
        f'ORDER BY "id" DESC LIMIT {_MOST_PRODUCTS + 1}',
        values,
    )
    of_sku = await _of_sku(sku) if sku else set()
    of_sku |= {row["id"] for row in found if sku and folded(row["sku"]) == folded(sku)}
    whole = [row["id"] for row in found if set(words) <= set(row["search_text"].split())]
    parts = [row["id"] for row in found if row["id"] not in whole]
    return Products(sorted(of_sku), whole, parts, is_cut=len(found) > _MOST_PRODUCTS)


async def _of_sku(sku: str) -> set[int]:
    found = await statements.rows(
        'SELECT "id" FROM "product" WHERE "sku" IN (?, ?, ?)', search_lists.cases(sku)
    )
    return {row["id"] for row in found}


def bought(found: Products, words: Sequence[str]) -> list[Listed]:
    """Orders of products that hold all these words."""
    lists = search_lists.of_products(found.whole, Grade.WORDS)
    lists += search_lists.of_products(found.parts, Grade.PARTS)
    return [*lists, search_lists.newest_with_products(words)] if found.is_cut else lists


async def rarest(choices: Sequence[Choice]) -> Choice:
    """The one with the fewest orders; of those that are listed whole, if there are any."""
    listed = [choice for choice in choices if not choice.is_common] or list(choices)
    if len(listed) == 1:
        return listed[0]
    counts = await search_lists.counts([choice.lists for choice in listed], _COUNTED_TO)
    return listed[counts.index(min(counts))]
