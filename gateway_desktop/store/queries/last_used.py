"""When was each proxy, and each tool of it, last used, and by whom?"""

from peewee import fn

from gateway_desktop.core.audit import Recorded
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import tuples
from gateway_desktop.store.models.event import Event, RollDayActor

Use = tuple[str, str]  # user id, proxy name
ToolUse = tuple[str, str, str]  # and tool


def proxies_last_used(_database: Database) -> dict[Use, int]:
    """Return by user id and proxy when it was last asked, in microseconds, from the daily rollup.

    A day on which everything was blocked is no use.
    """
    row = RollDayActor
    query = row.select(row.user_id, row.proxy, fn.MAX(row.last_id))
    query = query.where(row.user_id != "", row.n > row.n_blocked).group_by(row.user_id, row.proxy)
    return {(user, proxy): Recorded.time_us(last) for user, proxy, last in tuples(query)}


def tools_last_used(_database: Database, since_us: int) -> dict[ToolUse, int]:
    """Return by user id, proxy and tool when it was last called and not blocked, from this time on."""
    query = Event.select(Event.user_id, Event.proxy, Event.target, fn.MAX(Event.id)).where(
        Event.kind == "mcp",
        Event.id >= Recorded.first_id(since_us),
        Event.method == "tools/call",
        Event.outcome.concat("") != "blocked",
        Event.user_id.is_null(False),
        Event.target.is_null(False),
    )
    query = query.group_by(Event.user_id, Event.proxy, Event.target)
    return {(user, proxy, tool): Recorded.time_us(last) for user, proxy, tool, last in tuples(query)}
