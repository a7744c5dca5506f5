"""time: which weekdays and hours of the team's clock; a span over midnight is of the day it began on."""

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.policies.condition import Case, Check, ConditionType, OfCase, members, texts

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _parse(value: object) -> Check:
    given = members(value, ("days", "from", "to"))
    days = frozenset(map(_day, texts(given["days"]))) if "days" in given else frozenset(range(7))
    start, end = _minutes(given.get("from", "00:00"), "from"), _minutes(given.get("to", "24:00"), "to")
    if start == end:
        raise ConfigurationError("to", "is the same as from: an empty span")

    def holds(case: Case) -> bool:
        now = case.local_time()
        minute, day = now.hour * 60 + now.minute, now.weekday()
        if start < end:
            return start <= minute < end and day in days
        return (minute >= start and day in days) or (minute < end and (day - 1) % 7 in days)

    return OfCase(holds)


def _day(word: str) -> int:
    short = word.strip().lower()[:3]
    if short not in _DAYS:
        raise ConfigurationError("days", f"'{word}' is none of {', '.join(_DAYS)}")
    return _DAYS.index(short)


def _minutes(value: object, place: str) -> int:
    hour, colon, minute = str(value).partition(":")
    if not (colon and hour.isdecimal() and minute.isdecimal() and len(minute) == 2):
        raise ConfigurationError(place, f"'{value}' is not a time like 22:00")
    minutes = int(hour) * 60 + int(minute)
    if int(minute) > 59 or minutes > 24 * 60:
        raise ConfigurationError(place, f"'{value}' is not a time of day")
    return minutes


TIME = ConditionType("time", "days: mon ... sun, from: HH:MM, to: HH:MM (the team's time zone)", _parse)
