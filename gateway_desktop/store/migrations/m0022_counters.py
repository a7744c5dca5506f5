"""What gateways on one database count together: rates, calls at once, what is set aside of budgets.

A gateway's rows count as long as its lease lasts. On SQLite one process counts for itself, in its memory.
"""

SQLITE = """\
CREATE TABLE counter_lease(gw BIGINT PRIMARY KEY, until_us BIGINT NOT NULL);
CREATE TABLE rate_state(
  limit_id TEXT PRIMARY KEY, requests_us BIGINT NOT NULL, tokens_us BIGINT NOT NULL, at_us BIGINT NOT NULL);
CREATE TABLE rate_active(
  limit_id TEXT NOT NULL, gw BIGINT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY(limit_id, gw));
CREATE TABLE budget_hold(
  exchange_id TEXT NOT NULL, budget_id TEXT NOT NULL, start_us BIGINT NOT NULL, gw BIGINT NOT NULL,
  amount_nano BIGINT NOT NULL, PRIMARY KEY(exchange_id, budget_id));
"""

POSTGRESQL = SQLITE
