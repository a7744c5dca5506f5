"""Unlike this person's own past: much more than usual at this hour, or an hour at which they never work.

Seasonal EWMA: for each user and measure a mean and a variance of each hour of the day, weekends apart,
weighted toward the latest. Hours are UTC's: a season does not mind where it starts.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway_desktop.alerting.memory import LEARNING_US, Remembered
from gateway_desktop.alerting.rule import Quiet, named, subject_of
from gateway_desktop.core.alert import AlertType, Occurrence
from gateway_desktop.core.audit import AuditRecord, Outcome
from gateway_desktop.core.clock import HOUR_US
from gateway_desktop.core.finding import Level

_WEIGHT = 0.2  # of the newest hour
_DEVIATIONS = 4.0
_TIMES = 3.0
_LEAST = {"requests": 60.0, "tokens": 200_000.0, "failures": 20.0}  # below it nothing is much
_LEAST_HOURS = 6  # of one kind that must have been seen
_LONGEST_GAP = 24 * 28  # hours
_FAILURES = (Outcome.FAILED, Outcome.BLOCKED)
_SATURDAY = 2  # 1970-01-01 was a Thursday


@dataclass(slots=True)
class _Usual:
    hours: float = 0.0
    mean: float = 0.0
    variance: float = 0.0

    def learn(self, value: float) -> None:
        weight = max(_WEIGHT, 1 / (self.hours + 1))
        off = value - self.mean
        self.mean += weight * off
        self.variance = (1 - weight) * (self.variance + weight * off * off)
        self.hours += 1

    def limit(self, least: float) -> float:
        """Return what is too much."""
        return max(least, self.mean * _TIMES, self.mean + _DEVIATIONS * math.sqrt(self.variance))


@dataclass(slots=True)
class _Person:
    first_us: int
    hour: int
    now: dict[str, float] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    usual: dict[tuple[str, int], _Usual] = field(default_factory=dict)

    def of(self, measure: str, slot: int) -> _Usual:
        return self.usual.setdefault((measure, slot), _Usual())


class Volume(Quiet):
    """Requests, tokens and failures an hour, of each user."""

    name = "volume"

    def __init__(self) -> None:
        self._people: dict[str, _Person] = {}
        self._changed: dict[tuple[str, str], list[float]] = {}

    def of_exchange(self, record: AuditRecord, now_us: int) -> Iterable[Occurrence]:
        """Count an exchange; tell once an hour of each measure that is too high."""
        user = record.principal.user_id
        if not user:
            return ()
        hour = now_us // HOUR_US
        person = self._people.get(user)
        if person is None:
            person = self._people[user] = _Person(now_us, hour)
            self._changed[user, "first"] = [float(now_us)]
        if person.hour != hour:
            self._close(user, person, hour)
        now = person.now
        new_hour = not now
        now["requests"] = now.get("requests", 0.0) + 1
        if tokens := (record.tokens_in or 0) + (record.tokens_out or 0):
            now["tokens"] = now.get("tokens", 0.0) + tokens
        if record.outcome in _FAILURES:
            now["failures"] = now.get("failures", 0.0) + 1
        if now_us - person.first_us < LEARNING_US:
            return ()
        return self._judged(person, record, now_us, new_hour=new_hour)

    def restore(self, known: list[Remembered]) -> None:
        """Know again what was usual."""
        for subject, name, value in known:
            person = self._people.setdefault(subject, _Person(0, 0))
            if name == "first":
                person.first_us = int(value[0])
            elif name == "hour":
                person.hour = int(value[0])
            else:
                measure, _, slot = name.partition("/")
                person.usual[measure, int(slot)] = _Usual(*value)

    def learnt(self) -> list[Remembered]:
        """Return the hours that are over."""
        found = [Remembered(user, name, value) for (user, name), value in self._changed.items()]
        self._changed.clear()
        return found

    def _close(self, user: str, person: _Person, hour: int) -> None:
        """Learn from the hour that is over, and from the quiet ones since."""
        for past in range(max(person.hour, hour - _LONGEST_GAP), hour):
            slot = _slot(past)
            for measure in _LEAST:
                value = person.now.get(measure, 0.0) if past == person.hour else 0.0
                usual = person.of(measure, slot)
                usual.learn(value)
                self._changed[user, f"{measure}/{slot}"] = [usual.hours, usual.mean, usual.variance]
        person.hour = hour
        person.now.clear()
        person.told.clear()
        self._changed[user, "hour"] = [float(hour)]

    def _judged(
        self, person: _Person, record: AuditRecord, now_us: int, *, new_hour: bool
    ) -> Iterable[Occurrence]:
        slot = _slot(person.hour)
        for measure, least in _LEAST.items():
            usual, observed = person.of(measure, slot), person.now.get(measure, 0.0)
            if usual.hours < _LEAST_HOURS or measure in person.told or observed <= usual.limit(least):
                continue
            person.told.add(measure)
            yield _much(record, measure, observed, usual, now_us)
        usual = person.of("requests", slot)
        if new_hour and usual.hours >= _LEAST_HOURS and usual.mean < 0.01:
            yield _at_night(record, now_us)


def _slot(hour: int) -> int:
    weekend = (hour // 24 - _SATURDAY) % 7 < 2
    return hour % 24 + (24 if weekend else 0)


def _much(record: AuditRecord, measure: str, observed: float, usual: _Usual, now_us: int) -> Occurrence:
    subject = subject_of(record.principal, record.client_ip, record.session)
    expected = f"about {usual.mean:,.0f}"
    return Occurrence(
        rule=f"unusual {measure}",
        type=AlertType.SUSPICIOUS,
        severity=Level.HIGH if observed > 3 * usual.limit(_LEAST[measure]) else Level.MEDIUM,
        title=f"{named(subject)}: unusually many {measure}",
        description=f"{observed:,.0f} {measure} since the hour began; at this hour {expected} are usual.",
        subject=subject,
        recommended="Ask the user whether a script runs in their name; else revoke the key.",
        at_us=now_us,
        details={"expected": expected, "observed": round(observed), "window": "this hour"},
    )


def _at_night(record: AuditRecord, now_us: int) -> Occurrence:
    subject = subject_of(record.principal, record.client_ip, record.session)
    return Occurrence(
        rule="unusual hour",
        type=AlertType.SUSPICIOUS,
        severity=Level.LOW,
        title=f"{named(subject)} is active at an unusual hour",
        description="They have not used the gateway at this hour of the day before.",
        subject=subject,
        recommended="Look at what was asked; an unknown address makes it worse.",
        at_us=now_us,
        details={"expected": "no requests", "observed": "requests", "window": "this hour of the day"},
    )
