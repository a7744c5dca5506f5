"""Traces as a collector of OpenTelemetry got them, and the context in which they began."""

from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.fakes.receiver import Receiver

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


def spans(there: Receiver) -> list[Any]:
    found = []
    for post in list(there.posts):
        if post.path == "/v1/traces":
            request = ExportTraceServiceRequest.FromString(post.body)
            found += [s for r in request.resource_spans for scope in r.scope_spans for s in scope.spans]
    return found


def attributes(thing: Any) -> dict[str, Any]:
    return {
        each.key: getattr(each.value, each.value.WhichOneof("value") or "string_value")
        for each in thing.attributes
    }
