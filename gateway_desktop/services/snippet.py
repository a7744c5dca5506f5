"""Snippet: lines ready to paste into one tool."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Snippet:
    """What one tool needs: text to paste, in which language, and what to know about it."""

    tool: str
    language: str  # sh, toml, json, python, text
    text: str
    note: str = ""
