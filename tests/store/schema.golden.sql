CREATE TABLE alert(
  id TEXT PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE, type TEXT NOT NULL, severity INTEGER NOT NULL,
  state TEXT NOT NULL, rule TEXT NOT NULL, policy TEXT NOT NULL DEFAULT '', title TEXT NOT NULL,
  description TEXT NOT NULL, recommended TEXT NOT NULL DEFAULT '', remedy TEXT NOT NULL DEFAULT '',
  proxy TEXT NOT NULL DEFAULT '', user_id TEXT NOT NULL DEFAULT '', actor TEXT NOT NULL DEFAULT '',
  display_name TEXT NOT NULL DEFAULT '', grp TEXT NOT NULL DEFAULT '', api_key_id TEXT NOT NULL DEFAULT '',
  client_id TEXT NOT NULL DEFAULT '', session TEXT NOT NULL DEFAULT '', address TEXT NOT NULL DEFAULT '',
  times BIGINT NOT NULL, first_us BIGINT NOT NULL, last_us BIGINT NOT NULL,
  kind TEXT NOT NULL DEFAULT '', exchanges TEXT NOT NULL DEFAULT '[]', risk INTEGER,
  assignee TEXT NOT NULL DEFAULT '', dismissal TEXT NOT NULL DEFAULT '',
  evidence TEXT NOT NULL DEFAULT '[]', details TEXT NOT NULL DEFAULT '{}');
CREATE TABLE alert_history(
  alert_id TEXT NOT NULL REFERENCES alert(id), n INTEGER NOT NULL, at_us BIGINT NOT NULL, actor TEXT NOT NULL,
  what TEXT NOT NULL, before TEXT NOT NULL DEFAULT '', after TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT '', PRIMARY KEY(alert_id, n));
CREATE TABLE alert_memory(
  rule TEXT NOT NULL, subject TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY(rule, subject, name));
CREATE TABLE amendment(
  gw INTEGER NOT NULL, n BIGINT NOT NULL, since BIGINT NOT NULL, cnt BIGINT NOT NULL, root BLOB NOT NULL,
  at_us BIGINT NOT NULL, reason TEXT NOT NULL, mac BLOB NOT NULL, PRIMARY KEY(gw, n)) WITHOUT ROWID;
CREATE TABLE anchor(
  gw INTEGER NOT NULL, n BIGINT NOT NULL, at_us BIGINT NOT NULL, head TEXT NOT NULL,
  sinks TEXT NOT NULL DEFAULT '', PRIMARY KEY(gw, n)) WITHOUT ROWID;
CREATE TABLE api_key(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, prefix TEXT NOT NULL, digest BLOB NOT NULL UNIQUE,
  user_id TEXT NOT NULL REFERENCES user_account(id), group_id TEXT NOT NULL REFERENCES user_group(id),
  created_us BIGINT NOT NULL, expires_us BIGINT, revoked_us BIGINT, rotated_to TEXT,
  last_used_us BIGINT) WITHOUT ROWID;
CREATE TABLE budget(
  id TEXT PRIMARY KEY, scope TEXT NOT NULL, subject_id TEXT NOT NULL, period TEXT NOT NULL,
  limit_nano BIGINT NOT NULL, mode TEXT NOT NULL, reset_us BIGINT NOT NULL DEFAULT 0,
  created_us BIGINT NOT NULL, warn_at INTEGER NOT NULL DEFAULT 0,
  UNIQUE(scope, subject_id, period));
CREATE TABLE budget_hold(
  exchange_id TEXT NOT NULL, budget_id TEXT NOT NULL, start_us BIGINT NOT NULL, gw BIGINT NOT NULL,
  amount_nano BIGINT NOT NULL, PRIMARY KEY(exchange_id, budget_id));
CREATE TABLE budget_share(
  budget_id TEXT NOT NULL, start_us BIGINT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
  spent_nano BIGINT NOT NULL, requests BIGINT NOT NULL,
  PRIMARY KEY(budget_id, start_us, kind, name));
