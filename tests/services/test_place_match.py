"""The place that an order means, looked for at the simulated Nova Poshta; on both engines."""

from typing import Any

import pytest

from models.carriers import CarrierAccount, CarrierPoint, WaybillDraft
from models.staff import StaffMember
from sandbox.novaposhta import NovaPoshta
from sandbox.novaposhta.directory import KYIV, KYIV_1, KYIV_5, LVIV, LVIV_LOCKER, POLTAVA
from services import drafts, place_match, waybill_forms
from services.place_match import FoundPlace
from sync import directory as at_carrier
from sync.carrier_desk import CarrierDesk
from sync.waybill_forms import prepare
from tests.factories import Intake, incoming, line, sell, the_order
from tests.services.place_stage import Form

NO_REF = "00000000-0000-0000-0000-000000000000"


# By the carrier's own Refs


async def test_refs_of_the_platform_need_no_confirming(
    desk: CarrierDesk, post: NovaPoshta, form: Form
) -> None:
    refs = {"branch_ref": LVIV_LOCKER, "city_ref": LVIV.ref}
    order = await form.begin("м. Львів", "Поштомат №1", **refs)

    assert await form.found(desk, order) == ("Львів", "40001", True)
    asked = len(post.calls())
    assert await form.found(desk, order) == ("Львів", "40001", True)
    assert len(post.calls()) == asked  # once is enough


async def test_words_that_staff_changed_win_over_refs(desk: CarrierDesk, form: Form) -> None:
    order = await form.begin("м. Львів", "Поштомат", branch_ref=LVIV_LOCKER, city_ref=LVIV.ref)
    await form.type(order, "delivery_city", "Київ")
    await form.type(order, "delivery_address", "Відділення №5")

    assert await form.found(desk, order) == ("Київ", "5", False)


async def test_words_typed_as_they_were_change_nothing(desk: CarrierDesk, form: Form) -> None:
    order = await form.begin("Львів", "Поштомат", branch_ref=LVIV_LOCKER)
    await form.type(order, "delivery_city", "Львів")

    assert await form.found(desk, order) == ("Львів", "40001", True)


@pytest.mark.parametrize("ref", [NO_REF, "no Ref at all"])
async def test_ref_that_nobody_knows_leaves_it_to_the_words(
    desk: CarrierDesk, form: Form, ref: str
) -> None:
    order = await form.begin("Київ", "Відділення №5", branch_ref=ref, city_ref=ref)

    assert await form.found(desk, order) == ("Київ", "5", False)


async def test_branch_that_closed_since_it_was_read_is_not_sent_to(
    desk: CarrierDesk, post: NovaPoshta, form: Form
) -> None:
    await at_carrier.point_by_ref(desk, KYIV_1)
    post.close_warehouse(KYIV_1)
    order = await form.begin("", "Відділення №1", branch_ref=KYIV_1, city_ref=KYIV.ref)

    assert await form.found(desk, order) == ("Київ", "", False)
    assert (await CarrierPoint.get(ref=KYIV_1)).is_open is False


async def test_known_ref_is_believed_while_the_carrier_is_dead(
    desk: CarrierDesk, dead_desk: CarrierDesk, form: Form
) -> None:
    await at_carrier.point_by_ref(desk, KYIV_1)
    order = await form.begin("Київ", "№1", branch_ref=KYIV_1)

    assert await form.found(dead_desk, order) == ("Київ", "1", True)


async def test_sale_that_was_added_counts_as_its_window_did(
    desk: CarrierDesk, form: Form, seller: StaffMember
) -> None:
    order = await form.begin("Львів", "Поштомат", branch_ref=LVIV_LOCKER)
    await sell(order, seller)

    assert await form.found(desk, order) == ("Львів", "40001", True)


async def test_sale_with_other_words_than_the_order_is_believed(
    desk: CarrierDesk, form: Form, seller: StaffMember
) -> None:
    order = await form.begin("Львів", "Поштомат", branch_ref=LVIV_LOCKER)
    await form.type(order, "delivery_address", "Відділення №1")
    await sell(order, seller)

    assert await form.found(desk, order) == ("Львів", "1", False)


# By words


