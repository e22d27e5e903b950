"""The measure of speed goes through the program's own code; here with a tiny model."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

from rich.console import Console

from eval.speed.writing import Shape, digit_tokenizer, measure, random_model, report
from rag.generate.prompt import MAX_PROMPT_TOKENS
from rag.settings import DEFAULT_CORPUS
from tests.rag.generate.tiny import tiny_model


def test_a_tiny_model_is_measured(tmp_path: Path) -> None:
    folder, tokenizer = tmp_path / "tiny", digit_tokenizer()
    tiny_model("qwen3", vocabulary=len(tokenizer), end=None).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    corpus = tmp_path / "corpus"  # one document is enough, and indexed in a seventh of the time
    corpus.mkdir()
    shutil.copy(min(DEFAULT_CORPUS.glob("*.md"), key=lambda file: file.stat().st_size), corpus)
    measured = measure(
        folder, corpus=corpus, store=tmp_path / "store", prompts=4, answers=2, tokens=4
    )
    assert measured.prompt_tokens
    assert max(measured.prompt_tokens) <= MAX_PROMPT_TOKENS
    assert measured.cold.reused_prompt_tokens == 0
    assert all(written.reused_prompt_tokens > 0 for written in measured.warm)
    assert all(written.tokens == 4 for written in measured.warm)
    shown = Console(file=io.StringIO(), width=200)
    report(measured, name="tiny", console=shown)
    assert isinstance(shown.file, io.StringIO)
    assert "tokens a second" in shown.file.getvalue()


def test_each_digit_is_a_token() -> None:
    tokens = digit_tokenizer().tokenize("They earn $70,000.")
    assert [token.removeprefix("##") for token in tokens if token.strip("#").isdigit()] == [
        *"70000"
    ]


def test_the_shape_is_of_its_size() -> None:
    import torch

    with torch.device("meta"):
        model = random_model(Shape.QWEN3_5_0_8B)
    assert 0.7e9 < model.num_parameters() < 0.9e9
