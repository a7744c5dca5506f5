"""Audit Logs: its tabs."""
