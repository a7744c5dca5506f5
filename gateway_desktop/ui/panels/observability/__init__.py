"""Observability: how proxies, policies, store, sinks and machine do."""
