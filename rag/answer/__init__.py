"""Passages in, an answer out: gather candidates, choose among them, say what was chosen."""
