"""Texts are looked at, and what must not pass is refused or masked, streams included."""
