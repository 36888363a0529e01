"""People with access."""

from tortoise import fields
from tortoise.models import Model

from domain.rights import Role


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


class Invite(Model):
    """A one-time link that lets somebody in. Of its token only the SHA-256 is kept.

    Times are aware UTC. It works while it is neither used nor revoked nor expired.
    """

    id = fields.IntField(primary_key=True)
    token_hash = fields.CharField(64, unique=True)
    role = fields.CharEnumField(Role, max_length=16)
    created_by: fields.ForeignKeyRelation["StaffMember"] = fields.ForeignKeyField(
        "kramar.StaffMember", "invites", on_delete=fields.RESTRICT
    )
    created_at = fields.DatetimeField(auto_now_add=True)
    expires_at = fields.DatetimeField()
    used_by: fields.ForeignKeyNullableRelation["StaffMember"] = fields.ForeignKeyField(
        "kramar.StaffMember", "came_by", null=True, on_delete=fields.RESTRICT
    )
    used_at = fields.DatetimeField(null=True)
    revoked_at = fields.DatetimeField(null=True)

    created_by_id: int
    used_by_id: int | None

    class Meta:
        table = "invite"
