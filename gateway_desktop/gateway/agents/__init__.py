"""Agents behind the gateway: their cards as clients get them, and push notifications."""
