"""LLM APIs."""
