"""Who may come in, how often and from where, and that nothing goes out.

In come requests and options; out comes leave or a refusal in one line.
"""
