"""Up to when rows and texts were removed, and how many: nothing leaves without a trace."""

SQLITE = """\
CREATE TABLE retention_mark(
  kind TEXT PRIMARY KEY, until_us BIGINT NOT NULL, removed BIGINT NOT NULL, at_us BIGINT NOT NULL);
"""

POSTGRESQL = SQLITE
