"""Worker processes end with their parent, also in the middle of a file."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from rag.index import ingest as reading

WAITS = """
import sys
from pathlib import Path
from rag.index.ingest import SMALL_BYTES, File, read_all

corpus = Path(sys.argv[1])
list(read_all([File(corpus / "pipe.txt", "pipe.txt", SMALL_BYTES + 1)], corpus=corpus))
"""
PATIENCE_SECONDS = 60.0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe with a name")
def test_a_worker_ends_with_its_parent_in_the_middle_of_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")  # to read it waits for a writer, and none comes
    parent = subprocess.Popen([sys.executable, "-c", WAITS, str(tmp_path)])
    try:
        worker = _child_of(parent.pid)
    finally:
        parent.kill()
        parent.wait()
    gone, _ = psutil.wait_procs([worker], timeout=PATIENCE_SECONDS)
    assert gone


def _child_of(pid: int) -> psutil.Process:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if children := psutil.Process(pid).children():
            return children[0]
        time.sleep(0.05)
    raise AssertionError("no worker was started")


def test_figures_are_looked_for_in_a_bounded_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Welders in Norway earn €52,000 a year.\n\n"
    (tmp_path / "pay.txt").write_text(text * 100, encoding="utf-8")

    def facts() -> int:
        found = reading.read_file(tmp_path / "pay.txt", corpus=tmp_path, name="pay.txt")
        assert isinstance(found, reading.Reading)
        assert len(found.sentences) == 100
        return len(found.facts)

    assert facts() == 100
    monkeypatch.setattr(reading, "MAX_CHARS_FOR_FACTS", 10 * len(text))
    assert facts() == 10
    monkeypatch.setattr(reading, "MAX_BLOCKS_FOR_FACTS", 5)
    assert facts() == 5
