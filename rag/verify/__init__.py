"""What was written in, what stands up out: the guard of figures, and whether evidence supports a claim."""
