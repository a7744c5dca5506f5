"""OTLP logs, read by OpenTelemetry's own definitions."""

import base64
import json
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.sink import SinkKind
from gateway_desktop.delivery.sinks.otlp import Otlp
from tests.fakes.receiver import receiver
from tests.makers import NOON_US, a_sink, an_outbox_record


def decoded(body: bytes) -> Any:
    """Read a request; OTLP's JSON has trace ids in hex where that of protobuf has base64."""
    document = json.loads(body)
    for resource in document["resourceLogs"]:
        for scope in resource["scopeLogs"]:
            for record in scope["logRecords"]:
                if "traceId" in record:
                    record["traceId"] = base64.b64encode(bytes.fromhex(record["traceId"])).decode()
    return ParseDict(document, ExportLogsServiceRequest())


def test_a_collector_reads_records_with_the_names_of_the_conventions() -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    fields = {"method": "tools/call", "target": "read_file", "http_status": 200, "detail": {"a": [1]}}
    with receiver() as there:
        sink = a_sink(
            kind=SinkKind.OTLP, address=Otlp.checked(there.url, ""), secret=Secret("Authorization: Bearer x")
        )
        first = an_outbox_record(trace_id=trace)
        Otlp(sink).send((first, an_outbox_record(kind="mcp", severity="warning", fields=fields)))
    (post,) = there.posts
    assert (post.path, post.headers["authorization"]) == ("/v1/logs", "Bearer x")
    (resource,) = decoded(post.body).resource_logs
    assert {"service.name", "service.version"} <= {each.key for each in resource.resource.attributes}
    llm, mcp = resource.scope_logs[0].log_records
    assert (llm.time_unix_nano, llm.trace_id.hex(), llm.severity_number) == (NOON_US * 1000, trace, 9)
    attributes = {each.key: each.value for each in llm.attributes}
    assert attributes["gen_ai.request.model"].string_value == "gpt-5-mini"
    assert attributes["gen_ai.usage.input_tokens"].int_value == 12
    assert attributes["gateway.record.id"].string_value == "9007199254740993"
    attributes = {each.key: each.value for each in mcp.attributes}
    assert attributes["mcp.method.name"].string_value == "tools/call"
    assert attributes["gen_ai.tool.name"].string_value == "read_file"
    assert (mcp.severity_text, attributes["gateway.detail"].string_value) == ("WARN", '{"a": [1]}')


def test_a_secret_is_a_header_or_nothing() -> None:
    assert Otlp.checked("https://collector:4318/otlp", "") == "https://collector:4318/otlp"
    for secret in ("Bearer x", "X-Key:", "Bad\r\nHeader: x", "X-Key: a\r\nb: c", "X-Key: 5 €"):
        with pytest.raises(ConfigurationError, match="a header"):
            Otlp.checked("https://collector:4318", secret)
