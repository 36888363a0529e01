"""What buttons carry, and that Telegram takes them at any size."""

import importlib
import pkgutil
from datetime import timedelta
from itertools import chain
from typing import Any

import pytest
from aiogram.enums import ButtonStyle
from aiogram.filters.callback_data import CallbackData

import bot.keyboards
from bot.keyboards.carriers import (
    CarrierAction,
    CarrierConnectTap,
    CarrierPartTap,
    CarrierRefTap,
    CarrierTap,
    hits_keyboard,
    refs_keyboard,
)
from bot.keyboards.catalogue import ImportAction, ImportTap
from bot.keyboards.chats import (
    ChatAction,
    ChatLanguageTap,
    ChatShopTap,
    ChatsTap,
    ChatTap,
    MyChatAction,
    MyChatTap,
    MyQuietTap,
    QuietTap,
)
from bot.keyboards.choices import ChoiceAction, ChoiceTap, LanguageTap
from bot.keyboards.guides import GuideTap
from bot.keyboards.labels import MOST_LABELS, PackAction, PackTap
from bot.keyboards.linking import LinkAction, LinkTap, ListingAction, ListingTap
from bot.keyboards.nudges import Nudged, NudgeTap
from bot.keyboards.orders import (
    HistoryTap,
    OrderAction,
    OrderTap,
    RejectTap,
    StatusesTap,
    StatusTap,
    order_keyboard,
    reject_keyboard,
    statuses_keyboard,
)
from bot.keyboards.reminders import RemindChoice, RemindTap
from bot.keyboards.sale import (
    accounts_keyboard,
    channels_keyboard,
    waybill_keyboard,
    window_keyboard,
)
from bot.keyboards.sale_taps import (
    AccountTap,
    AddTap,
    ChannelTap,
    ChoicesTap,
    SaleAction,
    SaleTap,
)
from bot.keyboards.search import SearchTap
from bot.keyboards.settings import SettingsScreen, SettingsTap
from bot.keyboards.shop_statuses import MapAction, StatusMapTap, StatusSwitchTap
from bot.keyboards.shop_stock import StockSwitchAction, StockSwitchTap
from bot.keyboards.shops import ConnectTap, ShopAction, ShopTap
from bot.keyboards.staff import AuditTap, RoleTap, StaffAction, StaffTap
from bot.keyboards.statuses import EmojiTap, StatusAction, StatusEditTap, StatusMoveTap
from bot.keyboards.tabs import TabsTap, TabTap, tabs_keyboard
from bot.keyboards.waybill_form import (
    CityTap,
    FormAction,
    FormField,
    FormFieldTap,
    FormTap,
    FormValueTap,
    PointTap,
    StreetTap,
)
from bot.keyboards.waybill_taps import Origin as WaybillOrigin
from bot.keyboards.waybill_taps import WaybillAction, WaybillTap
from domain.orders import RejectReason
from domain.payments import AccountKind
from domain.rights import Role
from domain.shops import Step
from models.money import MoneyAccount
from models.orders import Order
from models.sales import SalesChannel
from models.statuses import OrderStatus
from services.carrier_accounts import Part
from services.choices import Sort
from services.statuses import Tab
from tests.bot.views import (
    CALL_BACK,
    CANCELED,
    COMPLETED,
    EN,
    LARGEST_ID,
    NEW,
    NOW,
    REFUSED,
    UK,
    buttons,
    card_view,
    labels,
    tap_of,
)

