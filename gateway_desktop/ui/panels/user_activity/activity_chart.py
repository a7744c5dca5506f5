"""The chart of User Activity: requests, tokens or cost by model, or the users who asked most."""

from datetime import tzinfo

from PySide6.QtCore import Signal, Slot

from gateway_desktop.store.queries.activity import ActiveUser
from gateway_desktop.ui.charts.choice_chart import ChoiceChart
from gateway_desktop.ui.charts.models import cents, model_bars
from gateway_desktop.ui.charts.ranked_bars import Ranked, RankedBars
from gateway_desktop.ui.charts.series import Bars, Series
from gateway_desktop.ui.panels.user_activity.reading import Activity, Models

REQUESTS, TOKENS, COST, USERS = 0, 1, 2, 3
TITLES = ("Requests over time", "Tokens by model", "Cost by model", "Users with most requests")
HEIGHT = 168
MOST_USERS = 8


class ActivityChart(ChoiceChart):
    """`models_wanted` when it shows something by model; `ranked` are the bars of users."""

    models_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(TITLES, HEIGHT)
        self._activity: Activity | None = None
        self.zone: tzinfo | None = None  # whose days the bars are
        self.ranked = RankedBars(TITLES[USERS], HEIGHT)
        self.ranked.hide()
        self.column.addWidget(self.ranked)
        self.wanted.connect(self._show_wanted)

    def by_model(self) -> bool:
        return self.chosen() in (TOKENS, COST)

    def show_activity(self, found: Activity) -> None:
        self._activity = found
        self.ranked.show_bars([_ranked(user) for user in found.users[:MOST_USERS]])
        self.show_choice(REQUESTS, bars(found), "requests", zone=self.zone)

    def show_models(self, found: Models) -> None:
        """Show the models, if those are chosen."""
        shown = (found.starts_us, found.until_us, found.series)
        self.show_choice(TOKENS, model_bars(*shown, of_cost=False), "tokens", zone=self.zone)
        self.show_choice(COST, model_bars(*shown, of_cost=True), "known cost", cents, self.zone)

    @Slot(int)
    def _show_wanted(self, place: int) -> None:
        self.ranked.setVisible(place == USERS)
        self.chart.setVisible(place != USERS)
        for box in self.boxes:
            box.setVisible(place != USERS)
        if self.by_model():
            self.models_wanted.emit()
        elif self._activity is not None:
            self.show_activity(self._activity)


def bars(found: Activity) -> Bars:
    """Return the chart of requests: allowed below, blocked on top."""
    allowed = tuple(bucket.total - bucket.blocked for bucket in found.buckets)
    blocked = tuple(bucket.blocked for bucket in found.buckets)
    starts = tuple(bucket.start_us for bucket in found.buckets)
    return Bars(
        starts, found.until_us, (Series("allowed", "accent", allowed), Series("blocked", "critical", blocked))
    )


def _ranked(user: ActiveUser) -> Ranked:
    name = "Unattributed" if user.unattributed else user.actor
    return Ranked(user.owner, name, user.requests - user.blocked, user.blocked)
