"""Alerts: start the review, resolve, dismiss, reopen, assign, note; several at once."""

import json
from collections.abc import Callable, Container, Sequence
from concurrent.futures import Future

from gateway_desktop.core.alert import AlertState, AlertType, Dismissal
from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.core.changes import Topic
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.people import Role
from gateway_desktop.services.administration import Change, Service
from gateway_desktop.store.alerts import add_history
from gateway_desktop.store.models.alert import AlertRow

_LONGEST_NOTE = 2000
_EVENTS = {
    AlertState.REVIEW: "alert reviewed",
    AlertState.RESOLVED: "alert resolved",
    AlertState.DISMISSED: "alert dismissed",
}


class Alerts(Service):
    """What people do with alerts; every method takes ids, or the starts of ids that are enough."""

    def review(self, ids: Sequence[str], note: str = "") -> Future[None]:
        """Start looking at them, or look again at closed ones."""
        return self._move(ids, AlertState.REVIEW, note)

    def resolve(self, ids: Sequence[str], note: str = "") -> Future[None]:
        """Say that they have been seen to."""
        return self._move(ids, AlertState.RESOLVED, note)

    def dismiss(self, ids: Sequence[str], reason: str, note: str = "") -> Future[None]:
        """Say that nothing had to be done: false_positive, accepted_risk or duplicate."""
        known = [str(each) for each in Dismissal]
        if reason not in known:
            raise ConfigurationError("reason", f"'{reason}' is not one of {', '.join(known)}")
        return self._move(ids, AlertState.DISMISSED, note, reason)

    def assign(self, ids: Sequence[str], to: str) -> Future[None]:
        """Say who looks at them; nobody in particular if empty."""

        def assigned(change: Change, row: AlertRow) -> None:
            before, row.assignee = row.assignee, to.strip()
            row.save()
            change.record(_event("alert assigned", row, {"assignee": before}, {"assignee": row.assignee}))
            self._remember(change, row, "assigned", before, row.assignee)

        return self._each(ids, assigned)

    def note(self, ids: Sequence[str], text: str) -> Future[None]:
        """Add a note to their history."""
        _check_note(text, needed=True)

        def noted(change: Change, row: AlertRow) -> None:
            self._remember(change, row, "note", note=text)

        return self._each(ids, noted)

    def _move(self, ids: Sequence[str], to: AlertState, note: str, reason: str = "") -> Future[None]:
        _check_note(note)

        def moved(change: Change, row: AlertRow) -> None:
            _move(change, row, to, self._administration.actor.actor, note, reason)

        return self._each(ids, moved)

    def _remember(
        self, change: Change, row: AlertRow, what: str, before: str = "", after: str = "", note: str = ""
    ) -> None:
        add_history(
            row.id, change.now_us, self._administration.actor.actor, what, before, after, note.strip()
        )

    def _each(self, ids: Sequence[str], work: Callable[[Change, AlertRow], None]) -> Future[None]:
        def transaction(change: Change) -> None:
            for row in [the_alert(each) for each in ids]:
                work(change, row)

        return self._administration.change(transaction, Topic.ALERTS, least=Role.OPERATOR)


def resolve_changes(change: Change, proxy: str, tools: Container[str], by: str, note: str) -> None:
    """Resolve what tells that these tools changed, in the change in which a person decided on them."""
    told = (AlertRow.type == str(AlertType.TOOL_CHANGED)) & (AlertRow.proxy == proxy)
    for row in list(AlertRow.select().where(told)):
        if json.loads(row.details).get("target") in tools and not AlertState(row.state).closed:
            _move(change, row, AlertState.RESOLVED, by, note)
            change.database.announce(Topic.ALERTS)


def _move(change: Change, row: AlertRow, to: AlertState, by: str, note: str = "", reason: str = "") -> None:
    before = AlertState(row.state)
    if to not in before.next:
        raise ConfigurationError("alert", f"'{row.title}' is {before}; it cannot become {to}")
    row.state, row.dismissal = str(to), reason
    row.save()
    reopened = before.closed and to is AlertState.REVIEW
    after: dict[str, object] = {"state": str(to), **({"reason": reason} if reason else {})}
    event = "alert reopened" if reopened else _EVENTS[to]
    change.record(_event(event, row, {"state": str(before)}, after))
    what = "reopened" if reopened else reason or str(to)
    add_history(row.id, change.now_us, by, what, str(before), str(to), note.strip())


def the_alert(named: str) -> AlertRow:
    """Return the alert with this id, or the only one whose id starts so."""
    found = list(AlertRow.select().where(AlertRow.id.startswith(named)).limit(2)) if named else []
    if len(found) == 1:
        row: AlertRow = found[0]
        return row
    problem = (
        f"several start with '{named}'; give more of the id" if found else f"there is none with id '{named}'"
    )
    raise ConfigurationError("alert", problem)


def _check_note(text: str, *, needed: bool = False) -> None:
    if needed and not text.strip():
        raise ConfigurationError("note", "write something")
    if len(text) > _LONGEST_NOTE:
        raise ConfigurationError("note", f"at most {_LONGEST_NOTE} characters")


def _event(event: str, row: AlertRow, before: dict[str, object], after: dict[str, object]) -> SystemEvent:
    later = {"alert": row.id, **after}
    return SystemEvent(Category.SECURITY, event, row.title, before=before, after=later, proxy=row.proxy)
