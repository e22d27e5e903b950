"""The real model: checked before it is loaded, unit vectors, the same text the same vector."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from rag.errors import ModelError
from rag.models.embedder import FEW_TOKENS, MiniLM, model_folder, verify_weights

TEXTS = [
    "What does a senior AI engineer earn in Europe?",
    "Mid-career AI engineers in Asia can reach $50,000-$100,000.",
    "Level: Staff; Base Salary: $260k; Bonus (% of base): 15%",
    "x",
    "",
    "word " * 600,
    "Communication matters as much as code. " * 8,
]


def test_the_installed_weights_are_the_published_ones() -> None:
    verify_weights(model_folder())


def test_altered_weights_are_refused_in_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    weights = folder / "model.safetensors"
    shutil.copyfile(model_folder() / "model.safetensors", weights)
    verify_weights(folder)
    with weights.open("r+b") as file:
        file.seek(-1, 2)
        last = file.read(1)
        file.seek(-1, 2)
        file.write(bytes([last[0] ^ 1]))
    with pytest.raises(ModelError, match=r"is not the published .*: reinstall") as caught:
        verify_weights(folder)
    assert "\n" not in str(caught.value)


def test_missing_weights_are_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"has no weights in .*: reinstall"):
        verify_weights(tmp_path)


def test_vectors_are_finite_float32_of_unit_norm(minilm: MiniLM) -> None:
    vectors = minilm.embed(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), minilm.dimension)
    assert vectors.flags.c_contiguous
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_no_texts_give_no_vectors(minilm: MiniLM) -> None:
    assert minilm.embed([]).shape == (0, minilm.dimension)


def test_a_text_has_the_same_vector_alone_and_in_a_batch(minilm: MiniLM) -> None:
    together = minilm.embed(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        np.testing.assert_allclose(minilm.embed([text])[0], vector, atol=1e-2)


def test_the_precision_of_the_processor_agrees_with_fp32(minilm: MiniLM) -> None:
    full = MiniLM(model_folder(), precision="fp32")
    assert full.precision == "fp32"
    assert full.fingerprint == minilm.fingerprint
    cosines = (full.embed(TEXTS) * minilm.embed(TEXTS)).sum(axis=1)
    assert cosines.min() > 0.999


def test_the_vectors_are_those_of_sentence_transformers() -> None:
    reference = SentenceTransformer(str(model_folder()), device="cpu", local_files_only=True)
    ours = MiniLM(model_folder(), precision="fp32").embed(TEXTS)
    np.testing.assert_allclose(ours, reference.encode(TEXTS, normalize_embeddings=True), atol=1e-5)


def test_a_few_texts_are_embedded_without_torch_to_the_same_vectors() -> None:
    few = [text for text in TEXTS if len(text) < 1000]
    program = (
        "import json, sys\n"
        "from rag.models.embedder import MiniLM\n"
        "vectors = MiniLM.when_needed().embed(json.loads(sys.argv[1]))\n"
        "print(json.dumps({'torch': 'torch' in sys.modules, 'vectors': vectors.tolist()}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, json.dumps(few)], capture_output=True, text=True, check=True
    )
    said = json.loads(done.stdout)
    assert not said["torch"]
    exact = MiniLM(model_folder(), precision="fp32").embed(few)
    np.testing.assert_allclose(np.array(said["vectors"]), exact, atol=1e-5)


def test_many_texts_are_not_embedded_one_by_one(minilm: MiniLM) -> None:
    many = [f"{number} {TEXTS[-1]}" for number in range(2 * FEW_TOKENS // 50)]
    model = MiniLM.when_needed()
    np.testing.assert_array_equal(model.embed(many), minilm.embed(many))


def test_a_model_that_will_not_load_says_so_when_it_is_needed(tmp_path: Path) -> None:
    shutil.copyfile(model_folder() / "tokenizer.json", tmp_path / "tokenizer.json")
    model = MiniLM(tmp_path)
    assert model.count_tokens(["hello"]) == [3]
    with pytest.raises(ModelError, match=r"has no weights in .*: reinstall"):
        model.embed(["hello"])


def test_what_means_the_same_is_near(minilm: MiniLM) -> None:
    question, pay, other = minilm.embed(
        [
            "How much do senior AI engineers make?",
            "Senior AI engineers earn $170,000 to $210,000.",
            "Data preparation includes cleaning and handling missing values.",
        ]
    )
    assert question @ pay > question @ other + 0.3


def test_tokens_are_counted_with_the_special_ones_and_without_a_limit(minilm: MiniLM) -> None:
    assert minilm.count_tokens(["", "hello", "hello " * 1000]) == [2, 3, 1002]
