"""A command whose answers may be larger than anybody wants to hold, or no JSON.

python -m tests.fakes.stdio_giant [--result-first] [--tools COUNT]
`--result-first`: messages begin with the result, as those of the TypeScript SDK, and end with the id.
"""

import json
import sys
from typing import Any

ABOUT = {
    "protocolVersion": "2025-06-18",
    "capabilities": {"tools": {}},
    "serverInfo": {"name": "giant", "version": "1"},
}

for line in sys.stdin:
    asked = json.loads(line)
    if "id" not in asked:
        continue
    text = "x" * (65 << 20) if asked["params"].get("name") == "giant" else "small"
    result: dict[str, Any] = (
        ABOUT if asked["method"] == "initialize" else {"content": [{"type": "text", "text": text}]}
    )
    if asked["method"] == "tools/list":
        result = {"tools": [{"name": f"tool{at}", "inputSchema": {}} for at in range(int(sys.argv[-1]))]}
    if asked["params"].get("name") == "no number":
        result["structuredContent"] = {"mean": float("nan")}
    known = {"jsonrpc": "2.0", "id": asked["id"]}
    answer = {"result": result, **known} if "--result-first" in sys.argv else {**known, "result": result}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