@pytest.mark.parametrize(
    ("city", "address", "method", "found"),
    [
        ("Київ", "Відділення №5", "Нова Пошта", ("Київ", "5")),
        ("м. Київ", "№112", "Нова Пошта", ("Київ", "112")),
        ("Киев", "Отделение 5 (до 30 кг)", "Новая почта", ("Київ", "5")),
        ("Київ", "Поштомат 20318", "Нова Пошта", ("Київ", "20318")),
        ("Київ", "5, 01001", "Нова Пошта (відділення)", ("Київ", "5")),
        ("Київ, НП 5", "", "", ("Київ", "5")),
        ("", "м. Київ, Відділення №5: вул. Зразкова, 5", "", ("Київ", "5")),
        ("Зразкове, Полтавська обл.", "Відділення №1", "Нова Пошта", ("Зразкове", "1")),
        # Only the city.
        ("Київ", "Відділення №77", "Нова Пошта", ("Київ", "")),
        ("Київ", "Відділення №50", "Нова Пошта", ("Київ", "")),  # not to be chosen
        ("Київ", "Поштомат №5", "Нова Пошта", ("Київ", "")),
        ("Київ", "вул. Хрещатик 12 кв 5", "Нова Пошта (кур'єр)", ("Київ", "")),
        ("Київ", "Відділення №5 або №112", "Нова Пошта", ("Київ", "")),
        ("Київ", "", "Нова Пошта", ("Київ", "")),
        # Nothing.
        ("Київка", "Відділення №1", "Нова Пошта", ("", "")),  # nothing is delivered there
        ("Нема", "Відділення №1", "Нова Пошта", ("", "")),
        ("Полтава", "с. Зразкове, Відділення №1", "Нова Пошта", ("", "")),
        ("Зразкове, Львівська обл.", "Відділення №1", "Нова Пошта", ("", "")),
        ("", "Відділення №5", "Нова Пошта", ("", "")),
        ("Київ", "Відділення №5", "Укрпошта", ("", "")),
        ("Київ", "Відділення №5", "Самовивіз", ("", "")),
        ("", "", "", ("", "")),
    ],
)
async def test_words_are_matched_to_exactly_one_place_to_be_confirmed(
    desk: CarrierDesk, form: Form, city: str, address: str, method: str, found: tuple[str, str]
) -> None:
    order = await form.begin(city, address, method)

    assert await form.found(desk, order) == (*found, False)


async def test_number_alone_is_rather_a_branch_and_two_of_them_are_nobodys(
    desk: CarrierDesk, post: NovaPoshta, form: Form
) -> None:
    post.add_warehouse(KYIV, 5, "вул. Мала, 1", is_locker=True)
    post.add_warehouse(KYIV, 77, "вул. Мала, 1", is_locker=True)
    order = await form.begin("Київ", "№5")
    assert await form.found(desk, order) == ("Київ", "5", False)
    assert (await WaybillDraft.get(order_id=order.id)).point_id == (
        await CarrierPoint.get(ref=KYIV_5)
    ).id

    await form.type(order, "delivery_address", "№77")
    assert await form.found(desk, order) == ("Київ", "77", False)

    post.add_warehouse(POLTAVA, 1, "вул. Друга, 1")
    await form.type(order, "delivery_city", "Полтава")
    await form.type(order, "delivery_address", "Відділення №1")
    assert await form.found(desk, order) == ("Полтава", "", False)


@pytest.mark.parametrize(
    ("said", "area"),
    [
        ("Зразкове", ""),
        ("с. Зразкове", ""),
        ("Зразкове, Одеська обл.", "Одеська"),
        ("м. Зразкове", "Львівська"),
        ("Зразкове (Полтавський р-н)", "Полтавська"),
    ],
)
async def test_namesake_needs_more_than_its_name(
    desk: CarrierDesk, post: NovaPoshta, form: Form, said: str, area: str
) -> None:
    post.add_city("Зразкове", "Одеська", type="село")
    post.add_city("Зразкове", "Львівська", type="місто")
    order = await form.begin(said, "")

    assert await form.found(desk, order) == ("Зразкове" if area else "", "", False)
    draft = await WaybillDraft.get(order_id=order.id).select_related("city")
    assert (draft.city.area if draft.city else "") == area


async def test_more_namesakes_than_the_carrier_tells_of_are_not_told_apart(
    desk: CarrierDesk, post: NovaPoshta, form: Form
) -> None:
    for number in range(at_carrier.FOUND_AT_MOST):
        post.add_city("Іванівка", "Одеська" if number == 3 else "Сумська", type="село")
    order = await form.begin("Іванівка, Одеська обл.", "")

    assert await form.found(desk, order) == ("", "", False)


async def test_empty_answer_is_not_taken_for_an_unknown_city(
    desk: CarrierDesk, post: NovaPoshta, form: Form
) -> None:
    order = await form.begin("Київ", "Відділення №5")
    post.answer_empty(call="Address.searchSettlements")
    post.answer_empty(call="AddressGeneral.getWarehouses")

    assert await form.found(desk, order) == ("Київ", "5", False)


# When it cannot be, or is not to be sought


