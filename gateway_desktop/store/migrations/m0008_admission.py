"""Whom an identity provider may sign in."""

SQLITE = """\
ALTER TABLE identity_provider ADD COLUMN admits TEXT NOT NULL DEFAULT 'anyone';
"""

POSTGRESQL = SQLITE