LARGEST_TAPS = [
    *(OrderTap(action=action, order_id=LARGEST_ID) for action in OrderAction),
    *(RejectTap(order_id=LARGEST_ID, reason=reason) for reason in RejectReason),
    StatusTap(order_id=LARGEST_ID, status_id=LARGEST_ID),
    HistoryTap(order_id=LARGEST_ID, page=LARGEST_ID),
    *(SaleTap(action=action, order_id=LARGEST_ID) for action in SaleAction),
    *(WaybillTap(action=a, order_id=LARGEST_ID, origin=WaybillOrigin.CARD) for a in WaybillAction),
    *(PackTap(action=action, mask=2**MOST_LABELS - 1, of="0badcafe") for action in PackAction),
    *(FormTap(action=a, order_id=LARGEST_ID, origin=WaybillOrigin.CARD) for a in FormAction),
    *(FormFieldTap(field=f, order_id=LARGEST_ID, origin=WaybillOrigin.CARD) for f in FormField),
    FormValueTap(
        field=FormField.COD, order_id=LARGEST_ID, origin=WaybillOrigin.CARD, value="1" * 16
    ),
    CityTap(order_id=LARGEST_ID, origin=WaybillOrigin.CARD, city_id=LARGEST_ID),
    PointTap(order_id=LARGEST_ID, origin=WaybillOrigin.CARD, point_id=LARGEST_ID),
    StreetTap(
        order_id=LARGEST_ID,
        origin=WaybillOrigin.CARD,
        ref="f1000000-0000-11e5-899e-005056887b8d",
    ),
    AddTap(order_id=LARGEST_ID, revision=LARGEST_ID, anyway="0badcafe"),
    ChannelTap(order_id=LARGEST_ID, channel_id=LARGEST_ID),
    ChoicesTap(action=SaleAction.DOWN_ACCOUNTS, order_id=LARGEST_ID, page=99_999),
    ChoiceTap(sort=Sort.ACCOUNT, action=ChoiceAction.RENAME, page=99_999, id=LARGEST_ID),
    AccountTap(order_id=LARGEST_ID, account_id=LARGEST_ID),
    TabTap(status_id=LARGEST_ID, older_than=LARGEST_ID, newer_than=LARGEST_ID),
    SearchTap(page=99),
    ChatsTap(page=99_999),
    *(ChatTap(chat_id=LARGEST_ID, action=action) for action in ChatAction),
    ChatShopTap(chat_id=LARGEST_ID, shop_id=LARGEST_ID, is_chosen=True),
    QuietTap(chat_id=LARGEST_ID, start=1439, until=1438),
    MyQuietTap(start=1439, until=1438),
    MyChatTap(action=MyChatAction.OWN_QUIET),
    ChatLanguageTap(chat_id=LARGEST_ID, language="uk"),
    StatusesTap(order_id=LARGEST_ID, page=99_999),
    *(RemindTap(order_id=LARGEST_ID, choice=choice) for choice in RemindChoice),
    LinkTap(
        action=LinkAction.PRODUCT, order_id=LARGEST_ID, line_id=LARGEST_ID, product_id=LARGEST_ID
    ),
    ListingTap(
        action=ListingAction.LINK,
        id=LARGEST_ID,
        page=99_999,
        product_id=LARGEST_ID,
        was=LARGEST_ID,
    ),
    TabsTap(page=99_999),
    *(SettingsTap(screen=screen) for screen in SettingsScreen),
    *(CarrierTap(action=action, id=LARGEST_ID) for action in CarrierAction),
    *(CarrierPartTap(part=part) for part in Part),
    *(CarrierRefTap(part=part, ref="a" * 40) for part in Part),
    CarrierConnectTap(carrier="a" * 16),
    *(StatusEditTap(action=action, id=LARGEST_ID, page=99_999) for action in StatusAction),
    StatusMoveTap(id=LARGEST_ID, to=LARGEST_ID),
    EmojiTap(id=LARGEST_ID, emoji="☎️"),
    *(StaffTap(action=action, page=99_999, id=LARGEST_ID) for action in StaffAction),
    *(RoleTap(id=LARGEST_ID, role=role, page=99_999) for role in Role),
    AuditTap(older_than=LARGEST_ID, newer_than=LARGEST_ID),
    NudgeTap(whom=Nudged.OWNERS, minutes=120),
    LanguageTap(language="uk"),
    GuideTap(platform="a" * 16),
    ConnectTap(platform="a" * 16),
    *(ShopTap(action=action, id=LARGEST_ID, page=99_999) for action in ShopAction),
    *(ImportTap(action=action, id=LARGEST_ID) for action in ImportAction),
    *(StockSwitchTap(action=action, id=LARGEST_ID) for action in StockSwitchAction),
    StatusSwitchTap(id=LARGEST_ID, is_on=True),
    *(
        StatusMapTap(
            action=action,
            id=LARGEST_ID,
            step=max([step.value for step in Step] + [str(LARGEST_ID)], key=len),
            choice="a" * 20,
            page=99_999,
        )
        for action in MapAction
    ),
]
# Those of the sale window and of sales are tried with what they carry, in tests of their own.
ELSEWHERE = ("bot.keyboards.sale_taps", "bot.keyboards.sales_taps")


