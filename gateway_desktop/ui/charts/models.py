"""Models over time as stacked bars: tokens, or what is known of the cost."""

from collections.abc import Sequence

from gateway_desktop.store.queries.usage_by_target import TargetSeries
from gateway_desktop.ui.charts.series import Bars, Series
from gateway_desktop.ui.display import cost
from gateway_desktop.ui.theme import Token

COLORS: tuple[Token, ...] = ("accent", "teal", "medium", "violet", "muted")  # the last of the others
CENT_NANO = 10_000_000


def cents(value: float) -> str:
    """Return cents of such a chart as dollars are said."""
    return cost(round(value * CENT_NANO))


def model_bars(starts: Sequence[int], end_us: int, found: Sequence[TargetSeries], *, of_cost: bool) -> Bars:
    """Return the chart of models: tokens, or what is known of the cost in cents."""
    series = [
        Series(
            one.target or "others",
            color,
            tuple(nano / CENT_NANO for nano in one.cost_nano) if of_cost else one.tokens,
        )
        for one, color in zip(found, COLORS, strict=False)
    ]
    none = Series("tokens", "accent", (0,) * len(starts))
    return Bars(tuple(starts), end_us, tuple(series) or (none,), "cents" if of_cost else "")
