"""Sales channels and money accounts as Settings make, rename and list them."""

import asyncio
from decimal import Decimal

import pytest

from domain.errors import NameTakenError, NotAllowedError, NotFoundError, TypedError
from domain.rights import Role
from models.audit import AuditEntry, AuditKind
from models.money import MoneyAccount
from models.sales import SalesChannel
from models.staff import StaffMember
from services import choices, drafts, sales
from services.choices import PAGE_SIZE, Sort
from tests.factories import Intake, make_shop, stock_up
from tests.services.sale_stage import CASH, COD, account, take_order


@pytest.fixture
async def manager(seller: StaffMember) -> StaffMember:
    await StaffMember.filter(id=seller.id).update(role=Role.MANAGER)
    return await StaffMember.get(id=seller.id)


async def names(sort: Sort) -> list[str]:
    """All that staff made, oldest first."""
    return [row.name for row in (await choices.listed(sort, 0)).rows if row.key is not None]


async def log() -> list[tuple[AuditKind, dict[str, object]]]:
    return [(entry.kind, entry.data) for entry in await AuditEntry.all().order_by("id")]


@pytest.mark.parametrize(
    ("sort", "created", "renamed"),
    [
        (Sort.CHANNEL, AuditKind.CHANNEL_CREATED, AuditKind.CHANNEL_RENAMED),
        (Sort.ACCOUNT, AuditKind.ACCOUNT_CREATED, AuditKind.ACCOUNT_RENAMED),
    ],
)
async def test_what_a_manager_makes_and_renames_is_in_the_audit_log(
    manager: StaffMember, sort: Sort, created: AuditKind, renamed: AuditKind
) -> None:
    await choices.create(sort, "  Mono   Олега ", by=manager)
    made = (await choices.listed(sort, 0)).rows[-1]

    await choices.rename(sort, made.id, "mono ОЛЕГА", by=manager)  # its own name is not taken
    await choices.rename(sort, made.id, "Mono", by=manager)
    await choices.rename(sort, made.id, "Mono", by=manager)  # nothing changes

    assert await names(sort) == ["Mono"]
    assert await log() == [
        (created, {"name": "Mono Олега"}),
        (renamed, {"old": "Mono Олега", "new": "mono ОЛЕГА"}),
        (renamed, {"old": "mono ОЛЕГА", "new": "Mono"}),
    ]
    assert {entry.staff_id for entry in await AuditEntry.all()} == {manager.id}


@pytest.mark.parametrize("sort", Sort)
async def test_a_name_is_one_of_a_kind(manager: StaffMember, sort: Sort) -> None:
    await make_shop("Крамниця")
    await choices.create(sort, "Mono", by=manager)
    await choices.create(sort, "Базар", by=manager)
    market = (await choices.listed(sort, 0)).rows[-1]
    before = await log()

    programs_own = "КРАМНИЦЯ" if sort is Sort.CHANNEL else " готівка"
    for text in (" MONO ", programs_own):
        with pytest.raises(NameTakenError):
            await choices.create(sort, text, by=manager)
        with pytest.raises(NameTakenError):
            await choices.rename(sort, market.id, text, by=manager)
    for text in ("", "x" * 31):
        with pytest.raises(TypedError):
            await choices.rename(sort, market.id, text, by=manager)

    assert await names(sort) == ["Mono", "Базар"]
    assert await log() == before


async def test_what_is_not_staffs_own_keeps_its_name(manager: StaffMember) -> None:
    shop = await make_shop()
    channel = await SalesChannel.get(shop_id=shop.id)

    for sort, id_ in ((Sort.CHANNEL, channel.id), (Sort.ACCOUNT, 1), (Sort.ACCOUNT, 999)):
        with pytest.raises(NotFoundError):
            await choices.rename(sort, id_, "Mono", by=manager)
        with pytest.raises(NotFoundError):
            await choices.own(sort, id_)

    assert (await SalesChannel.get(id=channel.id)).name == "My Shop"
    assert await log() == []


async def test_a_seller_makes_them_in_the_sale_window_alone(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 5})
    order = await take_order(take_in)
    await drafts.open_window(order.id, by=seller)
    await choices.new_in_window(Sort.ACCOUNT, order.id, "Каса 2", by=seller)
    made = await MoneyAccount.get(name="Каса 2")

    with pytest.raises(NotAllowedError):
        await choices.create(Sort.ACCOUNT, "Каса 3", by=seller)
    with pytest.raises(NotAllowedError):
        await choices.rename(Sort.ACCOUNT, made.id, "Каса 3", by=seller)

    assert await names(Sort.ACCOUNT) == ["Каса 2"]
    assert await log() == [(AuditKind.ACCOUNT_CREATED, {"name": "Каса 2"})]


async def test_accounts_are_listed_with_what_is_in_them(
    take_in: Intake, manager: StaffMember
) -> None:
    await stock_up({"A": 50})
    for number, currency in (("1", "UAH"), ("2", "UAH"), ("3", "EUR")):
        order = await take_order(
            take_in, number, quantity=10, payment_method="cod", currency=currency
        )
        await drafts.open_window(order.id, by=manager)
        await drafts.split(order.id, (await account(CASH)).id, Decimal("0.50"), by=manager)
        await sales.add_sale(order.id, by=manager)

    listed = await choices.listed(Sort.ACCOUNT, 0)

    cash, cod = (await account(CASH)).id, (await account(COD)).id
    assert {id_: sums for id_, sums in listed.balances.items() if sums} == {
        cash: {"EUR": Decimal("0.50"), "UAH": Decimal(1)},
        cod: {"EUR": Decimal("99.50"), "UAH": Decimal(199)},
    }
    assert listed.balances.keys() == {row.id for row in listed.rows}


async def test_long_lists_are_paged(manager: StaffMember) -> None:
    for number in range(PAGE_SIZE + 1):
        await choices.create(Sort.CHANNEL, f"n{number}", by=manager)

    pages = [await choices.listed(Sort.CHANNEL, page) for page in range(3)]

    assert [[row.name for row in page.rows] for page in pages] == [
        [f"n{number}" for number in range(PAGE_SIZE)],
        [f"n{PAGE_SIZE}"],
        [],
    ]
    assert [page.has_more for page in pages] == [True, False, False]


async def test_of_two_who_take_a_name_at_once_one_gets_it(manager: StaffMember) -> None:
    await choices.create(Sort.CHANNEL, "Базар", by=manager)
    market = (await choices.listed(Sort.CHANNEL, 0)).rows[-1]

    outcomes = await asyncio.gather(
        choices.create(Sort.CHANNEL, "Mono", by=manager),
        choices.rename(Sort.CHANNEL, market.id, "MONO", by=manager),
        return_exceptions=True,
    )

    assert [type(outcome) for outcome in outcomes if outcome is not None] == [NameTakenError]
    assert len(await log()) == 2
