"""The commands' manners: help everywhere, exit statuses, one line for a mistake."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ui.commands.cli import app

COMMANDS = ["serve", "ask", "search", "index", "eval", "check", "doctor"]


def career_chat(*arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ui.commands.cli", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=Path(__file__).parent.parent.parent,
        env=os.environ | ({"XDG_DATA_HOME": str(folder)} if folder else {}),
        check=False,
    )


def assert_one_line(result: subprocess.CompletedProcess[str], *said: str) -> None:
    """Exit status 1, one line that names the matter, no traceback."""
    assert result.returncode == 1, result.stderr
    assert len(result.stderr.splitlines()) == 1, result.stderr
    assert result.stderr.startswith("career-chat: ")
    for words in said:
        assert words in result.stderr


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_help_on_every_level(command: list[str]) -> None:
    result = CliRunner().invoke(app, [*command, "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.output


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys, ui.commands.cli\n"
        "try: ui.commands.cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'gradio', 'faiss', 'transformers', 'pandas'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["ask"],
        ["ask", "--batch", "in"],
        ["ask", "--out", "out"],
        ["ask", "what?", "--out", "out"],
        ["ask", "what?", "--batch", "in", "--out", "out"],
        ["ask", "what?", "--unknown"],
        ["search"],
        ["search", "pay", "--k", "0"],
        ["search", "pay", "--k", "many"],
        ["check"],
        ["check", "--batch", "in"],
        ["serve", "--port", "70000"],
        ["index", "surplus"],
    ],
)
def test_wrong_usage_is_2(arguments: list[str]) -> None:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_wrong_usage_says_what_is_missing() -> None:
    output = CliRunner().invoke(app, ["ask"]).output
    assert "--batch FILE" in re.sub(r"\s+", " ", output)


def test_a_batch_that_cannot_be_read_or_written(tmp_path: Path) -> None:
    absent, there = tmp_path / "absent.jsonl", tmp_path / "in.jsonl"
    there.write_text('{"id": 1, "turns": ["x"]}\n')
    for command in ("ask", "search", "check"):
        result = career_chat(command, "--batch", str(absent), "--out", str(tmp_path / "out"))
        assert_one_line(result, "absent.jsonl")
    unwritable = tmp_path / "no" / "out.jsonl"
    assert_one_line(
        career_chat("ask", "--batch", str(there), "--out", str(unwritable)), str(unwritable)
    )


@pytest.mark.parametrize("command", [["ask", "pay?"], ["search", "pay"], ["index"], ["doctor"]])
def test_an_unknown_corpus_is_one_line(tmp_path: Path, command: list[str]) -> None:
    result = career_chat(*command, "--corpus", str(tmp_path / "nowhere"), folder=tmp_path)
    assert_one_line(result, "nowhere")


def test_an_empty_corpus_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for command in (["ask", "pay?"], ["index"]):
        result = career_chat(*command, "--corpus", str(tmp_path / "empty"), folder=tmp_path)
        assert_one_line(result, "empty")


def test_a_taken_port_is_named_and_another_suggested() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert_one_line(career_chat("serve", "--port", str(port)), str(port), "--port")


def test_a_host_that_is_not_this_machines() -> None:
    assert_one_line(career_chat("serve", "--host", "256.1.1.1", "--port", "7999"), "--host")


def test_a_bad_users_file_is_one_line(tmp_path: Path) -> None:
    users = tmp_path / "users"
    users.write_text("ann:secret\n")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    result = career_chat("serve", "--port", str(port), "--auth", str(users))
    assert_one_line(result, "line 1", "ui.access.auth")
