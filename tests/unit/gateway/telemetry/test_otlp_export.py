"""Spans and metrics of tools' calls, as a collector reads them; those of models are in tests/end_to_end."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from gateway_desktop.core.audit import Outcome
from gateway_desktop.core.proxy import Kind
from gateway_desktop.core.record_settings import Telemetry
from gateway_desktop.core.trace import Trace
from gateway_desktop.gateway.telemetry.otlp_export import OtlpExport
from tests.end_to_end.program import free_port
from tests.fakes.receiver import Receiver, receiver
from tests.makers import a_proxy, a_record, an_exchange

TOOL = a_record(
    kind="mcp", method="tools/call", target="read_file", session="s-1", provider=None, proxy="files"
)


def told(*records: Any) -> Receiver:
    with receiver() as there:
        exporter = OtlpExport(Telemetry(endpoint=there.url), "")
        for record in records:
            proxy = a_proxy(kind=Kind(record.kind), upstream="https://mcp.example.com/mcp")
            exporter.tell(record, an_exchange(proxy=proxy, call=None), Trace.after(""))
        exporter.close()
    return there


def spans(there: Receiver) -> list[Any]:
    found = []
    for post in there.posts:
        if post.path == "/v1/traces":
            request = ExportTraceServiceRequest.FromString(post.body)
            found += [s for r in request.resource_spans for scope in r.scope_spans for s in scope.spans]
    return found


def durations(there: Receiver) -> dict[str, Any]:
    (post,) = [post for post in there.posts if post.path == "/v1/metrics"]
    request = ExportMetricsServiceRequest.FromString(post.body)
    return {m.name: m for r in request.resource_metrics for s in r.scope_metrics for m in s.metrics}


def attributes(thing: Any) -> dict[str, Any]:
    return {each.key: each.value.string_value for each in thing.attributes}


def test_a_call_of_a_tool_has_the_names_of_the_conventions_for_mcp() -> None:
    (span,) = spans(told(TOOL))
    found = attributes(span)
    assert span.name == "tools/call read_file"
    assert (found["mcp.method.name"], found["gen_ai.tool.name"]) == ("tools/call", "read_file")
    assert (found["gen_ai.operation.name"], found["mcp.session.id"]) == ("execute_tool", "s-1")


def test_an_agent_at_work_has_the_names_of_the_conventions_for_agents_and_is_measured() -> None:
    work = a_record(kind="a2a", method="SendMessage", target="Weather", session="c-1", provider=None)
    asked = replace(work, method="GetTask", exchange_id="other")
    there = told(work, asked)
    first, second = spans(there)
    found = attributes(first)
    assert (first.name, found["gen_ai.operation.name"]) == ("invoke_agent Weather", "invoke_agent")
    assert (found["gen_ai.agent.name"], found["gen_ai.conversation.id"]) == ("Weather", "c-1")
    assert (second.name, attributes(second)["rpc.method"]) == ("GetTask", "GetTask")
    assert "gen_ai.operation.name" not in attributes(second) and "mcp.method.name" not in str((first, second))
    (point,) = durations(there)["gen_ai.client.operation.duration"].histogram.data_points
    assert attributes(point)["gen_ai.operation.name"] == "invoke_agent" and point.count == 1


def test_a_failure_is_an_error_with_its_type_and_a_refusal_with_its_reason() -> None:
    failed = a_record(outcome=Outcome.FAILED, http_status=503)
    refused = a_record(outcome=Outcome.BLOCKED, block_reason="budget", http_status=402)
    first, second = spans(told(failed, refused))
    assert (first.status.code, attributes(first)["error.type"]) == (2, "503")
    assert (second.status.code, attributes(second)["error.type"]) == (0, "budget")


def test_durations_of_tools_are_measured_and_a_model_that_only_a_caller_named_is_no_series() -> None:
    unknown = a_record(target="made-up-by-a-caller", response_model=None, outcome=Outcome.BLOCKED)
    there = told(TOOL, unknown)
    metrics = durations(there)
    (point,) = metrics["mcp.server.operation.duration"].histogram.data_points
    assert attributes(point)["mcp.method.name"] == "tools/call"
    assert "made-up-by-a-caller" not in str(metrics)


def test_a_collector_that_takes_nothing_is_told_of_once_until_it_does(
    expect_log: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    expect_log("The collector does not take traces, which are lost: it answered 401")
    caplog.set_level(logging.INFO, "gateway_desktop")
    with receiver() as there:
        exporter = OtlpExport(Telemetry(endpoint=there.url, metrics=False), "")
        there.answers = [401, 401, 200, 200, 401, 401]
        assert exporter._spans is not None
        for _ in range(6):
            exporter.tell(TOOL, an_exchange(proxy=a_proxy(kind=Kind.MCP), call=None), Trace.after(""))
            exporter._spans.force_flush()
        exporter.close()
    away, again = "The collector does not take traces", "The collector takes traces again"
    assert [line.partition(",")[0] for line in caplog.messages] == [away, again, away]


@pytest.mark.slow
def test_a_collector_that_is_not_there_is_told_of_in_words(expect_log: Callable[[str], None]) -> None:
    expect_log("The collector does not take traces, which are lost: Connection refused$")
    exporter = OtlpExport(Telemetry(endpoint=f"http://127.0.0.1:{free_port()}", metrics=False), "")
    exporter.tell(TOOL, an_exchange(proxy=a_proxy(kind=Kind.MCP), call=None), Trace.after(""))
    exporter.close()  # which does not try again
