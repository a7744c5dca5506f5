"""ADAPTERS: which adapter speaks for which kind of proxy."""

from gateway_desktop.core.proxy import Kind
from gateway_desktop.protocols.a2a.adapter import A2aAdapter
from gateway_desktop.protocols.adapter import Adapter
from gateway_desktop.protocols.llm.adapter import LlmAdapter
from gateway_desktop.protocols.mcp.adapter import McpAdapter

ADAPTERS: dict[Kind, Adapter] = {Kind.LLM: LlmAdapter(), Kind.MCP: McpAdapter(), Kind.A2A: A2aAdapter()}
