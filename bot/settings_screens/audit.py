"""Settings, Audit log: what was changed about the shop itself, by whom and when."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.cards import Rendered
from bot.carrier_texts import carrier_name
from bot.i18n import Translator
from bot.keyboards.staff import audit_keyboard
from bot.markup import quoted
from bot.names import role_name
from domain.carriers import CodKind, Payer
from domain.rights import Role
from models.audit import AuditEntry, AuditKind
from models.telegram import ChatState
from services.audit import AuditPage
from services.carrier_accounts import Part
from services.preferences import Name

_LONGEST = 40

_Data = Mapping[str, Any]


def audit(page: AuditPage, t: Translator, *, now: datetime) -> Rendered:
    """A page of the log, newest first."""
    lines = [f"📜 <b>{t('Audit log')}</b>", ""]
    lines.extend(_line(entry, t, now) for entry in page.entries)
    if not page.entries:
        lines.append(t("Nothing has been changed yet."))
    newer = page.entries[0].id if page.has_newer else 0
    older = page.entries[-1].id if page.has_older else 0
    return Rendered("\n".join(lines), audit_keyboard(newer, older, t))


def _line(entry: AuditEntry, t: Translator, now: datetime) -> str:
    who = t("The program")
    if entry.staff is not None:
        who = quoted(entry.staff.name, _LONGEST) or str(entry.staff.telegram_id)
    return f"{t.date_time(entry.at, now=now)} · {who}: {what_was_done(entry.kind, entry.data, t)}"


def what_was_done(kind: AuditKind, data: _Data, t: Translator) -> str:
    """What one row tells, as HTML. Names are those of that time."""

    def name(key: str = "name") -> str:
        return t("“{text}”", text=quoted(str(data.get(key, "")), _LONGEST))

    def person() -> str:
        return quoted(str(data.get("name", "")), _LONGEST)

    def carrier() -> str:
        folder = str(data.get("name", ""))
        return carrier_name(folder, t) if folder.isidentifier() else quoted(folder, _LONGEST)

    def role(key: str = "role") -> str:
        return _role(data.get(key), t)

    said: Mapping[AuditKind, Callable[[], str]] = {
        AuditKind.STAFF_INVITED: lambda: t("new invite: {role}", role=role()),
        AuditKind.INVITE_REVOKED: lambda: t("invite revoked: {role}", role=role()),
        AuditKind.STAFF_JOINED: lambda: t("joined by an invite: {role}", role=role()),
        AuditKind.ROLE_CHANGED: lambda: t(
            "role of {name}: {old} → {new}", name=person(), old=role("old"), new=role("new")
        ),
        AuditKind.STAFF_REMOVED: lambda: t("removed {name} ({role})", name=person(), role=role()),
        AuditKind.STATUS_CREATED: lambda: t("new status {name}", name=name("label")),
        AuditKind.STATUS_RENAMED: lambda: t(
            "status {old} is now {new}", old=name("old"), new=name("new")
        ),
        AuditKind.STATUS_CHANGED: lambda: _status_changed(name("label"), data, t),
        AuditKind.STATUS_DELETED: lambda: _status_deleted(name("label"), data, t),
        AuditKind.CHANNEL_CREATED: lambda: t("new sales channel {name}", name=name()),
        AuditKind.CHANNEL_RENAMED: lambda: t(
            "sales channel {old} is now {new}", old=name("old"), new=name("new")
        ),
        AuditKind.ACCOUNT_CREATED: lambda: t("new account {name}", name=name()),
        AuditKind.ACCOUNT_RENAMED: lambda: t(
            "account {old} is now {new}", old=name("old"), new=name("new")
        ),
        AuditKind.CHAT_CHANGED: lambda: _chat_changed(name("title"), data, t),
        AuditKind.SHOP_CONNECTED: lambda: t("connected the shop {name}", name=name()),
        AuditKind.SHOP_DISCONNECTED: lambda: t("disconnected the shop {name}", name=name()),
        AuditKind.SHOP_CHANGED: lambda: _shop_changed(name(), data, t),
        AuditKind.CATALOGUE_IMPORTED: lambda: t(
            "catalogue of {name}: {created} products made, {linked} linked",
            name=name(),
            created=int(data.get("created") or 0),
            linked=int(data.get("linked") or 0),
        ),
        AuditKind.CARRIER_CONNECTED: lambda: t("connected the carrier {name}", name=carrier()),
        AuditKind.CARRIER_DISCONNECTED: lambda: t(
            "disconnected the carrier {name}", name=carrier()
        ),
        AuditKind.CARRIER_CHANGED: lambda: _carrier_changed(carrier(), data, t),
        AuditKind.PREFERENCE_CHANGED: lambda: _preference_changed(data, t),
    }
    return said[kind]()


def _role(value: object, t: Translator) -> str:
    known = next((role for role in Role if role == value), None)
    return role_name(known, t) if known else quoted(str(value), _LONGEST)


def _status_changed(name: str, data: _Data, t: Translator) -> str:
    if "holds_goods" not in data:
        emoji = quoted(str(data.get("emoji", "")), _LONGEST) or "—"
        return t("emoji of status {name}: {emoji}", name=name, emoji=emoji)
    if data["holds_goods"]:
        return t("status {name} keeps goods reserved", name=name)
    return t("status {name} gives reserved goods back", name=name)


def _status_deleted(name: str, data: _Data, t: Translator) -> str:
    moved = int(data.get("moved") or 0)
    if not moved:
        return t("status {name} deleted", name=name)
    return t.plural(
        "status {name} deleted, {count} order moved to {to}",
        "status {name} deleted, {count} orders moved to {to}",
        moved,
        name=name,
        to=t("“{text}”", text=quoted(str(data.get("to", "")), _LONGEST)),
    )


def _chat_changed(title: str, data: _Data, t: Translator) -> str:
    value = data.get("value")
    match data.get("what"):
        case "shops" if value:
            names = quoted(", ".join(map(str, value)), 2 * _LONGEST)
            return t("chat {title}: orders of {shops}", title=title, shops=names)
        case "shops":
            return t("chat {title}: orders of all shops", title=title)
        case "quiet" if value:
            hours = quoted(str(value), _LONGEST)
            return t("chat {title}: quiet hours {hours}", title=title, hours=hours)
        case "quiet":
            return t("chat {title}: no quiet hours", title=title)
        case "board" if value:
            return t("chat {title}: live board on", title=title)
        case "board":
            return t("chat {title}: live board off", title=title)
        case "language":
            code = quoted(str(value), _LONGEST)
            return t("chat {title}: language {code}", title=title, code=code)
        case "state" if value == ChatState.SUBSCRIBED:
            return t("chat {title}: cards on", title=title)
        case "state":
            return t("chat {title}: cards off", title=title)
        case _:
            return t("chat {title} changed", title=title)


def _carrier_changed(name: str, data: _Data, t: Translator) -> str:
    value = quoted(str(data.get("value") or ""), 2 * _LONGEST)
    match data.get("what"):
        case Part.KEY:
            return t("{name}: another key", name=name)
        case Part.KEY_END if value:
            return t("{name}: its key works until {date}", name=name, date=value)
        case Part.KEY_END:
            return t("{name}: it is not known when its key ends", name=name)
        case Part.SENDER:
            return t("{name}: the sender is {value}", name=name, value=value)
        case Part.CONTACT:
            return t("{name}: the contact person is {value}", name=name, value=value)
        case Part.PLACE:
            return t("{name}: parcels are sent from {value}", name=name, value=value)
        case Part.COD_KIND if data.get("value") == CodKind.CONTROL:
            return t("{name}: cash on delivery by payment control", name=name)
        case Part.COD_KIND:
            return t("{name}: cash on delivery by money transfer", name=name)
        case Part.COD_ACCOUNT if value:
            return t("{name}: cash on delivery arrives in {value}", name=name, value=value)
        case Part.COD_ACCOUNT:
            return t("{name}: cash on delivery is settled by hand", name=name)
        case Part.PAYER if data.get("value") == Payer.SENDER:
            return t("{name}: we pay for the delivery", name=name)
        case Part.PAYER:
            return t("{name}: the recipient pays for the delivery", name=name)
        case Part.WEIGHT:
            return t("{name}: a usual parcel weighs {value} kg", name=name, value=value)
        case Part.BOX:
            return t("{name}: a usual box is {value} cm", name=name, value=value)
        case Part.DESCRIPTION:
            return t("{name}: usually in a parcel: {value}", name=name, value=value)
        case _:
            return t("changed how parcels go with {name}", name=name)


def _shop_changed(name: str, data: _Data, t: Translator) -> str:
    value = data.get("value")
    match data.get("what"):
        case "keys":
            return t("shop {name}: other keys", name=name)
        case "keys_end" if value:
            ends_on = quoted(str(value), _LONGEST)
            return t("shop {name}: its keys work until {date}", name=name, date=ends_on)
        case "keys_end":
            return t("shop {name}: it is not known when its keys end", name=name)
        case "name":
            return t("shop {name} is now {new}", name=name, new=quoted(str(value), _LONGEST))
        case "status" if value:
            return t("shop {name} is told of statuses", name=name)
        case "status":
            return t("shop {name} is not told of statuses", name=name)
        case "stock" if value:
            return t("shop {name} is told of stock", name=name)
        case "stock":
            return t("shop {name} is not told of stock", name=name)
        case _:
            return t("shop {name}: other statuses for the site", name=name)


def _preference_changed(data: _Data, t: Translator) -> str:
    named = {
        Name.NUDGE_CHATS_AFTER: t("waiting orders remind the chats after (minutes)"),
        Name.NUDGE_OWNERS_AFTER: t("waiting orders are told to the owners after (minutes)"),
    }
    key = data.get("name")
    what = next((words for name, words in named.items() if name == key), None)
    old, new = (quoted(str(data.get(each, "")), _LONGEST) for each in ("old", "new"))
    return f"{what or quoted(str(key), _LONGEST)}: {old} → {new}"
