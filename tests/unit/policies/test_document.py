"""Policies as documents: every mistake names its place, and what is written reads back."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.finding import Context, Family, Level
from gateway_desktop.core.policy import Action, Condition, Direction, OnError, Policy, Rule, Scope
from gateway_desktop.policies.document import LARGEST, described, read, read_all, write

SHIPPED = Path(__file__).parents[3] / "resources" / "policies"

NAMES = st.text(
    st.characters(categories=["L", "Nd"], include_characters=" -_:#'\"é"), min_size=1, max_size=30
)
NAMES = NAMES.map(str.strip).filter(bool)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80)
WORDS = st.lists(NAMES, max_size=3).map(tuple)
CONDITIONS = st.one_of(
    st.builds(Condition, st.just("finding"), st.lists(st.sampled_from(list(map(str, Family))), min_size=1)),
    st.builds(Condition, st.just("severity"), st.sampled_from(list(map(str, Level)))),
    st.builds(Condition, st.just("confidence"), st.floats(0, 1)),
    st.builds(Condition, st.just("context"), st.sampled_from(list(map(str, Context)))),
    st.builds(Condition, st.just("risk"), st.integers(0, 100)),
    st.builds(Condition, st.just("model"), NAMES),
    st.builds(Condition, st.just("pattern"), NAMES),
    st.builds(Condition, st.just("time"), st.just({"days": ["mon"], "from": "22:00", "to": "06:00"})),
    st.builds(Condition, st.just("argument"), st.builds(dict, name=NAMES, contains=NAMES)),
)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    action = draw(st.sampled_from(list(Action)))
    conditions = draw(st.lists(CONDITIONS, max_size=4, unique_by=lambda one: one.kind))
    return Rule(
        draw(NAMES),
        action,
        tuple(conditions),
        draw(st.sampled_from(list(Direction))),
        draw(st.sampled_from(list(Level))),
        draw(TEXTS),
        draw(TEXTS),
        restore=action is Action.REDACT and draw(st.booleans()),
    )


POLICIES = st.builds(
    Policy,
    name=NAMES,
    rules=st.lists(rules(), max_size=4, unique_by=lambda rule: rule.name).map(tuple),
    description=TEXTS,
    enabled=st.booleans(),
    scope=st.builds(Scope, WORDS, st.just(("llm",)), WORDS, WORDS, WORDS, WORDS),
    direction=st.sampled_from(list(Direction)),
    on_error=st.sampled_from(list(OnError)),
)


@settings(max_examples=60, deadline=None)
@given(POLICIES)
def test_what_is_written_reads_back(policy: Policy) -> None:
    assert read(write(policy)) == policy


@settings(max_examples=20, deadline=None)
@given(st.lists(POLICIES, max_size=3))
def test_several_policies_go_into_one_file(policies: list[Policy]) -> None:
    assert read_all("---\n".join(map(write, policies))) == policies


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_a_policy_or_an_error_with_a_place(text: str) -> None:
    try:
        read_all(text)
    except ConfigurationError as error:
        assert error.place


GOOD = """name: Mine
rules:
- name: first
  when:
    finding: secret
    time: {days: [mon], from: 22:00, to: 06:00}
  action: block
"""


def test_a_short_document_is_enough_and_refuses_by_default_what_could_not_be_checked() -> None:
    policy = read(GOOD)
    assert policy.enabled and policy.on_error is OnError.REFUSE and policy.rules[0].action is Action.BLOCK
    assert policy.rules[0].conditions[1].value == {"days": ["mon"], "from": "22:00", "to": "06:00"}


@pytest.mark.parametrize(
    ("change", "to", "place", "problem"),
    [
        ("action: block", "action: ask", "line 7 column 11 (rules[0].action)", "comes with a later version"),
        (
            "action: block",
            "action: stop",
            "line 7 column 11 (rules[0].action)",
            "log, monitor, redact, block",
        ),
        ("finding: secret", "finding: secrte", "line 5 column 14 (rules[0].when.finding)", "is none of"),
        (
            "finding: secret",
            "findnig: secret",
            "line 5 column 14 (rules[0].when.findnig)",
            "no such condition",
        ),
        ("finding: secret", "pattern: (?=a)b", "line 5 column 14 (rules[0].when.pattern)", "look-ahead"),
        ("finding: secret", "pattern: (a)\\1", "line 5 column 14 (rules[0].when.pattern)", "back to a group"),
        (
            "finding: secret",
            "confidence: 3",
            "line 5 column 17 (rules[0].when.confidence)",
            "between 0 and 1",
        ),
        ("from: 22:00", "from: 27:99", "line 6 column 31 (rules[0].when.time.from)", "not a time of day"),
        ("name: Mine", "name: a@b", "line 1 column 7 (name)", "without '@'"),
        ("name: Mine", "nam: Mine", "line 1 column 6 (nam)", "there is no 'nam' here"),
        ("- name: first", "- nome: first", "line 3 column 9 (rules[0].nome)", "there is no 'nome' here"),
        ("rules:", "enabled: maybe\nrules:", "line 2 column 10 (enabled)", "neither true nor false"),
        ("rules:", "rules: [}", "line 2 column 9", "this is no YAML"),
        ("rules:", "name: again\nrules:", "line 2 column 1 (name)", "stands here twice"),
        ("rules:", "scope: {kinds: [ftp]}\nrules:", "line 2 column 17 (scope.kinds[0])", "none of llm"),
        ("action: block", "action: block\n  restore: true", "line 8 column 12", "only what is redacted"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_place(change: str, to: str, place: str, problem: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        read(GOOD.replace(change, to, 1))
    assert error.value.place.startswith(place)
    assert problem in error.value.problem


def test_two_rules_of_one_name_and_aliases_and_huge_documents_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="another rule has this name"):
        read(GOOD + "- {name: first, action: log}\n")
    with pytest.raises(ConfigurationError, match="aliases"):
        read("name: &a x\ndescription: *a\n")
    with pytest.raises(ConfigurationError, match="larger than"):
        read("#" * (LARGEST + 1))


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_policies_are_read_described_and_written_as_they_stand(path: Path) -> None:
    policy = read(path.read_text(encoding="utf-8"))
    assert policy.name.lower() == path.stem
    assert len(policy.description) > 100 and policy.on_error is OnError.REFUSE
    assert read(write(policy)) == policy
    assert policy.enabled == (policy.name == "Watch")
    assert set(described(policy)) >= {"name", "description", "enabled", "on_error", "rules"}
