"""A threshold of a budget's own, in per cent, beside those that all have; 0: none."""

SQLITE = """\
ALTER TABLE budget ADD COLUMN warn_at INTEGER NOT NULL DEFAULT 0;
"""

POSTGRESQL = SQLITE
