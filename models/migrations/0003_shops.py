"""Shops both ways: what is owed to them, what they are asked, and what connecting one takes."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from decimal import Decimal
from models.audit import AuditKind
from models.fields import MoneyField, QuantityField
from models.operations import AddFields, NewWords
from models.outbox import EffectKind
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('kramar', '0002_seed')]

    initial = False

    operations = [
        ops.CreateModel(
            name='CatalogueImport',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('shop', fields.ForeignKeyField('kramar.Shop', source_field='shop_id', db_constraint=True, to_field='id', related_name='imports', on_delete=OnDelete.RESTRICT)),
                ('state', fields.CharField(default='reading', max_length=16)),
                ('cursor', fields.CharField(default='', max_length=200)),
                ('found', fields.IntField(default=0)),
                ('total', fields.IntField(default=0)),
                ('counts', fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads)),
                ('problem', fields.CharField(default='', max_length=300)),
                ('staff', fields.ForeignKeyField('kramar.StaffMember', source_field='staff_id', db_constraint=True, to_field='id', related_name='imports', on_delete=OnDelete.RESTRICT)),
                ('chat_id', fields.BigIntField()),
                ('message_id', fields.BigIntField()),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ('updated_at', fields.DatetimeField(auto_now=True, auto_now_add=False)),
            ],
            options={'table': 'catalogue_import', 'app': 'kramar', 'indexes': [Index(fields=['shop_id', 'id']), Index(fields=['state'])], 'pk_attr': 'id', 'table_description': "One reading of a shop's catalogue, page by page, and what was decided about it."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ShopConnection',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('token_hash', fields.CharField(unique=True, max_length=64)),
                ('platform', fields.CharField(max_length=16)),
                ('base_url', fields.CharField(max_length=500)),
                ('staff', fields.ForeignKeyField('kramar.StaffMember', source_field='staff_id', db_constraint=True, to_field='id', related_name='connections', on_delete=OnDelete.RESTRICT)),
                ('chat_id', fields.BigIntField()),
                ('message_id', fields.BigIntField()),
                ('state', fields.CharField(default='waiting', max_length=16)),
                ('secrets', fields.TextField(default='', unique=False)),
                ('shop', fields.ForeignKeyField('kramar.Shop', source_field='shop_id', null=True, db_constraint=True, to_field='id', related_name='connections', on_delete=OnDelete.RESTRICT)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={'table': 'shop_connection', 'app': 'kramar', 'indexes': [Index(fields=['state'])], 'pk_attr': 'id', 'table_description': 'A shop that somebody began to connect and whose keys are still to come from its platform.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ShopEffect',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('shop', fields.ForeignKeyField('kramar.Shop', source_field='shop_id', db_constraint=True, to_field='id', related_name='effects', on_delete=OnDelete.RESTRICT)),
                ('kind', fields.CharField(max_length=16)),
                ('subject_id', fields.BigIntField()),
                ('due_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('attempts', fields.IntField(default=0, db_default=0)),
            ],
            options={'table': 'shop_effect', 'app': 'kramar', 'indexes': [Index(fields=['shop_id', 'due_at']), Index(fields=['kind', 'subject_id'])], 'pk_attr': 'id', 'table_description': 'One thing owed to one shop, deleted once done. Written in the transaction of its cause.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ShopNotice',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('shop', fields.ForeignKeyField('kramar.Shop', source_field='shop_id', db_constraint=True, to_field='id', related_name='notices', on_delete=OnDelete.RESTRICT)),
                ('kind', fields.CharField(max_length=24)),
                ('data', fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={'table': 'shop_notice', 'app': 'kramar', 'pk_attr': 'id', 'table_description': 'Something about a shop that its owners must know. The outbox tells them (TELL_SHOP).'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='StatusMapping',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('shop', fields.ForeignKeyField('kramar.Shop', source_field='shop_id', db_constraint=True, to_field='id', related_name='status_mappings', on_delete=OnDelete.RESTRICT)),
                ('step', fields.CharField(max_length=24)),
                ('status', fields.CharField(default='', max_length=100)),
            ],
            options={'table': 'status_mapping', 'app': 'kramar', 'unique_together': (('shop', 'step'),), 'pk_attr': 'id', 'table_description': "What an order's step is called on one shop's side, where the owner has decided."},
            bases=['Model'],
        ),
        NewWords(
            model_name='AuditEntry',
            name='kind',
            field=fields.CharEnumField(description='STAFF_INVITED: staff_invited\nINVITE_REVOKED: invite_revoked\nSTAFF_JOINED: staff_joined\nROLE_CHANGED: role_changed\nSTAFF_REMOVED: staff_removed\nSTATUS_CREATED: status_created\nSTATUS_RENAMED: status_renamed\nSTATUS_CHANGED: status_changed\nSTATUS_DELETED: status_deleted\nCHANNEL_CREATED: channel_created\nCHANNEL_RENAMED: channel_renamed\nACCOUNT_CREATED: account_created\nACCOUNT_RENAMED: account_renamed\nCHAT_CHANGED: chat_changed\nSHOP_CONNECTED: shop_connected\nSHOP_DISCONNECTED: shop_disconnected\nSHOP_CHANGED: shop_changed\nCATALOGUE_IMPORTED: catalogue_imported\nPREFERENCE_CHANGED: preference_changed', enum_type=AuditKind, max_length=24),
        ),
        AddFields(
            model_name='InboxEntry',
            fields=[
                ('is_silent', fields.BooleanField(default=False, db_default=False)),
            ],
        ),
        AddFields(
            model_name='Listing',
            fields=[
                ('image_url', fields.CharField(default='', db_default='', max_length=1000)),
                ('is_gone', fields.BooleanField(default=False, db_default=False)),
                ('is_ignored', fields.BooleanField(default=False, db_default=False)),
                ('keeping', fields.CharField(default='own', db_default='own', max_length=8)),
                ('parent_external_id', fields.CharField(default='', db_default='', max_length=64)),
                ('price', MoneyField(default=Decimal('0'), db_default=0, generated=False, null=False, unique=False)),
                ('problem', fields.CharField(default='', db_default='', max_length=300)),
                ('seen_in', fields.IntField(default=0, db_default=0)),
                ('stock', QuantityField(null=True, generated=False, unique=False)),
                ('told_stock', QuantityField(null=True, generated=False, unique=False)),
            ],
        ),
        ops.AddIndex(
            model_name='Listing',
            index=Index(fields=['product_id']),
        ),
        ops.AddIndex(
            model_name='Listing',
            index=Index(fields=['shop_id', 'is_gone', 'product_id']),
        ),
        AddFields(
            model_name='Order',
            fields=[
                ('platform_status', fields.CharField(default='', db_default='', max_length=100)),
                ('tell_problem', fields.CharField(default='', db_default='', max_length=300)),
                ('told_status', fields.CharField(default='', db_default='', max_length=100)),
            ],
        ),
        NewWords(
            model_name='OutboxEffect',
            name='kind',
            field=fields.CharEnumField(description='SHOW_CARD: show_card\nTELL_EVENT: tell_event\nTELL_OWNER: tell_owner\nTELL_LOST: tell_lost\nREMIND: remind\nNUDGE: nudge\nTELL_SHOP: tell_shop\nSHOW_BOARD: show_board', enum_type=EffectKind, max_length=16),
        ),
        ops.AlterModelOptions(
            name='Shop',
            options={'table': 'shop', 'app': 'kramar', 'pk_attr': 'id', 'table_description': 'One connected platform account. Times are aware UTC.'},
        ),
        AddFields(
            model_name='Shop',
            fields=[
                ('can_write', fields.BooleanField(default=True, db_default=True)),
                ('currency', fields.CharField(default='', db_default='', max_length=8)),
                ('has_webhooks', fields.BooleanField(default=False, db_default=False)),
                ('heard_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('imported_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('is_trouble_told', fields.BooleanField(default=False, db_default=False)),
                ('orders_cursor', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('polled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('products_cursor', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('silence_told_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('tells_status', fields.BooleanField(default=True, db_default=True)),
                ('tells_stock', fields.BooleanField(default=False, db_default=False)),
                ('trouble', fields.CharField(default='', db_default='', max_length=16)),
                ('trouble_since', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('trouble_text', fields.CharField(default='', db_default='', max_length=300)),
                ('version', fields.CharField(default='', db_default='', max_length=32)),
            ],
        ),
    ]