CREATE TABLE budget_term(
  budget_id TEXT NOT NULL, start_us BIGINT NOT NULL, end_us BIGINT NOT NULL, limit_nano BIGINT NOT NULL,
  spent_nano BIGINT NOT NULL DEFAULT 0, requests BIGINT NOT NULL DEFAULT 0,
  n_unknown BIGINT NOT NULL DEFAULT 0, told INTEGER NOT NULL DEFAULT 0,
  reset_by TEXT NOT NULL DEFAULT '', reset_reason TEXT NOT NULL DEFAULT '',
  PRIMARY KEY(budget_id, start_us));
CREATE TABLE counter_lease(gw BIGINT PRIMARY KEY, until_us BIGINT NOT NULL);
CREATE TABLE erasure(
  part_id INTEGER PRIMARY KEY, at_us BIGINT NOT NULL, reason TEXT NOT NULL, mac BLOB NOT NULL);
CREATE TABLE event(
  id INTEGER PRIMARY KEY,
  gw INTEGER NOT NULL, seq BIGINT NOT NULL,
  exchange_id TEXT, started_us BIGINT NOT NULL,
  kind TEXT NOT NULL, outcome TEXT NOT NULL, policy_action TEXT NOT NULL DEFAULT 'none', block_reason TEXT,
  proxy TEXT NOT NULL DEFAULT '', principal_kind TEXT NOT NULL,
  actor TEXT NOT NULL DEFAULT '', display_name TEXT NOT NULL DEFAULT '', user_id TEXT, api_key_id TEXT,
  client_id TEXT, grp TEXT NOT NULL DEFAULT '', session TEXT, app TEXT, claimed_user TEXT,
  no_user_reason TEXT,
  client_ip TEXT, trace_id TEXT,
  method TEXT, target TEXT, endpoint TEXT, category TEXT, severity TEXT,
  provider TEXT, response_model TEXT, http_status INTEGER, error TEXT, policy TEXT, risk INTEGER,
  tokens_in BIGINT, tokens_cached BIGINT, tokens_cache_write BIGINT, tokens_out BIGINT,
  tokens_reasoning BIGINT,
  cost_nano BIGINT, cost_basis TEXT, finish TEXT,
  duration_ms BIGINT, ttft_ms BIGINT, request_bytes BIGINT, response_bytes BIGINT,
  detail TEXT, parts_hash BLOB, row_hash BLOB NOT NULL);
CREATE TABLE event_part(
  event_id BIGINT NOT NULL, n INTEGER NOT NULL, place TEXT NOT NULL, role TEXT NOT NULL,
  part_id BIGINT NOT NULL, cut INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(event_id, n)) WITHOUT ROWID;
CREATE TABLE gateway(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, host TEXT NOT NULL, last_seen_us BIGINT, closed_span BIGINT, folder TEXT, rolled_id BIGINT);
CREATE TABLE identity_provider(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, issuer TEXT NOT NULL, client_id TEXT NOT NULL,
  secret_env TEXT NOT NULL DEFAULT '', secret_id TEXT, scopes TEXT NOT NULL, rules TEXT NOT NULL DEFAULT '[]',
  created_us BIGINT NOT NULL, admits TEXT NOT NULL DEFAULT 'anyone');
CREATE TABLE last_use(
  user_id TEXT NOT NULL, proxy TEXT NOT NULL, tool TEXT NOT NULL, gw INTEGER NOT NULL,
  last_id BIGINT NOT NULL,
  PRIMARY KEY(user_id, proxy, tool, gw)) WITHOUT ROWID;
CREATE TABLE lat_hour(
  hour BIGINT NOT NULL, gw INTEGER NOT NULL, proxy TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL,
  bucket INTEGER NOT NULL, n BIGINT NOT NULL,
  PRIMARY KEY(hour, gw, proxy, kind, bucket)) WITHOUT ROWID;
