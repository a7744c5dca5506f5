"""user_account, user_group, membership, api_key."""

import peewee

from gateway_desktop.store.models.base import BaseModel


class UserRow(BaseModel):
    """A person or a service account; a deleted one stays as a tombstone."""

    id = peewee.TextField(primary_key=True)
    email = peewee.TextField(null=True)
    username = peewee.TextField()
    display_name = peewee.TextField()
    role = peewee.TextField()
    service = peewee.BooleanField(default=False)
    active = peewee.BooleanField(default=True)
    created_us = peewee.BigIntegerField()
    deleted_us = peewee.BigIntegerField(null=True)

    class Meta:
        table_name = "user_account"


class GroupRow(BaseModel):
    """A group; a deleted one stays as a tombstone."""

    id = peewee.TextField(primary_key=True)
    name = peewee.TextField()
    created_us = peewee.BigIntegerField()
    deleted_us = peewee.BigIntegerField(null=True)

    class Meta:
        table_name = "user_group"


class MembershipRow(BaseModel):
    """Who is in which group; the lowest position is the primary group."""

    user_id = peewee.TextField()
    group_id = peewee.TextField()
    position = peewee.IntegerField()

    class Meta:
        primary_key = peewee.CompositeKey("user_id", "group_id")


class WindowSessionRow(BaseModel):
    """A sign-in to the window or the command line of a team's database, as its SHA-256."""

    digest = peewee.BlobField(primary_key=True)
    user_id = peewee.TextField()
    created_us = peewee.BigIntegerField()
    expires_us = peewee.BigIntegerField()


class ApiKeyRow(BaseModel):
    """A key we issued, as its SHA-256."""

    id = peewee.TextField(primary_key=True)
    name = peewee.TextField()
    prefix = peewee.TextField()
    digest = peewee.BlobField()
    user_id = peewee.TextField()
    group_id = peewee.TextField()
    created_us = peewee.BigIntegerField()
    expires_us = peewee.BigIntegerField(null=True)
    revoked_us = peewee.BigIntegerField(null=True)
    rotated_to = peewee.TextField(null=True)
    last_used_us = peewee.BigIntegerField(null=True)
