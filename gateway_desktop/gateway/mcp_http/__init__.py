"""MCP over HTTP: sessions, messages of servers, resumed streams, batches, the older transport."""
