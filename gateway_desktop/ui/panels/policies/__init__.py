"""Policies: what may pass, their versions, and what would become of a text."""
