"""schema_version, gateway, setting."""

import peewee

from gateway_desktop.store.models.base import BaseModel


class SchemaVersion(BaseModel):
    """One row: versions of the schema, the configuration, and stored texts, which moves when some go."""

    version = peewee.BigIntegerField()
    config_version = peewee.BigIntegerField()
    texts_version = peewee.BigIntegerField(default=0)

    class Meta:
        primary_key = False


class GatewayRow(BaseModel):
    """One gateway that writes here; 0 is the command line."""

    id = peewee.IntegerField(primary_key=True)
    name = peewee.TextField()
    host = peewee.TextField()
    last_seen_us = peewee.BigIntegerField(null=True)
    closed_span = peewee.BigIntegerField(null=True)
    folder = peewee.TextField(null=True)
    rolled_id = peewee.BigIntegerField(null=True)


class SettingRow(BaseModel):
    """One setting that is not of a machine; the value is JSON."""

    key = peewee.TextField(primary_key=True)
    value = peewee.TextField()
