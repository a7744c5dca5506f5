"""/metrics: what the gateway counts, in the text format of Prometheus.

Labels are proxy, kind and outcome and nothing else: a user, a key or a model that a caller names
would make a series for each of them.
"""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from gateway_desktop.core.figures import Figures
from gateway_desktop.gateway.telemetry.measures import BOUNDS, Counted, Totals

CONTENT_TYPE = CONTENT_TYPE_LATEST
_LABELS = ("proxy", "kind", "outcome")
_COUNTERS: tuple[tuple[str, str, Callable[[Totals], float]], ...] = (
    ("gateway_requests", "Requests that have ended.", lambda totals: totals.requests),
    ("gateway_input_tokens", "Tokens of prompts.", lambda totals: totals.tokens_in),
    ("gateway_output_tokens", "Tokens of answers.", lambda totals: totals.tokens_out),
    ("gateway_cost_usd", "Cost as far as it is known.", lambda totals: totals.cost_nano / 1e9),
    ("gateway_requests_of_unknown_cost", "Cost not known.", lambda totals: totals.cost_unknown),
)
_LES = (*(str(bound) for bound in BOUNDS), "+Inf")


def metrics_text(measures: Counted, figures: Figures) -> bytes:
    """Return the whole page."""
    registry = CollectorRegistry()
    registry.register(_Collector(measures, figures))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Collector:
    """Makes the families anew for every look."""

    def __init__(self, measures: Counted, figures: Figures) -> None:
        self._measures = measures
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """Yield every family."""
        yield from self._counters()
        yield self._histogram(
            "gateway_request_duration_seconds", "From request to end of the answer.", first=False
        )
        yield self._histogram(
            "gateway_time_to_first_token_seconds",
            "From request to the first piece of the answer.",
            first=True,
        )
        active = GaugeMetricFamily("gateway_requests_active", "On their way now.", labels=_LABELS[:2])
        for key, n in self._measures.active.items():
            active.add_metric(key, n)
        yield active
        yield from self._store()

    def _counters(self) -> Iterator[Metric]:
        for name, words, value in _COUNTERS:
            family = CounterMetricFamily(name, words, labels=_LABELS)
            for key, totals in self._measures.totals.items():
                family.add_metric(key, value(totals))
            yield family

    def _histogram(self, name: str, words: str, *, first: bool) -> Metric:
        family = HistogramMetricFamily(name, words, labels=_LABELS)
        for key, totals in self._measures.totals.items():
            counts, seconds = _spread(totals, first=first)
            if sum(counts):
                family.add_metric(key, _cumulated(counts), seconds)
        return family

    def _store(self) -> Iterator[Metric]:
        store, policies = self._figures.store, self._figures.policies
        for name, words, value in (
            ("gateway_audit_backlog_rows", "Rows that wait to be written.", store.backlog_rows),
            ("gateway_audit_backlog_bytes", "Their size.", store.backlog_bytes),
            ("gateway_audit_lag_seconds", "From queued to written, of the latest.", store.lag_ms / 1000),
            ("gateway_database_bytes", "Size of the database.", store.size_bytes),
        ):
            yield GaugeMetricFamily(name, words, value)
        yield CounterMetricFamily(
            "gateway_policy_evaluations",
            "How often policies were asked.",
            sum(policy.evaluations for policy in policies),
        )
        yield CounterMetricFamily(
            "gateway_policy_matches", "How often one held.", sum(policy.matches for policy in policies)
        )


def _spread(totals: Totals, *, first: bool) -> tuple[list[int], float]:
    return (totals.first, totals.first_seconds) if first else (totals.spread, totals.seconds)


def _cumulated(counts: list[int]) -> list[tuple[str, float]]:
    so_far = 0
    found: list[tuple[str, float]] = []
    for le, n in zip(_LES, counts, strict=True):
        so_far += n
        found.append((le, so_far))
    return found
