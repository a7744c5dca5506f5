"""A user known for long who comes from an address, or uses a tool or a model, for the first time."""

from collections.abc import Iterable

from gateway_desktop.alerting.memory import LEARNING_US, Remembered
from gateway_desktop.alerting.rule import Quiet, named, subject_of
from gateway_desktop.core.alert import AlertType, Occurrence
from gateway_desktop.core.audit import AuditRecord, Outcome
from gateway_desktop.core.finding import Level
from gateway_desktop.core.proxy import Kind

_MOST = 500  # things remembered of one user
_MOST_USUAL = 20_000
_SEVERITY = {"address": Level.MEDIUM, "tool": Level.LOW, "model": Level.LOW, "agent": Level.LOW}


class FirstSeen(Quiet):
    """Tells once of each new thing."""

    name = "first seen"

    def __init__(self) -> None:
        self._known: dict[str, dict[str, float]] = {}  # by user: "model gpt-5" and when it was first used
        self._new: list[Remembered] = []
        self._usual: set[tuple[str, ...]] = set()  # what was looked at lately: nothing of it is new

    def of_exchange(self, record: AuditRecord, now_us: int) -> Iterable[Occurrence]:
        """Return an occurrence for each thing that is new."""
        user = record.principal.user_id
        if not user or record.outcome is Outcome.BLOCKED:
            return ()
        usual = (user, record.client_ip or "", record.proxy, record.target or "", record.method or "")
        if usual in self._usual:
            return ()
        if len(self._usual) >= _MOST_USUAL:
            self._usual.clear()
        self._usual.add(usual)
        known = self._known.get(user)
        if known is None:
            known = self._known[user] = {}
            self._learn(user, "", now_us)
        found = []
        for kind, value in _things(record):
            name = f"{kind} {value}"
            if name not in known and len(known) < _MOST:
                self._learn(user, name, now_us)
                others = any(other.startswith(f"{kind} ") for other in known if other != name)
                if now_us - known[""] >= LEARNING_US and others:
                    found.append(_first(record, kind, value, now_us))
        return found

    def restore(self, known: list[Remembered]) -> None:
        """Know again what was seen."""
        for subject, name, value in known:
            self._known.setdefault(subject, {})[name] = value[0]

    def learnt(self) -> list[Remembered]:
        """Return what was new."""
        found, self._new = self._new, []
        return found

    def _learn(self, user: str, name: str, now_us: int) -> None:
        self._known[user][name] = float(now_us)
        self._new.append(Remembered(user, name, [float(now_us)]))


def _things(record: AuditRecord) -> Iterable[tuple[str, str]]:
    if record.client_ip:
        yield "address", record.client_ip
    if record.target:
        match record.kind:
            case Kind.LLM:
                yield "model", f"{record.proxy}/{record.target}"
            case Kind.A2A:
                yield "agent", f"{record.proxy}/{record.target}"
            case Kind.MCP if record.method == "tools/call":
                yield "tool", f"{record.proxy}/{record.target}"


def _first(record: AuditRecord, kind: str, value: str, now_us: int) -> Occurrence:
    subject = subject_of(record.principal, record.client_ip, record.session)
    return Occurrence(
        rule=f"first use of {kind}",
        type=AlertType.SUSPICIOUS,
        severity=_SEVERITY[kind],
        title=f"{named(subject)}: first use of {kind} {value}",
        description=f"In all the time they are known here, they never used this {kind}.",
        subject=subject,
        proxy=record.proxy if kind != "address" else "",
        recommended="Nothing, if this is expected.",
        merged_by=(value,),
        at_us=now_us,
        details={"expected": f"a known {kind}", "observed": value, "window": "since the user is known"},
    )