CREATE TABLE membership(
  user_id TEXT NOT NULL REFERENCES user_account(id), group_id TEXT NOT NULL REFERENCES user_group(id),
  position INTEGER NOT NULL, PRIMARY KEY(user_id, group_id)) WITHOUT ROWID;
CREATE TABLE model_price(
  id TEXT PRIMARY KEY, model TEXT NOT NULL, provider TEXT NOT NULL DEFAULT '', from_us BIGINT NOT NULL,
  input_nano BIGINT NOT NULL, output_nano BIGINT NOT NULL,
  cached_nano BIGINT, cache_write_nano BIGINT, created_us BIGINT NOT NULL,
  UNIQUE(model, provider, from_us));
CREATE TABLE oauth_client(
  proxy_id TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, redirect_uris TEXT NOT NULL,
  how TEXT NOT NULL, auth_method TEXT NOT NULL, secret_digest BLOB, grant_types TEXT NOT NULL,
  registered_us BIGINT NOT NULL, last_used_us BIGINT, revoked_us BIGINT, PRIMARY KEY(proxy_id, id));
CREATE TABLE oauth_session(
  id TEXT PRIMARY KEY, proxy_id TEXT NOT NULL, client_id TEXT NOT NULL, user_id TEXT NOT NULL,
  provider TEXT NOT NULL, scopes TEXT NOT NULL, created_us BIGINT NOT NULL, expires_us BIGINT NOT NULL,
  last_used_us BIGINT, revoked_us BIGINT, address TEXT NOT NULL DEFAULT '', code_digest BLOB);
CREATE TABLE oauth_token(
  digest BLOB PRIMARY KEY, session_id TEXT NOT NULL REFERENCES oauth_session(id), refresh BOOLEAN NOT NULL,
  scopes TEXT NOT NULL, issued_us BIGINT NOT NULL, expires_us BIGINT NOT NULL, used_us BIGINT);
CREATE TABLE part(
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE, dict_id INTEGER NOT NULL, size BIGINT NOT NULL, body BLOB, salt BLOB, salted BLOB);
CREATE TABLE password(
  user_id TEXT PRIMARY KEY REFERENCES user_account(id), hash TEXT NOT NULL, totp_secret TEXT,
  totp_step BIGINT NOT NULL DEFAULT 0, changed_us BIGINT NOT NULL);
CREATE TABLE policy(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, version INTEGER NOT NULL, created_us BIGINT NOT NULL,
  deleted_us BIGINT);
CREATE TABLE policy_exception(
  id TEXT PRIMARY KEY, policy_id TEXT NOT NULL REFERENCES policy(id), rule TEXT NOT NULL,
  tool TEXT NOT NULL DEFAULT '', value TEXT NOT NULL DEFAULT '', owner TEXT NOT NULL, reason TEXT NOT NULL,
  created_us BIGINT NOT NULL, expires_us BIGINT NOT NULL, revoked_us BIGINT);
CREATE TABLE policy_on_proxy(
  policy_id TEXT NOT NULL REFERENCES policy(id), proxy_id TEXT NOT NULL REFERENCES proxy(id),
  PRIMARY KEY(policy_id, proxy_id));
CREATE TABLE policy_version(
  policy_id TEXT NOT NULL REFERENCES policy(id), version INTEGER NOT NULL, document TEXT NOT NULL,
  author TEXT NOT NULL, at_us BIGINT NOT NULL, note TEXT NOT NULL DEFAULT '',
  PRIMARY KEY(policy_id, version));
CREATE TABLE proxy(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, upstream TEXT NOT NULL, provider TEXT NOT NULL,
  credential_env TEXT, credential_secret TEXT REFERENCES secret(id),
  running INTEGER NOT NULL DEFAULT 1, anonymous INTEGER NOT NULL DEFAULT 0,
  restricted INTEGER NOT NULL DEFAULT 0,
  payloads TEXT NOT NULL DEFAULT 'redacted', verify_tls INTEGER NOT NULL DEFAULT 1,
  sandbox INTEGER NOT NULL DEFAULT 0, created_us BIGINT NOT NULL, deleted_us BIGINT, answers TEXT NOT NULL DEFAULT 'auto') WITHOUT ROWID;
