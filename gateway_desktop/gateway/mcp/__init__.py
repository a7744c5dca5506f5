"""MCP: sessions, commands on this machine, and bridges between transports."""
