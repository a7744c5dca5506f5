"""A request is upstream what it is here, whatever is behind the gateway."""

import pytest

from gateway_desktop.core.errors import Malformed
from gateway_desktop.core.proxy import Kind
from gateway_desktop.protocols.adapters import ADAPTERS
from tests.makers import a_head

PATHS = {Kind.LLM: "/v1beta/models/m:generateContent", Kind.MCP: "/mcp", Kind.A2A: "/v1/tasks/t1"}


@pytest.mark.parametrize("kind", Kind)
def test_no_header_and_no_parameter_makes_another_request_of_it(kind: Kind) -> None:
    adapter, path = ADAPTERS[kind], PATHS[kind]
    adapter.decode(a_head(method="GET", path=path), b"", "google")
    for name in ("X-HTTP-Method-Override", "x-http-method", "X_HTTP_Method", "X-Method-Override"):
        with pytest.raises(Malformed, match="method"):
            adapter.decode(a_head((name, "DELETE"), method="GET", path=path), b"", "google")
    for query in ("$httpMethod=DELETE", "x=1&%24httpHeaders=a"):
        with pytest.raises(Malformed, match="query"):
            adapter.decode(a_head(method="GET", path=path, query=query), b"", "google")
