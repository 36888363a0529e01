"""People with access."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model


class Role(StrEnum):
    """What a staff member may do; owners come from the environment."""

    OWNER = "owner"
    MANAGER = "manager"
    SELLER = "seller"
    PACKER = "packer"


class StaffMember(Model):
    """A person with access, by Telegram user id."""

    id = fields.IntField(primary_key=True)
    telegram_id = fields.BigIntField(unique=True)
    name = fields.CharField(200, default="")
    role = fields.CharEnumField(Role, max_length=16)
    language = fields.CharField(8, default="")  # "": as Telegram says
    is_active = fields.BooleanField(default=True)

    class Meta:
        table = "staff_member"
