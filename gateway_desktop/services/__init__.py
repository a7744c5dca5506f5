"""What can a person change? One method per action; each is one transaction with its System event."""
