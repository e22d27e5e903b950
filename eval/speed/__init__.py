"""How fast, and how large: embedding, retrieval, writing, and corpora of many documents."""
