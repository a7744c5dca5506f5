"""The first schema, as frozen SQL in both dialects.

Where it leaves the design's starting schema, and why:
- `event` keeps `display_name`: names stand as they were at the time, and filters match them.
- Indexes start with `kind`, since every list is of one tab: with the id at the end (SQLite appends it,
  PostgreSQL spells it out) a page is read in order from one place, whatever single filter is set. Risk is
  indexed by id, not by risk, for the same reason. Groups, keys and applications have no index: `seen` tells
  whose they are, and the index by actor does the rest.
- `exchange_id` has no index: it is a UUIDv7, so the row is found by walking from the time that it tells.
- `event_command_line` finds gateway 0's chain head, which other processes must read inside their
  transaction.
- `part` is numbered: bodies are appended at the end of the file, and only a small index is in random order;
  a reference takes 3 bytes instead of 16. The hash is keyed, so it needs no salt.
- `event_part` keeps role and order; `place` is direction and JSON Pointer: `request/messages/0/content`.
- `seen` holds each actor, proxy, target, group, application and key once, so that choices and parts of
  names are found without reading `event`.
- `roll_day_actor` has `user_id`: a user is the owner, also after a new e-mail address.
- `roll_span_actor` is the same for whole spans of 16 days, added up once when they are over
  (`gateway.closed_span` is the first that is not): long ranges read a quarter of the rows, and no exchange
  pays for it.
- `lat_hour` has `kind`, since the strip above a tab shows that tab's percentiles.
"""

