"""How much CPU does one audit row cost the writer? Run it: `python tests/benchmarks/measure_writer.py`."""

import random
import sys
import tempfile
import time
from pathlib import Path

from gateway_desktop.core.audit import AuditRecord, Outcome, Payload
from gateway_desktop.core.call import TextPart
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.principal import Principal, PrincipalKind
from gateway_desktop.store.batch import BatchWriter
from gateway_desktop.store.migration import migrate
from gateway_desktop.store.models import MODELS
from gateway_desktop.store.models.base import bind
from gateway_desktop.store.parts import Parts
from gateway_desktop.store.sqlite import SqliteDatabase, prepare_file

WORDS = [f"word{number:x}" for number in range(5000)]
CHECKPOINT_EVERY = 100  # commits
TEXT = "text of a conversation that every request repeats " * 20


def records(count: int, dice: random.Random, kind: str) -> list[AuditRecord]:
    """Return records like those of a small team."""
    found = []
    for _ in range(count):
        user = min(int(dice.paretovariate(0.8)), 200)
        who = Principal(
            PrincipalKind.API_KEY, f"user{user}", f"user{user}@example.com", f"User {user}", "team",
            frozenset({"team"}), f"key{user}",
        )  # fmt: skip
        duration = dice.randrange(200, 9000)
        record = AuditRecord(
            new_id(), "llm", now_us(), duration, Outcome.SUCCESS, "openai", who,
            app="openai-python 3.54", client_ip="127.0.0.1", method="chat", provider="openai",
            target=f"model-{dice.randrange(4)}", endpoint="/v1/chat/completions",
            response_model="model-1-2026", http_status=200, tokens_in=1200, tokens_cached=0, tokens_out=300,
            cost_nano=1_234_000, cost_basis="reported", finish="stop", ttft_ms=210,
            request_bytes=2100, response_bytes=900,
            detail={"timeline": {"authentication": 0.0001, "forwarding": 0.4}, "price_version": "2026-01"},
        )  # fmt: skip
        if kind == "new":
            record.payloads = [
                Payload(
                    "request", TextPart("/messages/0/content", "user", " ".join(dice.choices(WORDS, k=130)))
                )
            ]
        elif kind == "known":
            record.payloads = [Payload("request", TextPart("/messages/0/content", "user", TEXT))]
        found.append(record)
    return found


def measured(folder: Path, batch: int, kind: str, rows: int) -> tuple[float, float]:
    """Return microseconds of CPU per row in the writing thread, and milliseconds per commit."""
    path = folder / f"{batch}-{kind}.sqlite"
    prepare_file(path)
    database = SqliteDatabase(path, gateway=1)
    migrate(database)
    bind(database, MODELS)
    writer = BatchWriter(path, 1, Parts(b"k" * 32))
    writer.start(database)
    dice = random.Random(1)
    writer.write(database, records(500, dice, kind))  # the trees have a few levels, statements are prepared
    batches = [records(batch, dice, kind) for _ in range(max(4, rows // batch))]
    for some in batches[: len(batches) // 2]:
        writer.write(database, some)
    checkpoint = SqliteDatabase(path)  # as the thread for it does: the WAL is written anew from its start
    checkpoint.execute_sql("PRAGMA wal_checkpoint(RESTART)").fetchall()
    cpu = wall = 0.0
    for number, some in enumerate(batches[len(batches) // 2 :]):
        if number % CHECKPOINT_EVERY == 0:
            checkpoint.execute_sql("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        begin = time.thread_time(), time.perf_counter()
        writer.write(database, some)
        cpu += time.thread_time() - begin[0]
        wall += time.perf_counter() - begin[1]
    commits = len(batches) - len(batches) // 2
    checkpoint.close()
    database.close()
    return cpu / commits / batch * 1e6, wall / commits * 1e3


def main() -> None:
    """Print the table."""
    sys.stdout.write("batch  part   CPU us/row  ms/commit\n")
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as folder:
        for batch in (1, 8, 50, 500):
            for kind in ("none", "known", "new"):
                cpu, wall = measured(Path(folder), batch, kind, 1000 if batch == 1 else 8000)
                sys.stdout.write(f"{batch:5}  {kind:5}  {cpu:10.1f}  {wall:9.2f}\n")


if __name__ == "__main__":
    main()
