"""/metrics, read as Prometheus reads it."""

import http.client
import json
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from tests.end_to_end.conftest import Setting
from tests.end_to_end.program import Program
from tests.fakes.llm import Connection

CHAT = b'{"model":"model-nobody-else-has","messages":[{"role":"user","content":"Hi"}]}'
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def fetch(program: Program, path: str, **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", program.port, timeout=60)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def samples(text: str) -> Samples:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_prometheus_reads_requests_by_proxy_kind_and_outcome_and_nothing_of_a_person(
    setting: Setting,
) -> None:
    before = samples(fetch(setting.program, "/metrics")[1])
    for key in (setting.key, "gwd_" + "nobody" * 7 + "x"):
        setting.program.post("/llm/v1/chat/completions", CHAT, Authorization=f"Bearer {key}")
    status, text = fetch(setting.program, "/metrics")
    after = samples(text)
    assert status == 200

    def counted(name: str, outcome: str) -> float:
        key = (name, (("kind", "llm"), ("outcome", outcome), ("proxy", "llm")))
        return after[key] - before.get(key, 0)

    assert counted("gateway_requests_total", "success") == 1
    assert counted("gateway_requests_total", "blocked") == 1
    assert counted("gateway_request_duration_seconds_count", "success") == 1
    assert counted("gateway_output_tokens_total", "success") > 0
    assert {name for _, labels in after for name, _ in labels} == {"proxy", "kind", "outcome", "le"}
    assert after["gateway_database_bytes", ()] > 0
    assert after["gateway_audit_backlog_rows", ()] == 0
    for private in ("model-nobody-else-has", "ana@example.org", setting.key[:12]):
        assert private not in text


def test_a_refusal_and_an_upstreams_error_have_no_time_to_first_token(setting: Setting) -> None:
    async def too_many(connection: Connection) -> None:
        await connection.whole(b'{"error":{"message":"Slow down"}}', 429)

    async def failed(connection: Connection) -> None:
        await connection.head(200, ("Content-Type", "text/event-stream"))
        for kind, told in (("created", b""), ("failed", b',"error":{"message":"Overloaded"}')):
            data = b'{"type":"response.%b","response":{"status":"%b","output":[]%b}}'
            await connection.chunk(b"data: %b\n\n" % (data % (kind.encode(), kind.encode(), told)))
        await connection.end()

    setting.program.post("/llm/v1/chat/completions", CHAT, Authorization="Bearer gwd_" + "nobody" * 7 + "x")
    setting.script(too_many)
    answered = setting.program.post("/llm/v1/chat/completions", CHAT, Authorization=f"Bearer {setting.key}")
    assert answered[0] == 429
    setting.script(failed)
    streamed = b'{"model":"gpt-5-mini","input":"Hi","stream":true}'
    answered = setting.program.post("/llm/v1/responses", streamed, Authorization=f"Bearer {setting.key}")
    assert answered[0] == 200 and b"Overloaded" in answered[2]
    assert setting.program.row(answered[1]["x-gateway-request-id"])["outcome"] == "failed"
    after = samples(fetch(setting.program, "/metrics")[1])
    labels = {dict(labels)["outcome"] for name, labels in after if name.startswith("gateway_time_to_first")}
    assert labels.isdisjoint({"blocked", "failed"})
    assert {row["ttft_ms"] for row in setting.program.rows() if row["outcome"] != "success"} == {None}


def test_the_same_is_there_as_json_with_health_by_proxy(setting: Setting) -> None:
    setting.program.post("/llm/v1/chat/completions", CHAT, Authorization=f"Bearer {setting.key}")
    figures = json.loads(fetch(setting.program, "/metrics.json")[1])
    (proxy,) = figures["proxies"]
    assert proxy["proxy"] == "llm" and proxy["requests"] >= 1 and proxy["p99_ms"] > 0
    assert figures["store"]["queries"][0]["slowest_ms"] > 0


def test_beyond_this_machine_it_needs_a_key(tmp_path: Path) -> None:
    program = Program(tmp_path / "data")
    key = program.add_user("ana@example.org")
    program.run("settings", "set", "listen.host", "0.0.0.0")
    program.run("settings", "set", "listen.tls_ends_in_front", "true")
    program.start()
    try:
        assert fetch(program, "/metrics")[0] == 401
        assert fetch(program, "/metrics.json")[0] == 401
        status, text = fetch(program, "/metrics", Authorization=f"Bearer {key}")
        assert status == 200 and samples(text)
    finally:
        program.stop()


def test_the_command_line_asks_the_running_gateway(setting: Setting) -> None:
    setting.program.post("/llm/v1/chat/completions", CHAT, Authorization=f"Bearer {setting.key}")
    found = setting.program.json("status")
    assert found["running"] and found["pid"] == setting.program.pid
    assert found["proxies"][0]["requests"] >= 1
    assert found["machine"]["process_memory_bytes"] > 10_000_000 and found["sinks"] == []
    assert "llm" in setting.program.run("status")


def test_without_a_gateway_the_command_line_says_so(tmp_path: Path) -> None:
    assert Program(tmp_path / "data").json_of(1, "status") == {"running": False}
