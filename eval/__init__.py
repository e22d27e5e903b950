"""Evaluation without a judge model: question files, metrics, the run, the report.

Data flows through the modules in this order: ``questions`` (load and validate), ``run`` (replay
the turns), ``judge`` (each criterion, by rule), ``metrics`` (pure functions over the verdicts),
``summary`` (one number a line, by kind), ``report`` (printed table, JSON, comparison).
``text`` and ``figures`` read the answers; they share no code with ``rag``, so that the two
cannot make the same mistake.

Write ``from eval.metrics import …``, never ``import eval.…``: that would shadow the builtin.
"""
