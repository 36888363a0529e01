"""Who is on an order: others wait, an owner need not, and nobody blocks it for ever."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from tortoise.timezone import now

from domain.errors import ClaimedError, InvalidTransitionError, WindowTakenError
from domain.orders import PlatformState, RejectReason
from domain.rights import Role
from models.care import Claim
from models.orders import EventKind, Order, OrderEvent
from models.outbox import OutboxEffect
from models.staff import StaffMember
from services import calls, care, drafts, order_views, orders, sales, statuses
from services.claims import LAPSES_AFTER
from tests.factories import Intake, incoming, line, make_shop, make_staff, stock_up
from tests.services.sale_stage import at_once, losses, take_order

Step = Callable[[Order, StaffMember], Awaitable[object]]


async def change_status(order: Order, by: StaffMember) -> None:
    (status,) = await statuses.own() or [await statuses.create("CALL BACK")]
    await orders.change_status(order.id, status.id, by=by)


STEPS: dict[str, Step] = {
    "reject": lambda order, by: orders.reject(order.id, RejectReason.DUPLICATE, by=by),
    "refuse": lambda order, by: orders.refuse(order.id, by=by),
    "status": change_status,
    "no answer": lambda order, by: calls.note_no_answer(order.id, by=by),
    "confirm": lambda order, by: drafts.open_window(order.id, by=by),
    "to confirm": lambda order, by: drafts.require_openable(order.id, by=by),
    "to ask why": lambda order, by: order_views.open_order(order.id, by=by),
    "claim": lambda order, by: care.claim(order.id, by=by),
    "release": lambda order, by: care.release(order.id, by=by),
}
steps = pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)


@pytest.fixture
async def order(take_in: Intake) -> Order:
    await stock_up({"A": 9})
    return await take_order(take_in)


@pytest.fixture
async def owner(db: str) -> StaffMember:
    del db
    return await make_staff("Олена", 4001, Role.OWNER)


async def who_is_on(order: Order) -> str | None:
    holder = (await order_views.order_view(order.id)).holder
    return holder.name if holder else None


async def let_pass(time: timedelta) -> None:
    """As if so much time had passed since the last act."""
    for claim in await Claim.all():
        await Claim.filter(id=claim.id).update(at=claim.at - time, since=claim.since - time)


async def taken_over_from(order: Order) -> list[str]:
    events = await OrderEvent.filter(order_id=order.id, kind=EventKind.TAKEN_OVER).order_by("id")
    return [event.data["holder"] for event in events]


async def test_a_claim_stands_on_every_card_until_it_lapses(
    order: Order, seller: StaffMember
) -> None:
    await OutboxEffect.all().delete()
    began = now()

    await care.claim(order.id, by=seller)

    holder = (await order_views.order_view(order.id)).holder
    assert holder is not None
    assert (holder.name, holder.since) == ("Олег", holder.at)
    owed = await OutboxEffect.all().order_by("due_at")
    assert [effect.subject_id for effect in owed] == [order.id] * 2
    assert began <= owed[0].due_at <= now()
    assert owed[1].due_at == holder.at + LAPSES_AFTER
    assert (await Order.get(id=order.id)).is_touched


@steps
async def test_who_is_on_it_is_not_interrupted(
    order: Order, seller: StaffMember, colleague: StaffMember, step: Step
) -> None:
    await statuses.create("CALL BACK")
    await care.claim(order.id, by=seller)
    await let_pass(LAPSES_AFTER - timedelta(seconds=30))
    before = await Order.get(id=order.id).values(), await Claim.all().values()
    owed, events = await OutboxEffect.all().count(), await OrderEvent.all().count()

    with pytest.raises(ClaimedError) as raised:
        await step(order, colleague)

    assert (raised.value.holder, raised.value.since) == ("Олег", before[1][0]["at"])
    assert (await Order.get(id=order.id).values(), await Claim.all().values()) == before
    assert await OutboxEffect.all().count() == owed
    assert await OrderEvent.all().count() == events


@steps
@pytest.mark.parametrize("why", ["lapsed", "dismissed", "own", "released"])
async def test_a_claim_ends_and_hinders_nobody_then(
    order: Order, seller: StaffMember, colleague: StaffMember, step: Step, why: str
) -> None:
    await care.claim(order.id, by=colleague if why == "own" else seller)
    if why == "lapsed":
        await let_pass(LAPSES_AFTER)
    elif why == "dismissed":
        await StaffMember.filter(id=seller.id).update(is_active=False)
    elif why == "released":
        await care.release(order.id, by=seller)
    assert await who_is_on(order) == ("Ірина" if why == "own" else None)

    await step(order, colleague)


@steps
async def test_an_owner_waits_for_nobody(
    order: Order, seller: StaffMember, owner: StaffMember, step: Step
) -> None:
    await care.claim(order.id, by=seller)

    await step(order, owner)

    is_taken = step in (STEPS["confirm"], STEPS["claim"])
    assert await taken_over_from(order) == ["Олег"] * is_taken
    if step is STEPS["status"]:
        assert await who_is_on(order) == "Олег"
    elif is_taken:
        assert await who_is_on(order) == "Олена"


@pytest.mark.parametrize("step", ["status", "no answer", "claim", "comment"])
async def test_what_its_holder_does_keeps_a_claim_and_is_noted_once_a_minute(
    order: Order, seller: StaffMember, step: str
) -> None:
    acts: dict[str, Step] = {**STEPS, "comment": lambda o, by: care.comment(o.id, "так", by=by)}
    await care.claim(order.id, by=seller)
    await let_pass(timedelta(seconds=50))
    (before,) = await Claim.all()

    await acts[step](order, seller)

    assert (await Claim.get(id=before.id)).at == before.at
    await let_pass(timedelta(minutes=9))
    (before,) = await Claim.all()
    await OutboxEffect.all().delete()

    await acts[step](order, seller)

    after = await Claim.get(id=before.id)
    assert after.since == before.since
    assert timedelta(minutes=9) < after.at - before.at < LAPSES_AFTER
    assert await OutboxEffect.exists(subject_id=order.id, due_at=after.at + LAPSES_AFTER)


async def test_what_others_do_keeps_no_claim(
    order: Order, seller: StaffMember, colleague: StaffMember
) -> None:
    await care.claim(order.id, by=seller)
    await let_pass(timedelta(minutes=9))
    (before,) = await Claim.all()

    await care.comment(order.id, "передзвоню", by=colleague)

    assert (await Claim.get(id=before.id)).at == before.at


@pytest.mark.parametrize("step", ["reject", "refuse", "sell", "platform"])
async def test_a_closed_order_is_nobodys(
    take_in: Intake, order: Order, seller: StaffMember, step: str
) -> None:
    await drafts.open_window(order.id, by=seller)

    if step == "sell":
        await sales.add_sale(order.id, by=seller)
    elif step == "platform":
        await take_in(incoming("1", line("A", 2), state=PlatformState.CANCELED, minute=1))
    else:
        await STEPS[step](order, seller)

    assert not await Claim.exists()
    with pytest.raises(InvalidTransitionError):
        await care.claim(order.id, by=seller)
    assert not await Claim.exists()


async def test_leaving_the_window_leaves_the_order_unless_it_was_claimed_before(
    take_in: Intake, order: Order, seller: StaffMember
) -> None:
    other = await take_order(take_in, "2")
    await care.claim(other.id, by=seller)
    for each in (order, other):
        await drafts.open_window(each.id, by=seller)
        assert await who_is_on(each) == "Олег"

        await drafts.close_window(each.id, by=seller)

    assert await who_is_on(order) is None
    assert await who_is_on(other) == "Олег"


async def test_a_window_that_is_taken_over_takes_the_claim_with_it(
    order: Order, seller: StaffMember, colleague: StaffMember
) -> None:
    await drafts.open_window(order.id, by=seller)
    with pytest.raises(WindowTakenError):
        await drafts.open_window(order.id, by=colleague)

    await drafts.open_window(order.id, by=colleague, take_over=True)

    assert await who_is_on(order) == "Ірина"
    assert await taken_over_from(order) == ["Олег"]
    with pytest.raises(WindowTakenError):
        await drafts.set_text(order.id, "note", "моє", by=seller)


async def test_a_window_left_behind_is_no_way_around_who_is_on_the_order_now(
    order: Order, seller: StaffMember, colleague: StaffMember
) -> None:
    third = await make_staff("Павло", 5003)
    await drafts.open_window(order.id, by=seller)
    await let_pass(LAPSES_AFTER)
    await care.claim(order.id, by=colleague)

    for take_over in (False, True):
        with pytest.raises(ClaimedError) as raised:
            await drafts.open_window(order.id, by=third, take_over=take_over)
        assert raised.value.holder == "Ірина"
    with pytest.raises(ClaimedError):
        await drafts.set_text(order.id, "note", "моє", by=seller)
    await drafts.open_window(order.id, by=colleague, take_over=True)

    assert await who_is_on(order) == "Ірина"
    assert await taken_over_from(order) == ["Олег"]


async def test_who_goes_on_in_a_window_is_on_the_order_again(
    order: Order, seller: StaffMember
) -> None:
    await drafts.open_window(order.id, by=seller)
    await let_pass(LAPSES_AFTER)
    assert await who_is_on(order) is None

    await drafts.set_text(order.id, "note", "крихке", by=seller)

    assert await who_is_on(order) == "Олег"


async def test_releasing_twice_is_nothing(order: Order, seller: StaffMember) -> None:
    await care.claim(order.id, by=seller)

    for _ in range(2):
        await care.release(order.id, by=seller)

    assert await who_is_on(order) is None


# --- at the same moment --------------------------------------------------------------------------

DUELS = 8


async def duels(take_in: Intake, step: Step, *people: StaffMember) -> list[list[type]]:
    """What losers of each duel were told."""
    lost = []
    for number in range(DUELS):
        order = await take_order(take_in, str(100 + number), 0)
        lost.append(losses(await at_once(*(step(order, person) for person in people))))
    return lost


@pytest.mark.parametrize("step", ["claim", "confirm"])
async def test_of_two_people_one_gets_the_order(
    take_in: Intake, seller: StaffMember, colleague: StaffMember, step: str
) -> None:
    lost = await duels(take_in, STEPS[step], seller, colleague)

    expected = ClaimedError if step == "claim" else WindowTakenError
    assert lost == [[expected]] * DUELS
    assert await Claim.all().count() == DUELS


async def test_control_without_the_order_lock_both_get_it(
    postgres_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del postgres_db
    intake = Intake((await make_shop()).id)
    people = [await make_staff("Олег", 5001), await make_staff("Ірина", 5002)]

    async def unlocked(order_id: int) -> Order:
        return await Order.get(id=order_id)

    monkeypatch.setattr(orders, "lock", unlocked)
    clean = 0
    for number in range(DUELS):
        order = await take_order(intake, str(number), 0)
        results = await at_once(*(care.claim(order.id, by=person) for person in people))
        clean += [type(each) for each in results if each is not None] == [ClaimedError]

    assert clean < DUELS
