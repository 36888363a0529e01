"""What Telegram shows: chats, cards, digests, and half-finished dialogues."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

if TYPE_CHECKING:
    from models.orders import Order
    from models.shops import Shop


class ChatState(StrEnum):
    """Whether cards go to a chat."""

    SUBSCRIBED = "subscribed"
    BLOCKED = "blocked"  # it refuses us; what it is owed waits until it takes us back
    UNSUBSCRIBED = "unsubscribed"  # nobody wants cards here


class Chat(Model):
    """Where cards go: a private chat or a group, with an optional forum topic (0: none).

    ``last_message_id`` is the newest message of the chat we know of: after a crash, a card whose
    answer was never recorded is looked for behind it.

    Quiet hours are minutes of the day in the shop's zone, and may span midnight; None: there are
    none. The live board is the pinned message ``board_message_id``; ``board_shown`` is the
    fingerprint of what it shows.
    """

    id = fields.IntField(primary_key=True)
    telegram_id = fields.BigIntField()
    topic_id = fields.BigIntField(default=0)
    is_group = fields.BooleanField(default=False)
    title = fields.CharField(200, default="")
    language = fields.CharField(8, default="uk")
    state = fields.CharEnumField(ChatState, max_length=16, default=ChatState.SUBSCRIBED)
    last_message_id = fields.BigIntField(default=0)
    quiet_from = fields.IntField(null=True)
    quiet_until = fields.IntField(null=True)
    has_board = fields.BooleanField(default=False)
    board_message_id = fields.BigIntField(null=True)
    board_shown = fields.CharField(64, default="")

    class Meta:
        table = "chat"
        unique_together = (("telegram_id", "topic_id"),)


class ChatShop(Model):
    """A shop whose orders come to a chat. A chat without any such row has the orders of all."""

    id = fields.IntField(primary_key=True)
    chat: fields.ForeignKeyRelation["Chat"] = fields.ForeignKeyField(
        "kramar.Chat", "shops", on_delete=fields.RESTRICT
    )
    shop: fields.ForeignKeyRelation["Shop"] = fields.ForeignKeyField(
        "kramar.Shop", "chats", on_delete=fields.RESTRICT
    )

    chat_id: int
    shop_id: int

    class Meta:
        table = "chat_shop"
        unique_together = (("chat", "shop"),)


class Digest(Model):
    """One message that shows a backlog of orders as lines.

    ``sent_after`` is set, and committed, before the message is sent: a digest with it and without a
    ``message_id`` is one whose answer was never recorded.
    """

    id = fields.IntField(primary_key=True)
    chat: fields.ForeignKeyRelation["Chat"] = fields.ForeignKeyField(
        "kramar.Chat", "digests", on_delete=fields.RESTRICT
    )
    message_id = fields.BigIntField(null=True)
    sent_after = fields.BigIntField(null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    chat_id: int

    class Meta:
        table = "digest"


class Card(Model):
    """How one order is shown in one chat, as a message or as a line of a digest.

    ``sent_after`` works as in ``Digest``.
    """

    id = fields.IntField(primary_key=True)
    order: fields.ForeignKeyRelation["Order"] = fields.ForeignKeyField(
        "kramar.Order", "cards", on_delete=fields.RESTRICT
    )
    chat: fields.ForeignKeyRelation["Chat"] = fields.ForeignKeyField(
        "kramar.Chat", "cards", on_delete=fields.RESTRICT
    )
    message_id = fields.BigIntField(null=True)
    sent_after = fields.BigIntField(null=True)
    digest: fields.ForeignKeyNullableRelation["Digest"] = fields.ForeignKeyField(
        "kramar.Digest", "cards", null=True, on_delete=fields.RESTRICT
    )
    shown = fields.CharField(64, default="")  # fingerprint of what the message shows

    order_id: int
    chat_id: int
    digest_id: int | None

    class Meta:
        table = "card"
        unique_together = (("order", "chat"),)
        indexes = (Index(fields=["chat_id", "message_id"]), Index(fields=["digest_id"]))


class DialogueState(Model):
    """aiogram's FSM state, kept so that a dialogue survives a restart."""

    key = fields.CharField(190, primary_key=True)
    state = fields.CharField(190, null=True)
    data: dict[str, Any] = fields.JSONField(default=dict)
    updated_at = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "dialogue_state"
