"""Summary: one record in words, as the first tab of its details."""

from collections.abc import Mapping
from html import escape

from gateway_desktop.core.audit import Outcome
from gateway_desktop.core.principal import PrincipalKind
from gateway_desktop.store.queries.audit import AuditDetail, AuditRow
from gateway_desktop.ui.display import UNKNOWN, cost, duration, exact, number, risk_level, size
from gateway_desktop.ui.forms.form import sentence
from gateway_desktop.ui.outcomes import refused
from gateway_desktop.ui.panels.audit_logs.fixes import fix_of_nobody, fix_of_refusal
from gateway_desktop.ui.theme import theme

Lines = list[tuple[str, str]]  # name, HTML
KINDS = {
    PrincipalKind.API_KEY: "API key",
    PrincipalKind.OAUTH: "OAuth",
    PrincipalKind.ANONYMOUS: "without a credential",
    PrincipalKind.LOCAL: "this machine",
    PrincipalKind.SYSTEM: "the system itself",
}


def exchange_lines(row: AuditRow, detail: AuditDetail | None, key: str) -> Lines:
    """Return what is told of an exchange."""
    lines: Lines = [("Time", _moment(row.started_us)), ("User", _user(row))]
    if row.grp or row.api_key_id:
        lines.append(("Key", _join(escape(key), row.grp and f"group {escape(row.grp)}")))
    lines += [
        ("Client", _of(row.app)),
        ("Claimed user", _of(row.claimed_user)),
        ("Session", _of(row.session)),
        ("Proxy", _join(escape(row.proxy), _of(row.provider), _sandbox(detail))),
        *_asked(row, detail),
        ("Outcome", _outcome(row)),
        (
            "Error",
            f"<span style='color:{theme().hex('critical')}'>{escape(row.error)}</span>" if row.error else "",
        ),
        ("Tokens", _tokens(row, detail)),
        ("Cost", _cost(row, detail) if row.kind == "llm" else ""),
        ("Duration", _join(duration(row.duration_ms), _ttft(row))),
        ("Finish", _join(_of(row.finish), row.service_tier and f"tier {escape(row.service_tier)}"))
        if row.kind == "llm"
        else ("Task state", _of((row.finish or "").capitalize())),
        ("Size", _join(f"{size(row.request_bytes)} in", f"{size(row.response_bytes)} out")),
        ("Risk", _risk(row, detail)),
        ("Policy", "" if row.policy_action == "none" else _join(row.policy_action, _of(row.policy))),
        ("Address", _of(row.client_ip)),
    ]
    return [(name, value) for name, value in lines if value and value != UNKNOWN]


def system_lines(row: AuditRow, detail: AuditDetail | None) -> Lines:
    """Return what is told of a System event."""
    kind = KINDS.get(PrincipalKind(row.principal_kind), row.principal_kind)
    lines: Lines = [
        ("Time", _moment(row.started_us)),
        ("Category", _of(row.category)),
        ("Event", _of(row.method)),
        ("Severity", _of((row.severity or "").capitalize())),
        ("Actor", _actor(row, kind)),
        ("Resource", _of(row.target)),
        ("Proxy", _of(row.proxy)),
        ("Result", _of(row.outcome.capitalize())),
        ("Details", _of(row.details)),
        ("Address", _of(row.client_ip)),
    ]
    found = detail.detail if detail is not None else {}
    before, after = found.get("before") or {}, found.get("after") or {}
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys((*before, *after)):
            lines.append((escape(str(name)), _changed(before.get(name), after.get(name))))
    return [(name, value) for name, value in lines if value]


def _actor(row: AuditRow, kind: str) -> str:
    return _nobody(row) if row.no_user_reason and not row.actor else _join(_of(row.actor), kind)


