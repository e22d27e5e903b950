"""Readings in, an index out: generations on disk, vectors, BM25, and the look-ups of one generation."""
