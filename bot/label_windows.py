"""A pack of labels to be printed at once. Pure: views in, messages out."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.cards import Rendered
from bot.i18n import Translator
from bot.keyboards.labels import MOST_LABELS, pack_keyboard
from bot.markup import plain, quoted
from models.carriers import Waybill

COUNTED_LABELS = 100  # as many are looked for; more are "99+"
_SHOWN_NUMBERS = 20
_LONGEST_NUMBER = 16
_LONGEST_NAME = 20
_LONGEST_CITY = 16
_LAST_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Pack:
    """Waybills that can be printed, with their orders, and which of them are picked.

    ``more``: how many there are besides. ``mask`` has a bit for each, the first the lowest.
    """

    listed: tuple[Waybill, ...]
    more: int
    mask: int

    @classmethod
    def of(cls, found: Sequence[Waybill]) -> "Pack":
        """The first of them, all picked."""
        listed = tuple(found[:MOST_LABELS])
        return cls(listed, len(found) - len(listed), (1 << len(listed)) - 1)

    @property
    def fingerprint(self) -> str:
        """Equal for the same waybills in the same order: 8 characters."""
        ids = repr([waybill.id for waybill in self.listed])
        return hashlib.blake2b(ids.encode(), digest_size=4).hexdigest()

    @property
    def picked(self) -> tuple[Waybill, ...]:
        return tuple(each for at, each in enumerate(self.listed) if self.mask >> at & 1)

    def with_mask(self, mask: int) -> "Pack":
        """The same list, picked so."""
        return replace(self, mask=mask)


def pack(of: Pack, t: Translator, *, today: date, news: str = "") -> Rendered:
    """Which labels to print. ``news``: what just happened, HTML. ``today``: in the shop's zone."""
    lines = [f"🖨 <b>{t('Labels')}</b>"]
    if of.listed:
        count = t.plural("{count} label to print", "{count} labels to print", len(of.picked))
        lines.append(count)
    else:
        lines.append(t("Every label is printed."))
    if of.more:
        lines.append(t.plural("and {count} more", "and {count} more", of.more))
    if news:
        lines += ["", news]
    labels = [_label(waybill) for waybill in of.listed]
    return Rendered(
        "\n".join(lines), pack_keyboard(labels, of.mask, of.fingerprint, t, today=today)
    )


def _label(waybill: Waybill) -> str:
    """Whose parcel it is, where it goes, and how its number ends."""
    order = waybill.order
    parts = (
        plain(order.number, _LONGEST_NUMBER),
        plain(order.recipient_name or order.customer_name, _LONGEST_NAME),
        plain(order.delivery_city, _LONGEST_CITY),
        f"…{waybill.number[-_LAST_DIGITS:]}",
    )
    return " · ".join(part for part in parts if part)


def count_shown(count: int) -> str:
    """How many labels there are, for a button; "" for none."""
    if count >= COUNTED_LABELS:
        return f"{COUNTED_LABELS - 1}+"
    return str(count) if count else ""


def list_changed(t: Translator) -> str:
    """Nothing was printed, as the list is not what the person saw."""
    return "⚠ " + t("The list has changed meanwhile: look at it once more. All of it is picked.")


def printed(count: int, t: Translator) -> str:
    done = t.plural("{count} label: see the file.", "{count} labels: see the file.", count)
    return "✅ " + done


def file_name(waybills: Sequence[Waybill], t: Translator) -> str:
    """What the file with these labels is called: by the first number and how many more."""
    first = "".join(filter(str.isalnum, waybills[0].number))
    others = f"+{len(waybills) - 1}" if len(waybills) > 1 else ""
    return f"{t('Waybill')}-{first}{others}.pdf"


def caption(waybills: Sequence[Waybill], t: Translator) -> str:
    """Which orders the labels are of, HTML."""
    if len(waybills) == 1:
        (waybill,) = waybills
        order = t("Order {number}", number=quoted(waybill.order.number, _LONGEST_NUMBER))
        return f"{order} · <code>{quoted(waybill.number, _LONGEST_NUMBER)}</code>"
    numbers = [quoted(each.order.number, _LONGEST_NUMBER) for each in waybills[:_SHOWN_NUMBERS]]
    count = t.plural("{count} label", "{count} labels", len(waybills))
    left = len(waybills) - len(numbers)
    more = [t.plural("and {count} more", "and {count} more", left)] if left else []
    return f"{count}: {', '.join([*numbers, *more])}"
