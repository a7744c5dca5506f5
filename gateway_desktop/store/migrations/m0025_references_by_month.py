"""On PostgreSQL the references of a month's exchanges to their texts are a table, as its rows are.

Those from before stay together in the default one: each new month is made by looking through it once.
"""

SQLITE = ""

POSTGRESQL = """\
ALTER TABLE event_part RENAME TO event_part_default;
ALTER INDEX event_part_pkey RENAME TO event_part_default_pkey;
CREATE TABLE event_part(LIKE event_part_default INCLUDING DEFAULTS, PRIMARY KEY(event_id, n))
  PARTITION BY RANGE(event_id);
ALTER TABLE event_part ATTACH PARTITION event_part_default DEFAULT;
"""
