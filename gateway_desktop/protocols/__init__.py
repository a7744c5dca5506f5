"""What is being asked? Bytes to Call and back; no sockets."""
