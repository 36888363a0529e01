"""What the screens of people and of the audit log say: in both languages, whatever the names."""

from collections import Counter
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiogram.filters.callback_data import CallbackData

from bot.cards import order_card
from bot.i18n import Translator
from bot.keyboards.staff import AuditTap, RoleTap, StaffAction, StaffTap
from bot.markup import MESSAGE_LIMIT, visible_length
from bot.settings_screens import audit as audit_screen
from bot.settings_screens import staff as screens
from domain.rights import Role
from models.audit import AuditEntry, AuditKind
from models.staff import Invite, StaffMember
from models.statuses import OrderStatus
from services.audit import PAGE_SIZE, AuditPage
from services.carrier_accounts import Part
from services.invites import InvitesPage
from services.preferences import Name
from services.staff import StaffPage
from tests.bot.views import (
    CALL_BACK,
    COMPLETED,
    EN,
    NOW,
    REFUSED,
    UK,
    card_view,
    labels,
    shown,
    shown_text,
)

HOSTILE = "<b>\u202eй&amp;</b>" * 50
# Data as its services write it.
DATA: dict[AuditKind, list[dict[str, Any]]] = {
    AuditKind.STAFF_INVITED: [{"role": "seller"}],
    AuditKind.INVITE_REVOKED: [{"role": "seller"}],
    AuditKind.STAFF_JOINED: [{"name": "Ira", "role": "seller"}],
    AuditKind.ROLE_CHANGED: [{"name": "Ira", "old": "seller", "new": "packer"}],
    AuditKind.STAFF_REMOVED: [{"name": "Ira", "role": "manager"}],
    AuditKind.STATUS_CREATED: [{"label": "X"}],
    AuditKind.STATUS_RENAMED: [{"old": "X", "new": "Y"}],
    AuditKind.STATUS_CHANGED: [
        {"label": "X", "emoji": "☎️"},
        {"label": "X", "emoji": ""},
        {"label": "X", "holds_goods": True},
        {"label": "X", "holds_goods": False},
    ],
    AuditKind.STATUS_DELETED: [{"label": "X"}, {"label": "X", "moved": 5, "to": "Y"}],
    AuditKind.CHANNEL_CREATED: [{"name": "X"}],
    AuditKind.CHANNEL_RENAMED: [{"old": "X", "new": "Y"}],
    AuditKind.ACCOUNT_CREATED: [{"name": "X"}],
    AuditKind.ACCOUNT_RENAMED: [{"old": "X", "new": "Y"}],
    AuditKind.CHAT_CHANGED: [
        {"title": "X", "what": what, "value": value}
        for what, value in (
            ("shops", ["One", "Two"]),
            ("shops", []),
            ("quiet", "22:00-08:00"),
            ("quiet", ""),
            ("board", True),
            ("board", False),
            ("language", "uk"),
            ("state", "subscribed"),
            ("state", "unsubscribed"),
            ("something new", 1),
        )
    ],
    AuditKind.SHOP_CONNECTED: [{"name": "Shop", "platform": "woocommerce"}],
    AuditKind.SHOP_DISCONNECTED: [{"name": "Shop", "platform": "woocommerce"}],
    AuditKind.CARRIER_CONNECTED: [{"name": "novaposhta"}],
    AuditKind.CARRIER_DISCONNECTED: [{"name": "novaposhta"}],
    AuditKind.CARRIER_CHANGED: [
        {"name": "novaposhta", "what": what, "value": value}
        for what, value in (
            *((part.value, "ФОП") for part in Part if part not in (Part.COD_KIND, Part.PAYER)),
            ("cod", "control"),
            ("cod", "transfer"),
            ("money", ""),
            ("payer", "sender"),
            ("payer", "recipient"),
            ("key_end", ""),
            ("something new", None),
        )
    ],
    AuditKind.SHOP_CHANGED: [
        {"name": "Shop", "what": what, "value": value}
        for what, value in (
            ("keys", None),
            ("keys_end", "2027-09-14"),
            ("keys_end", ""),
            ("name", "New"),
            ("status", True),
            ("status", False),
            ("stock", True),
            ("stock", False),
            ("map", None),
        )
    ],
    AuditKind.CATALOGUE_IMPORTED: [{"name": "Shop", "created": 3, "linked": 40}],
    AuditKind.PREFERENCE_CHANGED: [{"name": name.value, "old": 15, "new": 20} for name in Name],
}


def hostile(data: dict[str, Any]) -> dict[str, Any]:
    """The same with names that somebody chose to do harm."""
    return {
        key: HOSTILE if isinstance(value, str) and key != "what" else value
        for key, value in data.items()
    }


@pytest.mark.parametrize("kind", AuditKind)
def test_every_kind_of_change_is_told_in_words(kind: AuditKind) -> None:
    told = [audit_screen.what_was_done(kind, data, t) for data in DATA[kind] for t in (EN, UK)]

    assert len(set(told)) == len(told)  # each says something else, in each language
    for text in told:
        assert kind.value not in text
        assert shown_text(text) == text
    for data in DATA[kind]:
        assert "<b>" in shown_text(audit_screen.what_was_done(kind, hostile(data), EN)) or (
            not any(isinstance(value, str) for key, value in data.items() if key != "what")
        )


