"""MODELS: every table that is read or changed through Peewee; each is a BaseModel in one of these files."""

from gateway_desktop.store.models import (  # noqa: F401 - with them come their tables
    alert,
    budget,
    event,
    identity_provider,
    meta,
    model_price,
    oauth,
    people,
    policy,
    proxy,
    rate_limit,
    sink,
    tool_pin,
)
from gateway_desktop.store.models.base import BaseModel

MODELS = tuple(BaseModel.__subclasses__())
