"""What each part of the way of a request costs: `pytest tests/benchmarks/hot_path.py --benchmark-sort=name`.

The first is what to measure the others by: one decoding of the same body by msgspec. Read the ratios, not the
times. The file's name keeps it out of the suite: none of this is a timed test.
"""

import asyncio
import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway_desktop.core.audit import AuditRecord
from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.core.finding import Context, Passage
from gateway_desktop.core.paths import Paths
from gateway_desktop.core.policy import Direction
from gateway_desktop.core.proxy import PayloadLevel
from gateway_desktop.gateway.guarding.inspector import Inspector
from gateway_desktop.gateway.recording.payloads import PayloadMaker
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.identity.authentication import authenticate
from gateway_desktop.identity.tokens import digest
from gateway_desktop.inspection.redaction import redact
from gateway_desktop.inspection.scan import scan, warm_detectors
from gateway_desktop.protocols.llm.adapter import LlmAdapter
from gateway_desktop.services.detection import find_models
from gateway_desktop.store.batch import BatchWriter
from gateway_desktop.store.migration import migrate
from gateway_desktop.store.models import MODELS
from gateway_desktop.store.models.base import bind
from gateway_desktop.store.parts import Parts
from gateway_desktop.store.sqlite import SqliteDatabase, prepare_file
from tests.makers import a_call, a_head, a_reply, a_snapshot, an_api_key, an_exchange
from tests.unit.gateway.filters.runtimes import KeptRecords

Benchmark = Any
TEXT = "please explain how this function works, " * 26
ASKED = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": TEXT}]}
BODY = json.dumps(ASKED).encode()
TURN = "def area(width, height):\n    return width * height  # in the units of the drawing\n" * 6
LONG = {"model": "gpt-4o-mini", "messages": [
    {"role": ("user", "assistant")[at % 2], "content": f"{at}: {TURN}"} for at in range(999)
]}  # fmt: skip
LONG_BODY = json.dumps(LONG).encode()
ANSWER = json.dumps({
    "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4o-mini-2024-07-18",
    "choices": [
        {"index": 0, "message": {"role": "assistant", "content": "It adds them."}, "finish_reason": "stop"},
    ],
    "usage": {"prompt_tokens": 240, "completion_tokens": 12, "total_tokens": 252},
}).encode()  # fmt: skip
PIECE = (
    b'data: {"id":"c","object":"chat.completion.chunk",'
    b'"choices":[{"index":0,"delta":{"content":"word "}}]}\n\n'
)
HEAD = a_head(("Content-Type", "application/json"))


@pytest.fixture(scope="module", autouse=True)
def _ready() -> None:
    find_models(Paths(Path()))
    warm_detectors()


def test_0_msgspec_decodes_the_body(benchmark: Benchmark) -> None:
    benchmark(msgspec.json.Decoder().decode, BODY)


def test_a_key_is_recognised(benchmark: Benchmark) -> None:
    key = "gwd_" + "k" * 43
    snapshot = a_snapshot(keys={digest(key): an_api_key(digest=digest(key))})
    _, refused = benchmark(authenticate, snapshot, key, 1)
    assert refused is None


def decode(body: bytes) -> Call:
    return LlmAdapter().decode(HEAD, body, "openai")


def test_a_request_is_read(benchmark: Benchmark) -> None:
    assert benchmark(decode, BODY).target == "gpt-4o-mini"


def test_a_conversation_of_500_kb_is_read(benchmark: Benchmark) -> None:
    """Each a new one: what it says first is its number."""
    numbers = itertools.count()

    def read() -> Call:
        return decode(b'{"user":"%d",%b' % (next(numbers), LONG_BODY[1:]))

    assert len(LONG_BODY) > 450_000
    assert len(benchmark(read).texts) == 999


def test_a_known_conversation_of_500_kb_is_read(benchmark: Benchmark) -> None:
    assert len(benchmark(decode, LONG_BODY).texts) == 999


