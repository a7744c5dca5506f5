"""What does a person see? Qt, on the main thread only; never waits."""
