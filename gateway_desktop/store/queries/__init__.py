"""Reading: plain functions that take the reader's database first and return frozen dataclasses."""
