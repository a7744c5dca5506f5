"""Which texts are stored is remembered by every gateway, until this number says that some are gone."""

SQLITE = """\
ALTER TABLE schema_version ADD COLUMN texts_version BIGINT NOT NULL DEFAULT 0;
"""

POSTGRESQL = SQLITE
