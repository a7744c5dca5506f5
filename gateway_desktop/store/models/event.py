"""event, part, event_part, seen and the rollups; the writer fills them, queries read them."""

import peewee

from gateway_desktop.store.models.base import BaseModel


class Event(BaseModel):
    """One row of the audit: an exchange, or a System event."""

    id = peewee.BigIntegerField(primary_key=True)
    gw = peewee.IntegerField()
    seq = peewee.BigIntegerField()
    exchange_id = peewee.TextField(null=True)
    started_us = peewee.BigIntegerField()
    kind = peewee.TextField()
    outcome = peewee.TextField()
    policy_action = peewee.TextField(default="none")
    block_reason = peewee.TextField(null=True)
    proxy = peewee.TextField(default="")
    principal_kind = peewee.TextField()
    actor = peewee.TextField(default="")
    display_name = peewee.TextField(default="")
    user_id = peewee.TextField(null=True)
    api_key_id = peewee.TextField(null=True)
    client_id = peewee.TextField(null=True)
    grp = peewee.TextField(default="")
    session = peewee.TextField(null=True)
    app = peewee.TextField(null=True)
    claimed_user = peewee.TextField(null=True)
    no_user_reason = peewee.TextField(null=True)
    client_ip = peewee.TextField(null=True)
    trace_id = peewee.TextField(null=True)
    method = peewee.TextField(null=True)
    target = peewee.TextField(null=True)
    endpoint = peewee.TextField(null=True)
    category = peewee.TextField(null=True)
    severity = peewee.TextField(null=True)
    provider = peewee.TextField(null=True)
    response_model = peewee.TextField(null=True)
    http_status = peewee.IntegerField(null=True)
    error = peewee.TextField(null=True)
    policy = peewee.TextField(null=True)
    risk = peewee.IntegerField(null=True)
    tokens_in = peewee.BigIntegerField(null=True)
    tokens_cached = peewee.BigIntegerField(null=True)
    tokens_cache_write = peewee.BigIntegerField(null=True)
    tokens_out = peewee.BigIntegerField(null=True)
    tokens_reasoning = peewee.BigIntegerField(null=True)
    cost_nano = peewee.BigIntegerField(null=True)
    cost_basis = peewee.TextField(null=True)
    finish = peewee.TextField(null=True)
    duration_ms = peewee.BigIntegerField(null=True)
    ttft_ms = peewee.BigIntegerField(null=True)
    request_bytes = peewee.BigIntegerField(null=True)
    response_bytes = peewee.BigIntegerField(null=True)
    detail = peewee.TextField(null=True)
    parts_hash = peewee.BlobField(null=True)
    row_hash = peewee.BlobField()


class Part(BaseModel):
    """One redacted text, once per content; `body` NULL means erased."""

    id = peewee.BigIntegerField(primary_key=True)
    hash = peewee.BlobField()
    dict_id = peewee.IntegerField()
    size = peewee.BigIntegerField()
    body = peewee.BlobField(null=True)
    salt = peewee.BlobField(null=True)
    salted = peewee.BlobField(null=True)


class EventPart(BaseModel):
    """Where in an exchange a text stood."""

    event_id = peewee.BigIntegerField()
    n = peewee.IntegerField()
    place = peewee.TextField()
    role = peewee.TextField()
    part_id = peewee.BigIntegerField()
    cut = peewee.IntegerField(default=0)

    class Meta:
        primary_key = peewee.CompositeKey("event_id", "n")


class Seen(BaseModel):
    """A value that rows of this kind have had; `label` is the actor's display name, or whose it is."""

    kind = peewee.TextField()
    field = peewee.TextField()
    value = peewee.TextField()
    label = peewee.TextField(default="")

    class Meta:
        primary_key = peewee.CompositeKey("kind", "field", "value", "label")


class RollHour(BaseModel):
    """Counts of one hour, without users."""

    hour = peewee.BigIntegerField()
    gw = peewee.IntegerField()
    proxy = peewee.TextField(default="")
    kind = peewee.TextField()
    target = peewee.TextField(default="")
    outcome = peewee.TextField()
    n = peewee.BigIntegerField()
    tin = peewee.BigIntegerField(default=0)
    tout = peewee.BigIntegerField(default=0)
    cost = peewee.BigIntegerField(default=0)
    n_cost_unknown = peewee.BigIntegerField(default=0)
    dur = peewee.BigIntegerField(default=0)

    class Meta:
        primary_key = peewee.CompositeKey("hour", "gw", "proxy", "kind", "target", "outcome")


