"""API Keys: who has one, how long it lives, and whether it works."""
