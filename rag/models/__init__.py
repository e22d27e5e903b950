"""The small models as they run: embedder, cross-encoder, and the weights of what was fitted."""
