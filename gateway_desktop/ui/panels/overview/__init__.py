"""Overview: the state of everything on one page, and the first steps when nothing is set up yet."""
