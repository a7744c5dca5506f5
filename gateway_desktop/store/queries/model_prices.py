"""The team's own prices of models."""

from gateway_desktop.core.model_price import ModelPrice
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import of_row
from gateway_desktop.store.models.model_price import ModelPriceRow


def model_price_rows(_database: Database) -> tuple[ModelPrice, ...]:
    """Return all of them, by model, the latest first."""
    ordered = ModelPriceRow.select().order_by(ModelPriceRow.model, ModelPriceRow.from_us.desc())
    return tuple(price_of_row(row) for row in ordered)


def price_of_row(row: ModelPriceRow) -> ModelPrice:
    """Return the price that a row says."""
    return of_row(ModelPrice, row)
