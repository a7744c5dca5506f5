"""An MCP server on the official SDK whose tools are what a file says at that moment: names and descriptions.

`python -m tests.fakes.changing_tools PORT FILE`
"""

import json
import sys
from pathlib import Path
from typing import Any

import uvicorn
from mcp.server.mcpserver import MCPServer


class ChangingServer(MCPServer):
    """Its tools all say their own names back."""

    def __init__(self, file: Path) -> None:
        super().__init__("changing")
        self._file = file
        self._names: list[str] = []

    async def list_tools(self) -> Any:
        for name in self._names:
            self.remove_tool(name)
        told: dict[str, str] = json.loads(self._file.read_text())
        for name, description in told.items():
            self.add_tool(_saying(name), name, description=description)
        self._names = list(told)
        return await super().list_tools()


def _saying(name: str) -> Any:
    def say(text: str = "") -> str:
        return f"{name} {text}"

    return say


if __name__ == "__main__":
    uvicorn.run(
        ChangingServer(Path(sys.argv[2])).streamable_http_app(), port=int(sys.argv[1]), log_level="warning"
    )