@pytest.mark.parametrize("tap", LARGEST_TAPS, ids=lambda tap: tap.pack())
def test_tap_fits_into_a_button_and_comes_back_whole(tap: CallbackData) -> None:
    packed = tap.pack()

    assert len(packed.encode()) <= 64
    assert type(tap).unpack(packed) == tap


def all_kinds() -> list[type[CallbackData]]:
    for module in pkgutil.iter_modules(bot.keyboards.__path__, "bot.keyboards."):
        importlib.import_module(module.name)
    return [kind for kind in CallbackData.__subclasses__() if kind.__module__.startswith("bot.")]


def test_prefixes_are_taken_once() -> None:
    kinds = all_kinds()

    assert len(kinds) >= 40
    assert len({kind.__prefix__ for kind in kinds}) == len(kinds)


def test_every_kind_of_tap_is_tried_at_its_largest() -> None:
    kinds = {kind for kind in all_kinds() if kind.__module__ not in ELSEWHERE}

    assert kinds - {type(tap) for tap in LARGEST_TAPS} == set()


def test_packed_taps_of_old_messages_still_mean_the_same() -> None:
    """Buttons live for months: what is written here may never change."""
    assert OrderTap.unpack("o1:cf:7") == OrderTap(action=OrderAction.CONFIRM, order_id=7)
    assert RejectTap.unpack("r1:7:duplicate").reason is RejectReason.DUPLICATE
    assert StatusTap.unpack("s1:7:101") == StatusTap(order_id=7, status_id=101)
    assert SaleTap.unpack("w1:bk:7") == SaleTap(action=SaleAction.BACK, order_id=7)
    assert AddTap.unpack("wa:7:3:") == AddTap(order_id=7, revision=3)
    assert ChannelTap.unpack("wc:7:3") == ChannelTap(order_id=7, channel_id=3)
    assert AccountTap.unpack("wm:7:4") == AccountTap(order_id=7, account_id=4)
    assert TabTap.unpack("t1:101:9:0") == TabTap(status_id=101, older_than=9)


def test_open_order_can_be_confirmed_rejected_and_relabelled() -> None:
    keyboard = order_keyboard(card_view(CALL_BACK), EN, now=NOW)

    assert tap_of(keyboard, "Confirm") == "o1:cf:7"
    assert tap_of(keyboard, "Reject") == "o1:rj:7"
    assert tap_of(keyboard, "Change status") == "o1:st:7"
    assert tap_of(keyboard, "History") == "o1:hi:7"
    (confirm, reject), *_ = keyboard.inline_keyboard
    assert (confirm.style, reject.style) == (ButtonStyle.SUCCESS, ButtonStyle.DANGER)
    (copied,) = [button.copy_text for button in buttons(keyboard) if button.copy_text]
    assert copied.text == "+380671234567"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (CANCELED, ["🕘 History", "♻️ Reopen"]),
        (REFUSED, ["🕘 History", "♻️ Reopen"]),
    ],
)
def test_closed_order(status: OrderStatus, expected: list[str]) -> None:
    soon, late = NOW + timedelta(seconds=1), NOW

    assert labels(order_keyboard(card_view(status), EN, now=NOW)) == [expected]
    assert labels(order_keyboard(card_view(status, undo_until=late), EN, now=NOW)) == [expected]
    assert labels(order_keyboard(card_view(status, undo_until=soon), EN, now=NOW)) == [
        [*expected, "↩️ Undo"]
    ]


