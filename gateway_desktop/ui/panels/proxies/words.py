"""How levels, credentials and dangers of a proxy are said to people."""

from gateway_desktop.core.policy import AnswerMode
from gateway_desktop.core.proxy import Kind, PayloadLevel, Proxy
from gateway_desktop.ui.credentials import everyone

KINDS = {Kind.LLM: "LLM API", Kind.MCP: "MCP server", Kind.A2A: "Agent (Agent2Agent)"}
UPSTREAMS = {
    Kind.LLM: "",
    Kind.MCP: "The address that MCP clients would use, for example https://mcp.example.com/mcp.",
    Kind.A2A: "The agent's base address, or that of its card (…/.well-known/agent-card.json).",
}
LEVELS = {
    PayloadLevel.NOTHING: "Nothing",
    PayloadLevel.METADATA: "Metadata",
    PayloadLevel.REDACTED: "Redacted",
    PayloadLevel.FULL: "Full",
}
ANSWERS = {
    AnswerMode.AUTO: "As policies need",
    AnswerMode.PASS: "Pass as they come",
    AnswerMode.HOLD: "Held back a little",
    AnswerMode.BUFFER: "Held back whole",
}
ANSWER_SENTENCES = {
    AnswerMode.AUTO: "Held back a little where a policy may mask or refuse them; elsewhere as they come.",
    AnswerMode.PASS: "Streams pass as they come, and what is found in them afterwards is told.",
    AnswerMode.HOLD: "The newest words of a stream wait until they have been looked at: a second or so.",
    AnswerMode.BUFFER: "Nothing leaves before the whole answer has been looked at.",
}
LEVEL_SENTENCES = {
    PayloadLevel.NOTHING: "No texts and no parameters.",
    PayloadLevel.METADATA: "Roles and sizes, no texts.",
    PayloadLevel.REDACTED: "Texts, with passwords and keys masked before anything is written.",
    PayloadLevel.FULL: "Texts as they pass, secrets included.",
}
ANONYMOUS = (
    "Anyone who reaches the port uses your credential, and nobody can be named in the audit. "
    "Served on this machine's own address only."
)
UNVERIFIED = (
    "Whoever sits between here and the upstream can read and change everything, your credential included."
)


def address_of(base_url: str, proxy: Proxy) -> str:
    """Return the address that callers use."""
    return f"{base_url}/{proxy.name}{'/mcp' if proxy.kind is Kind.MCP else ''}"


def who(proxy: Proxy, groups: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    """Return who may use the proxy, in few words."""
    if not proxy.restricted:
        return everyone(proxy)
    if not groups:
        return "Nobody"
    return ", ".join(name if models == ("*",) else f"{name} ({' '.join(models)})" for name, models in groups)


def credential(proxy: Proxy) -> str:
    """Return what is sent upstream, without it."""
    if proxy.credential_secret:
        return "Sealed"
    return f"${proxy.credential_env}" if proxy.credential_env else "None"


def dangers(proxy: Proxy) -> tuple[str, ...]:
    """Return what should worry whoever looks at the proxy."""
    found = []
    if proxy.anonymous:
        found.append("Answers requests without a key")
    if not proxy.verify_tls:
        found.append("Does not verify the upstream's certificate")
    if proxy.payloads is PayloadLevel.FULL:
        found.append("Stores texts with their secrets")
    return tuple(found)
