"""decide(): what the policies say of a request or an answer; the strictest action wins.

A rule holds if all its conditions hold. Those about findings and texts must hold for one finding or place at
least, and the rule is about those. Of rules that are equally strict, the first of the first policy is named.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.finding import Family, Finding, Level, Passage
from gateway_desktop.core.policy import Action, Direction, OnError, Policy, PolicyException, Rule
from gateway_desktop.core.slices import AT_ONCE, Slices, at_once
from gateway_desktop.core.verdict import ALLOWED, Hit, Noted, Verdict
from gateway_desktop.policies.condition import Case, OfCase, OfFinding, OfText, OfTool
from gateway_desktop.policies.conditions import CONDITIONS
from gateway_desktop.policies.own_findings import broken_finding, own_finding
from gateway_desktop.policies.scope import fits, fits_spelt, in_scope

ON_ERROR = "on_error"  # the name of the rule that speaks for checks that could not run
_TYPES = {known.name: known for known in CONDITIONS}
Hashed = Callable[[str], str]  # a value to its keyed hash


@dataclass(frozen=True, slots=True)
class _Rule:
    rule: Rule
    case: tuple[OfCase, ...]
    findings: tuple[OfFinding, ...]
    texts: tuple[OfText, ...]
    tools: tuple[OfTool, ...]


@dataclass(frozen=True, slots=True)
class _Policy:
    policy: Policy
    rules: tuple[_Rule, ...]
    groups: frozenset[str] | None  # ids; None: all
    looks_into_texts: bool
    without_findings: bool  # a rule may hold though nothing was found
    stops_answers: bool  # a rule may mask or refuse answers


@dataclass(slots=True)
class Tally:
    """How often a policy was asked, how often one of its rules held, and how long that took."""

    evaluations: int = 0
    matches: int = 0
    seconds: float = 0.0

    def add(self, seconds: float, *, held: bool) -> None:
        """Count one evaluation."""
        self.evaluations += 1
        self.matches += held
        self.seconds += seconds


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The policies as they are obeyed: compiled once, when the configuration changes."""

    policies: tuple[_Policy, ...] = ()
    exceptions: Mapping[tuple[str, str], tuple[PolicyException, ...]] | None = None

    @property
    def looks_into_texts(self) -> bool:
        """Return whether a rule looks into texts by itself."""
        return any(one.looks_into_texts for one in self.policies)

    @property
    def decides_without_findings(self) -> bool:
        """Return whether a rule may hold though nothing was found."""
        return any(one.looks_into_texts or one.without_findings for one in self.policies)

    @property
    def stops_answers(self) -> bool:
        """Return whether a rule could mask or refuse an answer, of whatever exchange."""
        return any(one.stops_answers for one in self.policies)

    def may_stop_answers(self, case: Case) -> bool:
        """Return whether a rule could mask or refuse an answer of this exchange."""
        return any(one.stops_answers and in_scope(one.policy, one.groups, case) for one in self.policies)


def rule_book(
    policies: Iterable[Policy],
    groups: Mapping[str, str] | None = None,
    exceptions: Iterable[PolicyException] = (),
) -> RuleBook:
    """Compile policies; `groups` are names by id. Raise ConfigurationError naming the place."""
    sorted_out: dict[tuple[str, str], list[PolicyException]] = {}
    for one in exceptions:
        sorted_out.setdefault((one.policy_id, one.rule), []).append(one)
    return RuleBook(
        tuple(_compiled(policy, groups or {}) for policy in policies if policy.enabled),
        {key: tuple(found) for key, found in sorted_out.items()},
    )


def decide(
    book: RuleBook,
    case: Case,
    noted: Sequence[Noted],
    hashed: Hashed = lambda _: "",
    tallies: dict[str, Tally] | None = None,
) -> Verdict:
    """Return what the policies say; `hashed` makes of a value what exceptions name it by."""
    return at_once(deciding(book, case, noted, hashed, tallies))


def deciding(
    book: RuleBook,
    case: Case,
    noted: Sequence[Noted],
    hashed: Hashed = lambda _: "",
    tallies: dict[str, Tally] | None = None,
) -> Slices[Verdict]:
    """Do the same in slices."""
    hits: list[Hit] = []
    for policy in book.policies:
        if not noted and not policy.looks_into_texts and not policy.without_findings:
            continue
        if in_scope(policy.policy, policy.groups, case):
            began = time.perf_counter()
            found = yield from _hits(book, policy, case, noted, hashed)
            hits += found
            if tallies is not None:
                tally = tallies.setdefault(policy.policy.name, Tally())
                tally.add(time.perf_counter() - began, held=bool(found))
    if not hits:
        return ALLOWED
    return Verdict(tuple(sorted(hits, key=lambda hit: -hit.action.rank)))


def _compiled(policy: Policy, groups: Mapping[str, str]) -> _Policy:
    rules = tuple(_compiled_rule(rule, f"rules[{at}]") for at, rule in enumerate(policy.rules))
    scope = policy.scope.groups
    return _Policy(
        policy,
        rules,
        frozenset(id_ for id_, name in groups.items() if fits(scope, name)) if scope else None,
        any(rule.texts for rule in rules),
        any(not rule.findings and not rule.texts for rule in rules),
        any(_stops(policy, rule, Direction.ANSWER) for rule in policy.rules),
    )


