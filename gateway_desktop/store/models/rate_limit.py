"""rate_limit."""

import peewee

from gateway_desktop.store.models.base import BaseModel


class RateLimitRow(BaseModel):
    """The limit of one group, user, key or proxy; NULL does not limit."""

    id = peewee.TextField(primary_key=True)
    scope = peewee.TextField()
    subject_id = peewee.TextField()
    requests = peewee.BigIntegerField(null=True)
    tokens = peewee.BigIntegerField(null=True)
    concurrent = peewee.BigIntegerField(null=True)
    created_us = peewee.BigIntegerField()
