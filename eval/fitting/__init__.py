"""What is fitted on labelled corpora: the tagger, the choice, what is reckoned.

In come labelled corpora (``rag/training/corpora``, ``eval/corpora``); out come the weights in
``rag/models``. Not in the wheel, as ``rag.training`` isn't, whose labels it reads.
"""
