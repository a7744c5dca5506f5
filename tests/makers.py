"""Things that are valid by default: name only what the test is about, `a_record(outcome=Outcome.BLOCKED)`."""

import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from gateway_desktop.core.audit import AuditRecord, Category, Outcome, Payload, SystemEvent
from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.core.exchange import Exchange, RequestHead
from gateway_desktop.core.finding import Context, Evidence, Family, Finding, Level
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.people import TEAM, ApiKey, Group, Role, User
from gateway_desktop.core.policy import Action, Policy, Rule
from gateway_desktop.core.principal import Principal, PrincipalKind
from gateway_desktop.core.proxy import Kind, Proxy
from gateway_desktop.core.reply import Basis, Reply, Usage
from gateway_desktop.core.sink import OutboxRecord, Records, Sink, SinkKind
from gateway_desktop.core.snapshot import Snapshot

NOON_US = 1_767_268_800_000_000  # 2026-01-01 12:00:00 UTC


class ClientRecord:
    """The caller's side of an exchange: keeps what was written to it."""

    def __init__(self) -> None:
        self.started = False
        self.first_byte_at: float | None = None
        self.sent = 0
        self.status = 0
        self.headers: list[tuple[str, str]] = []
        self.body = b""
        self.finished = False
        self.broken = False

    async def whole(self, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers = status, list(headers)
        self.body = body
        self.sent = len(body)

    async def begin(
        self, status: int, headers: Iterable[tuple[str, str]], length: int | None, *, soon: bool = False
    ) -> None:
        self.started = True
        self.status, self.headers = status, list(headers)

    async def write(self, data: bytes, *, silent: bool = False) -> None:
        if not silent:
            self.first_byte_at = self.first_byte_at or time.perf_counter()
        self.body += data
        self.sent += len(data)

    async def finish(self) -> None:
        self.started = self.finished = True

    async def break_off(self, event: bytes = b"") -> None:
        self.body += event
        self.broken = True


class HeaderList:
    """Request headers: names without regard to case, in their order."""

    def __init__(self, *pairs: tuple[str, str]) -> None:
        self._pairs = pairs

    def get(self, name: str, default: str = "", /) -> str:
        return next((value for known, value in self._pairs if known.lower() == name.lower()), default)

    def items(self) -> Iterable[tuple[str, str]]:
        return self._pairs

    def __contains__(self, name: object, /) -> bool:
        return any(known.lower() == str(name).lower() for known, _ in self._pairs)


def a_proxy(**changes: Any) -> Proxy:
    """A running LLM proxy, open to every principal."""
    return replace(Proxy("proxy-1", "openai", Kind.LLM, "http://127.0.0.1:9", provider="openai"), **changes)


def a_principal(**changes: Any) -> Principal:
    """Ana, known by her key, in the group team."""
    ana = Principal(
        PrincipalKind.API_KEY,
        user_id="user-1",
        actor="ana@example.com",
        display_name="Ana",
        group="team",
        groups=frozenset({TEAM}),
        api_key_id="key-1",
    )
    return replace(ana, **changes)


def a_group(**changes: Any) -> Group:
    """The group team."""
    return replace(Group(TEAM, "team"), **changes)


def a_user(**changes: Any) -> User:
    """Ana, a member of the group team."""
    ana = User(
        "user-1", "ana@example.com", "ana", "Ana", Role.MEMBER, service=False, active=True, groups=(TEAM,)
    )
    return replace(ana, **changes)


def an_api_key(**changes: Any) -> ApiKey:
    """Ana's key, which does not expire."""
    key = ApiKey("key-1", "laptop", "gwd_abcdefgh", b"\0" * 32, "user-1", TEAM, NOON_US, None, None)
    return replace(key, **changes)


def a_snapshot(**changes: Any) -> Snapshot:
    """One proxy, one user with one key, one group."""
    proxy, user, key, group = a_proxy(), a_user(), an_api_key(), a_group()
    snapshot = Snapshot(
        version=1,
        proxies={proxy.name: proxy},
        keys={key.digest: key},
        users={user.id: user},
        groups={group.id: group},
    )
    return replace(snapshot, **changes)


def a_head(*headers: tuple[str, str], **changes: Any) -> RequestHead:
    """POST /v1/chat/completions with a JSON body."""
    pairs = headers or (("content-type", "application/json"), ("user-agent", "python/3"))
    head = RequestHead("POST", "/v1/chat/completions", "", HeaderList(*pairs), "127.0.0.1")
    return head._replace(**changes)


def a_call(**changes: Any) -> Call:
    """A chat of one short message."""
    body = b'{"model":"gpt-5-mini","messages":[{"role":"user","content":"Hello"}]}'
    call = Call("chat", body, target="gpt-5-mini", texts=[TextPart("/messages/0/content", "user", "Hello")])
    return replace(call, **changes)


def a_usage(**changes: Any) -> Usage:
    """12 tokens in, 8 out, as the upstream reported."""
    return replace(Usage(input=12, output=8, basis=Basis.REPORTED), **changes)


def a_reply(**changes: Any) -> Reply:
    """A whole answer of one short text."""
    reply = Reply(
        200,
        usage=a_usage(),
        response_model="gpt-5-mini-2025-08-07",
        finish="stop",
        complete=True,
        texts=[TextPart("/choices/0/message/content", "assistant", "Hi!")],
    )
    return replace(reply, **changes)


def an_exchange(**changes: Any) -> Exchange:
    """A chat through the proxy openai, not yet authenticated; its client is a `ClientRecord`."""
    call = a_call()

    async def read_body(limit: int, owner: str) -> bytes:
        return call.body

    exchange = Exchange(
        id=new_id(),
        proxy=a_proxy(),
        request=a_head(),
        started_us=NOON_US,
        started=time.perf_counter(),
        client=ClientRecord(),
        read_body=read_body,
    )
    return replace(exchange, **changes)


def a_payload(text: str = "Hello", **changes: Any) -> Payload:
    """One text of a request."""
    return replace(Payload("request", TextPart("/messages/0/content", "user", text)), **changes)


def a_record(**changes: Any) -> AuditRecord:
    """Ana's successful chat; texts of request and answer with it."""
    record = AuditRecord(
        exchange_id=new_id(),
        kind="llm",
        started_us=NOON_US,
        duration_ms=420,
        outcome=Outcome.SUCCESS,
        proxy="openai",
        principal=a_principal(),
        app="openai-python 3.54",
        client_ip="127.0.0.1",
        method="chat",
        target="gpt-5-mini",
        endpoint="/v1/chat/completions",
        provider="openai",
        response_model="gpt-5-mini-2025-08-07",
        http_status=200,
        tokens_in=12,
        tokens_out=8,
        cost_nano=19_000,
        cost_basis="reported",
        finish="stop",
        ttft_ms=180,
        request_bytes=69,
        response_bytes=310,
        payloads=[
            a_payload(),
            Payload("response", TextPart("/choices/0/message/content", "assistant", "Hi!")),
        ],
    )
    return replace(record, **changes)


def a_system_event(**changes: Any) -> SystemEvent:
    """A proxy was created at the command line."""
    event = SystemEvent(
        Category.PROXIES,
        "created",
        resource="openai",
        after={"upstream": "https://api.openai.com"},
        actor=Principal(PrincipalKind.LOCAL, actor="local:ana@laptop"),
    )
    return replace(event, **changes)


def a_finding(**changes: Any) -> Finding:
    """A key of OpenAI's in the person's message, as sure as a rule can be."""
    finding = Finding(
        Family.SECRET,
        "secret.openai_key",
        Level.HIGH,
        0.9,
        Evidence.RULE,
        Context.USER_PROMPT,
        "/messages/0/content",
        start=4,
        end=55,
        excerpt="key <OPENAI_KEY>",
        why="A key of OpenAI's",
    )
    return replace(finding, **changes)


def a_policy(**changes: Any) -> Policy:
    """One rule that blocks everything, at version 1."""
    rule = Rule("everything", Action.BLOCK, message="Not here")
    return replace(Policy("Closed", (rule,), id="policy-1", version=1), **changes)


def an_outbox_record(**changes: Any) -> OutboxRecord:
    """Ana's successful chat, as sinks are given it."""
    fields = {"actor": "ana@example.com", "method": "chat", "target": "gpt-5-mini", "tokens_in": 12}
    record = OutboxRecord(
        9_007_199_254_740_993, 1, 7, NOON_US, "llm", "info", "success: ana@example.com at openai", fields
    )
    return replace(record, **changes)


def a_sink(**changes: Any) -> Sink:
    """A webhook that is given everything."""
    every = frozenset({Records.EXCHANGES, Records.SYSTEM})
    return replace(Sink("sink-1", "siem", SinkKind.WEBHOOK, "http://127.0.0.1:9", every), **changes)
