"""ADAPTERS: which adapter speaks for which kind of proxy; FORWARDED: those whose answers pass as bytes."""

from gateway_desktop.core.proxy import Kind
from gateway_desktop.protocols.a2a.adapter import A2aAdapter
from gateway_desktop.protocols.adapter import Adapter, ForwardedAdapter
from gateway_desktop.protocols.llm.adapter import LlmAdapter
from gateway_desktop.protocols.mcp.adapter import McpAdapter

FORWARDED: dict[Kind, ForwardedAdapter] = {Kind.LLM: LlmAdapter(), Kind.A2A: A2aAdapter()}
ADAPTERS: dict[Kind, Adapter] = {**FORWARDED, Kind.MCP: McpAdapter()}
