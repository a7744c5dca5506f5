"""policy, policy_version, policy_on_proxy, policy_exception."""

import peewee

from gateway_desktop.store.models.base import BaseModel


class PolicyRow(BaseModel):
    """A policy; a removed one stays as a tombstone with its versions."""

    id = peewee.TextField(primary_key=True)
    name = peewee.TextField()
    version = peewee.IntegerField()
    created_us = peewee.BigIntegerField()
    deleted_us = peewee.BigIntegerField(null=True)


class PolicyVersionRow(BaseModel):
    """What a policy said at one time, as a YAML document."""

    policy_id = peewee.TextField()
    version = peewee.IntegerField()
    document = peewee.TextField()
    author = peewee.TextField()
    at_us = peewee.BigIntegerField()
    note = peewee.TextField(default="")

    class Meta:
        primary_key = peewee.CompositeKey("policy_id", "version")


class PolicyOnProxyRow(BaseModel):
    """A policy that holds for one proxy; with such rows it holds for those proxies only."""

    policy_id = peewee.TextField()
    proxy_id = peewee.TextField()

    class Meta:
        primary_key = peewee.CompositeKey("policy_id", "proxy_id")


class PolicyExceptionRow(BaseModel):
    """What a rule leaves alone for a time."""

    id = peewee.TextField(primary_key=True)
    policy_id = peewee.TextField()
    rule = peewee.TextField()
    tool = peewee.TextField(default="")
    value = peewee.TextField(default="")
    owner = peewee.TextField()
    reason = peewee.TextField()
    created_us = peewee.BigIntegerField()
    expires_us = peewee.BigIntegerField()
    revoked_us = peewee.BigIntegerField(null=True)
