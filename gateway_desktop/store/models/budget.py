"""budget, its terms, and who and what they were spent on."""

import peewee

from gateway_desktop.store.models.base import BaseModel


class BudgetRow(BaseModel):
    """How much one group, user, key, proxy or the whole gateway may spend in a day, week or month."""

    id = peewee.TextField(primary_key=True)
    scope = peewee.TextField()
    subject_id = peewee.TextField()
    period = peewee.TextField()
    limit_nano = peewee.BigIntegerField()
    mode = peewee.TextField()
    reset_us = peewee.BigIntegerField(default=0)
    created_us = peewee.BigIntegerField()
    warn_at = peewee.IntegerField(default=0)


class BudgetTermRow(BaseModel):
    """What was spent from one start of a budget to the next; `told` is the last threshold that was told."""

    budget_id = peewee.TextField()
    start_us = peewee.BigIntegerField()
    end_us = peewee.BigIntegerField()
    limit_nano = peewee.BigIntegerField()
    spent_nano = peewee.BigIntegerField(default=0)
    requests = peewee.BigIntegerField(default=0)
    n_unknown = peewee.BigIntegerField(default=0)
    told = peewee.IntegerField(default=0)
    reset_by = peewee.TextField(default="")
    reset_reason = peewee.TextField(default="")

    class Meta:
        primary_key = peewee.CompositeKey("budget_id", "start_us")


class BudgetShareRow(BaseModel):
    """What one user, or one model, has of a term."""

    budget_id = peewee.TextField()
    start_us = peewee.BigIntegerField()
    kind = peewee.TextField()  # user | model
    name = peewee.TextField()
    spent_nano = peewee.BigIntegerField()
    requests = peewee.BigIntegerField()

    class Meta:
        primary_key = peewee.CompositeKey("budget_id", "start_us", "kind", "name")
