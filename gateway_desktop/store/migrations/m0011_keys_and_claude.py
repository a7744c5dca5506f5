"""Whether API keys are good beside OAuth's tokens; what Claude Code obeys once its person has signed in."""

SQLITE = """\
ALTER TABLE proxy_oauth ADD COLUMN keys BOOLEAN NOT NULL DEFAULT 1;
ALTER TABLE proxy_oauth ADD COLUMN claude_settings TEXT NOT NULL DEFAULT '';
"""

POSTGRESQL = SQLITE.replace("DEFAULT 1", "DEFAULT TRUE")
