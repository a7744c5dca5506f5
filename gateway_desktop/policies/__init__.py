"""What shall be done? The checks that people configure; pure functions."""
