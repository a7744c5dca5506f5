"""Evaluation: all rules over everything that is written down."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar, cast

from gateway_desktop.alerting.memory import Remembered, Remembering
from gateway_desktop.alerting.rule import AlertRule, Quiet
from gateway_desktop.alerting.rules import RULES
from gateway_desktop.core.alert import Occurrence
from gateway_desktop.core.audit import AuditRecord, SystemEvent

_log = logging.getLogger(__name__)
T = TypeVar("T")


class Evaluation:
    """The rules with their memories; used by the thread that writes."""

    def __init__(self, rules: Sequence[Callable[[], AlertRule]] = RULES) -> None:
        made = [make() for make in rules]
        looking = [rule for rule in made if type(rule).of_exchange is not Quiet.of_exchange]
        self._of_refusals = [rule.of_exchange for rule in looking]
        self._of_all = [rule.of_exchange for rule in looking if not rule.refusals_only]
        self._of_events = [rule.of_event for rule in made if type(rule).of_event is not Quiet.of_event]
        self._remembering = {rule.name: cast(Remembering, rule) for rule in made if rule.name}

    def of_exchange(self, record: AuditRecord, now_us: int) -> list[Occurrence]:
        """Return what must be told of an exchange."""
        found = _all(self._of_refusals if record.block_reason else self._of_all, record, now_us)
        if not found:
            return found
        return [replace(one, exchange_id=record.exchange_id, kind=str(record.kind)) for one in found]

    def of_event(self, event: SystemEvent, now_us: int) -> list[Occurrence]:
        """Return what must be told of a System event."""
        return [replace(one, kind="system") for one in _all(self._of_events, event, now_us)]

    def restore(self, known: Mapping[str, list[Remembered]]) -> None:
        """Give the rules back what they had learnt, by their names."""
        for name, rule in self._remembering.items():
            rule.restore(known.get(name, []))

    def learnt(self) -> list[tuple[str, Remembered]]:
        """Return what the rules have learnt since the last call, with their names."""
        return [(name, one) for name, rule in self._remembering.items() for one in rule.learnt()]


def _all(rules: Sequence[Callable[[T, int], Iterable[Occurrence]]], what: T, now_us: int) -> list[Occurrence]:
    """Return what the rules say; one that fails must not keep the record from being written."""
    found: list[Occurrence] = []
    for rule in rules:
        try:
            found.extend(rule(what, now_us))
        except Exception:  # noqa: BLE001 - whatever it is, the log has it
            _log.exception("An alert rule failed: %s", rule)
    return found
