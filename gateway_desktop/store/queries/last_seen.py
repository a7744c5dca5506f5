"""When was each user last here?"""

from peewee import fn

from gateway_desktop.core.audit import Recorded
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import tuples
from gateway_desktop.store.models.event import RollDayActor


def last_seen(_database: Database) -> dict[str, int]:
    """Return for every user id the time of the newest row, in microseconds; who was never here is missing."""
    query = RollDayActor.select(RollDayActor.user_id, fn.MAX(RollDayActor.last_id)).where(
        RollDayActor.user_id != ""
    )
    newest = tuples(query.group_by(RollDayActor.user_id))
    return {user_id: Recorded.time_us(last_id) for user_id, last_id in newest}
