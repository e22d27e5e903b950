"""The made files are what their names say, and what a command needed is measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.speed.corpus_scale import LARGE, make_folder, make_large, run
from rag.index.ingest import Reading, read_file


@pytest.mark.parametrize("name", LARGE)
def test_a_large_file_of_each_kind_can_be_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    make_large(path, size_bytes=300_000)
    assert 20_000 < path.stat().st_size <= 300_000
    read = read_file(path, corpus=tmp_path, name=name)
    assert isinstance(read, Reading), read.reason
    assert len(read.document.text) > 50_000


def test_no_two_files_of_a_folder_are_alike(tmp_path: Path) -> None:
    make_folder(tmp_path, files=12, words=50)
    texts = {path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.md")}
    assert len(texts) == 12


def test_a_command_is_measured_with_its_workers() -> None:
    code = """
import subprocess, sys, time
held = bytearray(60_000_000)
worker = subprocess.run([sys.executable, "-c", "import time; b = bytearray(90_000_000); time.sleep(1)"])
print('{"said": "' + 200_000 * "." + '"}')
"""
    measured = run("-c", code)
    assert measured.said == {"said": 200_000 * "."}
    assert measured.seconds > 1
    assert measured.peak_bytes > 60e6
    assert measured.workers_peak_bytes > 90e6


def test_a_command_that_fails_says_why() -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        run("-c", "1 / 0")
