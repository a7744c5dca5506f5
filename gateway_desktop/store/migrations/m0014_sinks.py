"""Where records are sent besides the audit, and how far each has come."""

SQLITE = """\
CREATE TABLE sink(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, address TEXT NOT NULL, records TEXT NOT NULL,
  ca_file TEXT NOT NULL DEFAULT '', secret_id TEXT REFERENCES secret(id), created_us BIGINT NOT NULL,
  delivered_us BIGINT, problem TEXT NOT NULL DEFAULT '', problem_us BIGINT);
CREATE UNIQUE INDEX sink_name ON sink(lower(name));
ALTER TABLE sink_cursor ADD COLUMN last_id BIGINT NOT NULL DEFAULT 0;
"""

POSTGRESQL = SQLITE
