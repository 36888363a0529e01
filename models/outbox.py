"""The outbox: what is still owed to the outside world."""

from enum import StrEnum
from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

if TYPE_CHECKING:
    from models.telegram import Chat


class EffectKind(StrEnum):
    """What an outbox row owes. It names a thing, never its content."""

    SHOW_CARD = "show_card"  # bring the order's card in the chat to the present state
    TELL_EVENT = "tell_event"  # reply to the card with what the platform or the carrier said
    TELL_OWNER = "tell_owner"  # an entry of the inbox was set aside; subject_id is its id
    TELL_LOST = "tell_lost"  # a group refuses us; subject_id is its chat
    REMIND = "remind"  # reply to the card: its reminder is due; subject_id is the reminder
    NUDGE = "nudge"  # a new order is waiting untouched; subject_id is the order
    TELL_SHOP = "tell_shop"  # something about a shop; subject_id is its notice
    TELL_CARRIER = "tell_carrier"  # something about a carrier; subject_id is its notice
    SHOW_BOARD = "show_board"  # bring the chat's live board to the present; subject_id is the chat


class OutboxEffect(Model):
    """One thing owed to one chat, deleted once done. Written in the transaction of its cause.

    ``subject_id`` is the order of a SHOW_CARD, the event of a TELL_EVENT, the inbox entry of a
    TELL_OWNER, the chat of a TELL_LOST or SHOW_BOARD, the reminder of a REMIND, a NUDGE's order,
    the notice of a TELL_SHOP or TELL_CARRIER.
    ``due_at`` (UTC) lies in the future when something is to happen then.
    """

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharEnumField(EffectKind, max_length=16)
    chat: fields.ForeignKeyRelation["Chat"] = fields.ForeignKeyField(
        "kramar.Chat", "outbox", on_delete=fields.RESTRICT
    )
    subject_id = fields.BigIntField()
    due_at = fields.DatetimeField(auto_now_add=True)
    problem = fields.CharField(500, default="")

    chat_id: int

    @property
    def is_card(self) -> bool:
        """Whether ``subject_id`` is an order whose card is to be shown."""
        return self.kind is EffectKind.SHOW_CARD

    class Meta:
        table = "outbox_effect"
        indexes = (Index(fields=["chat_id", "id"]), Index(fields=["due_at"]))
