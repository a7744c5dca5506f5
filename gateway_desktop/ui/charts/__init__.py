"""Charts: say the series, get a chart."""
