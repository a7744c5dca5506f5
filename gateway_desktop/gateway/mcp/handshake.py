"""How a server is tried, whichever way it is spoken to: who shakes hands, and which tools it has."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from gateway_desktop.core.plural import plural
from gateway_desktop.core.status import Diagnosis

Ask = Callable[[str, Mapping[str, object]], Awaitable[Mapping[str, Any]]]  # method, parameters; the result

VERSION = "2025-11-25"
CLIENT = {"name": "gateway-desktop", "version": "1"}
INITIALIZE = {"protocolVersion": VERSION, "capabilities": {}, "clientInfo": CLIENT}
_MOST_PAGES = 50


async def offered(who: str, begun: Mapping[str, Any], ask: Ask, steps: list[str]) -> Diagnosis:
    """Return which tools a server offers; `who`: how sentences call it, `begun`: what it said of itself."""
    capabilities = begun.get("capabilities")
    if not isinstance(capabilities, dict) or "tools" not in capabilities:
        return Diagnosis(True, f"The {who} answers, and offers no tools", tuple(steps))
    names: list[str] = []
    params: dict[str, object] = {}
    for _ in range(_MOST_PAGES):
        result = await ask("tools/list", params)
        listed = result.get("tools")
        found = listed if isinstance(listed, list) else ()
        names += [str(tool.get("name")) for tool in found if isinstance(tool, dict)]
        cursor = result.get("nextCursor")
        if not isinstance(cursor, str):
            break
        params = {"cursor": cursor}
    said = f"The {who} answers: {plural(len(names), 'tool')}"
    return Diagnosis(True, said, tuple(steps), tuple(names), "tools")
