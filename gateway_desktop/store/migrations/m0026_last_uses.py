"""When who last used what, for the access review: the rows of months are too many to ask each time.

What fills it is that of `store.last_uses`, as it was when this step was made.
"""

_TABLE = """\
CREATE TABLE last_use(
  user_id TEXT NOT NULL, proxy TEXT NOT NULL, tool TEXT NOT NULL, gw INTEGER NOT NULL,
  last_id BIGINT NOT NULL,
  PRIMARY KEY(user_id, proxy, tool, gw)){WITHOUT};
"""
_FILL = """\
INSERT INTO last_use
  SELECT value, proxy, '', gw, max(last_id) FROM roll_hour_whose
  WHERE field = 'user' AND outcome <> 'blocked' AND value IN (SELECT id FROM user_account)
  GROUP BY value, proxy, gw;
INSERT INTO last_use
  SELECT e.user_id, e.proxy, e.target, e.gw, max(e.id) FROM event e JOIN gateway g ON g.id = e.gw
  WHERE e.kind = 'mcp' AND e.method = 'tools/call' AND e.outcome <> 'blocked' AND e.user_id <> ''
    AND e.target <> '' AND e.id <= g.rolled_id
  GROUP BY e.user_id, e.proxy, e.target, e.gw;
"""

SQLITE = _TABLE.replace("{WITHOUT}", " WITHOUT ROWID") + _FILL
POSTGRESQL = _TABLE.replace("{WITHOUT}", "") + _FILL
