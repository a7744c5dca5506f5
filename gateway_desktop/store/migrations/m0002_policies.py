"""Policies with all versions, where they hold, what is excepted from them; how proxies treat answers."""

SQLITE = """\
CREATE TABLE policy(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, version INTEGER NOT NULL, created_us BIGINT NOT NULL,
  deleted_us BIGINT);
CREATE UNIQUE INDEX policy_name ON policy(lower(name)) WHERE deleted_us IS NULL;
CREATE TABLE policy_version(
  policy_id TEXT NOT NULL REFERENCES policy(id), version INTEGER NOT NULL, document TEXT NOT NULL,
  author TEXT NOT NULL, at_us BIGINT NOT NULL, note TEXT NOT NULL DEFAULT '',
  PRIMARY KEY(policy_id, version));
CREATE TABLE policy_on_proxy(
  policy_id TEXT NOT NULL REFERENCES policy(id), proxy_id TEXT NOT NULL REFERENCES proxy(id),
  PRIMARY KEY(policy_id, proxy_id));
CREATE TABLE policy_exception(
  id TEXT PRIMARY KEY, policy_id TEXT NOT NULL REFERENCES policy(id), rule TEXT NOT NULL,
  tool TEXT NOT NULL DEFAULT '', value TEXT NOT NULL DEFAULT '', owner TEXT NOT NULL, reason TEXT NOT NULL,
  created_us BIGINT NOT NULL, expires_us BIGINT NOT NULL, revoked_us BIGINT);
ALTER TABLE proxy ADD COLUMN answers TEXT NOT NULL DEFAULT 'auto';
"""

POSTGRESQL = SQLITE
