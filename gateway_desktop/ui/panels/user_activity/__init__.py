"""User Activity: who used the gateway, how much, and what it cost."""