class RollHourWhose(BaseModel):
    """Counts of one hour, of one owner (`field` is `user`) or of one group (`grp`); see `store.whose`."""

    field = peewee.TextField()
    value = peewee.TextField()
    hour = peewee.BigIntegerField()
    gw = peewee.IntegerField()
    actor = peewee.TextField()
    principal_kind = peewee.TextField()
    grp = peewee.TextField()
    proxy = peewee.TextField()
    kind = peewee.TextField()
    target = peewee.TextField()
    outcome = peewee.TextField()
    block_reason = peewee.TextField()
    no_user_reason = peewee.TextField()
    n = peewee.BigIntegerField()
    tin = peewee.BigIntegerField()
    tout = peewee.BigIntegerField()
    cost = peewee.BigIntegerField()
    n_cost_unknown = peewee.BigIntegerField()
    max_risk = peewee.IntegerField(null=True)
    last_id = peewee.BigIntegerField()

    class Meta:
        primary_key = peewee.CompositeKey(
            "field",
            "value",
            "hour",
            "gw",
            "actor",
            "principal_kind",
            "grp",
            "proxy",
            "kind",
            "target",
            "outcome",
            "block_reason",
            "no_user_reason",
        )


class RollDayActor(BaseModel):
    """Counts of one UTC day, by user."""

    day = peewee.BigIntegerField()
    gw = peewee.IntegerField()
    user_id = peewee.TextField(default="")
    actor = peewee.TextField(default="")
    principal_kind = peewee.TextField()
    grp = peewee.TextField(default="")
    api_key_id = peewee.TextField(default="")
    proxy = peewee.TextField(default="")
    kind = peewee.TextField()
    n = peewee.BigIntegerField()
    n_blocked = peewee.BigIntegerField(default=0)
    n_failed = peewee.BigIntegerField(default=0)
    tin = peewee.BigIntegerField(default=0)
    tout = peewee.BigIntegerField(default=0)
    cost = peewee.BigIntegerField(default=0)
    n_cost_unknown = peewee.BigIntegerField(default=0)
    max_risk = peewee.IntegerField(null=True)
    last_id = peewee.BigIntegerField()

    class Meta:
        primary_key = peewee.CompositeKey(
            "day", "gw", "user_id", "actor", "principal_kind", "grp", "api_key_id", "proxy", "kind"
        )


class RollSpanActor(BaseModel):
    """Counts of 16 UTC days that are over, by user."""

    span = peewee.BigIntegerField()
    gw = peewee.IntegerField()
    user_id = peewee.TextField(default="")
    actor = peewee.TextField(default="")
    principal_kind = peewee.TextField()
    grp = peewee.TextField(default="")
    api_key_id = peewee.TextField(default="")
    proxy = peewee.TextField(default="")
    kind = peewee.TextField()
    n = peewee.BigIntegerField()
    n_blocked = peewee.BigIntegerField(default=0)
    n_failed = peewee.BigIntegerField(default=0)
    tin = peewee.BigIntegerField(default=0)
    tout = peewee.BigIntegerField(default=0)
    cost = peewee.BigIntegerField(default=0)
    n_cost_unknown = peewee.BigIntegerField(default=0)
    max_risk = peewee.IntegerField(null=True)
    last_id = peewee.BigIntegerField()

    class Meta:
        primary_key = peewee.CompositeKey(
            "span", "gw", "user_id", "actor", "principal_kind", "grp", "api_key_id", "proxy", "kind"
        )


class LatencyHour(BaseModel):
    """How many exchanges of one hour took how long; a bucket is 4% wide."""

    hour = peewee.BigIntegerField()
    gw = peewee.IntegerField()
    proxy = peewee.TextField(default="")
    kind = peewee.TextField()
    bucket = peewee.IntegerField()
    n = peewee.BigIntegerField()

    class Meta:
        table_name = "lat_hour"
        primary_key = peewee.CompositeKey("hour", "gw", "proxy", "kind", "bucket")
