"""Carriers, the places they go to, and the waybills of orders."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops
from decimal import Decimal
from domain.carriers import ParcelState, Payer, PlaceKind, WaybillState
from models.audit import AuditKind
from models.fields import KeyField, MoneyField, QuantityField
from models.operations import NewWords
from models.orders import EventKind
from models.outbox import EffectKind
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise import fields
from tortoise.indexes import Index


FOLLOWED = timedelta(days=30)  # whoever sold before has the parcel, or never will
NUMBER = "replace(replace(s.waybill_number, ' ', ''), '-', '')"
IS_NOVA_POSHTA = (
    f"length({NUMBER}) = 14 AND rtrim({NUMBER}, '0123456789') = '' "
    f"AND substr({NUMBER}, 1, 1) IN ('1', '2', '5')"
)


async def name_parcels(apps: Any, schema_editor: Any) -> None:
    """The parcels of sales that were added before count and are followed, as those of later ones:
    else their orders would seem to have none, and get a second one.
    """
    del apps
    begin = (datetime.now(UTC) - FOLLOWED).isoformat(" ", "seconds")
    await schema_editor.client.execute_script(
        'INSERT INTO "waybill" ("carrier", "order_id", "live_for", "state", "staff_id", "number", '
        '"external_id", "request", "recipient_phone", "cod_amount", "created_at", "lookups", '
        '"problem", "problem_detail", "problem_text", "parcel", "status_code", "status_text", '
        '"place", "days_told", "return_number", "look_at") '
        f"SELECT CASE WHEN {IS_NOVA_POSHTA} THEN 'novaposhta' ELSE '' END, s.order_id, s.order_id, "
        "'named', CASE WHEN o.waybill_number = s.waybill_number THEN NULL ELSE s.staff_id END, "
        f"CASE WHEN {IS_NOVA_POSHTA} THEN {NUMBER} ELSE s.waybill_number END, '', '{{}}', s.phone, "
        "0, s.at, 0, '', '', '', 'unknown', '', '', '', 0, '', "
        f"CASE WHEN {IS_NOVA_POSHTA} AND s.at >= '{begin}' THEN s.at END "
        'FROM "sale" s JOIN "order" o ON o.id = s.order_id '
        "WHERE s.standing_for IS NOT NULL AND s.waybill_number <> ''"
    )


class Migration(migrations.Migration):
    dependencies = [("kramar", "0006_prom")]

    initial = False

    operations = [
        ops.CreateModel(
            name="CarrierAccount",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("carrier", fields.CharField(unique=True, max_length=16)),
                ("secrets", fields.TextField(unique=False)),
                ("is_active", fields.BooleanField(default=True)),
                ("connected_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("sender_ref", fields.CharField(default="", max_length=64)),
                ("sender_name", fields.CharField(default="", max_length=200)),
                ("contact_ref", fields.CharField(default="", max_length=64)),
                ("contact_name", fields.CharField(default="", max_length=200)),
                ("phone", fields.CharField(default="", max_length=20)),
                ("city_ref", fields.CharField(default="", max_length=64)),
                ("city_name", fields.CharField(default="", max_length=200)),
                ("place_ref", fields.CharField(default="", max_length=64)),
                ("place_name", fields.CharField(default="", max_length=300)),
                ("from_door", fields.BooleanField(default=False)),
                (
                    "weight_kg",
                    QuantityField(
                        default=Decimal("0.5"), generated=False, null=False, unique=False
                    ),
                ),
                ("width_cm", fields.IntField(default=20)),
                ("length_cm", fields.IntField(default=30)),
                ("height_cm", fields.IntField(default=10)),
                ("description", fields.CharField(default="", max_length=100)),
                (
                    "payer",
                    fields.CharEnumField(
                        default=Payer.RECIPIENT,
                        description="RECIPIENT: recipient\nSENDER: sender",
                        enum_type=Payer,
                        max_length=16,
                    ),
                ),
                ("cod_kind", fields.CharField(default="", max_length=16)),
                (
                    "cod_account",
                    fields.ForeignKeyField(
                        "kramar.MoneyAccount",
                        source_field="cod_account_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="carriers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("key_ends_on", fields.DateField(null=True)),
                ("key_end_told", fields.IntField(null=True)),
                ("trouble", fields.CharField(default="", max_length=24)),
                ("trouble_text", fields.CharField(default="", max_length=300)),
                ("is_trouble_told", fields.BooleanField(default=False)),
            ],
            options={
                "table": "carrier_account",
                "app": "kramar",
                "pk_attr": "id",
                "table_description": "Our account with a carrier, and how parcels are usually sent. One for each carrier.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CarrierCity",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("carrier", fields.CharField(max_length=16)),
                ("ref", fields.CharField(max_length=64)),
                ("name", fields.CharField(max_length=120)),
                ("kind", fields.CharField(default="", max_length=32)),
                ("area", fields.CharField(default="", max_length=120)),
                ("region", fields.CharField(default="", max_length=120)),
                ("key", KeyField(max_length=120)),
                ("read_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "carrier_city",
                "app": "kramar",
                "unique_together": (("carrier", "ref"),),
                "indexes": [Index(fields=["carrier", "key"])],
                "pk_attr": "id",
                "table_description": "A settlement that a carrier goes to, as far as somebody has looked for it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CarrierNotice",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                (
                    "account",
                    fields.ForeignKeyField(
                        "kramar.CarrierAccount",
                        source_field="account_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="notices",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=24)),
                ("data", fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "carrier_notice",
                "app": "kramar",
                "pk_attr": "id",
                "table_description": "Something about a carrier that the owners must know. The outbox tells them (TELL_CARRIER).",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CarrierPoint",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("carrier", fields.CharField(max_length=16)),
                ("ref", fields.CharField(max_length=64)),
                (
                    "city",
                    fields.ForeignKeyField(
                        "kramar.CarrierCity",
                        source_field="city_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="points",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="BRANCH: branch\nLOCKER: locker\nDOOR: door",
                        enum_type=PlaceKind,
                        max_length=16,
                    ),
                ),
                ("number", KeyField(max_length=16)),
                ("name", fields.CharField(max_length=300)),
                ("address", fields.CharField(default="", max_length=300)),
                ("key", fields.CharField(max_length=400)),
                ("max_weight_kg", QuantityField(null=True, generated=False, unique=False)),
                ("max_width_cm", fields.IntField(default=0)),
                ("max_length_cm", fields.IntField(default=0)),
                ("max_height_cm", fields.IntField(default=0)),
                ("max_declared", MoneyField(null=True, generated=False, unique=False)),
                ("is_open", fields.BooleanField(default=True)),
            ],
            options={
                "table": "carrier_point",
                "app": "kramar",
                "unique_together": (("carrier", "ref"),),
                "indexes": [Index(fields=["city_id", "number"])],
                "pk_attr": "id",
                "table_description": "A branch or a parcel locker of a city, as it was last read.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Waybill",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("carrier", fields.CharField(max_length=16)),
                (
                    "order",
                    fields.ForeignKeyField(
                        "kramar.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="waybills",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("live_for", fields.IntField(null=True, unique=True)),
                (
                    "state",
                    fields.CharEnumField(
                        description="ASKED: asked\nSENT: sent\nMADE: made\nNAMED: named\nFAILED: failed\nDELETED: deleted",
                        enum_type=WaybillState,
                        max_length=16,
                    ),
                ),
                (
                    "staff",
                    fields.ForeignKeyField(
                        "kramar.StaffMember",
                        source_field="staff_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="waybills",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("reference", fields.CharField(null=True, unique=True, max_length=64)),
                ("number", KeyField(default="", max_length=64)),
                ("external_id", fields.CharField(default="", max_length=64)),
                ("request", fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads)),
                ("recipient_phone", fields.CharField(default="", max_length=64)),
                ("cost", MoneyField(null=True, generated=False, unique=False)),
                (
                    "cod_amount",
                    MoneyField(default=Decimal("0"), generated=False, null=False, unique=False),
                ),
                ("arrives_on", fields.DateField(null=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("sent_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("made_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("printed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("lookups", fields.IntField(default=0)),
                ("problem", fields.CharField(default="", max_length=24)),
                ("problem_detail", fields.CharField(default="", max_length=16)),
                ("problem_text", fields.CharField(default="", max_length=300)),
                ("chat_id", fields.BigIntField(null=True)),
                ("message_id", fields.BigIntField(null=True)),
                (
                    "parcel",
                    fields.CharEnumField(
                        default=ParcelState.UNKNOWN,
                        description="UNKNOWN: unknown\nCREATED: created\nMOVING: moving\nARRIVED: arrived\nRECEIVED: received\nRETURNING: returning\nDELETED: deleted",
                        enum_type=ParcelState,
                        max_length=16,
                    ),
                ),
                ("status_code", fields.CharField(default="", max_length=16)),
                ("status_text", fields.CharField(default="", max_length=300)),
                ("place", fields.CharField(default="", max_length=300)),
                ("moved_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("stored_since", fields.DateField(null=True)),
                ("days_told", fields.IntField(default=0)),
                (
                    "received_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("return_number", fields.CharField(default="", max_length=64)),
                ("look_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("looked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "waybill",
                "app": "kramar",
                "indexes": [
                    Index(fields=["order_id", "id"]),
                    Index(fields=["state", "id"]),
                    Index(fields=["look_at"]),
                    Index(fields=["number"]),
                ],
                "pk_attr": "id",
                "table_description": "A waybill of an order: made by us at a carrier, or only named by its number.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="WaybillDraft",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                (
                    "order",
                    fields.OneToOneField(
                        "kramar.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="waybill_draft",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("carrier", fields.CharField(max_length=16)),
                ("recipient_name", fields.CharField(null=True, max_length=200)),
                ("phone", fields.CharField(null=True, max_length=64)),
                (
                    "city",
                    fields.ForeignKeyField(
                        "kramar.CarrierCity",
                        source_field="city_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="drafts",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                (
                    "point",
                    fields.ForeignKeyField(
                        "kramar.CarrierPoint",
                        source_field="point_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="drafts",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("street_ref", fields.CharField(default="", max_length=64)),
                ("street_name", fields.CharField(default="", max_length=200)),
                ("building", fields.CharField(default="", max_length=32)),
                ("flat", fields.CharField(default="", max_length=32)),
                ("is_confirmed", fields.BooleanField(default=False)),
                ("is_sought", fields.BooleanField(default=False)),
                ("seats", fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ("declared_value", MoneyField(null=True, generated=False, unique=False)),
                ("cod_amount", MoneyField(null=True, generated=False, unique=False)),
                ("description", fields.CharField(null=True, max_length=100)),
                (
                    "payer",
                    fields.CharEnumField(
                        null=True,
                        description="RECIPIENT: recipient\nSENDER: sender",
                        enum_type=Payer,
                        max_length=16,
                    ),
                ),
                ("quote", fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ("chat_id", fields.BigIntField(null=True)),
                ("message_id", fields.BigIntField(null=True)),
                ("updated_at", fields.DatetimeField(auto_now=True, auto_now_add=False)),
            ],
            options={
                "table": "waybill_draft",
                "app": "kramar",
                "pk_attr": "id",
                "table_description": "A waybill that is being put together for an order: it has one at a time.",
            },
            bases=["Model"],
        ),
        NewWords(
            model_name="AuditEntry",
            name="kind",
            field=fields.CharEnumField(
                description="STAFF_INVITED: staff_invited\nINVITE_REVOKED: invite_revoked\nSTAFF_JOINED: staff_joined\nROLE_CHANGED: role_changed\nSTAFF_REMOVED: staff_removed\nSTATUS_CREATED: status_created\nSTATUS_RENAMED: status_renamed\nSTATUS_CHANGED: status_changed\nSTATUS_DELETED: status_deleted\nCHANNEL_CREATED: channel_created\nCHANNEL_RENAMED: channel_renamed\nACCOUNT_CREATED: account_created\nACCOUNT_RENAMED: account_renamed\nCHAT_CHANGED: chat_changed\nSHOP_CONNECTED: shop_connected\nSHOP_DISCONNECTED: shop_disconnected\nSHOP_CHANGED: shop_changed\nCATALOGUE_IMPORTED: catalogue_imported\nCARRIER_CONNECTED: carrier_connected\nCARRIER_DISCONNECTED: carrier_disconnected\nCARRIER_CHANGED: carrier_changed\nPREFERENCE_CHANGED: preference_changed",
                enum_type=AuditKind,
                max_length=24,
            ),
        ),
        NewWords(
            model_name="OrderEvent",
            name="kind",
            field=fields.CharEnumField(
                description="CREATED: created\nCHANGED: changed\nSTATUS: status\nCOMPLETED: completed\nREJECTED: rejected\nREFUSED: refused\nRETURNED: returned\nSETTLED: settled\nCOMMENTED: commented\nTAKEN_OVER: taken_over\nNO_ANSWER: no_answer\nREMINDER: reminder\nLINKED: linked\nREOPENED: reopened\nUNDONE: undone\nPLATFORM_CANCELED: platform_canceled\nPLATFORM_REOPENED: platform_reopened\nPLATFORM_NOTICE: platform_notice\nWAYBILL: waybill\nPARCEL: parcel\nPARCEL_WAITS: parcel_waits",
                enum_type=EventKind,
                max_length=24,
            ),
        ),
        NewWords(
            model_name="OutboxEffect",
            name="kind",
            field=fields.CharEnumField(
                description="SHOW_CARD: show_card\nTELL_EVENT: tell_event\nTELL_OWNER: tell_owner\nTELL_LOST: tell_lost\nREMIND: remind\nNUDGE: nudge\nTELL_SHOP: tell_shop\nTELL_CARRIER: tell_carrier\nSHOW_BOARD: show_board",
                enum_type=EffectKind,
                max_length=16,
            ),
        ),
        # It inserts rows alone, which vanish with their table.
        ops.RunPython(name_parcels, reverse_code=ops.RunPython.noop),
    ]