SQLITE = """\
CREATE TABLE schema_version(version BIGINT NOT NULL, config_version BIGINT NOT NULL);

CREATE TABLE gateway(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, host TEXT NOT NULL, last_seen_us BIGINT, closed_span BIGINT);

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
CREATE INDEX event_kind ON event(kind);
CREATE INDEX event_proxy ON event(kind, proxy);
CREATE INDEX event_actor ON event(kind, actor);
CREATE INDEX event_target ON event(kind, target);
CREATE INDEX event_session ON event(kind, session) WHERE session IS NOT NULL;
CREATE INDEX event_outcome ON event(kind, outcome) WHERE outcome <> 'success';
CREATE INDEX event_action ON event(kind, policy_action) WHERE policy_action <> 'none';
CREATE INDEX event_scanned ON event(kind) WHERE risk IS NOT NULL;
CREATE INDEX event_risk ON event(kind) WHERE risk >= 50;
CREATE INDEX event_command_line ON event(gw) WHERE gw = 0;

CREATE TABLE part(
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE, dict_id INTEGER NOT NULL, size BIGINT NOT NULL, body BLOB);
CREATE TABLE event_part(
  event_id BIGINT NOT NULL, n INTEGER NOT NULL, place TEXT NOT NULL, role TEXT NOT NULL,
  part_id BIGINT NOT NULL, cut INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(event_id, n)) WITHOUT ROWID;
CREATE TABLE zdict(id INTEGER PRIMARY KEY, body BLOB NOT NULL);

CREATE TABLE seen(
  kind TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, label TEXT NOT NULL DEFAULT '',
  PRIMARY KEY(kind, field, value, label)) WITHOUT ROWID;
CREATE TABLE roll_hour(
  hour BIGINT NOT NULL, gw INTEGER NOT NULL, proxy TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL,
  target TEXT NOT NULL DEFAULT '', outcome TEXT NOT NULL,
  n BIGINT NOT NULL, tin BIGINT NOT NULL DEFAULT 0, tout BIGINT NOT NULL DEFAULT 0,
  cost BIGINT NOT NULL DEFAULT 0, n_cost_unknown BIGINT NOT NULL DEFAULT 0, dur BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY(hour, gw, proxy, kind, target, outcome)) WITHOUT ROWID;
CREATE TABLE roll_day_actor(
  day BIGINT NOT NULL, gw INTEGER NOT NULL, user_id TEXT NOT NULL DEFAULT '', actor TEXT NOT NULL DEFAULT '',
  principal_kind TEXT NOT NULL, grp TEXT NOT NULL DEFAULT '', api_key_id TEXT NOT NULL DEFAULT '',
  proxy TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL,
  n BIGINT NOT NULL, n_blocked BIGINT NOT NULL DEFAULT 0, n_failed BIGINT NOT NULL DEFAULT 0,
  tin BIGINT NOT NULL DEFAULT 0, tout BIGINT NOT NULL DEFAULT 0,
  cost BIGINT NOT NULL DEFAULT 0, n_cost_unknown BIGINT NOT NULL DEFAULT 0,
  max_risk INTEGER, last_id BIGINT NOT NULL,
  PRIMARY KEY(day, gw, user_id, actor, principal_kind, grp, api_key_id, proxy, kind)) WITHOUT ROWID;
CREATE TABLE roll_span_actor(
  span BIGINT NOT NULL, gw INTEGER NOT NULL, user_id TEXT NOT NULL DEFAULT '', actor TEXT NOT NULL DEFAULT '',
  principal_kind TEXT NOT NULL, grp TEXT NOT NULL DEFAULT '', api_key_id TEXT NOT NULL DEFAULT '',
  proxy TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL,
  n BIGINT NOT NULL, n_blocked BIGINT NOT NULL DEFAULT 0, n_failed BIGINT NOT NULL DEFAULT 0,
  tin BIGINT NOT NULL DEFAULT 0, tout BIGINT NOT NULL DEFAULT 0,
  cost BIGINT NOT NULL DEFAULT 0, n_cost_unknown BIGINT NOT NULL DEFAULT 0,
  max_risk INTEGER, last_id BIGINT NOT NULL,
  PRIMARY KEY(span, gw, user_id, actor, principal_kind, grp, api_key_id, proxy, kind)) WITHOUT ROWID;
CREATE TABLE lat_hour(
  hour BIGINT NOT NULL, gw INTEGER NOT NULL, proxy TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL,
  bucket INTEGER NOT NULL, n BIGINT NOT NULL,
  PRIMARY KEY(hour, gw, proxy, kind, bucket)) WITHOUT ROWID;

CREATE TABLE seal(
  gw INTEGER NOT NULL, n BIGINT NOT NULL, lo BIGINT, hi BIGINT, cnt BIGINT, first_id BIGINT, last_id BIGINT,
  root BLOB, prev BLOB, mac BLOB, purged INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(gw, n)) WITHOUT ROWID;
CREATE TABLE sink_cursor(
  sink TEXT NOT NULL, gw INTEGER NOT NULL, last_seq BIGINT NOT NULL, updated_us BIGINT,
  PRIMARY KEY(sink, gw)) WITHOUT ROWID;
CREATE TABLE purge_auth(
  gw INTEGER NOT NULL, n BIGINT NOT NULL, reason TEXT, mac BLOB NOT NULL, PRIMARY KEY(gw, n)) WITHOUT ROWID;
CREATE TABLE erase_auth(id INTEGER PRIMARY KEY, at_us BIGINT, reason TEXT, mac BLOB NOT NULL);
CREATE TABLE anchor(at_us BIGINT, gw INTEGER, n BIGINT, mac BLOB, sink TEXT);

CREATE TABLE setting(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE secret(
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, nonce BLOB NOT NULL, ciphertext BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE user_account(
  id TEXT PRIMARY KEY, email TEXT, username TEXT NOT NULL, display_name TEXT NOT NULL, role TEXT NOT NULL,
  service INTEGER NOT NULL DEFAULT 0, active INTEGER NOT NULL DEFAULT 1, created_us BIGINT NOT NULL,
  deleted_us BIGINT) WITHOUT ROWID;
CREATE UNIQUE INDEX user_email ON user_account(lower(email)) WHERE deleted_us IS NULL AND email IS NOT NULL;
CREATE UNIQUE INDEX user_service ON user_account(lower(username)) WHERE deleted_us IS NULL AND service = 1;
CREATE TABLE user_group(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, created_us BIGINT NOT NULL, deleted_us BIGINT) WITHOUT ROWID;
CREATE UNIQUE INDEX group_name ON user_group(lower(name)) WHERE deleted_us IS NULL;
CREATE TABLE membership(
  user_id TEXT NOT NULL REFERENCES user_account(id), group_id TEXT NOT NULL REFERENCES user_group(id),
  position INTEGER NOT NULL, PRIMARY KEY(user_id, group_id)) WITHOUT ROWID;
CREATE TABLE api_key(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, prefix TEXT NOT NULL, digest BLOB NOT NULL UNIQUE,
  user_id TEXT NOT NULL REFERENCES user_account(id), group_id TEXT NOT NULL REFERENCES user_group(id),
  created_us BIGINT NOT NULL, expires_us BIGINT, revoked_us BIGINT, rotated_to TEXT,
  last_used_us BIGINT) WITHOUT ROWID;
CREATE INDEX api_key_prefix ON api_key(prefix);
CREATE INDEX api_key_user ON api_key(user_id);

CREATE TABLE proxy(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, upstream TEXT NOT NULL, provider TEXT NOT NULL,
  credential_env TEXT, credential_secret TEXT REFERENCES secret(id),
  running INTEGER NOT NULL DEFAULT 1, anonymous INTEGER NOT NULL DEFAULT 0,
  restricted INTEGER NOT NULL DEFAULT 0,
  payloads TEXT NOT NULL DEFAULT 'redacted', verify_tls INTEGER NOT NULL DEFAULT 1,
  sandbox INTEGER NOT NULL DEFAULT 0, created_us BIGINT NOT NULL, deleted_us BIGINT) WITHOUT ROWID;
CREATE UNIQUE INDEX proxy_name ON proxy(name) WHERE deleted_us IS NULL;
CREATE TABLE proxy_access(
  proxy_id TEXT NOT NULL REFERENCES proxy(id), group_id TEXT NOT NULL REFERENCES user_group(id),
  models TEXT NOT NULL DEFAULT '["*"]', PRIMARY KEY(proxy_id, group_id)) WITHOUT ROWID;

INSERT INTO schema_version(version, config_version) VALUES(0, 1);
INSERT INTO gateway(id, name, host) VALUES(0, 'command line', '');
INSERT INTO user_group(id, name, created_us) VALUES('team', 'team', 0);
"""