def test_completed_order_can_be_returned() -> None:
    soon = NOW + timedelta(seconds=1)
    row = ["🕘 History", "📥 Return"]

    keyboard = order_keyboard(card_view(COMPLETED), EN, now=NOW)

    assert labels(keyboard) == [row]
    assert tap_of(keyboard, "Return") == "o1:rt:7"
    undone = order_keyboard(card_view(COMPLETED, undo_until=soon), EN, now=NOW)
    assert labels(undone) == [row, ["↩️ Undo"]]


def test_reasons_to_reject() -> None:
    keyboard = reject_keyboard(7, EN)

    assert labels(keyboard) == [
        ["Out of stock"],
        ["Customer's request"],
        ["Duplicate"],
        ["Wrong phone number"],
        ["Other"],
        ["⬅️ Back"],
    ]
    assert tap_of(keyboard, "Wrong phone number") == "r1:7:wrong_phone"
    assert tap_of(keyboard, "Back") == "o1:cd:7"


def test_statuses_to_choose_from() -> None:
    keyboard = statuses_keyboard(7, [CALL_BACK], EN)

    assert labels(keyboard) == [
        ["✅ Completed", "↩️ Refused"],
        ["📌 CALL BACK"],
        ["➕ New status"],
        ["⬅️ Back"],
    ]
    assert tap_of(keyboard, "Completed") == "s1:7:2"
    assert tap_of(keyboard, "Refused") == "s1:7:4"
    assert tap_of(keyboard, "CALL BACK") == "s1:7:101"
    assert tap_of(keyboard, "New status") == "s1:7:0"


@pytest.mark.parametrize("count", [40, 150])
def test_all_of_many_statuses_can_be_reached(count: int) -> None:
    own = [OrderStatus(id=101 + at, label=f"label {at}", emoji="⏰") for at in range(count)]
    page, seen = 0, []

    while True:
        keyboard = statuses_keyboard(7, own, EN, page)
        seen += [one.text for one in buttons(keyboard) if "label" in one.text]
        assert labels(keyboard)[-2:] == [["➕ New status"], ["⬅️ Back"]]
        if labels(keyboard)[-3][-1] != "›":
            break
        page += 1
        assert tap_of(keyboard, "›") == f"s2:7:{page}"

    assert seen == [f"⏰ label {at}" for at in range(count)]
    assert labels(statuses_keyboard(7, own, EN, 999)) == labels(keyboard)


def test_all_of_many_tabs_can_be_reached() -> None:
    tabs = [Tab(OrderStatus(id=101 + at, label=f"label {at}"), 1) for at in range(120)]

    pages = [tabs_keyboard(tabs, EN, page) for page in range(3)]

    shown = [one.text for page in pages for one in buttons(page) if "label" in one.text]
    assert shown == [f"📌 label {at} 1" for at in range(120)]
    assert [labels(page)[-1] for page in pages] == [["›"], ["‹", "›"], ["‹"]]
    assert (tap_of(pages[1], "‹"), tap_of(pages[1], "›")) == ("t2:0", "t2:2")


