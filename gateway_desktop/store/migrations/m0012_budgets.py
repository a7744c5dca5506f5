"""How much may be spent, what was, and by whom and on what."""

SQLITE = """\
CREATE TABLE budget(
  id TEXT PRIMARY KEY, scope TEXT NOT NULL, subject_id TEXT NOT NULL, period TEXT NOT NULL,
  limit_nano BIGINT NOT NULL, mode TEXT NOT NULL, reset_us BIGINT NOT NULL DEFAULT 0,
  created_us BIGINT NOT NULL,
  UNIQUE(scope, subject_id, period));
CREATE TABLE budget_term(
  budget_id TEXT NOT NULL, start_us BIGINT NOT NULL, end_us BIGINT NOT NULL, limit_nano BIGINT NOT NULL,
  spent_nano BIGINT NOT NULL DEFAULT 0, requests BIGINT NOT NULL DEFAULT 0,
  n_unknown BIGINT NOT NULL DEFAULT 0, told INTEGER NOT NULL DEFAULT 0,
  reset_by TEXT NOT NULL DEFAULT '', reset_reason TEXT NOT NULL DEFAULT '',
  PRIMARY KEY(budget_id, start_us));
CREATE TABLE budget_share(
  budget_id TEXT NOT NULL, start_us BIGINT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
  spent_nano BIGINT NOT NULL, requests BIGINT NOT NULL,
  PRIMARY KEY(budget_id, start_us, kind, name));
"""

POSTGRESQL = SQLITE
