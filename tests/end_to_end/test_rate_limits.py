"""The providers' SDKs read our 429 as their own providers'."""

import anthropic
import openai

from tests.end_to_end.conftest import Setting
from tests.end_to_end.program import eventually


def limited(setting: Setting, name: str) -> str:
    """Return the key of somebody who may ask once a minute, once the gateway knows."""
    key = setting.program.add_user(name)
    setting.program.run("limit", "set", "user", name, "--requests", "1")
    return key


def test_openai_raises_its_own_error_with_when_to_come_again(setting: Setting) -> None:
    key = limited(setting, "bo@example.org")
    client = openai.OpenAI(base_url=f"{setting.url}/v1", api_key=key, max_retries=0)

    def refused() -> openai.RateLimitError | None:
        try:
            client.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": "Hi"}])
        except openai.RateLimitError as error:
            return error
        except openai.AuthenticationError:
            return None
        return None

    headers = eventually(refused).response.headers
    assert 1 <= int(headers["retry-after"]) <= 60
    assert headers["x-ratelimit-limit-requests"] == "1"
    row = setting.program.row(headers["x-gateway-request-id"])
    assert (row["outcome"], row["block_reason"], row["http_status"]) == ("blocked", "rate_limit", 429)
    assert "user bo@example.org" in row["error"]


def test_anthropic_raises_its_own_error(setting: Setting) -> None:
    key = limited(setting, "cy@example.org")
    client = anthropic.Anthropic(base_url=setting.url, api_key=key, max_retries=0)

    def refused() -> anthropic.RateLimitError | None:
        try:
            client.messages.create(
                model="claude-next", max_tokens=9, messages=[{"role": "user", "content": "Hi"}]
            )
        except anthropic.RateLimitError as error:
            return error
        except anthropic.AuthenticationError:
            return None
        return None

    error = eventually(refused)
    assert error.response.headers["anthropic-ratelimit-requests-remaining"] == "0"
    assert error.body is not None and "rate_limit_error" in str(error.body)
