"""Documents in, typed facts out: money, places, roles, levels and dates read from text and tables."""
