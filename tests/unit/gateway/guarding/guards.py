"""A guard under a policy that looks for a secret, and streams taken through it."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace

from gateway_desktop.core.policy import Action, AnswerMode, Condition, Policy, Rule
from gateway_desktop.core.reply import Reply
from gateway_desktop.gateway.guarding.answer_guard import Guard
from gateway_desktop.gateway.guarding.inspector import Inspector
from gateway_desktop.policies.decision import rule_book
from gateway_desktop.policies.redaction import Vault
from tests.makers import a_call, a_principal, a_snapshot, an_exchange

SECRET = "bluebird-" + "a1B2" * 6
PATTERN = r"bluebird-[A-Za-z0-9]{12,}"
WINDOW = 64


def a_guard(
    action: Action = Action.REDACT, mode: AnswerMode = AnswerMode.HOLD, vault: Vault | None = None
) -> Guard:
    """Return the guard of one exchange under a policy that looks for the secret."""
    rule = Rule("bird", action, (Condition("pattern", PATTERN),))
    inspector = Inspector()
    inspector.obey(a_snapshot(), rule_book([Policy("Birds", (rule,), id="p", version=1)]))
    exchange = replace(an_exchange(), principal=a_principal(), call=a_call())
    return Guard(exchange, inspector, mode, vault, WINDOW)


def through(
    data: Iterable[bytes],
    action: Action = Action.REDACT,
    mode: AnswerMode = AnswerMode.HOLD,
    vault: Vault | None = None,
    after_each: Callable[[bytes], None] = lambda _: None,
    kind: str = "text/event-stream",
) -> bytes:
    """Take a stream through a guard; return what left."""
    guard = a_guard(action, mode, vault)
    guard.opens(kind)
    out = bytearray()

    async def go() -> None:
        for piece in data:
            out.extend(await guard.piece(piece))
            after_each(bytes(out))
        out.extend(await guard.end(Reply(200)))

    asyncio.run(go())
    return bytes(out)
