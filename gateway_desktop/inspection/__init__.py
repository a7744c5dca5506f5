"""What is in it? Pure functions from text to findings."""
