"""Look-ups and sums in tables that hold no pay: a question -> rows and columns -> cited cells.

Read top to bottom: question (what is asked of a table's series, :mod:`rag.facts.series`), match
(which series), lookup (what is said).
"""

from rag.answer.tables.lookup import answer_from_tables

__all__ = ["answer_from_tables"]
