"""Upstreams that sign people in themselves: their metadata and challenges pass through, their tokens too."""
