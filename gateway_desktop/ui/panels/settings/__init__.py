"""Settings: every setting once, by section."""
