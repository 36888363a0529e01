from tortoise import migrations
from models.operations import NewWords
from models.orders import EventKind
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('kramar', '0003_shops')]

    initial = False

    operations = [
        NewWords(
            model_name='OrderEvent',
            name='kind',
            field=fields.CharEnumField(description='CREATED: created\nCHANGED: changed\nSTATUS: status\nCOMPLETED: completed\nREJECTED: rejected\nREFUSED: refused\nRETURNED: returned\nSETTLED: settled\nCOMMENTED: commented\nTAKEN_OVER: taken_over\nNO_ANSWER: no_answer\nREMINDER: reminder\nLINKED: linked\nREOPENED: reopened\nUNDONE: undone\nPLATFORM_CANCELED: platform_canceled\nPLATFORM_REOPENED: platform_reopened\nPLATFORM_NOTICE: platform_notice', enum_type=EventKind, max_length=24),
        ),
    ]
