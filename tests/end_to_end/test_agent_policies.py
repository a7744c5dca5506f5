"""Policies on what is said to agents and by them: refused and masked in the words of the protocol."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.end_to_end.agent_place import AgentSetting
from tests.end_to_end.program import Program
from tests.fakes.agent import SampleAgent

POLICIES = r"""
name: Birds
rules:
- name: none-in
  when: {pattern: 'forbidden-[a-z]+'}
  action: block
  direction: request
  message: There is a bird in it
- name: none-out
  when: {pattern: 'eagle-[a-z]+'}
  action: block
  direction: answer
- name: masked
  when: {pattern: 'bluebird-[A-Za-z0-9]{12,}'}
  action: redact
  direction: request
"""
BIRD = "bluebird-" + "Zq7" * 6


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AgentSetting]:
    program = Program(tmp_path_factory.mktemp("gateway") / "data")
    with SampleAgent() as agent:
        program.run("proxy", "add", "weather", "--kind", "a2a", "--upstream", agent.url)
        program.run("policy", "import", "-", stdin=POLICIES)
        key = program.add_user("ana@example.org")
        with program.serving():
            yield AgentSetting(program, agent, key)


def said(setting: AgentSetting, text: str, *, stream: bool = False, data: Any = None) -> httpx.Response:
    parts: list[dict[str, Any]] = [{"text": text}]
    if data is not None:
        parts.append({"data": data})
    message = {"messageId": "m", "role": "ROLE_USER", "parts": parts}
    method = "SendStreamingMessage" if stream else "SendMessage"
    return setting.rpc(method, {"message": message}, A2A_Version="1.0")


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("data", [None, {"deep": ["forbidden-sparrow"]}])
def test_a_forbidden_text_is_refused_with_the_id_of_the_request(
    setting: AgentSetting, stream: bool, data: Any
) -> None:
    answer = said(setting, "hello" if data else "hello forbidden-sparrow", stream=stream, data=data)
    document = answer.json()
    assert (answer.status_code, document["id"], document["error"]["code"]) == (200, "seven", -32010)
    assert "There is a bird in it" in document["error"]["message"]
    row = setting.row(answer)
    assert (row["outcome"], row["block_reason"], row["policy"]) == ("blocked", "policy", "Birds@1/none-in")


def test_a_forbidden_text_in_two_parts_is_refused(setting: AgentSetting) -> None:
    parts = [{"text": "hello forbidden-"}, {"text": "sparrow"}]
    message = {"messageId": "m", "role": "ROLE_USER", "parts": parts}
    answer = setting.rpc("SendMessage", {"message": message}, A2A_Version="1.0")
    assert "There is a bird in it" in answer.text


def test_a_text_is_masked_before_the_agent_has_it(setting: AgentSetting) -> None:
    answer = said(setting, f"hello {BIRD}")
    assert BIRD not in answer.text
    assert "You said hello" in answer.text
    assert setting.row(answer)["policy_action"] == "redacted"


def test_what_an_agent_must_not_say_is_refused_in_a_whole_answer(setting: AgentSetting) -> None:
    answer = said(setting, "hello eagle-one")
    assert "eagle-one" not in answer.text
    assert answer.json()["error"]["code"] == -32010
    assert setting.row(answer)["outcome"] == "blocked"


def test_what_an_agent_must_not_say_is_refused_in_a_stream(setting: AgentSetting) -> None:
    answer = said(setting, "hello eagle-one", stream=True)
    assert "eagle-one" not in answer.text
    last = answer.text.strip().rpartition("data: ")[2]
    assert json.loads(last)["error"]["code"] == -32010
    assert setting.row(answer)["outcome"] == "blocked"


def test_the_http_binding_has_its_own_words_for_a_no(setting: AgentSetting) -> None:
    message = {"messageId": "m", "role": "ROLE_USER", "parts": [{"text": "hello forbidden-sparrow"}]}
    headers = {**setting.signed_in, "A2A-Version": "1.0"}
    answer = httpx.post(f"{setting.url}/message:send", json={"message": message}, headers=headers)
    error = answer.json()["error"]
    assert (answer.status_code, error["status"], error["details"][0]["reason"]) == (
        403,
        "PERMISSION_DENIED",
        "REFUSED_POLICY",
    )
