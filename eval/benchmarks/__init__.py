"""Measures on public sets, which the reader fetches, and on answers made to mislead the checks."""
