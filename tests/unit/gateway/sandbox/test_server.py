"""The sandbox's server: what it does not know it refuses in words."""

import asyncio

import aiohttp

from gateway_desktop.gateway.sandbox.server import start_sandbox


async def refusal_of(path: str) -> tuple[int, str, str]:
    runner, url = await start_sandbox()
    async with aiohttp.ClientSession(url) as session:
        body = {"model": "sandbox", "messages": [{"role": "user", "content": "Hello"}]}
        async with session.post(path, json=body) as answer:
            document = await answer.json()
    await runner.cleanup()
    return answer.status, answer.content_type, document["error"]["message"]


def test_a_path_that_the_sandbox_does_not_know_is_refused_in_words() -> None:
    status, kind, words = asyncio.run(refusal_of("/v1/unknown"))
    assert (status, kind) == (404, "application/json")
    assert "The sandbox does not know /v1/unknown" in words
