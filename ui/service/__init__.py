"""One assistant for many visitors: the waiting queue, uploads, feedback, and the rules of the house.

In come questions and files of visitors; out come events of answers, in turn.
"""