async def test_it_is_tried_again_when_the_carrier_could_not_be_asked(
    desk: CarrierDesk, dead_desk: CarrierDesk, form: Form, seller: StaffMember
) -> None:
    order = await form.begin("Київ", "Відділення №5")

    await prepare(dead_desk, order.id, by=seller)

    draft = await WaybillDraft.get(order_id=order.id)
    assert (draft.is_sought, draft.city_id) == (False, None)
    assert await form.found(desk, order) == ("Київ", "5", False)


async def test_it_is_not_sought_with_a_wrong_key_or_without_a_carrier(
    desk: CarrierDesk, post: NovaPoshta, form: Form, seller: StaffMember
) -> None:
    order = await form.begin("Київ", "Відділення №5", branch_ref=KYIV_1)
    post.expire_key()
    await prepare(desk, order.id, by=seller)
    await CarrierAccount.all().update(is_active=False)
    await prepare(desk, order.id, by=seller)

    assert not (await WaybillDraft.get(order_id=order.id)).is_sought


async def test_nothing_is_sought_for_a_form_that_was_not_begun(
    desk: CarrierDesk, post: NovaPoshta, take_in: Intake, seller: StaffMember
) -> None:
    await take_in(incoming("1", line("A"), delivery_city="Київ"))

    await prepare(desk, (await the_order()).id, by=seller)
    await prepare(desk, 999, by=seller)

    assert post.calls() == []
    assert not await WaybillDraft.exists()


async def test_what_staff_chose_stays(
    desk: CarrierDesk, post: NovaPoshta, form: Form, seller: StaffMember
) -> None:
    order = await form.begin("Київ", "Відділення №5")
    chosen = await at_carrier.point_by_ref(desk, LVIV_LOCKER)
    assert chosen is not None
    wanted = await place_match.wanted(order.id)
    assert wanted is not None
    await waybill_forms.choose_point(order.id, chosen.id, by=seller)
    asked = len(post.calls())

    # One search began before it was chosen, another one after.
    is_kept = await place_match.keep(order.id, wanted, FoundPlace(chosen.city_id))
    assert await form.found(desk, order) == ("Львів", "40001", True)

    assert not is_kept
    assert len(post.calls()) == asked


# When the words change


async def test_words_that_change_in_the_window_are_sought_anew(
    desk: CarrierDesk, form: Form, seller: StaffMember
) -> None:
    order = await form.begin("Львів", "Поштомат", branch_ref=LVIV_LOCKER)
    assert await form.found(desk, order) == ("Львів", "40001", True)
    wanted = place_match.WantedPlace(
        carrier="novaposhta", branch_ref="", city_ref="", method="", city="", address=""
    )

    await form.type(order, "note", "Подзвонити")
    await form.type(order, "delivery_address", "Поштомат")
    assert (await WaybillDraft.get(order_id=order.id)).is_confirmed
    await form.type(order, "delivery_address", "Відділення №1")

    draft = await WaybillDraft.get(order_id=order.id)
    assert (draft.is_sought, draft.is_confirmed, draft.point_id) == (False, False, None)
    # What was found by the old words comes too late.
    assert not await place_match.keep(order.id, wanted, FoundPlace(None, None, is_certain=True))
    assert await form.found(desk, order) == ("Львів", "1", False)


async def test_customer_who_moves_the_order_elsewhere_is_followed(
    desk: CarrierDesk, form: Form, take_in: Intake
) -> None:
    order = await form.begin("Львів", "Поштомат", branch_ref=LVIV_LOCKER)
    assert await form.found(desk, order) == ("Львів", "40001", True)

    said: dict[str, Any] = {"delivery_method": "Нова Пошта", "delivery_city": "Львів"}
    said |= {"delivery_address": "Поштомат", "branch_ref": LVIV_LOCKER}
    await take_in(incoming("1", line("A", 2), **said))
    assert (await WaybillDraft.get(order_id=order.id)).is_confirmed
    await take_in(incoming("1", line("A", 2), **{**said, "branch_ref": KYIV_1}))

    assert await form.found(desk, order) == ("Київ", "1", True)


async def test_closed_window_takes_its_place_along(
    desk: CarrierDesk, form: Form, seller: StaffMember
) -> None:
    order = await form.begin("Львів", "Поштомат", branch_ref=LVIV_LOCKER)
    await form.type(order, "delivery_address", "Відділення №1")
    assert await form.found(desk, order) == ("Львів", "1", False)

    await drafts.close_window(order.id, by=seller)
    await drafts.open_window(order.id, by=seller)
    await waybill_forms.open_form(order.id, by=seller)

    assert await form.found(desk, order) == ("Львів", "40001", True)
