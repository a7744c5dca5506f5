"""Identity providers, and which of our users is whom there."""

SQLITE = """\
CREATE TABLE identity_provider(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, issuer TEXT NOT NULL, client_id TEXT NOT NULL,
  secret_env TEXT NOT NULL DEFAULT '', secret_id TEXT, scopes TEXT NOT NULL, rules TEXT NOT NULL DEFAULT '[]',
  created_us BIGINT NOT NULL);
CREATE UNIQUE INDEX identity_provider_name ON identity_provider(name);
CREATE TABLE user_identity(
  issuer TEXT NOT NULL, subject TEXT NOT NULL, user_id TEXT NOT NULL, created_us BIGINT NOT NULL,
  PRIMARY KEY(issuer, subject));
CREATE INDEX user_identity_user ON user_identity(user_id);
"""

POSTGRESQL = SQLITE
