"""OTLP logs over HTTP, in the JSON form: nothing has to be installed for it, and collectors take both."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from gateway_desktop import __version__
from gateway_desktop.core import conventions
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.sink import OutboxRecord, Records, SinkKind
from gateway_desktop.delivery.http import checked_url, post
from gateway_desktop.delivery.sink import Channel

_PATH = "/v1/logs"
_SEVERITIES = {"info": (9, "INFO"), "warning": (13, "WARN"), "critical": (21, "FATAL")}
_NAMES = {
    "actor": conventions.USER_NAME,
    "user_id": conventions.USER_ID,
    "provider": conventions.PROVIDER,
    "response_model": conventions.RESPONSE_MODEL,
    "tokens_in": conventions.INPUT_TOKENS,
    "tokens_out": conventions.OUTPUT_TOKENS,
    "http_status": conventions.HTTP_STATUS,
    "proxy": conventions.PROXY,
    "outcome": conventions.OUTCOME,
    "exchange_id": conventions.EXCHANGE,
    "grp": conventions.GROUP,
    "risk": conventions.RISK,
}
_OF_KIND = {
    "llm": {"method": conventions.OPERATION, "target": conventions.REQUEST_MODEL},
    "mcp": {
        "method": conventions.MCP_METHOD,
        "target": conventions.TOOL_NAME,
        "session": conventions.MCP_SESSION,
    },
}


class Otlp(Channel):
    """A collector of OpenTelemetry."""

    kind = SinkKind.OTLP
    title = "OTLP logs"
    address_help = "https://collector.example.com:4318, or http://127.0.0.1:4318"
    secret_help = "A header with a credential, such as Authorization: Bearer ...; may be empty"
    secret_needed = False
    usual = frozenset({Records.EXCHANGES, Records.SYSTEM})
    at_once = 200

    @staticmethod
    def checked(address: str, secret: str) -> str:
        """Return the address, with the path of logs where it has none."""
        if secret and not _header(secret)[0]:
            raise ConfigurationError("secret", "a header: Name: value")
        url = checked_url("address", address)
        return url.rstrip("/") + _PATH if urlsplit(url).path in ("", "/") else url

    def send(self, records: Sequence[OutboxRecord]) -> None:
        """POST the records as one request."""
        headers = {"Content-Type": "application/json"}
        if self._sink.secret:
            name, value = _header(self._sink.secret)
            headers[name] = value
        body = json.dumps(request(records), ensure_ascii=False).encode()
        post(self._sink.address, body, headers, self._sink.ca_file)


def request(records: Sequence[OutboxRecord]) -> dict[str, object]:
    """Return an ExportLogsServiceRequest (OTLP 1.9) of records of one gateway."""
    resource = {
        conventions.SERVICE_NAME: "gateway-desktop",
        conventions.SERVICE_VERSION: __version__,
        conventions.SERVICE_INSTANCE: str(records[0].gateway),
    }
    scope = {"name": "gateway_desktop.audit", "version": __version__}
    logs = {"scope": scope, "logRecords": [_log(record) for record in records]}
    return {"resourceLogs": [{"resource": {"attributes": _attributes(resource)}, "scopeLogs": [logs]}]}


def _log(record: OutboxRecord) -> dict[str, object]:
    number, text = _SEVERITIES.get(record.severity, _SEVERITIES["info"])
    names = {**_NAMES, **_OF_KIND.get(record.kind, {})}
    fields = {names.get(name, f"gateway.{name}"): value for name, value in record.fields.items()}
    ids = {"gateway.record.id": str(record.id), "gateway.seq": record.seq, "gateway.kind": record.kind}
    log: dict[str, object] = {
        "timeUnixNano": str(record.at_us * 1000),
        "observedTimeUnixNano": str(record.at_us * 1000),
        "severityNumber": number,
        "severityText": text,
        "body": {"stringValue": record.summary},
        "attributes": _attributes({**ids, **fields}),
    }
    if record.trace_id:
        log["traceId"] = record.trace_id
    return log


def _attributes(fields: Mapping[str, object]) -> list[dict[str, object]]:
    return [{"key": name, "value": _value(value)} for name, value in fields.items() if value is not None]


def _value(value: Any) -> dict[str, object]:
    match value:
        case bool():
            return {"boolValue": value}
        case int():
            return {"intValue": str(value)}
        case float():
            return {"doubleValue": value}
        case str():
            return {"stringValue": value}
    return {"stringValue": json.dumps(value, ensure_ascii=False)}


def _header(secret: str) -> tuple[str, str]:
    name, _, value = secret.partition(":")
    name, value = name.strip(), value.strip()
    fits = name.replace("-", "").isalnum() and secret.isascii() and value.isprintable() and value
    return (name, value) if fits else ("", "")
