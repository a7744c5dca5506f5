"""The way of every exchange, by the kind of its proxy."""

from collections.abc import Mapping

from gateway_desktop.core.proxy import Kind
from gateway_desktop.gateway.filter import Filter
from gateway_desktop.gateway.filters.agents import Agents
from gateway_desktop.gateway.filters.authentication import Authentication
from gateway_desktop.gateway.filters.authorization import Authorization
from gateway_desktop.gateway.filters.budgets import Budgets
from gateway_desktop.gateway.filters.decoding import Decoding
from gateway_desktop.gateway.filters.forwarding import Forwarding
from gateway_desktop.gateway.filters.guardrails import Guardrails
from gateway_desktop.gateway.filters.mcp import Mcp
from gateway_desktop.gateway.filters.rate_limits import RateLimits
from gateway_desktop.gateway.filters.recording import Recording
from gateway_desktop.gateway.filters.refusals import Refusals
from gateway_desktop.gateway.filters.session_clients import SessionClients
from gateway_desktop.gateway.filters.stream_refusals import StreamRefusals
from gateway_desktop.gateway.filters.tool_pinning import ToolPinning
from gateway_desktop.gateway.mcp_http.sessions import Sessions
from gateway_desktop.gateway.mcp_http.withheld import Withheld
from gateway_desktop.gateway.runtime import Runtime


def filters(runtime: Runtime) -> Mapping[Kind, tuple[Filter, ...]]:
    """Return the steps of each kind of proxy in their order, outermost first."""
    sessions, withheld = Sessions(), Withheld(runtime)
    pinning = ToolPinning(runtime, withheld)
    guardrails = Guardrails(runtime)  # what may be said: after who may say it, before it leaves
    forwarding = Forwarding(runtime)
    around = (
        Recording(runtime),  # first: nothing escapes the audit, not even nonsense
        Refusals(),  # errors become answers in the caller's own protocol
    )
    begun = (
        *around,
        Authentication(runtime),  # before the body is read: strangers cost nothing
        Decoding(runtime),  # bytes to Call
    )
    each = (  # every request once, items of batches too
        Authorization(),  # needs to know the model or tool: after decoding
        RateLimits(runtime),  # what is refused further in counts, too
    )
    within = (  # each message goes through these, requests of MCP servers too
        pinning,  # is it what was approved: after who may use it, on lists before what they see
        guardrails,
    )
    return {
        Kind.LLM: (
            *begun,
            *each,
            Budgets(runtime),  # what it may cost: after who may ask for it, before anything is spent
            guardrails,
            forwarding,
        ),
        Kind.MCP: (
            *begun,
            SessionClients(sessions),  # before anything can be refused: its row names the client, too
            StreamRefusals(sessions),  # errors go where the client looks for them
            *each,
            *within,
            Mcp(runtime, sessions, withheld, within, around, each),
        ),
        Kind.A2A: (
            *begun,
            *each,
            *within,
            Agents(runtime),  # cards are answered here; everything else of agents goes on
            forwarding,
        ),
    }
