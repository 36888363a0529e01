"""The books: counters against the sums they must equal."""

from collections.abc import Mapping

from tortoise.connection import get_connection

from domain.money import from_kopiykas, from_thousandths, plain
from services.stock_switch import LEVEL
from services.stock_telling import TOLD_LISTINGS, TOLD_SHOPS
from services.transactions import snapshot

_COUNTERS = "SELECT id, sku, on_hand, reserved FROM product ORDER BY id"
_LEDGER = (
    "SELECT product_id AS id, CAST(SUM(on_hand_change) AS BIGINT) AS on_hand, "
    "CAST(SUM(reserved_change) AS BIGINT) AS reserved FROM stock_movement GROUP BY product_id"
)
_HELD = (
    "SELECT product_id AS id, CAST(SUM(reserved) AS BIGINT) AS reserved FROM ("
    "SELECT l.product_id, l.reserved FROM order_line l "
    "JOIN \"order\" o ON o.id = l.order_id WHERE o.phase = 'open' "
    "UNION ALL "
    "SELECT l.product_id, l.reserved FROM sale_draft_line l "
    "JOIN \"order\" o ON o.id = l.order_id WHERE o.phase = 'open'"
    ") AS held WHERE product_id IS NOT NULL GROUP BY product_id"
)
_HELD_BY_CLOSED = (
    'SELECT o.id AS id, o.phase AS phase FROM order_line l JOIN "order" o ON o.id = l.order_id '
    "WHERE o.phase <> 'open' AND l.reserved <> 0 "
    "UNION SELECT o.id AS id, o.phase AS phase FROM sale_draft_line l "
    "JOIN \"order\" o ON o.id = l.order_id WHERE o.phase <> 'open' AND l.reserved <> 0"
)
_HELD_WITHOUT_WINDOW = (
    "SELECT DISTINCT l.order_id AS id FROM sale_draft_line l "
    "LEFT JOIN sale_draft d ON d.order_id = l.order_id WHERE d.id IS NULL AND l.reserved <> 0"
)
_HELD_IN_VAIN = (
    'SELECT o.id AS id FROM "order" o JOIN order_status s ON s.id = o.status_id '
    "WHERE NOT s.holds_goods AND ("
    "EXISTS (SELECT 1 FROM order_line l WHERE l.order_id = o.id AND l.reserved <> 0) OR "
    "EXISTS (SELECT 1 FROM sale_draft_line l WHERE l.order_id = o.id AND l.reserved <> 0)"
    ") ORDER BY o.id"
)
_WRONG_STATUSES = (
    'SELECT o.id AS id FROM "order" o JOIN order_status s ON s.id = o.status_id '
    "WHERE s.phase <> o.phase OR s.kind = 'deleted' ORDER BY o.id"
)
_WRONG_SALES = (
    'SELECT o.id AS id, o.phase AS phase FROM "order" o LEFT JOIN sale s ON s.standing_for = o.id '
    "WHERE (o.phase = 'completed') <> (s.id IS NOT NULL)"
)
# What the money ledger must hold of each sale: all that is due and was not given back.
_WRONG_MONEY = (
    "SELECT s.id AS id, CAST(COALESCE(e.amount, 0) AS BIGINT) AS booked, "
    "CASE WHEN s.state = 'undone' THEN 0 ELSE s.total - s.refunded - s.returned END AS expected "
    "FROM sale s LEFT JOIN (SELECT sale_id, SUM(amount) AS amount FROM money_entry "
    "GROUP BY sale_id) e ON e.sale_id = s.id "
    "WHERE COALESCE(e.amount, 0) <> "
    "CASE WHEN s.state = 'undone' THEN 0 ELSE s.total - s.refunded - s.returned END"
)
_WRONG_PROMISES = (
    "SELECT s.id AS id, s.outstanding AS kept, CAST(COALESCE(e.amount, 0) AS BIGINT) AS booked "
    "FROM sale s LEFT JOIN (SELECT m.sale_id, SUM(m.amount) AS amount FROM money_entry m "
    "JOIN money_account a ON a.id = m.account_id AND a.kind IN ('cod', 'unpaid') "
    "GROUP BY m.sale_id) e ON e.sale_id = s.id WHERE s.outstanding <> COALESCE(e.amount, 0)"
)
_WRONG_TOTALS = (
    "SELECT s.id AS id FROM sale s LEFT JOIN (SELECT sale_id, SUM(amount) AS amount, "
    "SUM(discount_share) AS shares FROM sale_line GROUP BY sale_id) l ON l.sale_id = s.id "
    "WHERE s.goods <> COALESCE(l.amount, 0) OR s.discount <> COALESCE(l.shares, 0) "
    "OR s.total <> s.goods - s.discount + s.delivery_cost + s.fees"
)

# What came back: of each sale its money, of each of its lines the goods.
_DONE = "done_at IS NOT NULL AND undone_at IS NULL"
_WRONG_RETURNS = (
    "SELECT s.id AS id FROM sale s LEFT JOIN (SELECT sale_id, SUM(amount) AS amount "  # noqa: S608
    f"FROM sale_return WHERE {_DONE} GROUP BY sale_id) r ON r.sale_id = s.id "
    "WHERE s.returned <> COALESCE(r.amount, 0) "
    "UNION SELECT l.sale_id AS id FROM sale_line l JOIN sale s ON s.id = l.sale_id "
    "LEFT JOIN (SELECT b.sale_line_id, SUM(b.quantity) AS quantity FROM sale_return_line b "
    f"JOIN sale_return r ON r.id = b.sale_return_id WHERE {_DONE} GROUP BY b.sale_line_id) c "
    "ON c.sale_line_id = l.id WHERE l.returned <> COALESCE(c.quantity, 0) "
    "OR (s.state = 'returned' AND l.returned <> l.quantity) ORDER BY id"
)

