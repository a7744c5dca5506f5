"""The chart above the rows of a tab: outcomes, shares of success, latency, tokens and cost by model."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import tzinfo
from math import floor
from typing import Any

from gateway_desktop.store.queries import usage
from gateway_desktop.store.queries.latencies import latencies
from gateway_desktop.store.queries.usage import Bucket
from gateway_desktop.store.queries.usage_by_target import by_target
from gateway_desktop.ui.charts.choice_chart import ChoiceChart
from gateway_desktop.ui.charts.models import cents, model_bars
from gateway_desktop.ui.charts.series import Bars, Series, latency_bars
from gateway_desktop.ui.display import duration
from gateway_desktop.ui.panels.audit_logs.kind import LogKind

MOST_MODELS = 4
Query = Callable[..., Any]


class LogChart(ChoiceChart):
    """Knows what to ask for what is chosen, and how to draw the answer."""

    def __init__(self, kind: LogKind) -> None:
        self._kind = kind
        choices = ["outcomes"]
        if kind.rates_of and not kind.counts_tokens:
            choices.append("rates")
        if kind.tab != "system":
            choices.append("latency")
        if kind.counts_tokens:
            choices += ["tokens", "cost"]
        self._choices = choices
        titles = {
            "outcomes": f"{kind.things.capitalize()} over time by outcome",
            "rates": "Success and failure rates over time",
            "latency": "Latency over time: p50, p95 and p99",
            "tokens": "Tokens by model",
            "cost": "Cost by model",
        }
        super().__init__([titles[choice] for choice in choices])
        self.what.setVisible(len(choices) > 1)

    def question(self) -> tuple[Query, dict[str, int]]:
        """Return the query that is asked with filter and buckets, and what else it takes."""
        match self._choices[self.chosen()]:
            case "latency":
                return latencies, {}
            case "tokens" | "cost":
                return by_target, {"most": MOST_MODELS}
            case _:
                return usage.series, {}

    def show_answer(self, found: Any, starts: Sequence[int], end_us: int, zone: tzinfo | None) -> None:
        """Show what was asked for, if it is still what is chosen."""
        place = self.chosen()
        match self._choices[place]:
            case "outcomes":
                self.show_choice(place, outcome_bars(self._kind, found, end_us), "requests", zone=zone)
            case "rates":
                rates = share_bars(outcome_bars(self._kind, found, end_us))
                self.show_choice(place, rates, "", lambda share: f"{share:.1f}%", zone)
            case "latency":
                self.show_choice(place, latency_bars(found, end_us), "", duration, zone)
            case "tokens":
                shown = model_bars(starts, end_us, found, of_cost=False)
                self.show_choice(place, shown, "tokens", zone=zone)
            case "cost":
                shown = model_bars(starts, end_us, found, of_cost=True)
                self.show_choice(place, shown, "known cost", cents, zone)


def outcome_bars(kind: LogKind, buckets: Sequence[Bucket], end_us: int) -> Bars:
    """Return the outcomes, one on the other."""
    series = tuple(
        Series(name, color, tuple(getattr(bucket, name) for bucket in buckets)) for name, color in kind.series
    )
    return Bars(tuple(bucket.start_us for bucket in buckets), end_us, series)


def share_bars(bars: Bars) -> Bars:
    """Return the same in per cent of each bar; where there was nothing, nothing."""
    totals = [sum(values) for values in zip(*(one.values for one in bars.series), strict=True)]
    series = tuple(replace(one, values=tuple(map(_per_cent, one.values, totals))) for one in bars.series)
    return replace(bars, series=series, unit="%")


def _per_cent(part: float, whole: float) -> float:
    """Return a share to a thousandth; rounded down, so that all of them are never more than 100."""
    return floor(100_000 * part / whole) / 1000 if whole else 0
