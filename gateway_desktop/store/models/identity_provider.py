"""identity_provider, user_identity."""

import peewee

from gateway_desktop.store.models.base import BaseModel


class IdentityProviderRow(BaseModel):
    """A service that knows people; scopes and rules are JSON."""

    id = peewee.TextField(primary_key=True)
    name = peewee.TextField()
    kind = peewee.TextField()
    issuer = peewee.TextField()
    client_id = peewee.TextField()
    secret_env = peewee.TextField(default="")
    secret_id = peewee.TextField(null=True)
    scopes = peewee.TextField()
    rules = peewee.TextField(default="[]")
    created_us = peewee.BigIntegerField()
    admits = peewee.TextField(default="anyone")


class UserIdentityRow(BaseModel):
    """Who one of our users is at an issuer; the subject never changes, addresses do."""

    issuer = peewee.TextField()
    subject = peewee.TextField()
    user_id = peewee.TextField()
    created_us = peewee.BigIntegerField()

    class Meta:
        primary_key = peewee.CompositeKey("issuer", "subject")
