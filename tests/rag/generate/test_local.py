"""The transformers generator, on tiny models of real architectures."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from rag.errors import ModelError
from rag.generate.decoding import Decoding
from rag.generate.hub import model_folder
from rag.generate.local import TransformersGenerator
from rag.types import Finish, Message, Piece
from tests.rag.generate.tiny import ARCHITECTURES, NO_SYSTEM, TEMPLATE, save_tiny_model

SHORT = Decoding(max_tokens=24)
SYSTEM: Message = {"role": "system", "content": "You advise on pay. " * 12}


def asked(text: str) -> list[Message]:
    return [SYSTEM, {"role": "user", "content": text}]


def loaded(folder: Path, decoding: Decoding = SHORT) -> TransformersGenerator:
    return TransformersGenerator.load(folder, name="tiny", decoding=decoding)


def said(generator: TransformersGenerator, text: str = "What do seniors earn?") -> tuple[str, Finish]:  # fmt: skip
    *pieces, finish = generator.generate(asked(text))
    assert isinstance(finish, Finish)
    return "".join(p.text for p in pieces if isinstance(p, Piece)), finish


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_cache_of_the_shared_beginning_changes_nothing(
    tmp_path: Path, architecture: str
) -> None:
    generator = loaded(save_tiny_model(tmp_path, architecture))
    plain = [said(generator, text) for text in ("What?", "How much?")]
    generator.prepare([SYSTEM])
    again = [said(generator, text) for text in ("What?", "How much?", "What?")]
    assert [text for text, _ in again[:2]] == [text for text, _ in plain]
    assert again[2] == again[0]
    for _, finish in plain:
        assert finish.reused_prompt_tokens == 0
    for _, finish in again:
        system = generator.count_tokens([SYSTEM])
        assert 0.5 * system < finish.reused_prompt_tokens < finish.prompt_tokens


def test_it_says_what_generate_says(tiny: Path) -> None:
    import torch

    generator = loaded(tiny)
    ids = torch.tensor([generator._ids(asked("What do seniors earn?"))])
    whole = generator.model.generate(  # type: ignore[operator]
        ids, attention_mask=torch.ones_like(ids), max_new_tokens=24, do_sample=False, pad_token_id=0
    )[0, ids.shape[1] :]
    text, _ = said(generator)
    expected = generator.tokenizer.decode(whole, skip_special_tokens=True)
    # A last letter that is not complete may come as a mark of replacement or not at all.
    assert text.rstrip("\ufffd") == str(expected).rstrip("\ufffd")


def test_greedy_by_default_and_a_seed_where_not(tiny: Path) -> None:
    assert said(loaded(tiny)) == said(loaded(tiny))
    warm = [loaded(tiny, Decoding(max_tokens=24, temperature=1.0, seed=seed)) for seed in (1, 1, 2)]
    one, same, other = (said(generator)[0] for generator in warm)
    assert one == same
    assert one != other


def test_thinking_is_switched_off(tiny: Path) -> None:
    generator = loaded(tiny)
    text = generator.tokenizer.decode(generator._ids(asked("What?")))
    assert str(text).endswith("<think>\n\n</think>\n\n")


def test_stopping_frees_the_model_at_once(tiny: Path) -> None:
    generator = loaded(tiny, Decoding(max_tokens=4000))
    steps = generator.generate(asked("What?"))
    tokens = 0
    for piece in steps:
        tokens += piece.tokens if isinstance(piece, Piece) else 0
        if tokens == 3:
            break
    steps.close()  # type: ignore[attr-defined]
    assert not generator._lock.locked()
    assert said(loaded(tiny))[0]


def test_reading_the_prompt_can_be_stopped_too(tiny: Path) -> None:
    steps = loaded(tiny).generate(asked("What do they earn? " * 40))
    first, second = next(steps), next(steps)
    assert first == second == Piece("")
    steps.close()  # type: ignore[attr-defined]


def test_threads_take_turns(tiny: Path) -> None:
    generator = loaded(tiny)
    alone = said(generator)
    found: list[tuple[str, Finish]] = []
    threads = [threading.Thread(target=lambda: found.append(said(generator))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone] * 3


def test_a_template_without_a_system_message(tmp_path: Path) -> None:
    generator = loaded(save_tiny_model(tmp_path, template=NO_SYSTEM + TEMPLATE))
    generator.prepare([SYSTEM])
    assert "You advise on pay." in str(generator.tokenizer.decode(generator._ids(asked("What?"))))
    assert said(generator)[1].reused_prompt_tokens > 0


def test_a_prompt_longer_than_the_model(tiny: Path) -> None:
    with pytest.raises(ModelError, match="4,096"):
        list(loaded(tiny).generate(asked("earn " * 6000)))


def test_what_is_no_instruct_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="chat template"):
        loaded(save_tiny_model(tmp_path / "base", template=""))
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="does not load"):
        loaded(tmp_path / "empty")


def test_pickled_weights_are_not_loaded(tmp_path: Path) -> None:
    import torch

    folder = save_tiny_model(tmp_path)
    (folder / "model.safetensors").unlink()
    torch.save({}, folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="safetensors"):
        loaded(folder)


@pytest.mark.parametrize("name", ["./missing", "/no/such/folder", "a/b/c", "../x", "what is this"])
def test_a_folder_that_is_not_there(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(ModelError, match="no such folder"):
        model_folder(name)
