"""Carriers: our account with one, the places it goes to, and the waybills of orders."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from domain.carriers import ParcelState, Payer, PlaceKind, WaybillState
from models.fields import KeyField, MoneyField, QuantityField

if TYPE_CHECKING:
    from models.money import MoneyAccount
    from models.orders import Order
    from models.staff import StaffMember


class CarrierAccount(Model):
    """Our account with a carrier, and how parcels are usually sent. One for each carrier.

    The Refs are the carrier's own; "" where nothing was chosen yet. ``phone`` is the sender's.
    ``place_ref`` is where parcels are handed in: a branch, or with ``from_door`` an address.
    ``weight_kg`` and the sizes (cm) are of a usual box. ``cod_kind`` is a value of
    ``domain.carriers.CodKind``, "" until chosen. ``cod_account`` is where money on delivery
    arrives, None while nobody has said.

    ``key_ends_on`` is the key's last day in the shop's zone, None when nobody said;
    ``key_end_told``: with how many days left the owners were last told of it. ``trouble`` is why
    the key is not accepted at present, a value of ``domain.carriers.CarrierProblem``, else "".
    """

    id = fields.IntField(primary_key=True)
    carrier = fields.CharField(16, unique=True)  # the name of a folder in integrations/
    secrets = fields.TextField()  # encrypted JSON: the carrier's keys
    is_active = fields.BooleanField(default=True)
    connected_at = fields.DatetimeField(auto_now_add=True)

    sender_ref = fields.CharField(64, default="")
    sender_name = fields.CharField(200, default="")
    contact_ref = fields.CharField(64, default="")
    contact_name = fields.CharField(200, default="")
    phone = fields.CharField(20, default="")
    city_ref = fields.CharField(64, default="")
    city_name = fields.CharField(200, default="")
    place_ref = fields.CharField(64, default="")
    place_name = fields.CharField(300, default="")
    from_door = fields.BooleanField(default=False)

    weight_kg = QuantityField(default=Decimal("0.5"))
    width_cm = fields.IntField(default=20)
    length_cm = fields.IntField(default=30)
    height_cm = fields.IntField(default=10)
    description = fields.CharField(100, default="")
    payer = fields.CharEnumField(Payer, max_length=16, default=Payer.RECIPIENT)
    cod_kind = fields.CharField(16, default="")
    cod_account: fields.ForeignKeyNullableRelation["MoneyAccount"] = fields.ForeignKeyField(
        "kramar.MoneyAccount", "carriers", null=True, on_delete=fields.RESTRICT
    )

    key_ends_on: date | None = fields.DateField(null=True)
    key_end_told: int | None = fields.IntField(null=True)
    trouble = fields.CharField(24, default="")
    trouble_text = fields.CharField(300, default="")
    is_trouble_told = fields.BooleanField(default=False)

    cod_account_id: int | None

    class Meta:
        table = "carrier_account"


class CarrierCity(Model):
    """A settlement that a carrier goes to, as far as somebody has looked for it.

    ``key`` is its name as it is searched. ``read_at`` is when its points were last read, None:
    never; ``used_at`` when somebody last needed them (both UTC): those are read anew every day.
    """

    id = fields.IntField(primary_key=True)
    carrier = fields.CharField(16)
    ref = fields.CharField(64)
    name = fields.CharField(120)
    kind = fields.CharField(32, default="")
    area = fields.CharField(120, default="")
    region = fields.CharField(120, default="")
    key = KeyField(120)
    read_at: datetime | None = fields.DatetimeField(null=True)
    used_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "carrier_city"
        unique_together = (("carrier", "ref"),)
        indexes = (Index(fields=["carrier", "key"]),)


class CarrierPoint(Model):
    """A branch or a parcel locker of a city, as it was last read.

    Kilograms, centimetres and UAH; NULL and 0: no limit is known. ``key`` is number, name and
    address as they are searched. ``is_open``: parcels can be sent there.
    """

    id = fields.IntField(primary_key=True)
    carrier = fields.CharField(16)
    ref = fields.CharField(64)
    city: fields.ForeignKeyRelation[CarrierCity] = fields.ForeignKeyField(
        "kramar.CarrierCity", "points", on_delete=fields.CASCADE
    )
    kind = fields.CharEnumField(PlaceKind, max_length=16)
    number = KeyField(16)
    name = fields.CharField(300)
    address = fields.CharField(300, default="")
    key = fields.CharField(400)
    max_weight_kg: Decimal | None = QuantityField(null=True)
    max_width_cm = fields.IntField(default=0)
    max_length_cm = fields.IntField(default=0)
    max_height_cm = fields.IntField(default=0)
    max_declared: Decimal | None = MoneyField(null=True)
    is_open = fields.BooleanField(default=True)

    city_id: int

    class Meta:
        table = "carrier_point"
        unique_together = (("carrier", "ref"),)
        indexes = (Index(fields=["city_id", "number"]),)


class WaybillDraft(Model):
    """A waybill that is being put together for an order: it has one at a time.

    It holds only what was chosen or typed: None means "as the sale says", or the account's usual.
    ``city`` and ``point`` are found from what the order says, or chosen; ``is_confirmed``: the
    place needs no more looking at. For a door there is a street instead of a point. ``seats``
    (JSON) is a list of [kg, width, length, height] as texts and numbers. ``quote`` (JSON) is the
    last one with the fingerprint of what it was for. ``chat_id`` and ``message_id`` say where the
    form is shown (Telegram's ids).
    """

    id = fields.IntField(primary_key=True)
    order: fields.OneToOneRelation["Order"] = fields.OneToOneField(
        "kramar.Order", "waybill_draft", on_delete=fields.RESTRICT
    )
    carrier = fields.CharField(16)
    recipient_name = fields.CharField(200, null=True)
    phone = fields.CharField(64, null=True)
    city: fields.ForeignKeyNullableRelation[CarrierCity] = fields.ForeignKeyField(
        "kramar.CarrierCity", "drafts", null=True, on_delete=fields.SET_NULL
    )
    point: fields.ForeignKeyNullableRelation[CarrierPoint] = fields.ForeignKeyField(
        "kramar.CarrierPoint", "drafts", null=True, on_delete=fields.SET_NULL
    )
    street_ref = fields.CharField(64, default="")
    street_name = fields.CharField(200, default="")
    building = fields.CharField(32, default="")
    flat = fields.CharField(32, default="")
    is_confirmed = fields.BooleanField(default=False)
    is_sought = fields.BooleanField(default=False)  # the order's own words were looked at
    seats: Any = fields.JSONField(null=True)
    declared_value: Decimal | None = MoneyField(null=True)
    cod_amount: Decimal | None = MoneyField(null=True)
    description = fields.CharField(100, null=True)
    payer: Any = fields.CharEnumField(Payer, max_length=16, null=True)  # Payer | None
    quote: Any = fields.JSONField(null=True)
    chat_id = fields.BigIntField(null=True)
    message_id = fields.BigIntField(null=True)
    updated_at = fields.DatetimeField(auto_now=True)

    order_id: int
    city_id: int | None
    point_id: int | None

    class Meta:
        table = "waybill_draft"


class Waybill(Model):
    """A waybill of an order: made by us at a carrier, or only named by its number.

    ``live_for`` is the order's id while the waybill counts (``LIVE_WAYBILLS``), else None: an
    order has one at a time, whoever taps and however often. ``reference`` is what we call it
    towards the carrier, None for one that we did not make; ``external_id`` what the carrier calls
    it besides its ``number``. ``request`` (JSON) is what was asked for. Money is in UAH, times are
    UTC. ``problem`` is why it was not made, a value of ``domain.carriers.CarrierProblem``, with its
    detail and the carrier's own words. ``chat_id`` and ``message_id`` (Telegram's) are where
    somebody waits for the outcome, None once it was shown. ``lookups``: how often it was looked
    for in vain, after an answer was lost.

    ``parcel`` is where the parcel is, since ``moved_at``; ``status_code`` and ``status_text`` the
    carrier's own words; ``place`` where it waits. ``stored_since`` (a day in Kyiv) begins the
    count of days that it waits, of which ``days_told`` were told. It is looked at next at
    ``look_at``, None: never again.
    """

    id = fields.IntField(primary_key=True)
    carrier = fields.CharField(16)
    order: fields.ForeignKeyRelation["Order"] = fields.ForeignKeyField(
        "kramar.Order", "waybills", on_delete=fields.RESTRICT
    )
    live_for = fields.IntField(null=True, unique=True)
    state = fields.CharEnumField(WaybillState, max_length=16)
    staff: fields.ForeignKeyNullableRelation["StaffMember"] = fields.ForeignKeyField(
        "kramar.StaffMember", "waybills", null=True, on_delete=fields.RESTRICT
    )  # None: the platform named it
    reference = fields.CharField(64, null=True, unique=True)
    number = KeyField(64, default="")
    external_id = fields.CharField(64, default="")
    request: dict[str, Any] = fields.JSONField(default=dict)
    recipient_phone = fields.CharField(64, default="")
    cost: Decimal | None = MoneyField(null=True)
    cod_amount = MoneyField(default=Decimal(0))
    arrives_on: date | None = fields.DateField(null=True)
    created_at = fields.DatetimeField(auto_now_add=True)
    sent_at: datetime | None = fields.DatetimeField(null=True)
    made_at: datetime | None = fields.DatetimeField(null=True)
    printed_at: datetime | None = fields.DatetimeField(null=True)
    lookups = fields.IntField(default=0)
    problem = fields.CharField(24, default="")
    problem_detail = fields.CharField(16, default="")
    problem_text = fields.CharField(300, default="")
    chat_id = fields.BigIntField(null=True)
    message_id = fields.BigIntField(null=True)

    parcel = fields.CharEnumField(ParcelState, max_length=16, default=ParcelState.UNKNOWN)
    status_code = fields.CharField(16, default="")
    status_text = fields.CharField(300, default="")
    place = fields.CharField(300, default="")
    moved_at: datetime | None = fields.DatetimeField(null=True)
    stored_since: date | None = fields.DateField(null=True)
    days_told = fields.IntField(default=0)
    received_at: datetime | None = fields.DatetimeField(null=True)
    return_number = fields.CharField(64, default="")
    look_at: datetime | None = fields.DatetimeField(null=True)
    looked_at: datetime | None = fields.DatetimeField(null=True)

    order_id: int
    staff_id: int | None

    @property
    def is_ours(self) -> bool:
        """Whether we made it, so that it can be printed and, for a while, deleted."""
        return self.state is WaybillState.MADE

    class Meta:
        table = "waybill"
        indexes = (
            Index(fields=["order_id", "id"]),
            Index(fields=["state", "id"]),
            Index(fields=["look_at"]),
            Index(fields=["number"]),
        )


class CarrierNotice(Model):
    """Something about a carrier that the owners must know. The outbox tells them (TELL_CARRIER).

    ``kind`` is a value of ``domain.carriers.CarrierNoticeKind``, whose remarks say what ``data``
    holds.
    """

    id = fields.IntField(primary_key=True)
    account: fields.ForeignKeyRelation[CarrierAccount] = fields.ForeignKeyField(
        "kramar.CarrierAccount", "notices", on_delete=fields.RESTRICT
    )
    kind = fields.CharField(24)
    data: dict[str, Any] = fields.JSONField(default=dict)
    at = fields.DatetimeField(auto_now_add=True)

    account_id: int

    class Meta:
        table = "carrier_notice"
