"""What conditions are asked about."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from gateway_desktop.core.clock import microseconds
from gateway_desktop.core.finding import Passage
from gateway_desktop.core.policy import Direction
from gateway_desktop.policies.condition import Case
from tests.makers import a_principal, a_proxy

MONDAY_NIGHT = datetime(2026, 1, 5, 23, 30, tzinfo=UTC)


def a_case(*passages: Passage, now: datetime = MONDAY_NIGHT, **changes: object) -> Case:
    """Return the case of a request on a Monday, late at night."""
    values: dict[str, object] = {
        "proxy": a_proxy(),
        "principal": a_principal(),
        "direction": Direction.REQUEST,
        "target": "gpt-5-mini",
        "passages": passages,
        "tools": frozenset(passage.tool for passage in passages if passage.tool),
        "score": 40,
        "size": 1000,
        "now_us": microseconds(now),
        "zone": ZoneInfo("UTC"),
    }
    return Case(**(values | changes))  # type: ignore[arg-type]  # as above
