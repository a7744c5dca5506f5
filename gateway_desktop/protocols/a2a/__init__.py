"""Agent2Agent (versions 0.2 to 1.0.1): JSON-RPC, HTTP+JSON, streams and agent cards."""
