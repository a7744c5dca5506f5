"""OAuth: how proxies sign people in, clients, sessions, tokens, passwords.

A client's id may be the address of its document, which many proxies may know: so the key has the proxy.
"""

SQLITE = """\
CREATE TABLE proxy_oauth(
  proxy_id TEXT PRIMARY KEY REFERENCES proxy(id), enabled BOOLEAN NOT NULL, mode TEXT NOT NULL,
  providers TEXT NOT NULL, scopes TEXT NOT NULL, group_ids TEXT NOT NULL, access_seconds INTEGER NOT NULL,
  refresh_seconds INTEGER NOT NULL, registration TEXT NOT NULL);
CREATE TABLE oauth_client(
  proxy_id TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, redirect_uris TEXT NOT NULL,
  how TEXT NOT NULL, auth_method TEXT NOT NULL, secret_digest BLOB, grant_types TEXT NOT NULL,
  registered_us BIGINT NOT NULL, last_used_us BIGINT, revoked_us BIGINT, PRIMARY KEY(proxy_id, id));
CREATE TABLE oauth_session(
  id TEXT PRIMARY KEY, proxy_id TEXT NOT NULL, client_id TEXT NOT NULL, user_id TEXT NOT NULL,
  provider TEXT NOT NULL, scopes TEXT NOT NULL, created_us BIGINT NOT NULL, expires_us BIGINT NOT NULL,
  last_used_us BIGINT, revoked_us BIGINT, address TEXT NOT NULL DEFAULT '', code_digest BLOB);
CREATE UNIQUE INDEX oauth_session_code ON oauth_session(code_digest);
CREATE INDEX oauth_session_client ON oauth_session(proxy_id, client_id);
CREATE INDEX oauth_session_user ON oauth_session(user_id);
CREATE TABLE oauth_token(
  digest BLOB PRIMARY KEY, session_id TEXT NOT NULL REFERENCES oauth_session(id), refresh BOOLEAN NOT NULL,
  scopes TEXT NOT NULL, issued_us BIGINT NOT NULL, expires_us BIGINT NOT NULL, used_us BIGINT);
CREATE INDEX oauth_token_session ON oauth_token(session_id);
CREATE TABLE password(
  user_id TEXT PRIMARY KEY REFERENCES user_account(id), hash TEXT NOT NULL, totp_secret TEXT,
  totp_step BIGINT NOT NULL DEFAULT 0, changed_us BIGINT NOT NULL);
CREATE TABLE sign_in_attempt(
  name TEXT PRIMARY KEY, failures INTEGER NOT NULL, since_us BIGINT NOT NULL, locked_until_us BIGINT);
"""

POSTGRESQL = SQLITE.replace("BLOB", "BYTEA")
