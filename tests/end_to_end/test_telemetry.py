"""Traces and metrics, as a collector of OpenTelemetry reads them."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from tests.end_to_end.conftest import Setting, prepared
from tests.end_to_end.program import Program, eventually
from tests.end_to_end.spans import SPAN, TRACE, attributes, spans
from tests.fakes.receiver import Receiver

CHAT = b'{"model":"gpt-5-mini","messages":[{"role":"user","content":"Hi"}]}'


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory, collector: Receiver) -> Iterator[Setting]:
    folder = tmp_path_factory.mktemp("traced")
    with pytest.MonkeyPatch.context() as environment, prepared(folder) as setting:
        environment.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
        environment.setenv("OTEL_METRIC_EXPORT_INTERVAL", "200")
        setting.program.run("settings", "set", "telemetry.endpoint", collector.url)
        with setting.program.serving():
            eventually(lambda: told(setting, collector), seconds=50)  # what exports is loaded beside
            yield setting


def told(setting: Setting, there: Receiver) -> bool:
    try:
        ask(setting)
    except TimeoutError:  # detectors are built for the first exchange: on a busy machine that takes long
        return False
    return bool(spans(there))


def ask(setting: Setting, **headers: str) -> str:
    status, found, _ = setting.program.post(
        "/llm/v1/chat/completions", CHAT, Authorization=f"Bearer {setting.key}", **headers
    )
    assert status == 200
    return found["x-gateway-request-id"]


def test_the_context_goes_on_to_the_upstream_and_stands_in_row_and_spans(
    traced: Setting, collector: Receiver
) -> None:
    traced.upstream.received.clear()
    exchange = ask(traced, traceparent=f"00-{TRACE}-{SPAN}-01", tracestate="vendor=1")
    (received,) = traced.upstream.received
    version, trace_id, sent_span, flags = (received.header("traceparent") or b"").decode().split("-")
    assert (version, trace_id, flags) == ("00", TRACE, "01") and sent_span != SPAN
    assert received.header("tracestate") == b"vendor=1"
    assert traced.program.row(exchange)["trace_id"] == TRACE
    mine = eventually(
        lambda: (
            found
            if len(found := [span for span in spans(collector) if span.trace_id.hex() == TRACE]) == 2
            else None
        ),
        seconds=10,
    )
    by_kind = {span.kind: span for span in mine}
    server, client = by_kind[2], by_kind[3]
    assert (server.parent_span_id.hex(), client.parent_span_id) == (SPAN, server.span_id)
    assert client.span_id.hex() == sent_span
    assert (server.name, client.name) == ("POST /llm", "chat gpt-5-mini")
    assert server.start_time_unix_nano <= client.start_time_unix_nano <= client.end_time_unix_nano
    told = attributes(client)
    assert told["gen_ai.operation.name"] == "chat" and told["gen_ai.request.model"] == "gpt-5-mini"
    assert told["gen_ai.usage.output_tokens"] > 0 and told["server.address"] == "127.0.0.1"
    assert attributes(server)["gateway.exchange.id"] == exchange
    assert "ana@example.org" not in str(mine) and traced.key not in str(mine)


def test_what_the_caller_does_not_sample_is_not_told(traced: Setting, collector: Receiver) -> None:
    unsampled = "a" * 32
    ask(traced, traceparent=f"00-{unsampled}-{SPAN}-00")
    ask(traced, traceparent=f"00-{'b' * 32}-{SPAN}-01")
    eventually(lambda: [span for span in spans(collector) if span.trace_id.hex() == "b" * 32])
    assert not [span for span in spans(collector) if span.trace_id.hex() == unsampled]


def test_metrics_have_the_names_of_the_conventions_and_no_persons(
    traced: Setting, collector: Receiver
) -> None:
    ask(traced)

    def found() -> dict[str, Any]:
        metrics: dict[str, Any] = {}
        for post in list(collector.posts):
            if post.path == "/v1/metrics":
                request = ExportMetricsServiceRequest.FromString(post.body)
                for resource in request.resource_metrics:
                    for scope in resource.scope_metrics:
                        metrics.update((metric.name, metric) for metric in scope.metrics)
        return metrics

    metrics = eventually(
        lambda: known if "gen_ai.client.token.usage" in (known := found()) else None, seconds=10
    )
    points = metrics["gen_ai.client.token.usage"].histogram.data_points
    assert {attributes(point)["gen_ai.token.type"] for point in points} == {"input", "output"}
    points = metrics["gen_ai.client.operation.duration"].histogram.data_points
    point = next(point for point in points if "error.type" not in attributes(point))
    assert attributes(point)["gen_ai.provider.name"] and "user.id" not in attributes(point)
    assert metrics["gen_ai.client.operation.duration"].unit == "s"


def test_without_a_collector_the_headers_pass_as_they_came(setting: Setting) -> None:
    parent = f"00-{TRACE}-{SPAN}-01"
    exchange = ask(setting, traceparent=parent)
    assert setting.upstream.received[-1].header("traceparent") == parent.encode()
    assert setting.program.row(exchange)["trace_id"] == TRACE


def test_a_collector_beyond_this_machine_is_asked_with_tls_only(tmp_path: Path) -> None:
    said = Program(tmp_path / "data").run(
        "settings", "set", "telemetry.endpoint", "http://collector:4318", status=1
    )
    assert "other machines need https://" in said


WITHOUT_THE_EXTRA = """
import sys

class Without:
    def __init__(self, inner):
        self.inner = inner

    def find_spec(self, name, path=None, target=None):
        return None if name.split(".")[0] == "opentelemetry" else self.inner.find_spec(name, path, target)

sys.meta_path[:] = [Without(each) for each in sys.meta_path]
from gateway_desktop.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def test_where_the_extra_is_not_installed_the_setting_says_so(tmp_path: Path) -> None:
    words = ("settings", "set", "telemetry.endpoint", "https://collector:4318", "--data", str(tmp_path))
    command = [sys.executable, "-c", WITHOUT_THE_EXTRA, *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    extra = tomllib.loads(Path("pyproject.toml").read_text())["project"]["optional-dependencies"]["otel"]
    [packages] = re.findall(f"is not installed: '{sys.executable}' -m pip install (.*)", done.stderr)
    assert packages.split() == extra
    assert f"`.venv/bin/pip install {packages}`" in Path("resources/help/observability.md").read_text()
