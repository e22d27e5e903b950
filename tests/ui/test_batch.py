"""A batch writes one result a line, in order, and stops at nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import InputError
from tests.ui.fakes import FakeAssistant
from ui.commands.batch import BatchReport, Work, asking, checking, open_batch, run_batch, searching


class FakeSupport:
    support = 0.8
    supporting = (1,)


class FakeChecker:
    def check(self, claim: str, evidence: list[str]) -> FakeSupport:  # noqa: ARG002
        return FakeSupport()


def run(folder: Path, content: bytes, work: Work) -> tuple[list[dict[str, Any]], BatchReport]:
    source, out = folder / "in.jsonl", folder / "out.jsonl"
    source.write_bytes(content)
    with open_batch(source, out) as files:
        report = run_batch(files, work)
    return [json.loads(line) for line in out.read_text("utf-8").splitlines()], report


def lines(*records: object) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def test_turns_are_replayed_in_one_conversation(tmp_path: Path) -> None:
    assistant = FakeAssistant()
    record = {"id": "a", "turns": ["what do you earn?", "and a nurse?"]}
    (result,), _ = run(tmp_path, lines(record), asking(assistant))
    assert result["id"] == "a"
    assert result["abstained"] is True
    assert [message["role"] for message in assistant.asked[-1]] == ["user", "assistant", "user"]
    assert "€70,000" in assistant.asked[-1][1]["content"]


BAD_LINES = [
    b"not json\n",
    b"[1, 2]\n",
    b'"text"\n',
    b"\xff\xfe\n",
    lines({"id": "x"}),
    lines({"id": "x", "turns": []}),
    lines({"id": "x", "turns": "earn?"}),
    lines({"id": "x", "turns": ["earn?", 3]}),
    lines({"id": "x", "turns": [""]}),
    lines({"id": "x", "turns": ["a" * 20_000]}),
    b"[" * 100_000 + b"\n",
]


@pytest.mark.parametrize("bad", BAD_LINES)
def test_a_bad_line_is_an_error_in_its_place(tmp_path: Path, bad: bytes) -> None:
    good = lines({"id": 1, "turns": ["earn?"]})
    results, report = run(tmp_path, good + bad + good, asking(FakeAssistant()))
    assert ["error" in result for result in results] == [False, True, False]
    assert results[1]["error"]
    assert "\n" not in results[1]["error"]
    assert report == BatchReport(lines=3, errors=1)


def test_a_fault_of_ours_stops_nothing_either(tmp_path: Path) -> None:
    def work(record: dict[str, Any]) -> dict[str, Any]:
        return {"value": 1 / record["by"]}

    results, _ = run(tmp_path, lines({"id": 1, "by": 0}, {"id": 2, "by": 1}), work)
    assert results[0] == {"id": 1, "error": "unexpected ZeroDivisionError: division by zero"}
    assert results[1] == {"id": 2, "value": 1.0}


def test_what_json_cannot_hold_is_an_error(tmp_path: Path) -> None:
    (result,), _ = run(tmp_path, lines({"id": 1}), lambda _: {"value": float("nan")})
    assert set(result) == {"id", "error"}


def test_searching_writes_hits(tmp_path: Path) -> None:
    results, _ = run(tmp_path, lines({"id": "q", "query": "pay"}), searching(FakeAssistant(), k=3))
    assert results[0]["hits"][0]["document"] == "pay.md"


def test_checking_writes_support(tmp_path: Path) -> None:
    record = {"id": "c", "claim": "x", "evidence": ["a", "b"]}
    results, _ = run(tmp_path, lines(record), checking(FakeChecker()))  # type: ignore[arg-type]
    assert results == [{"id": "c", "support": 0.8, "supporting": [1]}]


def test_each_result_is_on_disk_before_the_next_line(tmp_path: Path) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    source.write_bytes(lines({"id": 1}, {"id": 2}))
    sizes = []
    with open_batch(source, out) as files:
        run_batch(files, lambda _: {}, on_result=lambda: sizes.append(out.stat().st_size))
    assert 0 < sizes[0] < sizes[1]


def test_windows_line_ends_byte_order_mark_and_blank_lines(tmp_path: Path) -> None:
    results, _ = run(tmp_path, b'\xef\xbb\xbf{"id": 1}\r\n\r\n  \n{"id": 2}', lambda _: {})
    assert results == [{"id": 1}, {"id": 2}]


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    there = tmp_path / "in"
    there.write_bytes(b"{}\n")
    for source, out in [
        (tmp_path / "absent", tmp_path / "out"),
        (tmp_path, tmp_path / "out"),
        (there, tmp_path / "no" / "such" / "out"),
        (there, tmp_path),
        (there, there),
    ]:
        with pytest.raises(InputError), open_batch(source, out):
            pass
    assert there.read_bytes() == b"{}\n"


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=40),
            st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace")),
        ),
        max_size=6,
    )
)
def test_any_bytes_give_one_result_a_line(
    tmp_path_factory: pytest.TempPathFactory, content: list[bytes]
) -> None:
    joined = b"\n".join(content)
    results, report = run(tmp_path_factory.mktemp("batch"), joined, asking(FakeAssistant()))
    assert len(results) == report.lines