def entry(at: int, kind: AuditKind, data: dict[str, Any], by: StaffMember | None) -> AuditEntry:
    row = SimpleNamespace(
        id=at,
        kind=kind,
        data=data,
        at=NOW - timedelta(minutes=at),
        staff=by,
        staff_id=by.id if by else None,
    )
    return cast("AuditEntry", row)


def person(id_: int, name: str, role: Role) -> StaffMember:
    return StaffMember(id=id_, telegram_id=1000 + id_, name=name, role=role)


def test_a_row_says_when_who_and_what() -> None:
    owner = person(1, "Олена", Role.OWNER)
    page = AuditPage(
        (
            entry(4, AuditKind.STAFF_INVITED, {"role": "seller"}, owner),
            entry(3, AuditKind.STAFF_REMOVED, {"name": "Ira", "role": "owner"}, None),
        ),
        has_newer=True,
        has_older=True,
    )

    rendered = audit_screen.audit(page, EN, now=NOW)

    assert shown(rendered).splitlines()[2:] == [
        f"{EN.date_time(NOW - timedelta(minutes=4), now=NOW)} · Олена: new invite: Seller",
        f"{EN.date_time(NOW - timedelta(minutes=3), now=NOW)} · The program: removed Ira (Owner)",
    ]
    assert labels(rendered.keyboard) == [["‹", "›"], ["⬅️ Back"]]


@pytest.mark.parametrize("t", [EN, UK])
def test_screens_hold_whatever_people_are_called(t: Translator) -> None:
    owner, seller = person(1, HOSTILE, Role.OWNER), person(2, HOSTILE, Role.SELLER)
    expires_at = NOW + timedelta(days=2)
    row = SimpleNamespace(id=1, role=Role.SELLER, expires_at=expires_at, created_by=owner)
    invite = cast("Invite", row)
    longest = [(kind, hostile(data)) for kind, each in DATA.items() for data in each]
    entries = [entry(at, *each, owner) for at, each in enumerate(longest, start=1)]

    for rendered in (
        screens.people(StaffPage((owner, seller) * 4, 0, 2), 3, owner, t),
        *(screens.person(each, 0, t) for each in (owner, seller)),
        screens.ask_remove(seller, 0, t),
        screens.choose_role(t),
        screens.link("https://t.me/kramar_demo_bot?start=inv_x", invite, t, now=NOW),
        screens.open_invites(InvitesPage((invite,) * 8, 1, 3), t, now=NOW),
        screens.open_invites(InvitesPage((), 0, 1), t, now=NOW),
        *(
            audit_screen.audit(
                AuditPage(tuple(entries[at : at + PAGE_SIZE]), True, True), t, now=NOW
            )
            for at in range(0, len(entries), PAGE_SIZE)
        ),
        audit_screen.audit(AuditPage((), False, False), t, now=NOW),
    ):
        shown(rendered)
        assert visible_length(rendered.text) <= MESSAGE_LIMIT


def test_taps_fit_into_a_button_and_share_no_prefix() -> None:
    largest = 2**31 - 1
    taps: list[CallbackData] = [
        *(StaffTap(action=action, page=99_999, id=largest) for action in StaffAction),
        *(RoleTap(id=largest, role=role, page=99_999) for role in Role),
        AuditTap(older_than=largest, newer_than=largest),
    ]
    for tap in taps:
        assert len(tap.pack().encode()) <= 64
        assert type(tap).unpack(tap.pack()) == tap
    import_module("bot.handlers")
    prefixes = Counter(kind.__prefix__ for kind in CallbackData.__subclasses__())
    assert [prefix for prefix, count in prefixes.items() if count > 1] == []


SOON = NOW + timedelta(seconds=30)


@pytest.mark.parametrize(
    ("status", "hidden"),
    [
        (CALL_BACK, {"✅ Confirm", "✖️ Reject"}),
        (REFUSED, {"♻️ Reopen", "↩️ Undo"}),
        (COMPLETED, {"📥 Return", "↩️ Undo"}),
    ],
    ids=lambda each: getattr(each, "label", ""),
)
def test_a_card_offers_its_one_reader_what_they_may_do(
    status: OrderStatus, hidden: set[str]
) -> None:
    view = card_view(status, undo_until=None if status is CALL_BACK else SOON)

    def offered(role: Role | None) -> set[str]:
        rendered = order_card(view, EN, now=NOW, role=role)
        return {label for row in labels(rendered.keyboard) for label in row}

    assert offered(None) == offered(Role.OWNER) == offered(Role.MANAGER) == offered(Role.SELLER)
    assert offered(None) - offered(Role.PACKER) == hidden
    assert "🕘 History" in offered(Role.PACKER)
