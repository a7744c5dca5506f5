"""What tools and agents' cards said of themselves when they were approved, and what they say now."""

SQLITE = """\
CREATE TABLE tool_pin(
  proxy_id TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL,
  digest TEXT NOT NULL DEFAULT '', definition TEXT NOT NULL DEFAULT '',
  seen_digest TEXT NOT NULL, seen_definition TEXT NOT NULL,
  first_seen_us BIGINT NOT NULL, changed_us BIGINT NOT NULL, decided_by TEXT NOT NULL DEFAULT '',
  PRIMARY KEY(proxy_id, name));
"""

POSTGRESQL = SQLITE
