"""Credentials in texts are found where they stand, and never shown."""

from gateway_desktop.core.finding import Context, Level
from gateway_desktop.inspection.detectors.secrets import Secrets
from tests.unit.inspection.found import found

KEY = "sk-ant-" + "api03-" + "a1B2" * 12


def test_a_key_is_found_and_masked_in_its_excerpt() -> None:
    (finding,) = found(Secrets(), f"use {KEY} for it", context=Context.USER_PROMPT)
    assert finding.kind == "secret.anthropic_key"
    assert finding.severity is Level.HIGH
    assert KEY not in finding.excerpt
    assert f"use {KEY} for it"[finding.start : finding.end] == KEY


def test_a_service_is_spelled_as_it_spells_itself() -> None:
    texts = {
        "It looks like a GitHub token": "ghp_" + "a1B2" * 9,
        "It looks like an Anthropic key": KEY,
        "It looks like a password": 'password = "hunter2hunter2x9"',
    }
    for said, text in texts.items():
        (finding,) = found(Secrets(), text, context=Context.TOOL_ARGUMENT)
        assert finding.why == said


def test_a_guess_by_a_name_is_a_lesser_finding() -> None:
    (finding,) = found(Secrets(), 'password = "hunter2hunter2x9"', context=Context.TOOL_RESULT)
    assert finding.severity is Level.MEDIUM


def test_talk_about_keys_is_no_key() -> None:
    assert (
        found(Secrets(), "Put your API key into OPENAI_API_KEY and restart.", context=Context.USER_PROMPT)
        == []
    )


def test_a_token_in_documentation_is_no_alarm_and_on_its_way_out_it_is() -> None:
    token = ".".join(("eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxMjM0NTY3ODkwIn0", "c2lnbmF0dXJlLW9mLWl0"))
    severities = {
        context: found(Secrets(), token, context=context)[0].severity
        for context in (Context.TOOL_RESULT, Context.TOOL_ARGUMENT)
    }
    assert severities == {Context.TOOL_RESULT: Level.LOW, Context.TOOL_ARGUMENT: Level.HIGH}


def test_an_address_that_is_signed_is_told_and_stops_nothing() -> None:
    address = "https://x.s3.example/k?X-Amz-Signature=" + "0a1b2c3d4e5f6789" * 4
    for context in Context:
        (finding,) = found(Secrets(), address, context=context)
        assert (finding.kind, finding.severity) == ("secret.url_signature", Level.LOW)
        assert finding.confidence < 0.5  # of Strict's rule for secrets
        assert finding.why == "It looks like a URL signature"
