"""What an exchange comes to: tokens, cost, risk, texts to keep, and the wait for its commit."""
