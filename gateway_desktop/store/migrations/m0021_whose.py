"""What each owner and each group asked, hour by hour: charts of one of them over months, and parts of days.

The statements that fill it are those of `store.whose`, as they were when this step was made. The indexes of
reasons know the proxy: asked of one, they were as slow as reading all that was ever blocked.
"""

_TABLE = """\
CREATE TABLE roll_hour_whose(
  field TEXT NOT NULL, value TEXT NOT NULL, hour BIGINT NOT NULL, gw INTEGER NOT NULL,
  actor TEXT NOT NULL, principal_kind TEXT NOT NULL, grp TEXT NOT NULL,
  proxy TEXT NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL, outcome TEXT NOT NULL,
  block_reason TEXT NOT NULL, no_user_reason TEXT NOT NULL,
  n BIGINT NOT NULL, tin BIGINT NOT NULL, tout BIGINT NOT NULL, cost BIGINT NOT NULL,
  n_cost_unknown BIGINT NOT NULL, max_risk INTEGER, last_id BIGINT NOT NULL,
  PRIMARY KEY(
    field, value, hour, gw, actor, principal_kind, grp, proxy, kind, target, outcome, block_reason,
    no_user_reason)){WITHOUT};
"""
_FILL = """\
ALTER TABLE gateway ADD COLUMN rolled_id BIGINT;
INSERT INTO roll_hour_whose
  SELECT 'user', coalesce(nullif(user_id, ''), actor),
    ((id >> 10) + 1704067200000000) / 3600000000, gw, actor, principal_kind, grp, proxy, kind,
    coalesce(target, ''), outcome, coalesce(block_reason, ''),
    CASE WHEN actor = '' THEN coalesce(no_user_reason, '') ELSE '' END, count(*),
    coalesce(sum(tokens_in), 0), coalesce(sum(tokens_out), 0), coalesce(sum(cost_nano), 0),
    sum(CASE WHEN cost_nano IS NULL THEN 1 ELSE 0 END), max(risk), max(id)
  FROM event WHERE kind <> 'system' GROUP BY 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13;
INSERT INTO roll_hour_whose
  SELECT 'grp', grp, hour, gw, '', '', '', proxy, kind, target, outcome, block_reason, no_user_reason,
    sum(n), sum(tin), sum(tout), sum(cost), sum(n_cost_unknown), max(max_risk), max(last_id)
  FROM roll_hour_whose GROUP BY 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13;
UPDATE gateway SET rolled_id = (SELECT max(id) FROM event WHERE event.gw = gateway.id) WHERE id > 0;
DROP INDEX event_blocked;
DROP INDEX event_unnamed;
CREATE INDEX event_blocked ON event(kind, block_reason, proxy{ID}) WHERE outcome = 'blocked';
CREATE INDEX event_unnamed ON event(kind, no_user_reason, proxy{ID}) WHERE actor = '';
"""

SQLITE = _TABLE.replace("{WITHOUT}", " WITHOUT ROWID") + _FILL.replace("{ID}", "")
POSTGRESQL = _TABLE.replace("{WITHOUT}", "") + _FILL.replace("{ID}", ", id")
