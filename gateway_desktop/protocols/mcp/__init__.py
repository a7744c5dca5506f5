"""Model Context Protocol, revisions 2024-11-05 to 2026-07-28."""
