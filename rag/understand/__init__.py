"""A conversation in, what is asked now out."""
