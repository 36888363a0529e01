"""The waybill's screen, the parcel's line, and packs of labels, as Telegram shows them."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot import label_windows, waybill_windows
from bot.cards import order_card
from bot.i18n import Translator
from bot.keyboards.waybill_taps import Origin
from bot.label_windows import Pack
from bot.parcel_texts import parcel_line
from bot.receipts import receipt
from bot.sale_windows import sale_window
from domain.carriers import ParcelState, WaybillState
from domain.rights import Role
from domain.waybill_requests import stored
from models.carriers import Waybill
from models.sales import SaleState
from models.staff import StaffMember
from models.statuses import OrderStatus
from services.order_views import OrderView
from tests.bot.views import (
    ACTED,
    CANCELED,
    COMPLETED,
    EN,
    HOSTILE,
    LARGEST_ID,
    NEW,
    NOW,
    REFUSED,
    UK,
    buttons,
    card_view,
    labels,
    order,
    receipt_view,
    shown,
    shown_text,
    tap_of,
    window_view,
)
from tests.bot.waybill_sample import PARCEL

NUMBER = "20451600012345"
SINCE = date(2026, 11, 20)


def waybill(**values: Any) -> Waybill:
    """One that Oleh made, of a parcel that was not handed over yet."""
    usual = {
        "id": 3,
        "carrier": "novaposhta",
        "live_for": 7,
        "state": WaybillState.MADE,
        "number": NUMBER,
        "cost": Decimal(85),
        "arrives_on": date(2026, 11, 25),
        "created_at": ACTED,
        "made_at": ACTED,
        "parcel": ParcelState.CREATED,
    }
    who = values.pop("who", "Олег")
    row = Waybill(**{**usual, **values})
    staff = StaffMember(id=1, name=who) if who else None
    # As if it had been read with it, whether or not a database was ever opened.
    row.__dict__.update(staff=staff, _staff=staff)
    return row


def view_of(found: Waybill | None, status: OrderStatus = COMPLETED, **values: Any) -> OrderView:
    return replace(card_view(status, **values), waybill=found)


def screen(
    found: Waybill | None,
    t: Translator = EN,
    *,
    origin: Origin = Origin.RECEIPT,
    role: Role | None = Role.SELLER,
    status: OrderStatus = COMPLETED,
    news: str = "",
) -> tuple[list[str], list[list[str]]]:
    rendered = waybill_windows.waybill(
        view_of(found, status), t, now=NOW, origin=origin, role=role, news=news
    )
    return shown(rendered).split("\n"), labels(rendered.keyboard)


def arrived(**values: Any) -> Waybill:
    usual = {
        "parcel": ParcelState.ARRIVED,
        "status_text": "Прибув у відділення",
        "place": "Київ, Відділення №12",
        "stored_since": SINCE,
        "cod_amount": Decimal(870),
    }
    return waybill(**{**usual, **values})


def test_it_says_who_gets_it_and_where() -> None:
    asked = {"request": stored(PARCEL), "recipient_phone": PARCEL.phone}

    lines, _ = screen(waybill(**asked, place="Київ, Відділення №12: <вул.> 1"))
    there, _ = screen(arrived(**asked))

    assert lines[2:5] == [
        "👤 <Коваль> Олена",
        "📞 +380671234567",
        "📍 Київ, Відділення №12: <вул.> 1",
    ]
    assert "📍" not in "".join(there)  # where it waits says it


def test_a_waybill_of_ours_says_all_that_is_known_and_offers_all_that_can_be_done() -> None:
    lines, offered = screen(arrived(printed_at=ACTED))

    assert lines == [
        "📄 Waybill for order 1234",
        f"{NUMBER} · Nova Poshta",
        "📦 arrived, Київ, Відділення №12 · waits since 20 Nov (2 days)",
        "«Прибув у відділення»",
        "Delivery costs ₴85.00",
        "Cash on delivery ₴870.00",
        "Made by Олег, 22 Nov, 14:09",
        "Printed 22 Nov, 14:09",
    ]
    assert offered == [
        ["📋 Copy number", "🔎 Track"],
        ["🖨 Label 100×100", "🖨 A4"],
        ["🔄 Refresh"],
        ["⬅️ Back"],
    ]


def test_a_waybill_in_ukrainian() -> None:
    lines, offered = screen(arrived(), UK)

    assert lines[:3] == [
        "📄 ТТН до замовлення 1234",
        f"{NUMBER} · Нова пошта",
        "📦 прибула, Київ, Відділення №12 · чекає з 20 лист. (2 дні)",
    ]
    assert offered[1] == ["🖨 Етикетка 100×100", "🖨 A4"]


def test_number_is_copied_and_the_parcel_tracked_on_the_carriers_page() -> None:
    rendered = waybill_windows.waybill(
        view_of(waybill()), EN, now=NOW, origin=Origin.CARD, role=None
    )

    copied, track, *_ = buttons(rendered.keyboard)
    assert copied.copy_text is not None
    assert copied.copy_text.text == NUMBER
    assert track.url == f"https://novaposhta.ua/tracking/?cargo_number={NUMBER}"


@pytest.mark.parametrize("parcel", ParcelState)
def test_a_waybill_is_deleted_only_before_the_parcel_is_handed_over(parcel: ParcelState) -> None:
    _, offered = screen(waybill(parcel=parcel))

    may_be_deleted = parcel in {ParcelState.CREATED, ParcelState.UNKNOWN}
    assert (["🗑 Delete waybill"] in offered) == may_be_deleted


def test_a_packer_prints_and_looks_but_deletes_and_names_nothing() -> None:
    _, offered = screen(waybill(), role=Role.PACKER)
    assert ["🖨 Label 100×100", "🖨 A4"] in offered
    assert ["🗑 Delete waybill"] not in offered
    assert screen(None, role=Role.PACKER)[1] == [["⬅️ Back"]]
    _, offered = screen(waybill(state=WaybillState.NAMED), role=Role.PACKER)
    assert ["🔢 Other number"] not in offered


def test_in_a_group_all_is_offered_but_what_has_to_be_typed() -> None:
    _, offered = screen(waybill(), origin=Origin.CARD, role=None)
    assert ["🗑 Delete waybill"] in offered
    assert screen(None, origin=Origin.CARD, role=None)[1] == [["⬅️ Back"]]


def test_a_number_that_somebody_else_made_can_be_followed_and_changed_not_printed() -> None:
    typed = waybill(state=WaybillState.NAMED, made_at=None, cost=None, parcel=ParcelState.MOVING)

    lines, offered = screen(typed)

    assert lines[2:] == [
        "📦 on its way",
        "Arrives 25 Nov",
        "Number typed by Олег, 22 Nov, 14:09",
    ]
    assert offered == [
        ["📋 Copy number", "🔎 Track"],
        ["🔄 Refresh"],
        ["🔢 Other number"],
        ["⬅️ Back"],
    ]


def test_a_number_of_no_carrier_we_know_is_only_a_number() -> None:
    unknown = waybill(state=WaybillState.NAMED, carrier="", who="", number="0500123456789")

    lines, offered = screen(unknown)

    assert lines[1] == "0500123456789"
    assert lines[-1] == "Number from the site, 22 Nov, 14:09"
    assert not any(line.startswith("📦") for line in lines)
    assert offered == [["📋 Copy number"], ["🔢 Other number"], ["⬅️ Back"]]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"state": WaybillState.ASKED}, "⏳ It is being made…"),
        ({"state": WaybillState.SENT, "sent_at": NOW}, "⏳ It is being made…"),
        ({"state": WaybillState.SENT, "sent_at": NOW, "looked_at": NOW}, "⏳ The carrier's answer"),
        (
            {"state": WaybillState.SENT, "sent_at": NOW - timedelta(minutes=2)},
            "⏳ The carrier's answer was lost. It is being looked for: it is not made twice.",
        ),
    ],
)
def test_while_it_is_being_made_nothing_can_be_done_with_it(
    values: dict[str, Any], told: str
) -> None:
    lines, offered = screen(waybill(number="", made_at=None, **values))

    assert lines[1].startswith(told)
    assert lines[2] == "Asked for by Олег, 22 Nov, 14:09"
    assert offered == [["🔄 Refresh"], ["⬅️ Back"]]


def test_where_there_is_none_one_can_be_made_or_named_for_a_window_or_a_sale() -> None:
    way_on = [["➕ Create", "🔢 Existing number"], ["⬅️ Back"]]

    lines, offered = screen(None)
    assert (lines[1:], offered) == (["There is no waybill."], way_on)
    assert screen(None, origin=Origin.WINDOW, status=NEW)[1] == way_on
    for status in (NEW, CANCELED, REFUSED):
        assert screen(None, origin=Origin.CARD, status=status)[1] == [["⬅️ Back"]]


def test_in_the_window_a_number_is_typed_into_the_window() -> None:
    rendered = waybill_windows.waybill(
        view_of(None, NEW), EN, now=NOW, origin=Origin.WINDOW, role=Role.SELLER
    )

    assert tap_of(rendered.keyboard, "Existing number").startswith("wf:")


def test_news_stand_below() -> None:
    lines, _ = screen(waybill(), news="⚠ <b>No</b>")

    assert lines[-2:] == ["", "⚠ No"]


def test_deleting_asks_first() -> None:
    rendered = waybill_windows.ask_delete(view_of(waybill()), EN, now=NOW, origin=Origin.RECEIPT)

    assert shown(rendered).endswith(
        "\n\nDelete this waybill at the carrier? Its label becomes worthless."
    )
    assert labels(rendered.keyboard) == [["🗑 Delete waybill"], ["⬅️ Back"]]
    assert next(buttons(rendered.keyboard)).style == "danger"


@pytest.mark.parametrize("t", [EN, UK], ids=["en", "uk"])
@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("state", WaybillState)
def test_telegram_takes_a_waybill_whatever_it_holds(
    state: WaybillState, text: str, t: Translator
) -> None:
    hostile = arrived(
        state=state,
        number=text,
        carrier=text,
        who=text,
        status_text=text,
        place=text,
        return_number=text,
        received_at=ACTED,
        printed_at=ACTED,
    )
    view = view_of(hostile, number=text, id=LARGEST_ID)
    for role, origin in ((None, Origin.CARD), (Role.OWNER, Origin.WINDOW)):
        shown(waybill_windows.waybill(view, t, now=NOW, origin=origin, role=role))
    shown(waybill_windows.ask_delete(view, t, now=NOW, origin=Origin.CARD))
    shown(waybill_windows.ask_number(view, t, origin=Origin.RECEIPT, problem="No."))
    shown(order_card(view, t, now=NOW))
    shown(receipt(receipt_view(view, waybill_number=text), t, now=NOW, role=Role.OWNER))
    shown_text(parcel_line(hostile, t) or "-")


# --- cards and receipts --------------------------------------------------------------------------


def test_a_card_tells_where_the_parcel_is_instead_of_the_sites_number() -> None:
    card = order_card(view_of(arrived(), waybill_number="59000000000000"), EN, now=NOW)

    lines = shown(card).split("\n")
    assert "🚚 Nova Poshta · Київ, Відділення №12" in lines
    told = f"📄 waybill {NUMBER} · arrived, Київ, Відділення №12 · waits since 20 Nov"
    assert lines[lines.index("🚚 Nova Poshta · Київ, Відділення №12") + 1] == told
    assert "59000000000000" not in shown(card)
    assert ["📄 Waybill", "📋 Copy number"] in labels(card.keyboard)


def test_an_open_order_has_the_way_to_its_waybill_too() -> None:
    card = order_card(view_of(waybill(), NEW), EN, now=NOW)

    assert labels(card.keyboard)[-1] == ["📄 Waybill"]


def test_until_it_has_a_number_a_card_tells_the_sites() -> None:
    being_made = waybill(state=WaybillState.SENT, number="")
    card = order_card(view_of(being_made, NEW, waybill_number="590"), EN, now=NOW)

    assert "Відділення №12 · waybill 590" in shown(card)
    assert labels(card.keyboard)[-1] == ["📄 Waybill"]


@pytest.mark.parametrize("status", [CANCELED, REFUSED])
def test_a_waybill_left_behind_by_an_order_that_came_to_nothing_is_to_be_deleted(
    status: OrderStatus,
) -> None:
    warning = f"⚠ its waybill {NUMBER} still exists: delete it"

    assert warning in shown(order_card(view_of(waybill(), status), EN, now=NOW))
    for other in (
        waybill(state=WaybillState.NAMED),
        waybill(parcel=ParcelState.RETURNING),
        waybill(parcel=ParcelState.MOVING),
    ):
        assert warning not in shown(order_card(view_of(other, status), EN, now=NOW))
    for calm in (NEW, COMPLETED):
        assert warning not in shown(order_card(view_of(waybill(), calm), EN, now=NOW))


def receipt_lines(found: Waybill | None, **sale: Any) -> tuple[list[str], list[list[str]]]:
    view = receipt_view(view_of(found), **sale)
    rendered = receipt(view, EN, now=NOW, role=Role.SELLER)
    return shown(rendered).split("\n"), labels(rendered.keyboard)


def test_a_receipt_tells_where_its_parcel_is() -> None:
    lines, offered = receipt_lines(arrived(), waybill_number=NUMBER)
    assert lines[-1].startswith(f"📄 waybill {NUMBER} · arrived, Київ")
    assert ["📄 Waybill"] in offered

    lines, _ = receipt_lines(waybill(state=WaybillState.ASKED, number=""))
    assert lines[-1] == "Waybill: ⏳ It is being made…"
    lines, _ = receipt_lines(arrived(), waybill_number="590")  # of another sale of the order
    assert lines[-1] == "Waybill: 590"


def test_an_open_window_tells_that_its_waybill_is_being_made() -> None:
    of_window = window_view(view_of(waybill(state=WaybillState.ASKED, number="")))

    assert shown(sale_window(of_window, EN, now=NOW)).endswith("Waybill: ⏳ It is being made…")


def test_a_sale_that_was_undone_tells_its_number_alone() -> None:
    lines, offered = receipt_lines(
        arrived(), waybill_number=NUMBER, state=SaleState.UNDONE, standing_for=None
    )

    assert f"Waybill: {NUMBER}" in lines
    assert ["📄 Waybill"] not in offered


def test_a_sale_that_came_back_has_the_way_to_a_waybill_only_if_there_is_one() -> None:
    for found in (waybill(), None):
        _, offered = receipt_lines(found, state=SaleState.RETURNED, standing_for=None)
        assert (["📄 Waybill"] in offered) == (found is not None)


# --- packs of labels -----------------------------------------------------------------------------


def listed(count: int, **values: Any) -> list[Waybill]:
    found = []
    for at in range(1, count + 1):
        each = waybill(id=at, number=f"{int(NUMBER) + at}")
        its_order = order(**{"number": str(1000 + at), **values})
        each.__dict__.update(order=its_order, _order=its_order)
        found.append(each)
    return found


def test_a_pack_lists_whose_parcel_goes_where_and_all_is_picked() -> None:
    rendered = label_windows.pack(Pack.of(listed(2)), EN, today=NOW.date())

    assert shown(rendered) == "🖨 Labels\n2 labels to print"
    assert labels(rendered.keyboard) == [
        ["☑ 1001 · Олена Коваль · Київ · …12346"],
        ["☑ 1002 · Олена Коваль · Київ · …12347"],
        ["🖨 Print 100×100", "🖨 Print A4"],
        ["⬅️ Back"],
    ]


def test_with_none_picked_nothing_can_be_printed() -> None:
    pack = Pack.of(listed(2)).with_mask(0)

    rendered = label_windows.pack(pack, EN, today=NOW.date())

    assert [row[0][0] for row in labels(rendered.keyboard)] == ["☐", "☐", "⬅"]


def test_a_pack_holds_forty_and_says_how_many_more_there_are() -> None:
    pack = Pack.of(listed(43))

    rendered = label_windows.pack(pack, EN, today=NOW.date())

    assert shown(rendered).split("\n")[1:] == ["40 labels to print", "and 3 more"]
    assert len(labels(rendered.keyboard)) == 42
    assert pack.picked == pack.listed


def test_the_fingerprint_of_a_pack_tells_lists_apart() -> None:
    three = listed(3)
    prints = {Pack.of(some).fingerprint for some in (three, three[:2], three[1:], three[::-1])}

    assert len(prints) == 4
    assert Pack.of(three).with_mask(1).fingerprint == Pack.of(three).fingerprint


@pytest.mark.parametrize("text", HOSTILE)
def test_telegram_takes_a_full_pack_whatever_it_holds(text: str) -> None:
    full = listed(100, number=text, customer_name=text, recipient_name=text, delivery_city=text)
    for each in full:
        each.number = text

    for t in (EN, UK):
        shown(label_windows.pack(Pack.of(full), t, today=NOW.date(), news="!"))
        assert len(shown_text(label_windows.caption(full[:40], t))) <= 1024
        shown_text(label_windows.caption(full[:1], t))
        assert label_windows.file_name(full, t).endswith("+99.pdf")
