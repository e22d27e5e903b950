"""What people touch: the terminal commands and the web page.

Everything here renders what :mod:`rag` says; nothing here decides an answer. Gradio is
imported by :mod:`ui.page.page` and :mod:`ui.commands.serve` alone, so that the other commands start at once.
"""
