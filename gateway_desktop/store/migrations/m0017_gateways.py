"""Which data folder a gateway runs on: several gateways write to one database, each its own chain."""

SQLITE = """\
ALTER TABLE gateway ADD COLUMN folder TEXT;
CREATE UNIQUE INDEX gateway_folder ON gateway(folder);
"""

POSTGRESQL = SQLITE
