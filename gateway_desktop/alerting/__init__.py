"""Who must be told? Records of what happened in, occurrences of alerts out; no I/O."""
