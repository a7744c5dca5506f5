"""Each condition of a rule: what it holds for, and what it refuses to be."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.finding import Context, Family, Finding, Level, Passage
from gateway_desktop.core.policy import Action, Condition, Policy, Rule
from gateway_desktop.core.verdict import Noted, Verdict
from gateway_desktop.policies.condition import Case, OfText
from gateway_desktop.policies.conditions import CONDITIONS
from gateway_desktop.policies.conditions.argument import ARGUMENT
from gateway_desktop.policies.decision import decide, rule_book
from tests.makers import a_finding
from tests.unit.policies.cases import a_case


def verdict(when: dict[str, object], case: Case, *findings: Finding) -> Verdict:
    conditions = tuple(Condition(kind, value) for kind, value in when.items())
    policy = Policy("Tried", (Rule("it", Action.BLOCK, conditions),), id="p", version=2)
    return decide(rule_book([policy]), case, [Noted(one, case.direction) for one in findings])


def holds(when: dict[str, object], case: Case, *findings: Finding) -> bool:
    return verdict(when, case, *findings).action is Action.BLOCK


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({"finding": "secret"}, True),
        ({"finding": "secret.openai_key"}, True),
        ({"finding": ["personal_data", "secret.*"]}, True),
        ({"finding": "*"}, True),
        ({"finding": "personal_data"}, False),
        ({"finding": "secret", "severity": "high"}, True),
        ({"finding": "secret", "severity": "critical"}, False),
        ({"finding": "secret", "confidence": 0.9}, True),
        ({"finding": "secret", "confidence": 0.95}, False),
        ({"context": "user_prompt"}, True),
        ({"context": ["tool_result"]}, False),
        ({"risk": 40}, True),
        ({"risk": 41}, False),
        ({"not_scanned": True}, False),
        ({"not_scanned": False}, True),
        ({"model": "gpt-5*"}, True),
        ({"model": ["claude-*"]}, False),
        ({"size": 1000}, True),
        ({"size": 1001}, False),
        ({"upstream": {"in": "127.*"}}, True),
        ({"upstream": {"not_in": ["127.*"]}}, False),
        ({"upstream": {"not_in": ["api.openai.com"]}}, True),
        ({"time": {"days": ["mon"], "from": "22:00", "to": "06:00"}}, True),
        ({"time": {"days": ["tue"], "from": "22:00", "to": "06:00"}}, False),
        ({"time": {"to": "23:30"}}, False),
        ({"time": {"from": "23:30"}}, True),
    ],
)
def test_a_condition_holds_for_what_it_says(when: dict[str, object], expected: bool) -> None:
    assert holds(when, a_case(), a_finding()) is expected


def test_a_night_belongs_to_the_day_it_began_on_in_the_zone_of_the_team() -> None:
    when: dict[str, object] = {"time": {"days": ["mon"], "from": "22:00", "to": "06:00"}}
    assert holds(when, a_case(now=datetime(2026, 1, 6, 5, 59, tzinfo=UTC)))
    assert not holds(when, a_case(now=datetime(2026, 1, 6, 6, 0, tzinfo=UTC)))
    assert not holds(when, a_case(now=datetime(2026, 1, 6, 23, 0, tzinfo=UTC)))
    early = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
    assert not holds(when, a_case(now=early))
    assert holds(when, a_case(now=early, zone=ZoneInfo("Asia/Tokyo"))) is False  # 13:00 there
    assert holds(when, a_case(now=datetime(2026, 1, 5, 13, 30, tzinfo=UTC), zone=ZoneInfo("Asia/Tokyo")))


def test_an_argument_is_known_by_tool_name_and_value_and_prose_is_none() -> None:
    argument = Passage("/etc/passwd", Context.TOOL_ARGUMENT, "/a", tool="read_file", argument="path")
    prose = Passage("/etc/passwd", Context.USER_PROMPT, "/b")
    case = a_case(prose, argument)
    assert holds({"argument": {"tool": "read_*", "name": "path", "matches": "^/etc/"}}, case)
    assert holds({"argument": {"equals": "/etc/passwd"}}, case)
    assert holds({"argument": {"contains": "passwd"}}, case)
    assert holds({"argument": {"name": "path"}}, case)
    assert not holds({"argument": {"name": "content", "contains": "passwd"}}, case)
    assert not holds({"argument": {"contains": "passwd"}}, a_case(prose))
    check = ARGUMENT.parse({"contains": "s"})
    assert isinstance(check, OfText) and check.places(argument) == [(7, 8), (8, 9)]


def test_a_pattern_of_ones_own_is_a_finding_at_its_place_that_does_not_quote_it() -> None:
    passage = Passage("über Project Bluebird", Context.USER_PROMPT, "/messages/0/content")
    [hit] = verdict({"pattern": r"(?i)project\s+bluebird"}, a_case(passage)).hits
    [finding] = hit.findings
    assert (finding.family, finding.kind, finding.place) == (Family.CUSTOM, "custom.it", passage.place)
    assert passage.text[finding.start : finding.end] == "Project Bluebird"
    assert "Bluebird" not in finding.excerpt


def test_a_tool_limits_the_findings_to_its_own() -> None:
    shell, other = a_finding(tool="shell", start=1), a_finding(tool="search", start=2)
    case = a_case(tools=frozenset({"shell", "search"}))
    [hit] = verdict({"tool": "sh*", "finding": "secret"}, case, shell, other).hits
    assert hit.findings == (shell,)
    assert holds({"tool": "shell"}, case) and not holds({"tool": "sql"}, case)


@pytest.mark.parametrize(
    "name", ["Delete_File", "DELETE_FILE", "ｄｅｌｅｔｅ_file", "delete\u200b_file", " delete_file"]
)
def test_a_tool_or_model_is_meant_however_a_caller_spells_it(name: str) -> None:
    case = a_case(Passage("x", Context.TOOL_ARGUMENT, "/a", tool=name, argument="path"), target=name)
    for when in ({"tool": "delete_*"}, {"model": "delete_file"}, {"argument": {"tool": "delete_file"}}):
        assert holds(dict(when), case), when
        assert not holds(dict(when), a_case(target="read_file"))
    assert holds({"model": "gemini-pro"}, a_case(target="models/Gemini-Pro"))


@pytest.mark.parametrize(
    ("kind", "value", "problem"),
    [
        ("finding", "secrets", "none of"),
        ("finding", [], "names nothing"),
        ("finding", 3, "not a text"),
        ("severity", "bad", "none of low"),
        ("confidence", True, "not a number"),
        ("confidence", 1.5, "not between"),
        ("context", "prose", "none of harness"),
        ("risk", "high", "not a number"),
        ("not_scanned", "yes", "neither true nor false"),
        ("pattern", "(?<=a)b", "look-behind"),
        ("pattern", "(", "cannot be used"),
        ("pattern", "a" * 3000, "longer than"),
        ("pattern", "", "not a text"),
        ("argument", {"matches": "(?!a)"}, "look-ahead"),
        ("argument", {"equals": "a", "contains": "b"}, "only one of them"),
        ("argument", {"equals": 4}, "not a text"),
        ("argument", {"nome": "a"}, "none of tool"),
        ("upstream", "api.openai.com", "should have some of"),
        ("time", {"days": ["someday"]}, "none of mon"),
        ("time", {"from": "8"}, "not a time like"),
        ("time", {"from": "08:00", "to": "08:00"}, "empty span"),
        ("size", -1, "not between"),
        ("weather", "rain", "no such condition"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(kind: str, value: object, problem: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        rule_book([Policy("Tried", (Rule("it", Action.LOG, (Condition(kind, value),)),))])
    assert problem in error.value.problem
    assert error.value.place.startswith(f"rules[0].when.{kind}")


def test_every_condition_says_what_may_be_written() -> None:
    assert all(known.name and len(known.summary) > 10 for known in CONDITIONS)
    assert Level.HIGH  # levels are words of findings, and of conditions


def test_what_is_too_large_to_be_looked_at_to_its_end_is_not_scanned() -> None:
    assert verdict({"not_scanned": True}, a_case(unscanned=True)).action is Action.BLOCK
