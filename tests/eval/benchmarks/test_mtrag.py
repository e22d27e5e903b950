"""MTRAG: passages of a small pool, found for the turns of a conversation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.benchmarks.mtrag import load, main

POOL = [
    {"_id": "a", "text": "Kestrels hover over meadows and eat voles."},
    {"_id": "b", "text": "Eagle owls hunt at night and eat hedgehogs."},
]
TASK = {
    "turns": [
        {"role": "user", "text": "Tell me about eagle owls."},
        {"role": "assistant", "text": "They are large."},
        {"role": "user", "text": "when do they hunt?"},
    ],
    "passages": [{"id": "b", "text": ""}],
}


def written(folder: Path) -> Path:
    lines = "\n".join(json.dumps(row) for row in POOL)
    (folder / "passages.jsonl").write_text(lines, encoding="utf-8")
    tasks = [TASK, {**TASK, "passages": []}]
    (folder / "tasks.jsonl").write_text("\n".join(map(json.dumps, tasks)), encoding="utf-8")
    return folder


def test_tasks_without_passages_are_left_out(tmp_path: Path) -> None:
    pool, tasks = load(written(tmp_path))
    assert set(pool) == {"a", "b"}
    assert [task.turns for task in tasks] == [("Tell me about eagle owls.", "when do they hunt?")]


def test_what_annotators_answered_from_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(written(tmp_path))]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "the conversation" in line]
    assert "1.000" in line


def test_a_folder_without_the_files_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith("eval.benchmarks.mtrag: cannot read")
