"""Commands on this machine as MCP upstreams, and their sealed environment values."""

SQLITE = """\
CREATE TABLE proxy_stdio(
  proxy_id TEXT PRIMARY KEY REFERENCES proxy(id), arguments TEXT NOT NULL, folder TEXT NOT NULL,
  variables TEXT NOT NULL);
CREATE TABLE proxy_variable(
  proxy_id TEXT NOT NULL REFERENCES proxy(id), name TEXT NOT NULL, secret_id TEXT NOT NULL,
  PRIMARY KEY(proxy_id, name));
"""

POSTGRESQL = SQLITE
