"""Which products something that a shop calls by other words may be."""

from collections.abc import Sequence

from domain.search import SHORTEST_PART, folded, plain_words
from models.stock import Product
from services import statements

SUGGESTED = 6
_MOST_WORDS = 12  # of a name; what tells it apart comes early
_ENDING = 2  # letters of a long word that its other forms do not share
_LONG = 6  # letters
_FAINT = 3  # times less than the best
_OF_SKU = 40  # an alike SKU weighs more than most words of a name together


async def suggest(name: str, sku: str, *, limit: int = SUGGESTED) -> list[Product]:
    """The products most alike: by the SKU, then by how much of the name's words they hold.

    One reading of the products, however many words there are. Left out is what shares nothing, or
    little beside the best.
    """
    sought = _weights(name, sku)
    if not sought:
        return []
    score = " + ".join(
        f'CASE WHEN "search_text" LIKE ? THEN {weight} ELSE 0 END' for weight in sought.values()
    )
    found = await statements.rows(
        'SELECT "id", score FROM '  # noqa: S608  (numbers of our own)
        f'(SELECT "id", "search_text", {score} AS score FROM "product") AS scored '
        'WHERE score > 0 ORDER BY score DESC, length("search_text"), "id" LIMIT ?',
        [*sought, limit],
    )
    ids = [row["id"] for row in found if row["score"] * _FAINT >= found[0]["score"]]
    products = await Product.in_bulk(ids, "id") if ids else {}
    return [products[id_] for id_ in ids if id_ in products]


def _weights(name: str, sku: str) -> dict[str, int]:
    """What is looked for, as LIKE takes it, and how much each tells."""
    words = plain_words(name)[:_MOST_WORDS]
    stems = {_stem(word) for word in words if len(word) >= SHORTEST_PART or word.isdigit()}
    weights = {f"%{stem}%": len(stem) for stem in sorted(stems)}
    if whole := _literal(folded(sku)):
        weights[f"{whole} %"] = 3 * _OF_SKU  # the same but for letter case
    for part in _parts_of_sku(sku):
        weights[f"%{part}%"] = _OF_SKU + len(part)
    return weights


def _stem(word: str) -> str:
    return word[:-_ENDING] if len(word) >= _LONG and not word.isdigit() else word


def _parts_of_sku(sku: str) -> Sequence[str]:
    """The longest of what an SKU is put together of, which others of its kind share."""
    parts = [part for part in plain_words(sku) if len(part) >= SHORTEST_PART]
    return sorted(parts, key=len, reverse=True)[:2]


def _literal(text: str) -> str:
    return text.replace("\\", "").replace("%", "").replace("_", "\\_")
