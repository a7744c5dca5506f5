"""Who is signed in to a window, or on a command line, of a team's database."""

SQLITE = """\
CREATE TABLE window_session(
  digest BLOB PRIMARY KEY, user_id TEXT NOT NULL REFERENCES user_account(id), created_us BIGINT NOT NULL,
  expires_us BIGINT NOT NULL);
"""

POSTGRESQL = SQLITE.replace("BLOB", "BYTEA")