CREATE TABLE proxy_access(
  proxy_id TEXT NOT NULL REFERENCES proxy(id), group_id TEXT NOT NULL REFERENCES user_group(id),
  models TEXT NOT NULL DEFAULT '["*"]', PRIMARY KEY(proxy_id, group_id)) WITHOUT ROWID;
CREATE TABLE proxy_oauth(
  proxy_id TEXT PRIMARY KEY REFERENCES proxy(id), enabled BOOLEAN NOT NULL, mode TEXT NOT NULL,
  providers TEXT NOT NULL, scopes TEXT NOT NULL, group_ids TEXT NOT NULL, access_seconds INTEGER NOT NULL,
  refresh_seconds INTEGER NOT NULL, registration TEXT NOT NULL, unattributed BOOLEAN NOT NULL DEFAULT 1, introspection_url TEXT NOT NULL DEFAULT '', introspection_client TEXT NOT NULL DEFAULT '', introspection_env TEXT NOT NULL DEFAULT '', keys BOOLEAN NOT NULL DEFAULT 1, claude_settings TEXT NOT NULL DEFAULT '');
CREATE TABLE proxy_stdio(
  proxy_id TEXT PRIMARY KEY REFERENCES proxy(id), arguments TEXT NOT NULL, folder TEXT NOT NULL,
  variables TEXT NOT NULL);
CREATE TABLE proxy_variable(
  proxy_id TEXT NOT NULL REFERENCES proxy(id), name TEXT NOT NULL, secret_id TEXT NOT NULL,
  PRIMARY KEY(proxy_id, name));
CREATE TABLE rate_active(
  limit_id TEXT NOT NULL, gw BIGINT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY(limit_id, gw));
CREATE TABLE rate_limit(
  id TEXT PRIMARY KEY, scope TEXT NOT NULL, subject_id TEXT NOT NULL,
  requests BIGINT, tokens BIGINT, concurrent BIGINT, created_us BIGINT NOT NULL,
  UNIQUE(scope, subject_id));
CREATE TABLE rate_state(
  limit_id TEXT PRIMARY KEY, requests_us BIGINT NOT NULL, tokens_us BIGINT NOT NULL, at_us BIGINT NOT NULL);
CREATE TABLE retention_mark(
  kind TEXT PRIMARY KEY, until_us BIGINT NOT NULL, removed BIGINT NOT NULL, at_us BIGINT NOT NULL);
CREATE TABLE roll_day_actor(
  day BIGINT NOT NULL, gw INTEGER NOT NULL, user_id TEXT NOT NULL DEFAULT '', actor TEXT NOT NULL DEFAULT '',
  principal_kind TEXT NOT NULL, grp TEXT NOT NULL DEFAULT '', api_key_id TEXT NOT NULL DEFAULT '',
  proxy TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL,
  n BIGINT NOT NULL, n_blocked BIGINT NOT NULL DEFAULT 0, n_failed BIGINT NOT NULL DEFAULT 0,
  tin BIGINT NOT NULL DEFAULT 0, tout BIGINT NOT NULL DEFAULT 0,
  cost BIGINT NOT NULL DEFAULT 0, n_cost_unknown BIGINT NOT NULL DEFAULT 0,
  max_risk INTEGER, last_id BIGINT NOT NULL,
  PRIMARY KEY(day, gw, user_id, actor, principal_kind, grp, api_key_id, proxy, kind)) WITHOUT ROWID;
