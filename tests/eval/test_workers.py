"""The real assistant in one process and in two."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
from rich.console import Console

from eval.run import Options, run
from eval.workers import Setting, processes

DOCUMENT = """# Nurse pay in 2025

Senior nurses in Ireland earn between €45,000 and €60,000 a year. Junior nurses in Ireland earn
between €30,000 and €38,000 a year. Night shifts are paid a tenth more.
"""
QUESTIONS = [
    {"kind": "pay", "turns": ["what do senior nurses earn in ireland?"], "answerable": True,
     "figures": [{"value": 45000, "unit": "EUR"}], "documents": ["nurses.md"]},
    {"kind": "follow-up", "turns": ["what do senior nurses earn in ireland?", "and juniors?"],
     "answerable": True, "figures": [{"value": 30000, "unit": "EUR"}]},
    {"kind": "fact", "turns": ["are night shifts paid more?"], "answerable": True,
     "evidence": [{"document": "nurses.md", "quote": "Night shifts are paid a tenth more."}]},
    {"kind": "unanswerable", "turns": ["what is the capital of Mongolia?"], "answerable": False},
]  # fmt: skip


def test_two_processes_answer_as_one_does_to_the_byte(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "nurses.md").write_text(DOCUMENT, encoding="utf-8")
    lines = [json.dumps({"id": f"q{n}", **question}) for n, question in enumerate(QUESTIONS)]
    (tmp_path / "q.jsonl").write_text("\n".join(lines), encoding="utf-8")
    setting = Setting(tmp_path / "corpus", tmp_path / "store", "embedded")
    results = []
    for workers in (1, 2):
        options = Options(out=tmp_path / f"out{workers}", workers=workers)
        console = Console(file=io.StringIO())
        result = run(tmp_path / "q.jsonl", setting, options, console=console)
        assert result.summary.errors == 0
        assert result.timings.at_once == workers
        assert result.timings.peak_memory_mb is not None
        results.append(
            [(result.out / name).read_bytes() for name in ("results.json", "summary.json")]
        )
    assert results[0] == results[1]


PARENT = """
import multiprocessing, time
from eval.workers import end_with_parent

def child():
    end_with_parent()
    time.sleep(600)

if __name__ == "__main__":
    process = multiprocessing.get_context("spawn").Process(target=child)
    process.start()
    print(process.pid, flush=True)
    process.join()
"""


def test_a_process_whose_parent_is_killed_ends(tmp_path: Path) -> None:
    (tmp_path / "parent.py").write_text(PARENT, encoding="utf-8")
    parent = subprocess.Popen(
        [sys.executable, tmp_path / "parent.py"], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    parent.stdout.close()
    parent.kill()
    parent.wait()
    psutil.wait_procs([child], timeout=60)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize(("questions", "most"), [(0, 1), (5, 1), (1000, 1_000_000)])
def test_a_process_is_started_only_where_it_is_worth_it(questions: int, most: int) -> None:
    assert 1 <= processes(questions) <= most
