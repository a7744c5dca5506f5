"""Proxies: what the gateway stands in front of."""