CREATE TABLE roll_hour(
  hour BIGINT NOT NULL, gw INTEGER NOT NULL, proxy TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL,
  target TEXT NOT NULL DEFAULT '', outcome TEXT NOT NULL,
  n BIGINT NOT NULL, tin BIGINT NOT NULL DEFAULT 0, tout BIGINT NOT NULL DEFAULT 0,
  cost BIGINT NOT NULL DEFAULT 0, n_cost_unknown BIGINT NOT NULL DEFAULT 0, dur BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY(hour, gw, proxy, kind, target, outcome)) WITHOUT ROWID;
CREATE TABLE roll_hour_whose(
  field TEXT NOT NULL, value TEXT NOT NULL, hour BIGINT NOT NULL, gw INTEGER NOT NULL,
  actor TEXT NOT NULL, principal_kind TEXT NOT NULL, grp TEXT NOT NULL,
  proxy TEXT NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL, outcome TEXT NOT NULL,
  block_reason TEXT NOT NULL, no_user_reason TEXT NOT NULL,
  n BIGINT NOT NULL, tin BIGINT NOT NULL, tout BIGINT NOT NULL, cost BIGINT NOT NULL,
  n_cost_unknown BIGINT NOT NULL, max_risk INTEGER, last_id BIGINT NOT NULL,
  PRIMARY KEY(
    field, value, hour, gw, actor, principal_kind, grp, proxy, kind, target, outcome, block_reason,
    no_user_reason)) WITHOUT ROWID;
CREATE TABLE roll_span_actor(
  span BIGINT NOT NULL, gw INTEGER NOT NULL, user_id TEXT NOT NULL DEFAULT '', actor TEXT NOT NULL DEFAULT '',
  principal_kind TEXT NOT NULL, grp TEXT NOT NULL DEFAULT '', api_key_id TEXT NOT NULL DEFAULT '',
  proxy TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL,
  n BIGINT NOT NULL, n_blocked BIGINT NOT NULL DEFAULT 0, n_failed BIGINT NOT NULL DEFAULT 0,
  tin BIGINT NOT NULL DEFAULT 0, tout BIGINT NOT NULL DEFAULT 0,
  cost BIGINT NOT NULL DEFAULT 0, n_cost_unknown BIGINT NOT NULL DEFAULT 0,
  max_risk INTEGER, last_id BIGINT NOT NULL,
  PRIMARY KEY(span, gw, user_id, actor, principal_kind, grp, api_key_id, proxy, kind)) WITHOUT ROWID;
CREATE TABLE schema_version(version BIGINT NOT NULL, config_version BIGINT NOT NULL, texts_version BIGINT NOT NULL DEFAULT 0);
CREATE TABLE seal(
  gw INTEGER NOT NULL, n BIGINT NOT NULL, lo BIGINT NOT NULL, hi BIGINT NOT NULL,
  first_id BIGINT NOT NULL, last_id BIGINT NOT NULL, salt BLOB, link BLOB NOT NULL, mac BLOB NOT NULL,
  PRIMARY KEY(gw, last_id)) WITHOUT ROWID;
