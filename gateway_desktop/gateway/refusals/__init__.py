"""What a caller is told instead of an answer, in the words of its own protocol."""
