"""What bounds a user: which limits and budgets apply, and how much of each is used."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway_desktop.core.rate_limit import Measure, RateUse
from gateway_desktop.core.scope import Scope
from gateway_desktop.store.queries.bounds import Bounds
from gateway_desktop.ui.display import cost, number, percent
from gateway_desktop.ui.tables.column import Bar, Column
from gateway_desktop.ui.theme import Tone

_WORDS = {Measure.REQUESTS: "requests/min", Measure.TOKENS: "tokens/min", Measure.CONCURRENT: "at once"}
_NEAR = 0.9


@dataclass(frozen=True, slots=True)
class BoundRow:
    """One bound, and how much of it is used."""

    whose: str
    what: str
    used: str
    share: float

    @property
    def tone(self) -> Tone:
        """The colour of its bar."""
        return "critical" if self.share >= 1 else "high" if self.share >= _NEAR else "success"


def bound_rows(bounds: Bounds, rates: Mapping[str, RateUse]) -> tuple[BoundRow, ...]:
    """Return the rows: budgets first, then rate limits, each measure on its own."""
    return (*_budgets(bounds), *_limits(bounds, rates))


def _budgets(bounds: Bounds) -> Iterable[BoundRow]:
    for use in bounds.budgets:
        budget = use.budget
        limit = cost(budget.limit_nano)
        what, used = f"{limit} a {budget.period}", f"{cost(use.now.spent_nano)} of {limit}"
        yield BoundRow(_whose(budget.scope, budget.subject), what, used, use.share)


def _limits(bounds: Bounds, rates: Mapping[str, RateUse]) -> Iterable[BoundRow]:
    for limit in bounds.limits:
        use = rates.get(limit.id, RateUse())
        for measure, words in _WORDS.items():
            most, used = getattr(limit, measure), getattr(use, measure)
            if most is not None:
                what, said = f"{number(most)} {words}", f"{number(used)} of {number(most)}"
                yield BoundRow(_whose(limit.scope, limit.subject), what, said, used / most)


def _whose(scope: Scope, subject: str) -> str:
    return "Whole gateway" if scope is Scope.GATEWAY else f"{scope.capitalize()} {subject}"


BOUND_COLUMNS: tuple[Column[BoundRow], ...] = (
    Column("whose", "Of", stretch=True, tooltip=lambda row: f"{row.whose}: {row.what}, {row.used} used"),
    Column("what", "Bound", width=144, muted=True),
    Column(
        "used",
        "Used",
        lambda row: row.share,
        display=lambda row: percent(row.share, 1),
        width=104,
        bar=lambda row: Bar(row.share, row.tone, 40),
        tooltip=lambda row: row.used,
    ),
)
