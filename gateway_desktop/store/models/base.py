"""BaseModel: a table, called as its class is, whose database is the one of the thread that asks."""

import json
import re
from collections.abc import Iterable
from dataclasses import fields
from typing import Any, TypeVar

import msgspec
import peewee
from playhouse.shortcuts import ThreadSafeDatabaseMetadata

Shape = TypeVar("Shape")


def _table(model: type[peewee.Model]) -> str:
    """Return `oauth_client` for OAuthClientRow."""
    words = re.findall("OAuth|[A-Z][a-z]+", model.__name__.removesuffix("Row"))
    return "_".join(words).lower()


class BaseModel(peewee.Model):
    """A table. Each store thread binds its own connection, so a model is used in store threads only."""

    class Meta:
        model_metadata_class = ThreadSafeDatabaseMetadata
        table_function = _table


def bind(database: peewee.Database, models: Iterable[type[peewee.Model]]) -> None:
    """Let these models mean this database in the calling thread."""
    for model in models:
        metadata: Any = model._meta
        metadata.set_database(database)


def columns_of(model: type[peewee.Model]) -> list[str]:
    """Return the names of a table's columns, in their order."""
    metadata: Any = model._meta
    return [field.column_name for field in metadata.sorted_fields]


def key_of(model: type[peewee.Model]) -> tuple[str, ...]:
    """Return the columns of a table's primary key that has several."""
    metadata: Any = model._meta
    return tuple(metadata.primary_key.field_names)


def of_row(shape: type[Shape], row: BaseModel, **others: object) -> Shape:
    """Return a dataclass of the row's columns that are named as its fields are, and of `others`."""
    return msgspec.convert(row.__data__ | others, shape)


def values_of(thing: Any) -> dict[str, Any]:
    """Return the fields of a dataclass as columns hold them: a tuple as JSON."""
    values = {field.name: getattr(thing, field.name) for field in fields(thing)}
    return {name: json.dumps(value) if isinstance(value, tuple) else value for name, value in values.items()}


def tuples(query: Any) -> list[tuple[Any, ...]]:
    """Return all rows of a Peewee query as tuples."""
    return list(query.tuples())


def stored(query: Any) -> list[tuple[Any, ...]]:
    """Return all rows of a query of one table of plain texts and numbers, as the engine gives them.

    Peewee's look at each value is two fifths of what a million rows cost.
    """
    return list(query.model._meta.database.execute(query).fetchall())


def first(query: Any) -> tuple[Any, ...] | None:
    """Return the first row of a Peewee query as a tuple."""
    row: tuple[Any, ...] | None = query.tuples().first()
    return row
