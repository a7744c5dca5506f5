"""Credential, access, rate limit, budget, policy: who fails at several is told the first."""

import pytest

from tests.end_to_end.conftest import Setting
from tests.end_to_end.program import eventually

pytestmark = pytest.mark.slow  # many commands, each a process of its own

BODY = b'{"model": "gpt-4o-mini", "max_tokens": 9, "messages": [{"role": "user", "content": "Hello"}]}'
POLICY = """
name: Nothing
rules:
- name: greetings
  when: {pattern: 'Hello'}
  action: block
"""


def ask(setting: Setting, key: str) -> int:
    headers = {"Authorization": f"Bearer {key}"}
    return setting.program.post("/llm/v1/chat/completions", BODY, **headers)[0]


def test_the_checks_come_in_their_order(setting: Setting) -> None:
    run = setting.program.run
    run("user", "add", "bo@example.org")
    run("budget", "set", "user", "bo@example.org", "--limit", "0.000001")
    key = str(setting.program.json("key", "create", "--user", "bo@example.org")["key"])
    assert eventually(lambda: ask(setting, key) == 200)
    run("policy", "import", "-", stdin=POLICY)
    assert ask(setting, key) == 402  # a policy would refuse it too
    run("limit", "set", "user", "bo@example.org", "--requests", "1")
    assert eventually(lambda: ask(setting, key) == 429)
    run("proxy", "allow", "llm", "--group", "team", "--model", "claude-*")
    assert eventually(lambda: ask(setting, key) == 403)
    reasons = [row["block_reason"] for row in setting.program.rows("--filter", "user:bo@example.org")]
    assert reasons[0] is None
    assert [*dict.fromkeys(reasons[1:])] == ["budget", "rate_limit", "access"]
    run("key", "revoke", key[:12])
    assert eventually(lambda: ask(setting, key) == 401)
