"""Tables: say the columns, get a table."""
