"""Policies hold for MCP: the official client gets JSON-RPC errors, masked results, and its own words back."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from mcp.shared.exceptions import MCPError

from tests.end_to_end.mcp_fixture import client, fixture_server
from tests.end_to_end.program import Program

pytestmark = pytest.mark.slow
BIRD = "bluebird-" + "Zq7" * 6
POLICIES = r"""
name: Birds
rules:
- name: no-eagles
  when: {argument: {tool: ech*, name: text, matches: 'eagle-[a-z]+'}}
  action: block
  direction: request
  message: No eagles here
- name: no-vultures
  when: {pattern: 'vulture-[a-z]+'}
  action: block
  direction: answer
- name: bird
  when: {pattern: 'bluebird-[A-Za-z0-9]{12,}'}
  action: redact
  direction: request
  restore: true
- name: raven
  when: {pattern: 'raven-[a-z]{4,}'}
  action: redact
  direction: answer
- name: sums
  when: {tool: add, pattern: 'two numbers'}
  action: redact
  direction: answer
"""


@dataclass
class Place:
    """A gateway with one MCP proxy and Ana's key."""

    program: Program
    key: str

    def does(self, *calls: tuple[str, dict[str, Any]]) -> list[str]:
        """Return what the official client gets of calls: texts, or the error's words."""

        async def go() -> list[str]:
            said: list[str] = []
            async with client(f"{self.program.base}/fixture/mcp", self.key) as session:
                for tool, arguments in calls:
                    try:
                        result = await session.call_tool(tool, arguments)
                    except MCPError as error:
                        said.append(f"error: {error}")
                    else:
                        said.append("".join(getattr(part, "text", "") for part in result.content))
            return said

        return asyncio.run(go())

    def row(self, **fields: str) -> dict[str, Any]:
        return self.program.newest("mcp", **fields)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("mcp-policies")
    with fixture_server(folder) as direct:
        program = Program(folder / "data")
        program.run("proxy", "add", "fixture", "--kind", "mcp", "--upstream", f"{direct}/mcp")
        key = program.add_user("ana@example.org", "--name", "Ana")
        program.run("policy", "import", "-", stdin=POLICIES)
        with program.serving():
            yield Place(program, key)


def test_an_argument_that_must_not_pass_is_a_json_rpc_error_and_the_session_goes_on(place: Place) -> None:
    refused, passed = place.does(("echo", {"text": "an eagle-owl"}), ("echo", {"text": "an owl"}))
    assert refused.startswith("error: ") and "'Birds'" in refused and "No eagles here" in refused
    assert "an owl" in passed
    row = place.row(policy_action="blocked")
    assert (row["outcome"], row["block_reason"], row["policy"]) == ("blocked", "policy", "Birds@1/no-eagles")


def test_the_server_gets_a_placeholder_and_the_caller_the_original(place: Place) -> None:
    [said] = place.does(("echo", {"text": f'my "{BIRD}"'}))
    assert f'"{BIRD}"' in said and "<BIRD_1>" not in said
    assert place.row(policy_action="redacted", policy="Birds@1/bird")["outcome"] == "success"


def test_a_result_is_masked_or_refused(place: Place) -> None:
    masked, refused = place.does(("echo", {"text": "a raven-black"}), ("echo", {"text": "a vulture-king"}))
    assert "<RAVEN_1>" in masked and "raven-black" not in masked
    assert refused.startswith("error: ") and "no-vultures" in refused


def test_a_tools_description_is_masked(place: Place) -> None:
    async def described() -> dict[str, str]:
        async with client(f"{place.program.base}/fixture/mcp", place.key) as session:
            listed = await session.list_tools()
            return {tool.name: tool.description or "" for tool in listed.tools}

    found = asyncio.run(described())
    assert found["add"] == "Add <SUMS_1>." and found["echo"] == "Say it again."
