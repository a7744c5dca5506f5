"""What the team pays for models, where it knows better than the price list."""

SQLITE = """\
CREATE TABLE model_price(
  id TEXT PRIMARY KEY, model TEXT NOT NULL, provider TEXT NOT NULL DEFAULT '', from_us BIGINT NOT NULL,
  input_nano BIGINT NOT NULL, output_nano BIGINT NOT NULL,
  cached_nano BIGINT, cache_write_nano BIGINT, created_us BIGINT NOT NULL,
  UNIQUE(model, provider, from_us));
"""

POSTGRESQL = SQLITE