def _compiled_rule(rule: Rule, place: str) -> _Rule:
    checks = []
    for condition in rule.conditions:
        where = f"{place}.when.{condition.kind}"
        known = _TYPES.get(condition.kind)
        if known is None:
            raise ConfigurationError(where, f"there is no such condition; there are {', '.join(_TYPES)}")
        try:
            checks.append(known.parse(condition.value))
        except ConfigurationError as error:
            inner = f"{where}.{error.place}" if error.place else where
            raise ConfigurationError(inner, error.problem) from None
    return _Rule(
        rule,
        tuple(check for check in checks if isinstance(check, OfCase)),
        tuple(check for check in checks if isinstance(check, OfFinding)),
        tuple(check for check in checks if isinstance(check, OfText)),
        tuple(check for check in checks if isinstance(check, OfTool)),
    )


def _stops(policy: Policy, rule: Rule, direction: Direction) -> bool:
    covers = policy.direction.covers(direction) and rule.direction.covers(direction)
    return covers and rule.action.rank >= Action.REDACT.rank


def _hits(
    book: RuleBook, compiled: _Policy, case: Case, noted: Sequence[Noted], hashed: Hashed
) -> Slices[list[Hit]]:
    policy = compiled.policy
    if not policy.direction.covers(case.direction):
        return []
    hits: list[Hit] = []
    failed = [one for one in noted if one.finding.family is Family.CHECK_FAILED]
    for rule in compiled.rules:
        if not rule.rule.direction.covers(case.direction):
            continue
        try:
            hit = yield from _hit(book, policy, rule, case, noted, hashed)
        except Exception as error:  # noqa: BLE001 - a condition that fails is a check that could not run
            failed.append(Noted(broken_finding(rule.rule, error), case.direction))
            continue
        if hit is not None:
            hits.append(hit)
    if failed and policy.rules:
        hits.append(_unchecked(policy, failed))
    return hits


def _hit(
    book: RuleBook, policy: Policy, rule: _Rule, case: Case, noted: Sequence[Noted], hashed: Hashed
) -> Slices[Hit | None]:
    if not all(check.holds(case) for check in rule.case):
        return None
    if rule.tools and not any(check.fits(tool) for check in rule.tools for tool in case.tools):
        return None
    found: list[Noted] = []
    if rule.findings:
        found = yield from _concerned(policy, rule, noted)
        if not found:
            return None
    for check in rule.texts:
        places = _looked_up(policy, rule, check, case, hashed)
        if not places:
            return None
        found += places
    kept = _without_exceptions(book, policy, rule.rule, found, case.now_us)
    if found and not kept:
        return None
    fresh = not kept or any(not one.seen for one in kept)
    return _made(policy, rule.rule, kept, fresh)


def _made(policy: Policy, rule: Rule, noted: Sequence[Noted], fresh: bool) -> Hit:
    return Hit(
        policy.name,
        policy.version,
        rule.name,
        rule.action,
        rule.severity,
        rule.message,
        rule.recommended,
        tuple(noted),
        fresh,
        rule.restore,
    )


def _concerned(policy: Policy, rule: _Rule, noted: Sequence[Noted]) -> Slices[list[Noted]]:
    found: list[Noted] = []
    for start in range(0, len(noted), AT_ONCE):
        if start:
            yield
        some = noted[start : start + AT_ONCE]
        found += [one for one in some if _concerns(policy, rule, one.finding)]
    return found


def _concerns(policy: Policy, rule: _Rule, finding: Finding) -> bool:
    return (
        all(check.holds(finding) for check in rule.findings)
        and all(check.fits(finding.tool) for check in rule.tools)
        and (not policy.scope.tools or fits_spelt(policy.scope.tools, finding.tool))
    )


def _looked_up(policy: Policy, rule: _Rule, check: OfText, case: Case, hashed: Hashed) -> list[Noted]:
    found: list[Noted] = []
    for passage in case.passages:
        if not all(tool.fits(passage.tool) for tool in rule.tools):
            continue
        spans = check.places(passage)
        if passage.seams:
            spans = passage.across(spans, partial(_places, check, passage))
        for start, end in spans:
            finding = own_finding(policy, rule.rule, passage, start, end)
            seen = passage.place in case.old
            found.append(Noted(finding, case.direction, hashed(passage.text[start:end]), seen))
    return found


def _places(check: OfText, passage: Passage, text: str) -> list[tuple[int, int]]:
    return list(check.places(replace(passage, text=text, seams=())))


def _without_exceptions(
    book: RuleBook, policy: Policy, rule: Rule, found: list[Noted], now_us: int
) -> list[Noted]:
    known = (book.exceptions or {}).get((policy.id, rule.name), ())
    living = [one for one in known if one.revoked_us is None and one.expires_us > now_us]
    if not living:
        return found
    return [one for one in found if not any(_excepted(exception, one) for exception in living)]


def _excepted(exception: PolicyException, noted: Noted) -> bool:
    return (not exception.tool or exception.tool == noted.finding.tool) and (
        not exception.value or exception.value == noted.value
    )


def _unchecked(policy: Policy, failed: list[Noted]) -> Hit:
    refuses = policy.on_error is OnError.REFUSE
    rule = Rule(
        ON_ERROR,
        Action.BLOCK if refuses else Action.MONITOR,
        severity=Level.HIGH,
        message="A check could not run, and what was not checked does not pass" if refuses else "",
        recommended="Look into the log for the check that failed; the policy's on_error decides what passes",
    )
    return _made(policy, rule, failed, fresh=True)
