"""How much somebody may ask in a minute and at once."""

SQLITE = """\
CREATE TABLE rate_limit(
  id TEXT PRIMARY KEY, scope TEXT NOT NULL, subject_id TEXT NOT NULL,
  requests BIGINT, tokens BIGINT, concurrent BIGINT, created_us BIGINT NOT NULL,
  UNIQUE(scope, subject_id));
"""

POSTGRESQL = SQLITE
