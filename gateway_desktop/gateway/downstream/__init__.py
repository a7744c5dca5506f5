"""The callers' side: the open socket, who may knock, and how an answer is written to them."""
