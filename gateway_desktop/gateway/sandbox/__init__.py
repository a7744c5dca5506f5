"""The practice upstream, for who has no provider's key yet."""
