"""proxy, proxy_access, proxy_stdio, proxy_variable, secret."""

import peewee

from gateway_desktop.store.models.base import BaseModel


class SecretRow(BaseModel):
    """One sealed secret."""

    id = peewee.TextField(primary_key=True)
    owner = peewee.TextField()
    nonce = peewee.BlobField()
    ciphertext = peewee.BlobField()


class ProxyRow(BaseModel):
    """A proxy; a removed one stays as a tombstone."""

    id = peewee.TextField(primary_key=True)
    name = peewee.TextField()
    kind = peewee.TextField()
    upstream = peewee.TextField()
    provider = peewee.TextField()
    credential_env = peewee.TextField(null=True)
    credential_secret = peewee.TextField(null=True)
    running = peewee.BooleanField(default=True)
    anonymous = peewee.BooleanField(default=False)
    restricted = peewee.BooleanField(default=False)
    payloads = peewee.TextField(default="redacted")
    verify_tls = peewee.BooleanField(default=True)
    sandbox = peewee.BooleanField(default=False)
    created_us = peewee.BigIntegerField()
    deleted_us = peewee.BigIntegerField(null=True)
    answers = peewee.TextField(default="auto")


class ProxyAccessRow(BaseModel):
    """One group that may use a proxy; `models` is a JSON list of wildcards."""

    proxy_id = peewee.TextField()
    group_id = peewee.TextField()
    models = peewee.TextField(default='["*"]')

    class Meta:
        primary_key = peewee.CompositeKey("proxy_id", "group_id")


class ProxyStdioRow(BaseModel):
    """The command of a proxy; arguments and variables are JSON lists."""

    proxy_id = peewee.TextField(primary_key=True)
    arguments = peewee.TextField()
    folder = peewee.TextField()
    variables = peewee.TextField()


class ProxyVariableRow(BaseModel):
    """A sealed environment value of a proxy's command."""

    proxy_id = peewee.TextField()
    name = peewee.TextField()
    secret_id = peewee.TextField()

    class Meta:
        primary_key = peewee.CompositeKey("proxy_id", "name")
