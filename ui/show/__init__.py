"""What is said, as people and programs see it: HTML, terminal text and JSON.

In come answers, passages and documents of :mod:`rag`; out comes text, escaped. Nothing here asks or
keeps anything.
"""