POSTGRESQL = """\
CREATE TABLE schema_version(version BIGINT NOT NULL, config_version BIGINT NOT NULL);

CREATE TABLE gateway(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, host TEXT NOT NULL, last_seen_us BIGINT, closed_span BIGINT);

CREATE TABLE event(
  id BIGINT NOT NULL,
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
  detail TEXT, parts_hash BYTEA, row_hash BYTEA NOT NULL, PRIMARY KEY(id)) PARTITION BY RANGE(id);
CREATE TABLE event_default PARTITION OF event DEFAULT;
CREATE INDEX event_kind ON event(kind, id);
CREATE INDEX event_proxy ON event(kind, proxy, id);
CREATE INDEX event_actor ON event(kind, actor, id);
CREATE INDEX event_target ON event(kind, target, id);
CREATE INDEX event_session ON event(kind, session, id) WHERE session IS NOT NULL;
CREATE INDEX event_outcome ON event(kind, outcome, id) WHERE outcome <> 'success';
CREATE INDEX event_action ON event(kind, policy_action, id) WHERE policy_action <> 'none';
CREATE INDEX event_scanned ON event(kind, id) WHERE risk IS NOT NULL;
CREATE INDEX event_risk ON event(kind, id) WHERE risk >= 50;
CREATE INDEX event_gateway ON event(gw, id);

CREATE TABLE part(
  id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  hash BYTEA NOT NULL UNIQUE, dict_id INTEGER NOT NULL, size BIGINT NOT NULL, body BYTEA);
CREATE TABLE event_part(
  event_id BIGINT NOT NULL, n INTEGER NOT NULL, place TEXT NOT NULL, role TEXT NOT NULL,
  part_id BIGINT NOT NULL, cut INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(event_id, n));
CREATE TABLE zdict(id INTEGER PRIMARY KEY, body BYTEA NOT NULL);

CREATE TABLE seen(
  kind TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, label TEXT NOT NULL DEFAULT '',
  PRIMARY KEY(kind, field, value, label));
CREATE TABLE roll_hour(
  hour BIGINT NOT NULL, gw INTEGER NOT NULL, proxy TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL,
  target TEXT NOT NULL DEFAULT '', outcome TEXT NOT NULL,
  n BIGINT NOT NULL, tin BIGINT NOT NULL DEFAULT 0, tout BIGINT NOT NULL DEFAULT 0,
  cost BIGINT NOT NULL DEFAULT 0, n_cost_unknown BIGINT NOT NULL DEFAULT 0, dur BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY(hour, gw, proxy, kind, target, outcome));
CREATE TABLE roll_day_actor(
  day BIGINT NOT NULL, gw INTEGER NOT NULL, user_id TEXT NOT NULL DEFAULT '', actor TEXT NOT NULL DEFAULT '',
  principal_kind TEXT NOT NULL, grp TEXT NOT NULL DEFAULT '', api_key_id TEXT NOT NULL DEFAULT '',
  proxy TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL,
  n BIGINT NOT NULL, n_blocked BIGINT NOT NULL DEFAULT 0, n_failed BIGINT NOT NULL DEFAULT 0,
  tin BIGINT NOT NULL DEFAULT 0, tout BIGINT NOT NULL DEFAULT 0,
  cost BIGINT NOT NULL DEFAULT 0, n_cost_unknown BIGINT NOT NULL DEFAULT 0,
  max_risk INTEGER, last_id BIGINT NOT NULL,
  PRIMARY KEY(day, gw, user_id, actor, principal_kind, grp, api_key_id, proxy, kind));
CREATE TABLE roll_span_actor(
  span BIGINT NOT NULL, gw INTEGER NOT NULL, user_id TEXT NOT NULL DEFAULT '', actor TEXT NOT NULL DEFAULT '',
  principal_kind TEXT NOT NULL, grp TEXT NOT NULL DEFAULT '', api_key_id TEXT NOT NULL DEFAULT '',
  proxy TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL,
  n BIGINT NOT NULL, n_blocked BIGINT NOT NULL DEFAULT 0, n_failed BIGINT NOT NULL DEFAULT 0,
  tin BIGINT NOT NULL DEFAULT 0, tout BIGINT NOT NULL DEFAULT 0,
  cost BIGINT NOT NULL DEFAULT 0, n_cost_unknown BIGINT NOT NULL DEFAULT 0,
  max_risk INTEGER, last_id BIGINT NOT NULL,
  PRIMARY KEY(span, gw, user_id, actor, principal_kind, grp, api_key_id, proxy, kind));
CREATE TABLE lat_hour(
  hour BIGINT NOT NULL, gw INTEGER NOT NULL, proxy TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL,
  bucket INTEGER NOT NULL, n BIGINT NOT NULL,
  PRIMARY KEY(hour, gw, proxy, kind, bucket));

CREATE TABLE seal(
  gw INTEGER NOT NULL, n BIGINT NOT NULL, lo BIGINT, hi BIGINT, cnt BIGINT, first_id BIGINT, last_id BIGINT,
  root BYTEA, prev BYTEA, mac BYTEA, purged INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(gw, n));
CREATE TABLE sink_cursor(
  sink TEXT NOT NULL, gw INTEGER NOT NULL, last_seq BIGINT NOT NULL, updated_us BIGINT,
  PRIMARY KEY(sink, gw));
CREATE TABLE purge_auth(
  gw INTEGER NOT NULL, n BIGINT NOT NULL, reason TEXT, mac BYTEA NOT NULL, PRIMARY KEY(gw, n));
CREATE TABLE erase_auth(id BIGINT PRIMARY KEY, at_us BIGINT, reason TEXT, mac BYTEA NOT NULL);
CREATE TABLE anchor(at_us BIGINT, gw INTEGER, n BIGINT, mac BYTEA, sink TEXT);

CREATE TABLE setting(key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE secret(
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, nonce BYTEA NOT NULL, ciphertext BYTEA NOT NULL);

CREATE TABLE user_account(
  id TEXT PRIMARY KEY, email TEXT, username TEXT NOT NULL, display_name TEXT NOT NULL, role TEXT NOT NULL,
  service BOOLEAN NOT NULL DEFAULT false, active BOOLEAN NOT NULL DEFAULT true, created_us BIGINT NOT NULL,
  deleted_us BIGINT);
CREATE UNIQUE INDEX user_email ON user_account(lower(email)) WHERE deleted_us IS NULL AND email IS NOT NULL;
CREATE UNIQUE INDEX user_service ON user_account(lower(username)) WHERE deleted_us IS NULL AND service;
CREATE TABLE user_group(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, created_us BIGINT NOT NULL, deleted_us BIGINT);
CREATE UNIQUE INDEX group_name ON user_group(lower(name)) WHERE deleted_us IS NULL;
CREATE TABLE membership(
  user_id TEXT NOT NULL REFERENCES user_account(id), group_id TEXT NOT NULL REFERENCES user_group(id),
  position INTEGER NOT NULL, PRIMARY KEY(user_id, group_id));
CREATE TABLE api_key(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, prefix TEXT NOT NULL, digest BYTEA NOT NULL UNIQUE,
  user_id TEXT NOT NULL REFERENCES user_account(id), group_id TEXT NOT NULL REFERENCES user_group(id),
  created_us BIGINT NOT NULL, expires_us BIGINT, revoked_us BIGINT, rotated_to TEXT,
  last_used_us BIGINT);
CREATE INDEX api_key_prefix ON api_key(prefix);
CREATE INDEX api_key_user ON api_key(user_id);

CREATE TABLE proxy(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, upstream TEXT NOT NULL, provider TEXT NOT NULL,
  credential_env TEXT, credential_secret TEXT REFERENCES secret(id),
  running BOOLEAN NOT NULL DEFAULT true, anonymous BOOLEAN NOT NULL DEFAULT false,
  restricted BOOLEAN NOT NULL DEFAULT false,
  payloads TEXT NOT NULL DEFAULT 'redacted', verify_tls BOOLEAN NOT NULL DEFAULT true,
  sandbox BOOLEAN NOT NULL DEFAULT false, created_us BIGINT NOT NULL, deleted_us BIGINT);
CREATE UNIQUE INDEX proxy_name ON proxy(name) WHERE deleted_us IS NULL;
CREATE TABLE proxy_access(
  proxy_id TEXT NOT NULL REFERENCES proxy(id), group_id TEXT NOT NULL REFERENCES user_group(id),
  models TEXT NOT NULL DEFAULT '["*"]', PRIMARY KEY(proxy_id, group_id));

INSERT INTO schema_version(version, config_version) VALUES(0, 1);
INSERT INTO gateway(id, name, host) VALUES(0, 'command line', '');
INSERT INTO user_group(id, name, created_us) VALUES('team', 'team', 0);
"""
