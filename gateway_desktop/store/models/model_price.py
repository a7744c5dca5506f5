"""model_price."""

import peewee

from gateway_desktop.store.models.base import BaseModel


class ModelPriceRow(BaseModel):
    """The team's own price of a model, or of all that a pattern names, from a day on."""

    id = peewee.TextField(primary_key=True)
    model = peewee.TextField()
    provider = peewee.TextField(default="")
    from_us = peewee.BigIntegerField()
    input_nano = peewee.BigIntegerField()
    output_nano = peewee.BigIntegerField()
    cached_nano = peewee.BigIntegerField(null=True)
    cache_write_nano = peewee.BigIntegerField(null=True)
    created_us = peewee.BigIntegerField()
