"""Alerts with their history, and what the rules of alerts have learnt."""

SQLITE = """\
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
CREATE INDEX alert_last ON alert(last_us);
CREATE INDEX alert_state ON alert(state, last_us);
CREATE TABLE alert_history(
  alert_id TEXT NOT NULL REFERENCES alert(id), n INTEGER NOT NULL, at_us BIGINT NOT NULL, actor TEXT NOT NULL,
  what TEXT NOT NULL, before TEXT NOT NULL DEFAULT '', after TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT '', PRIMARY KEY(alert_id, n));
CREATE TABLE alert_memory(
  rule TEXT NOT NULL, subject TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY(rule, subject, name));
"""

POSTGRESQL = SQLITE
