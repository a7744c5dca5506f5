"""Users & Groups: who may use the gateway."""
