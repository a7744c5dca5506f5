"""Proxies whose upstream signs people in itself: who may pass, and who is asked whose a token is."""

SQLITE = """\
ALTER TABLE proxy_oauth ADD COLUMN unattributed BOOLEAN NOT NULL DEFAULT 1;
ALTER TABLE proxy_oauth ADD COLUMN introspection_url TEXT NOT NULL DEFAULT '';
ALTER TABLE proxy_oauth ADD COLUMN introspection_client TEXT NOT NULL DEFAULT '';
ALTER TABLE proxy_oauth ADD COLUMN introspection_env TEXT NOT NULL DEFAULT '';
"""

POSTGRESQL = SQLITE.replace("DEFAULT 1", "DEFAULT TRUE")
