"""How large the database was, hour by hour: so its growth is known and not guessed."""

SQLITE = """\
CREATE TABLE size_history(at_us BIGINT PRIMARY KEY, bytes BIGINT NOT NULL);
"""

POSTGRESQL = SQLITE
