"""Gradio, imported in half the time.

While it is imported, Gradio parses the source of each of its components to write type stubs
(``.pyi`` files) into its own folder: 2.5 of 5 seconds of processor time (gradio 6.31,
``gradio.component_meta.create_or_modify_pyi``), for files that only editors read. It leaves a
component alone whose source file ``inspect`` cannot name.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def import_gradio() -> None:
    """Import Gradio without its stubs; once it is imported, this does nothing."""
    with _without_stubs():
        import gradio  # noqa: F401


@contextmanager
def _without_stubs() -> Iterator[None]:
    find_file = inspect.getfile

    def no_components(object: Any) -> str:
        if isinstance(object, type) and object.__module__.startswith("gradio."):
            raise OSError("no stubs")
        return find_file(object)

    inspect.getfile = no_components
    try:
        yield
    finally:
        inspect.getfile = find_file
