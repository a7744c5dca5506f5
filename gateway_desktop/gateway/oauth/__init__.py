"""The authorization server: one for all proxies, with an issuer and a resource per proxy."""
