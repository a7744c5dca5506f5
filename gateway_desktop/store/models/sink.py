"""sink, sink_cursor."""

import peewee

from gateway_desktop.store.models.base import BaseModel


class SinkRow(BaseModel):
    """A place that records are sent to; `records` is a JSON list."""

    id = peewee.TextField(primary_key=True)
    name = peewee.TextField()
    kind = peewee.TextField()
    address = peewee.TextField()
    records = peewee.TextField()
    ca_file = peewee.TextField(default="")
    secret_id = peewee.TextField(null=True)
    created_us = peewee.BigIntegerField()
    delivered_us = peewee.BigIntegerField(null=True)
    problem = peewee.TextField(default="")
    problem_us = peewee.BigIntegerField(null=True)


class SinkCursorRow(BaseModel):
    """Up to which row of a gateway a sink has everything it is given."""

    sink = peewee.TextField()
    gw = peewee.IntegerField()
    last_seq = peewee.BigIntegerField()
    updated_us = peewee.BigIntegerField(null=True)
    last_id = peewee.BigIntegerField(default=0)

    class Meta:
        primary_key = peewee.CompositeKey("sink", "gw")
