"""The commands over the project's own documents, as another program would run them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.settings import DEFAULT_CORPUS
from tests.ui.test_cli import assert_one_line, career_chat

QUESTION = "what does a mid-level AI engineer earn in Europe?"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index that the first command builds and the others open."""
    return tmp_path_factory.mktemp("store")


def test_index_says_what_it_did(store: Path) -> None:
    result = career_chat("index", "--json", "--store", str(store))
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)
    assert report["documents"] == len(list(DEFAULT_CORPUS.glob("*.md")))
    assert report["failed"] == []
    assert report["chunks"] > 0
    assert report["facts"] > 0


def test_ask_prints_the_contracts_object(store: Path) -> None:
    result = career_chat("ask", QUESTION, "--json", "--store", str(store))
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    answer = json.loads(result.stdout)
    assert "70,000" in answer["answer"]
    for citation in answer["citations"]:
        text = (DEFAULT_CORPUS / citation["document"]).read_text("utf-8")
        assert citation["quote"] == text[citation["start"] : citation["end"]]


def test_ask_prints_the_answer_with_its_sources(store: Path) -> None:
    result = career_chat("ask", QUESTION, "--store", str(store))
    assert result.returncode == 0, result.stderr
    assert "[1]" in result.stdout
    assert "Sources" in result.stdout


@pytest.mark.parametrize("question", ["", "   ", "pay " * 5_000])
def test_a_question_that_cannot_be_answered_is_one_line(store: Path, question: str) -> None:
    assert_one_line(career_chat("ask", question, "--store", str(store)), "question")


def test_a_batch_goes_on_past_a_bad_line(store: Path, tmp_path: Path) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    lines = [
        {"id": "a", "turns": [QUESTION, "and in the US?"]},
        "bad",
        {"id": "c", "turns": ["x" * 20_000]},
    ]
    source.write_text("\n".join(json.dumps(line) for line in lines))
    result = career_chat("ask", "--batch", str(source), "--out", str(out), "--store", str(store))
    assert result.returncode == 0, result.stderr
    first, *bad = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert first["id"] == "a"
    assert "$" in first["answer"]
    assert [set(line) for line in bad] == [{"id", "error"}, {"id", "error"}]


def test_search_says_why_a_passage_ranks(store: Path) -> None:
    result = career_chat(
        "search", "mid-level pay in Europe", "--k", "3", "--json", "--store", str(store)
    )
    assert result.returncode == 0, result.stderr
    hits = json.loads(result.stdout)["hits"]
    assert 0 < len(hits) <= 3
    assert all(hit["signals"] for hit in hits)
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)


def test_check_judges_support(tmp_path: Path) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    evidence = ["Mid-career engineers earn €70,000 to €120,000.", "Bananas are yellow."]
    source.write_text(
        json.dumps({"id": 1, "claim": "Mid-career pay is €70,000–€120,000.", "evidence": evidence})
    )
    result = career_chat("check", "--batch", str(source), "--out", str(out))
    assert result.returncode == 0, result.stderr
    judged = json.loads(out.read_text("utf-8"))
    assert judged["id"] == 1
    assert 0 <= judged["support"] <= 1
    assert 1 not in judged["supporting"]


def test_the_doctor_proves_that_nothing_is_fetched(store: Path) -> None:
    result = career_chat("doctor", "--store", str(store))
    assert result.returncode == 0, result.stderr
    assert "network: 0 connections outside this machine" in result.stdout
