"""Lists: rows, what can be done with them, and why there are none."""
