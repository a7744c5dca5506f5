"""Budgets: what may be spent, and what is."""
