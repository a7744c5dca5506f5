"""PRESETS: MCP servers that many people use, at an address or as a command."""

from dataclasses import dataclass

ADDRESS, COMMAND = "address", "command"


@dataclass(frozen=True, slots=True)
class Preset:
    """What a choice fills in."""

    key: str
    label: str
    name: str = "tools"
    upstream: str = ""
    command: str = ""
    notes: str = ""

    @property
    def runs(self) -> bool:
        return self.key == COMMAND or bool(self.command)


_NODE = "Needs Node on this machine. Write your own folder in place of the last word."
_UV = "Needs uv on this machine."
_TOKEN = "It asks for a token, or signs people in itself: then add it, and enable OAuth, mode upstream."
PRESETS = (
    Preset(ADDRESS, "A server at an address"),
    Preset(COMMAND, "A command on this machine"),
    Preset(
        "files",
        "Files (command)",
        "files",
        command="npx -y @modelcontextprotocol/server-filesystem ~/work",
        notes=_NODE,
    ),
    Preset(
        "git",
        "Git (command)",
        "git",
        command="uvx mcp-server-git --repository ~/work",
        notes=f"{_UV} Write your own repository in place of the last word.",
    ),
    Preset("fetch", "Fetch web pages (command)", "fetch", command="uvx mcp-server-fetch", notes=_UV),
    Preset("time", "Time (command)", "time", command="uvx mcp-server-time", notes=_UV),
    Preset("github", "GitHub", "github", "https://api.githubcopilot.com/mcp/", notes=_TOKEN),
    Preset("linear", "Linear", "linear", "https://mcp.linear.app/mcp", notes=_TOKEN),
    Preset("notion", "Notion", "notion", "https://mcp.notion.com/mcp", notes=_TOKEN),
    Preset("sentry", "Sentry", "sentry", "https://mcp.sentry.dev/mcp", notes=_TOKEN),
)


def preset_named(key: str) -> Preset:
    """Return the preset of that key."""
    return next(preset for preset in PRESETS if preset.key == key)
