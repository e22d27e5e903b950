"""Warnings that a library raises and we cannot mend; all others are errors."""

from __future__ import annotations

import gc
import warnings

import pytest


def pytest_configure(config: pytest.Config) -> None:
    # gradio.utils.safe_get_lock leaves event loops, and their socket pairs, to the collector.
    for left_open in ("event loop", r"<socket.socket fd=\d+, family=1, type=1, proto=0>"):
        config.addinivalue_line("filterwarnings", f"ignore:unclosed {left_open}:ResourceWarning")
    # gradio.queueing uses what pandas 3 calls deprecated.
    for outdated in (".future.no_silent_downcasting. is", "The copy keyword is"):
        config.addinivalue_line("filterwarnings", f"ignore:{outdated} deprecated:Warning")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    # What is still left open then is collected here: after the last test no filter holds.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
