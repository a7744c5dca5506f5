"""What is counted while the gateway runs, and what monitoring gets of it: Prometheus, OTLP."""