# A shop was told how much there is, says so by itself, has refused it, or is owed it.
_UNTOLD_STOCK = (
    "SELECT l.id AS id, s.id AS shop_id FROM listing l "  # noqa: S608
    "JOIN shop s ON s.id = l.shop_id JOIN product p ON p.id = l.product_id "
    f"WHERE {TOLD_SHOPS} AND {TOLD_LISTINGS} AND l.problem = '' "
    f"AND COALESCE(l.told_stock, -1) <> {LEVEL} AND COALESCE(l.stock, -1) <> {LEVEL} "
    "AND NOT EXISTS ("
    "SELECT 1 FROM shop_effect e WHERE e.kind = 'tell_stock' AND e.subject_id = l.product_id "
    "AND e.shop_id = l.shop_id) ORDER BY l.id"
)

# A waybill counts for its order while there is, or may be, one; when it was made, it has a number,
# which the order's sale has, too.
_WRONG_WAYBILLS = (
    "SELECT id, state FROM waybill WHERE live_for <> order_id "
    "OR (live_for IS NULL AND state IN ('asked', 'sent', 'named')) "
    "OR (live_for IS NOT NULL AND state IN ('failed', 'deleted')) "
    "OR (state = 'made' AND (number = '' OR external_id = '')) ORDER BY id"
)
_OTHER_NUMBERS = (
    "SELECT w.id AS id, s.id AS sale_id FROM waybill w JOIN sale s ON s.standing_for = w.live_for "
    "WHERE w.state = 'made' AND s.waybill_number <> w.number ORDER BY w.id"
)


async def differences() -> list[str]:
    """Every way in which the books do not agree, a line each; empty when all is well.

    Read at one instant: a bot that is at work meanwhile makes no difference.
    """
    async with snapshot():
        counters = await _rows(_COUNTERS)
        ledger = {row["id"]: row for row in await _rows(_LEDGER)}
        held = {row["id"]: row["reserved"] for row in await _rows(_HELD)}
        closed = await _rows(_HELD_BY_CLOSED)
        unclaimed = await _rows(_HELD_WITHOUT_WINDOW)
        in_vain = await _rows(_HELD_IN_VAIN)
        misplaced = await _rows(_WRONG_STATUSES)
        sales = await _rows(_WRONG_SALES)
        money = await _rows(_WRONG_MONEY)
        promises = await _rows(_WRONG_PROMISES)
        totals = await _rows(_WRONG_TOTALS)
        returns = await _rows(_WRONG_RETURNS)
        untold = await _rows(_UNTOLD_STOCK)
        of_waybills = await _differences_of_waybills()
    found: list[str] = []
    for product in counters:
        sums = ledger.get(product["id"], {"on_hand": 0, "reserved": 0})
        found.extend(
            _line(product, counter, sums[counter], "the sum of its movements")
            for counter in ("on_hand", "reserved")
            if product[counter] != sums[counter]
        )
        orders_hold = held.get(product["id"], 0)
        if product["reserved"] != orders_hold:
            found.append(_line(product, "reserved", orders_hold, "what open orders hold"))
    found.extend(f"order {row['id']} is {row['phase']}, yet holds goods" for row in closed)
    found.extend(f"order {row['id']} is {row['phase']}; its sale says otherwise" for row in sales)
    found.extend(
        f"order {row['id']} holds goods for a sale window it does not have" for row in unclaimed
    )
    found.extend(f"order {row['id']} holds goods, yet its status holds none" for row in in_vain)
    found.extend(f"order {row['id']} is in a status it cannot be in" for row in misplaced)
    found.extend(
        f"sale {row['id']}: {_money(row['expected'])} is to be in its accounts, "
        f"but their entries say {_money(row['booked'])}"
        for row in money
    )
    found.extend(
        f"sale {row['id']}: outstanding is {_money(row['kept'])}, "
        f"but COD and Unpaid hold {_money(row['booked'])} of it"
        for row in promises
    )
    found.extend(f"sale {row['id']}: its total is not what its lines add up to" for row in totals)
    found.extend(f"sale {row['id']}: what came back is not what its returns say" for row in returns)
    found.extend(
        f"listing {row['id']}: shop {row['shop_id']} was not told its stock, nor is it to be"
        for row in untold
    )
    return found + of_waybills


async def _differences_of_waybills() -> list[str]:
    found = [
        f"waybill {row['id']} is {row['state']}, and its order or its number says otherwise"
        for row in await _rows(_WRONG_WAYBILLS)
    ]
    found.extend(
        f"waybill {row['id']}: sale {row['sale_id']} has another number"
        for row in await _rows(_OTHER_NUMBERS)
    )
    return found


async def _rows(query: str) -> list[dict[str, int]]:
    return await get_connection("default").execute_query_dict(query)


def _money(kopiykas: int) -> str:
    return plain(from_kopiykas(kopiykas))


def _line(product: Mapping[str, object], counter: str, other: int, what: str) -> str:
    counted = plain(from_thousandths(int(str(product[counter]))))
    return (
        f"product {product['sku']}: {counter} is {counted}, "
        f"but {what} is {plain(from_thousandths(other))}"
    )
