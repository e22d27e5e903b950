"""The console commands, one entry (:mod:`ui.commands.cli`); each calls one thing and prints."""
