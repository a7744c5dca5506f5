"""Gateway Desktop: who used which model, tool or agent, when, at what cost, and was it dangerous."""

__version__ = "0.1.0"
