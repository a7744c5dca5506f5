"""One concern of an exchange per file, both halves together: before and after `call_next`."""