CREATE TABLE secret(
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, nonce BLOB NOT NULL, ciphertext BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE seen(
  kind TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, label TEXT NOT NULL DEFAULT '',
  PRIMARY KEY(kind, field, value, label)) WITHOUT ROWID;
CREATE TABLE setting(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sign_in_attempt(
  name TEXT PRIMARY KEY, failures INTEGER NOT NULL, since_us BIGINT NOT NULL, locked_until_us BIGINT);
CREATE TABLE sink(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, address TEXT NOT NULL, records TEXT NOT NULL,
  ca_file TEXT NOT NULL DEFAULT '', secret_id TEXT REFERENCES secret(id), created_us BIGINT NOT NULL,
  delivered_us BIGINT, problem TEXT NOT NULL DEFAULT '', problem_us BIGINT);
CREATE TABLE sink_cursor(
  sink TEXT NOT NULL, gw INTEGER NOT NULL, last_seq BIGINT NOT NULL, updated_us BIGINT, last_id BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY(sink, gw)) WITHOUT ROWID;
CREATE TABLE size_history(at_us BIGINT PRIMARY KEY, bytes BIGINT NOT NULL);
CREATE TABLE tool_pin(
  proxy_id TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL,
  digest TEXT NOT NULL DEFAULT '', definition TEXT NOT NULL DEFAULT '',
  seen_digest TEXT NOT NULL, seen_definition TEXT NOT NULL,
  first_seen_us BIGINT NOT NULL, changed_us BIGINT NOT NULL, decided_by TEXT NOT NULL DEFAULT '',
  PRIMARY KEY(proxy_id, name));
CREATE TABLE user_account(
  id TEXT PRIMARY KEY, email TEXT, username TEXT NOT NULL, display_name TEXT NOT NULL, role TEXT NOT NULL,
  service INTEGER NOT NULL DEFAULT 0, active INTEGER NOT NULL DEFAULT 1, created_us BIGINT NOT NULL,
  deleted_us BIGINT) WITHOUT ROWID;
CREATE TABLE user_group(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, created_us BIGINT NOT NULL, deleted_us BIGINT) WITHOUT ROWID;
CREATE TABLE user_identity(
  issuer TEXT NOT NULL, subject TEXT NOT NULL, user_id TEXT NOT NULL, created_us BIGINT NOT NULL,
  PRIMARY KEY(issuer, subject));
CREATE TABLE window_session(
  digest BLOB PRIMARY KEY, user_id TEXT NOT NULL REFERENCES user_account(id), created_us BIGINT NOT NULL,
  expires_us BIGINT NOT NULL);
CREATE TABLE zdict(id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE INDEX alert_last ON alert(last_us);
CREATE INDEX alert_state ON alert(state, last_us);
CREATE INDEX api_key_prefix ON api_key(prefix);
CREATE INDEX api_key_user ON api_key(user_id);
CREATE INDEX event_action ON event(kind, policy_action) WHERE policy_action <> 'none';
CREATE INDEX event_actor ON event(kind, actor);
CREATE INDEX event_blocked ON event(kind, block_reason, proxy) WHERE outcome = 'blocked';
CREATE INDEX event_command_line ON event(gw) WHERE gw = 0;
CREATE INDEX event_kind ON event(kind);
CREATE INDEX event_outcome ON event(kind, outcome) WHERE outcome <> 'success';
CREATE INDEX event_proxy ON event(kind, proxy);
CREATE INDEX event_risk ON event(kind) WHERE risk >= 50;
CREATE INDEX event_scanned ON event(kind) WHERE risk IS NOT NULL;
CREATE INDEX event_session ON event(kind, session) WHERE session IS NOT NULL;
CREATE INDEX event_target ON event(kind, target);
CREATE INDEX event_unnamed ON event(kind, no_user_reason, proxy) WHERE actor = '';
CREATE UNIQUE INDEX gateway_folder ON gateway(folder);
CREATE UNIQUE INDEX group_name ON user_group(lower(name)) WHERE deleted_us IS NULL;
CREATE UNIQUE INDEX identity_provider_name ON identity_provider(name);
CREATE INDEX oauth_session_client ON oauth_session(proxy_id, client_id);
CREATE UNIQUE INDEX oauth_session_code ON oauth_session(code_digest);
CREATE INDEX oauth_session_user ON oauth_session(user_id);
CREATE INDEX oauth_token_session ON oauth_token(session_id);
CREATE UNIQUE INDEX policy_name ON policy(lower(name)) WHERE deleted_us IS NULL;
CREATE UNIQUE INDEX proxy_name ON proxy(name) WHERE deleted_us IS NULL;
CREATE UNIQUE INDEX sink_name ON sink(lower(name));
CREATE UNIQUE INDEX user_email ON user_account(lower(email)) WHERE deleted_us IS NULL AND email IS NOT NULL;
CREATE INDEX user_identity_user ON user_identity(user_id);
CREATE UNIQUE INDEX user_service ON user_account(lower(username)) WHERE deleted_us IS NULL AND service = 1;
