"""Evaluation without a judge model: question files, metrics, the run, the report.

Data flows through the modules in this order: ``questions`` and ``question_tables`` (load and
validate), ``run`` with ``workers``, ``journal`` and ``asking`` (replay the turns, stop, resume),
``judge`` (each criterion, by rule), ``statements`` and ``trace`` (what is cited, what was lost
where), ``metrics`` (pure functions), ``summary`` (one number a line, with intervals, by kind),
``compare`` (with an earlier run), ``report`` (printed tables, HTML, Markdown, JSON). ``draft`` and
``feedback`` make questions; ``careers`` measures on many small corpora. ``choice`` with ``labelled``
and ``computing`` fits how answers are chosen; :mod:`eval.benchmarks` measures on public sets,
:mod:`eval.speed` how fast it all is.

``text`` and ``figures`` read the answers; they share no code with ``rag``, so that the two
cannot make the same mistake.

Write ``from eval.metrics import …``, never ``import eval.…``: that would shadow the builtin.
"""
