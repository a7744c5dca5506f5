"""Who is asking? Keys and proofs; no sockets."""
