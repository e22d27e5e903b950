"""Look-ups and sums in tables that hold no pay: a question -> rows and columns -> cited cells.

read top to bottom: series (a table's numbers by name and year), question (what is asked of them),
match (which series), answer (what is said).
"""

from rag.answer.tables.lookup import answer_from_tables

__all__ = ["answer_from_tables"]
