"""Who else is told? Sinks: records in, delivered or a reason out; sockets, no store."""