def test_the_parts_of_a_known_conversation_of_500_kb_are_referred_to(benchmark: Benchmark) -> None:
    """What the writer looks up of them; the rows come on top."""
    maker, parts = PayloadMaker(), Parts(b"k" * 32, limit=len(LONG_BODY))
    exchange = an_exchange(call=decode(LONG_BODY))
    payloads = asyncio.run(maker.of(exchange, PayloadLevel.REDACTED))
    for number, reference in enumerate(parts.refer(payloads), 1):
        parts._known.put(reference.hash, (number, bytes(32)))
    parts.roll_back()
    assert all(one.number for one in benchmark(parts.refer, payloads))


def test_an_answer_is_read(benchmark: Benchmark) -> None:
    call = decode(BODY)

    def read() -> int | None:
        reader = LlmAdapter().read_reply(call, 200, "application/json")
        reader.feed(ANSWER)
        reader.end()
        return reader.reply.usage.output if reader.reply.usage else None

    assert benchmark(read) == 12


def test_a_stream_of_20_pieces_is_read(benchmark: Benchmark) -> None:
    call = decode(json.dumps({**ASKED, "stream": True}).encode())

    def read() -> int:
        reader = LlmAdapter().read_reply(call, 200, "text/event-stream")
        for _ in range(20):
            reader.feed(PIECE)
        reader.end()
        return len(reader.reply.texts)

    assert benchmark(read) == 1


class Looking:
    """An inspector on a loop that runs for as long as one look."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._inspector = Inspector()
        self._exchange = an_exchange(call=a_call())

    def at(self, parts: list[TextPart]) -> float | None:
        looking = self._inspector.look(self._exchange, parts, Direction.REQUEST)
        return self._loop.run_until_complete(looking).scan.score

    def close(self) -> None:
        self._loop.close()


@pytest.fixture
def looking() -> Iterator[Looking]:
    made = Looking()
    yield made
    made.close()


def test_a_known_text_is_looked_at(benchmark: Benchmark, looking: Looking) -> None:
    assert benchmark(looking.at, decode(BODY).texts) == 0


def test_a_known_conversation_of_500_kb_is_looked_at(benchmark: Benchmark, looking: Looking) -> None:
    parts = decode(LONG_BODY).texts
    benchmark(looking.at, parts)


def test_a_new_text_is_scanned(benchmark: Benchmark) -> None:
    numbers = itertools.count()

    def look() -> float | None:
        passage = Passage(f"{next(numbers)} {TEXT}", Context.USER_PROMPT, "/messages/0/content")
        return scan([passage]).score

    assert benchmark(look) is not None


def test_a_new_text_is_masked_for_the_audit(benchmark: Benchmark) -> None:
    numbers = itertools.count()
    assert benchmark(lambda: redact(f"{next(numbers)} {TEXT}"))[1] == 0


@pytest.mark.parametrize("rows", [1, 8, 64])
def test_rows_are_written(benchmark: Benchmark, tmp_path: Path, rows: int) -> None:
    """A transaction with its fsync; divide by the rows."""
    path = tmp_path / "rows.sqlite"
    prepare_file(path)
    database = SqliteDatabase(path, gateway=1)
    migrate(database)
    bind(database, MODELS)
    writer = BatchWriter(path, 1, Parts(b"k" * 32))
    writer.start(database)
    records = [a_finished_record() for _ in range(rows)]
    benchmark(writer.write, database, records)
    database.close()


def test_a_record_is_made(benchmark: Benchmark) -> None:
    benchmark(a_finished_record)


_made: list[Callable[[], AuditRecord]] = []


def a_finished_record() -> AuditRecord:
    """Return the record of a chat, as the filter around everything makes it."""
    if not _made:
        loop = asyncio.new_event_loop()

        async def runtime() -> Runtime:
            return Runtime(KeptRecords(), asyncio.get_running_loop())

        kept = loop.run_until_complete(runtime())
        loop.run_until_complete(_priced(kept))
        exchange = an_exchange(call=decode(BODY), reply=a_reply())
        _made.append(lambda: loop.run_until_complete(kept.records.finished(exchange, kept.snapshot)))
    return _made[0]()


async def _priced(runtime: Runtime) -> None:
    await runtime.prices()