def test_sale_window_has_its_final_layout() -> None:
    keyboard = window_keyboard(Order(id=7, revision=3), EN)

    assert labels(keyboard) == [
        ["🛒 Sales channel", "💰 Receipt of money"],
        ["📄 Waybill", "📦 Products"],
        ["🏷 Discount", "👤 Customer"],
        ["🚚 Delivery", "💬 Note"],
        ["✅ Add sale"],
        ["⬅️ Back"],
    ]
    assert tap_of(keyboard, "Add sale") == "wa:7:3:"
    assert tap_of(keyboard, "Back") == "w1:bk:7"
    short = window_keyboard(Order(id=7, revision=3), EN, shortage="0badcafe")
    assert tap_of(short, "Add sale") == "wa:7:3:0badcafe"


def test_waybill_of_a_sale_is_none_an_existing_one_or_a_new_one() -> None:
    keyboard = waybill_keyboard(7, "", EN)

    assert labels(keyboard) == [
        ["✓ No waybill", "🔢 Existing number"],
        ["➕ Create"],
        ["⬅️ Back"],
    ]
    assert tap_of(keyboard, "Create") == "y1:fo:7:w"
    assert labels(waybill_keyboard(7, "20451600012345", EN))[0][0] == "No waybill"


def test_chosen_channel_and_account_are_marked() -> None:
    channels = [SalesChannel(id=1, name="My Shop"), SalesChannel(id=2, name="Instagram")]
    accounts = [
        MoneyAccount(id=1, kind=AccountKind.CASH, name="Cash"),
        MoneyAccount(id=4, kind=AccountKind.COD, name="COD"),
        MoneyAccount(id=101, name="Mono <Олега>"),
    ]

    by_channel = channels_keyboard(7, channels, 2, EN)
    by_account = accounts_keyboard(7, accounts, 4, UK)

    assert labels(by_channel) == [
        ["My Shop", "✓ Instagram"],
        ["➕ New channel"],
        ["⬅️ Back"],
    ]
    assert tap_of(by_channel, "My Shop") == "wc:7:1"
    assert tap_of(by_channel, "Back") == "w1:wi:7"
    assert labels(by_account) == [
        ["Готівка", "✓ Накладений платіж"],
        ["Mono ‹Олега›"],
        ["➗ Передоплата", "➕ Новий рахунок"],
        ["⬅️ Назад"],
    ]
    assert tap_of(by_account, "Готівка") == "wm:7:1"


@pytest.mark.parametrize("draw", [channels_keyboard, accounts_keyboard])
def test_many_choices_come_in_pages_beginning_with_the_chosen_one(draw: Any) -> None:
    row = SalesChannel if draw is channels_keyboard else MoneyAccount
    rows = [row(id=at, name=f"n{at}") for at in range(1, 66)]

    chosen, last = draw(7, rows, 45, EN), draw(7, rows, 45, EN, 2)

    names = [label for label in chain.from_iterable(labels(chosen)) if "n" in label[:3]]
    assert names == [f"✓ n{at}" if at == 45 else f"n{at}" for at in range(31, 61)]
    assert ["‹", "›"] in labels(chosen)
    assert tap_of(chosen, "›").endswith(":7:2")
    assert tap_of(chosen, "‹").endswith(":7:0")
    assert ["‹"] in labels(last)
    assert ["n65"] in labels(last)


def test_tabs_show_counts() -> None:
    keyboard = tabs_keyboard([Tab(NEW, 5), Tab(CALL_BACK, 2), Tab(COMPLETED, 1000)], EN)

    assert labels(keyboard) == [["🆕 New 5", "📌 CALL BACK 2"], ["✅ Completed 999+"]]
    assert tap_of(keyboard, "New 5") == "t1:1:0:0"


def test_what_a_carrier_left_without_a_name_can_be_chosen_all_the_same() -> None:
    """Telegram refuses a button without words, and the whole message with it."""
    senders = refs_keyboard(Part.SENDER, [("a1", "\u202e")], EN)
    branches = hits_keyboard(CarrierAction.POINT, [(1, "")], EN)

    assert [labels(each)[0] for each in (senders, branches)] == [["…"], ["…"]]
