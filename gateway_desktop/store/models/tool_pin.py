"""tool_pin."""

import peewee

from gateway_desktop.store.models.base import BaseModel


class ToolPinRow(BaseModel):
    """One tool of one proxy, or an agent's card; definitions are canonical JSON."""

    proxy_id = peewee.TextField()
    name = peewee.TextField()
    state = peewee.TextField()
    digest = peewee.TextField(default="")
    definition = peewee.TextField(default="")
    seen_digest = peewee.TextField()
    seen_definition = peewee.TextField()
    first_seen_us = peewee.BigIntegerField()
    changed_us = peewee.BigIntegerField()
    decided_by = peewee.TextField(default="")

    class Meta:
        primary_key = peewee.CompositeKey("proxy_id", "name")
