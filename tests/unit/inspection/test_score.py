"""The score is the sum of what it lists, and knows its limits."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_desktop.core.finding import Context, Evidence, Family, Finding, Level, Passage
from gateway_desktop.inspection.score import scored, scoring
from tests.makers import a_finding

PASSAGES = [Passage("text", Context.TOOL_RESULT)]
WORDS = Finding(
    Family.INDIRECT_INJECTION,
    "indirect_injection.words",
    Level.MEDIUM,
    0.98,
    Evidence.STATISTICAL,
    Context.TOOL_RESULT,
    "",
    0,
    4,
    "text",
)
PHRASE = replace(WORDS, kind="indirect_injection.override", evidence=Evidence.RULE, confidence=0.75)
SECRET = replace(
    WORDS,
    family=Family.SECRET,
    kind="secret.key",
    severity=Level.HIGH,
    evidence=Evidence.STRUCTURE,
    confidence=0.95,
)
PERSON = replace(
    SECRET,
    family=Family.PERSONAL_DATA,
    kind="personal_data.email",
    severity=Level.LOW,
    evidence=Evidence.RULE,
)
TAINTED = replace(SECRET, family=Family.PROVENANCE, kind="provenance.recipient", evidence=Evidence.TAINT)
FINDINGS = [
    WORDS,
    PHRASE,
    SECRET,
    TAINTED,
    replace(SECRET, family=Family.SQL_INJECTION, kind="sql", confidence=0.8),
]


def level(*findings: Finding) -> Level:
    score = scored(findings, PASSAGES).score
    assert score is not None
    return Level.of_score(score)


def test_nothing_found_is_zero_and_nothing_looked_at_is_nothing() -> None:
    assert scored([], PASSAGES).score == 0
    assert scored([], []).score is None


def test_a_faint_signal_counts_and_is_not_told() -> None:
    faint = replace(WORDS, confidence=0.2)
    alone, with_another = scored([faint], PASSAGES), scored([faint, replace(faint, place="/b")], PASSAGES)
    assert alone == with_another
    assert (alone.findings, alone.score, len(alone.contributions)) == ((), 10, 1)


def test_a_lone_signal_of_words_stays_below_high() -> None:
    assert level(WORDS) is Level.MEDIUM
    assert level(PHRASE) is Level.LOW
    assert level(replace(WORDS, confidence=1.0), replace(WORDS, confidence=1.0, start=2)) is Level.MEDIUM


def test_two_signals_that_agree_are_high_and_never_critical() -> None:
    assert level(WORDS, PHRASE) is Level.HIGH
    many = [replace(PHRASE, kind=f"phrase {index}", confidence=1.0) for index in range(20)]
    assert level(WORDS, *many) is Level.HIGH


def test_a_secret_alone_is_critical_for_it_has_impact() -> None:
    assert level(SECRET) is Level.CRITICAL


def test_what_is_hard_counts_by_how_bad_it_is() -> None:
    low, medium, high = (
        scored([replace(SECRET, family=Family.SQL_INJECTION, severity=one)], PASSAGES).score or 0
        for one in (Level.LOW, Level.MEDIUM, Level.HIGH)
    )
    assert low < 25 <= medium < 50 <= high


def test_only_a_bad_secret_has_impact() -> None:
    assert level(replace(SECRET, severity=Level.MEDIUM)) is Level.MEDIUM


def test_addresses_of_people_hardly_count() -> None:
    assert level(PERSON, replace(PERSON, kind="personal_data.phone")) is Level.LOW
    number = replace(PERSON, severity=Level.MEDIUM, evidence=Evidence.CHECKSUM)
    assert level(number) is Level.MEDIUM


def test_a_faint_signal_counts_and_is_no_finding() -> None:
    scan = scored([replace(WORDS, confidence=0.2)], PASSAGES)
    assert scan.score
    assert scan.findings == ()


def test_a_check_that_failed_says_nothing_of_the_text() -> None:
    failed = replace(WORDS, family=Family.CHECK_FAILED, evidence=Evidence.RULE)
    scan = scored([failed], PASSAGES)
    assert scan.score == 0
    assert scan.findings == (failed,)


def test_parts_do_not_add_up() -> None:
    assert level(*(replace(WORDS, place=f"/messages/{index}") for index in range(50))) is Level.MEDIUM


@given(st.lists(st.sampled_from(FINDINGS), max_size=6), st.randoms())
def test_it_is_the_capped_sum_in_whatever_order(findings: list[Finding], chance: random.Random) -> None:
    scan = scored(findings, PASSAGES)
    assert scan.score is not None
    assert 0 <= scan.score <= 100
    assert scan.score <= sum(line.points for line in scan.contributions)
    chance.shuffle(findings)
    assert scored(findings, PASSAGES).score == scan.score


@pytest.mark.parametrize("context", list(Context))
def test_every_context_has_a_weight(context: Context) -> None:
    assert scored([replace(SECRET, context=context)], PASSAGES).score


def test_very_many_parts_are_scored_in_slices() -> None:
    many = [a_finding(place=f"/messages/{at}/content") for at in range(5_000)]
    assert len(list(scoring(many, [Passage("", Context.USER_PROMPT)]))) > 5
