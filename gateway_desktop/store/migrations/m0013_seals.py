"""Seals: every row under a seal of its chain; authorised changes, erased texts, heads kept elsewhere.

The first schema's tables for it were never filled. Rows from before have no seal: seal 0 of each chain says
how many they are, and seal 1 hangs on it, so that none can be added to them later. Texts from before are
found by no hash any more: their hash had no salt, so new rows do not refer to them.
"""

SQLITE = """\
DROP TABLE seal;
DROP TABLE purge_auth;
DROP TABLE erase_auth;
DROP TABLE anchor;
CREATE TABLE seal(
  gw INTEGER NOT NULL, n BIGINT NOT NULL, lo BIGINT NOT NULL, hi BIGINT NOT NULL,
  first_id BIGINT NOT NULL, last_id BIGINT NOT NULL, salt BLOB, link BLOB NOT NULL, mac BLOB NOT NULL,
  PRIMARY KEY(gw, last_id)) WITHOUT ROWID;
CREATE TABLE amendment(
  gw INTEGER NOT NULL, n BIGINT NOT NULL, since BIGINT NOT NULL, cnt BIGINT NOT NULL, root BLOB NOT NULL,
  at_us BIGINT NOT NULL, reason TEXT NOT NULL, mac BLOB NOT NULL, PRIMARY KEY(gw, n)) WITHOUT ROWID;
CREATE TABLE erasure(
  part_id INTEGER PRIMARY KEY, at_us BIGINT NOT NULL, reason TEXT NOT NULL, mac BLOB NOT NULL);
CREATE TABLE anchor(
  gw INTEGER NOT NULL, n BIGINT NOT NULL, at_us BIGINT NOT NULL, head TEXT NOT NULL,
  sinks TEXT NOT NULL DEFAULT '', PRIMARY KEY(gw, n)) WITHOUT ROWID;
INSERT INTO seal(gw, n, lo, hi, first_id, last_id, link, mac)
  SELECT gw, 0, min(seq), max(seq), min(id), max(id), x'', x'' FROM event GROUP BY gw;
ALTER TABLE part ADD COLUMN salt BLOB;
ALTER TABLE part ADD COLUMN salted BLOB;
UPDATE part SET hash = randomblob(16);
"""

POSTGRESQL = """\
DROP TABLE seal;
DROP TABLE purge_auth;
DROP TABLE erase_auth;
DROP TABLE anchor;
CREATE TABLE seal(
  gw INTEGER NOT NULL, n BIGINT NOT NULL, lo BIGINT NOT NULL, hi BIGINT NOT NULL,
  first_id BIGINT NOT NULL, last_id BIGINT NOT NULL, salt BYTEA, link BYTEA NOT NULL, mac BYTEA NOT NULL,
  PRIMARY KEY(gw, last_id));
CREATE TABLE amendment(
  gw INTEGER NOT NULL, n BIGINT NOT NULL, since BIGINT NOT NULL, cnt BIGINT NOT NULL, root BYTEA NOT NULL,
  at_us BIGINT NOT NULL, reason TEXT NOT NULL, mac BYTEA NOT NULL, PRIMARY KEY(gw, n));
CREATE TABLE erasure(
  part_id BIGINT PRIMARY KEY, at_us BIGINT NOT NULL, reason TEXT NOT NULL, mac BYTEA NOT NULL);
CREATE TABLE anchor(
  gw INTEGER NOT NULL, n BIGINT NOT NULL, at_us BIGINT NOT NULL, head TEXT NOT NULL,
  sinks TEXT NOT NULL DEFAULT '', PRIMARY KEY(gw, n));
INSERT INTO seal(gw, n, lo, hi, first_id, last_id, link, mac)
  SELECT gw, 0, min(seq), max(seq), min(id), max(id), '', '' FROM event GROUP BY gw;
ALTER TABLE part ADD COLUMN salt BYTEA;
ALTER TABLE part ADD COLUMN salted BYTEA;
UPDATE part SET hash = decode(replace(gen_random_uuid()::text, '-', ''), 'hex');
"""
