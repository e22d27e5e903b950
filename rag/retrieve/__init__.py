"""A query in, passages out, best first: dense and lexical rankings fused, ordered by their sentences."""
