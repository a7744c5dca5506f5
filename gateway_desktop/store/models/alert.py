"""alert, alert_history, alert_memory."""

import peewee

from gateway_desktop.store.models.base import BaseModel


class AlertRow(BaseModel):
    """One alert: all occurrences with one fingerprint. `severity` is a rank, so that it sorts."""

    id = peewee.TextField(primary_key=True)
    fingerprint = peewee.TextField(unique=True)
    type = peewee.TextField()
    severity = peewee.IntegerField()
    state = peewee.TextField()
    rule = peewee.TextField()
    policy = peewee.TextField(default="")
    title = peewee.TextField()
    description = peewee.TextField()
    recommended = peewee.TextField(default="")
    remedy = peewee.TextField(default="")
    proxy = peewee.TextField(default="")
    user_id = peewee.TextField(default="")
    actor = peewee.TextField(default="")
    display_name = peewee.TextField(default="")
    grp = peewee.TextField(default="")
    api_key_id = peewee.TextField(default="")
    client_id = peewee.TextField(default="")
    session = peewee.TextField(default="")
    address = peewee.TextField(default="")
    times = peewee.BigIntegerField()
    first_us = peewee.BigIntegerField()
    last_us = peewee.BigIntegerField()
    kind = peewee.TextField(default="")
    exchanges = peewee.TextField(default="[]")  # JSON: ids of the newest exchanges, the newest first
    risk = peewee.IntegerField(null=True)
    assignee = peewee.TextField(default="")
    dismissal = peewee.TextField(default="")
    evidence = peewee.TextField(default="[]")  # JSON, of the newest occurrence
    details = peewee.TextField(default="{}")


class AlertHistoryRow(BaseModel):
    """One thing that was done with an alert."""

    alert_id = peewee.TextField()
    n = peewee.IntegerField()
    at_us = peewee.BigIntegerField()
    actor = peewee.TextField()
    what = peewee.TextField()
    before = peewee.TextField(default="")
    after = peewee.TextField(default="")
    note = peewee.TextField(default="")

    class Meta:
        primary_key = peewee.CompositeKey("alert_id", "n")


class AlertMemoryRow(BaseModel):
    """What a rule has learnt of a subject; the value is JSON."""

    rule = peewee.TextField()
    subject = peewee.TextField()
    name = peewee.TextField()
    value = peewee.TextField()

    class Meta:
        primary_key = peewee.CompositeKey("rule", "subject", "name")
