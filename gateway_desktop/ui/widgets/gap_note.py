"""GapNote: says of which times the audit does not have everything, and why."""

from collections.abc import Sequence
from datetime import tzinfo

from gateway_desktop.core.plural import plural
from gateway_desktop.core.retention import Gap
from gateway_desktop.ui.display import moment
from gateway_desktop.ui.widgets.banner import Banner

SHOWN = 2


class GapNote(Banner):
    """Invisible where there are no gaps."""

    def __init__(self) -> None:
        super().__init__()
        self.setToolTip("")

    def show_gaps(self, gaps: Sequence[Gap], zone: tzinfo | None = None) -> None:
        self.setToolTip("\n".join(gap_words(gap, zone) for gap in gaps))
        newest = [gap_words(gap, zone) for gap in gaps[-SHOWN:]]
        more = f"; and {plural(len(gaps) - SHOWN, 'more gap')}" if len(gaps) > SHOWN else ""
        self.say(f"Not everything is here: {'; '.join(newest)}{more}." if gaps else "", "medium")


def gap_words(gap: Gap, zone: tzinfo | None) -> str:
    """Return from when until when, and why."""
    since = f"from {_minute(gap.since_us, zone)} " if gap.since_us is not None else ""
    until = f"until {_minute(gap.until_us, zone)}" if gap.until_us is not None else "until now"
    return f"{since}{until}: {gap.why}"


def _minute(at_us: int, zone: tzinfo | None) -> str:
    return moment(at_us, zone)[:16]