def page(lines: Lines, columns: int = 1) -> str:
    """Return the lines as a table that can be read, selected and copied; side by side where there is room."""
    half = -(-len(lines) // columns)
    parts = [lines[start : start + half] for start in range(0, len(lines), half)]
    if len(parts) == 1:
        return _table(parts[0])
    width = 100 // columns
    cells = "".join(f"<td width='{width}%' style='padding-right:16px'>{_table(part)}</td>" for part in parts)
    return f"<table cellspacing='0' width='100%'><tr>{cells}</tr></table>"


def _table(lines: Lines) -> str:
    muted = theme().hex("muted")
    rows = "".join(
        f"<tr><td width='96' style='color:{muted}; padding:3px 12px 3px 0; white-space:nowrap'>{name}</td>"
        f"<td style='padding:3px 0'>{value}</td></tr>"
        for name, value in lines
    )
    return f"<table cellspacing='0' width='100%'>{rows}</table>"


def _of(value: str | None) -> str:
    return escape(value) if value else ""


def _join(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


def _moment(at_us: int) -> str:
    local, _, utc = exact(at_us).partition("\n")
    if not utc:
        return local
    return f"{local}<br><span style='color:{theme().hex('muted')}'>{utc}</span>"


def _user(row: AuditRow) -> str:
    kind = KINDS.get(PrincipalKind(row.principal_kind), row.principal_kind)
    if row.actor:
        name = "" if row.display_name in ("", row.actor) else escape(row.display_name)
        return _join(f"<a href='user:={escape(row.actor)}'>{escape(row.actor)}</a>", name, kind)
    return f"{_nobody(row)} <a href='user:none'>Show all of these</a>"


def _nobody(row: AuditRow) -> str:
    why = row.no_user_reason or "No credential named an owner"
    asked = "<span style='font-weight:600'>Why is there no user?</span>"
    return f"{asked} {escape(sentence(why))} {escape(fix_of_nobody(why))}"


def _asked(row: AuditRow, detail: AuditDetail | None) -> Lines:
    """Return what was asked for: a model, or the tool or agent and all that names the work."""
    if row.kind == "llm":
        return [("Model", _model(row))]
    word = "tool" if row.kind == "mcp" else "agent"
    link = f"<a href='{word}:{escape(row.target)}'>{escape(row.target)}</a>" if row.target else ""
    found = detail.detail if detail is not None else {}
    lines = [(word.title(), link), ("Method", _of(row.method)), ("Task", _of(row.task))]
    lines += [("Parameters", _of(row.parameters)), ("Direction", _direction(found))]
    lines += [("Context", _of(row.context)), ("Server", _of(row.server))]
    lines += [("Protocol", _join(_of(row.protocol_version), _of(str(found.get("extensions") or ""))))]
    left_out = found.get("left_out")
    told = "<br>".join(escape(str(one)) for one in left_out) if isinstance(left_out, list) else ""
    signed = _join(_of(str(found.get("signature") or "")), _of(str(found.get("served") or "")))
    return [*lines, ("Signature", signed), ("Left out of the card", told)]


def _direction(found: Mapping[str, object]) -> str:
    """Return that it came the other way."""
    return "from the server" if found.get("direction") == "from server" else ""


def _model(row: AuditRow) -> str:
    if not row.target:
        return _of(row.method)
    asked = f"<a href='model:{escape(row.target)}'>{escape(row.target)}</a>"
    answered = row.response_model
    return _join(asked, f"answered by {escape(answered)}" if answered and answered != row.target else "")


def _outcome(row: AuditRow) -> str:
    fix = escape(fix_of_refusal(row))
    # It does not know us; we knew the caller's key.
    theirs = " from the upstream" if row.outcome == "failed" and row.http_status == 401 else ""
    status = f"HTTP {row.http_status}{theirs}" if row.http_status else ""
    reason = f"refused: {refused(row.block_reason)}" if row.block_reason else ""
    outcome = f"<span style='font-weight:600'>{escape(row.outcome.capitalize())}</span>"
    return _join(outcome, reason, status) + (f"<br>{fix}" if fix and row.actor else "")


def _risk(row: AuditRow, detail: AuditDetail | None) -> str:
    """Return score and level, and why something was not looked at."""
    found = detail.detail.get("not_scanned") if detail is not None else None
    why = escape(str(found)) if found else ""
    if row.risk is None:
        return f"{risk_level(None)}: {why}" if why else risk_level(None)
    return _join(f"{row.risk} {risk_level(row.risk)}", why and f"in part not scanned: {why}")


def _tokens(row: AuditRow, detail: AuditDetail | None) -> str:
    told = row.tokens_in is not None or row.tokens_out is not None
    parts = [f"{number(row.tokens_in)} in", f"{number(row.tokens_out)} out"] if told else []
    for value, word in (
        (row.tokens_cached, "cached"),
        (row.tokens_cache_write, "written to cache"),
        (row.tokens_reasoning, "reasoning"),
    ):
        if value:
            parts.append(f"{number(value)} {word}")
    more = detail.detail.get("usage") if detail is not None else None
    for name, value in more.items() if isinstance(more, dict) else ():  # audio, searches, ...
        parts.append(f"{number(value)} {escape(name.removesuffix('_tokens').replace('_', ' '))}")
    return _join(*parts)


def _cost(row: AuditRow, detail: AuditDetail | None) -> str:
    version = detail.detail.get("prices") if detail is not None else None
    prices = f"prices of {escape(str(version))}" if version and row.cost_nano else ""
    if row.cost_nano is None:
        return "not known" if row.tokens_in is not None else ""
    return _join(_of(cost(row.cost_nano)), _of(row.cost_basis), prices)


def _ttft(row: AuditRow) -> str:
    if row.ttft_ms is None or (row.outcome == Outcome.BLOCKED and row.tokens_out is None):  # a refusal's byte
        return ""
    return f"first {'token' if row.kind == 'llm' else 'byte'} after {duration(row.ttft_ms)}"


def _sandbox(detail: AuditDetail | None) -> str:
    return "sandbox" if detail is not None and detail.detail.get("sandbox") else ""


def _changed(before: object, after: object) -> str:
    if before == after or before is None:
        return escape(str(after))
    if after is None:
        return f"<s>{escape(str(before))}</s>"
    return f"<s>{escape(str(before))}</s> → {escape(str(after))}"
