"""Copy as: one record as JSON, as its id, or as a cURL command whose credential is left to be filled in."""

import json
import shlex
from dataclasses import asdict

from gateway_desktop.store.queries.audit import AuditDetail, StoredPart
from gateway_desktop.ui.panels.audit_logs.reconstruction import rebuilt

CREDENTIAL = "$GATEWAY_KEY"


def as_json(detail: AuditDetail) -> str:
    """Return everything that is stored of the record."""
    found = {**asdict(detail.row), "detail": detail.detail, "row_hash": detail.row_hash}
    found["id"] = str(detail.row.id)  # 63 bits: more than a JSON number keeps in most readers
    found["texts"] = [asdict(part) for part in detail.parts]
    return json.dumps(found, indent=2, ensure_ascii=False)


def as_curl(detail: AuditDetail, base_url: str) -> str:
    """Return a command that sends the stored texts again; secrets in them are masked as they are stored."""
    row = detail.row
    method, _, path = (row.endpoint or "POST /").partition(" ")
    words = ["curl", f"{base_url}/{row.proxy}{path}"]
    if method != "GET":
        words += ["-X", method]
    lines = [" ".join(shlex.quote(word) for word in words)]
    lines.append(f'-H "Authorization: Bearer {CREDENTIAL}"')
    if method != "GET":
        body = body_of(detail)
        lines += [
            "-H 'Content-Type: application/json'",
            f"-d {shlex.quote(json.dumps(body, ensure_ascii=False))}",
        ]
    return " \\\n  ".join(lines)


def body_of(detail: AuditDetail) -> object:
    """Return the request's body as far as it is stored: the model and the texts, in their places."""
    body = rebuilt(requested(detail.parts))
    if isinstance(body, dict) and detail.row.target and "model" not in body:
        return {"model": detail.row.target, **_with_roles(body, detail)}
    return body


def _with_roles(body: dict[str, object], detail: AuditDetail) -> dict[str, object]:
    """Put the roles of messages back, which stand beside the texts and not in them."""
    messages = body.get("messages")
    if isinstance(messages, list):
        for part in requested(detail.parts):
            steps = part.place.split("/")
            if len(steps) > 2 and steps[1] == "messages" and steps[2].isdecimal():
                place = int(steps[2])
                if place < len(messages) and isinstance(messages[place], dict):
                    messages[place].setdefault("role", part.role)
    return body


def requested(parts: tuple[StoredPart, ...]) -> tuple[StoredPart, ...]:
    """Return the texts of the request."""
    return tuple(part for part in parts if part.direction == "request")


def answered(parts: tuple[StoredPart, ...]) -> tuple[StoredPart, ...]:
    """Return the texts of the answer."""
    return tuple(part for part in parts if part.direction == "response")
