"""A causal instruct model in this process, through transformers and the model's own chat template.

The loop over tokens is written out, not left to ``generate``: closing the iterator then stops
the work at the next token or piece of the prompt, and no thread is left behind.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError
from rag.generate.decoding import GREEDY, Decoding
from rag.models.bert import fast_precision
from rag.types import Finish, Message, Piece

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

PREFILL_TOKENS = 64
"""The prompt is read in pieces of this size, so that a stop takes effect between them."""
WAIT_SECONDS = 0.5
_DETOKENISED_TOGETHER = 8


@dataclass(frozen=True, slots=True)
class _Prefix:
    """The beginning that all prompts share: its tokens, and the model's cache after them.

    The cache is copied for each prompt, not cropped afterwards: models with linear attention
    (Qwen3.5) keep a running state that cannot be wound back.
    """

    ids: list[int]
    cache: Any


@dataclass(slots=True)
class TransformersGenerator:
    """One model on this machine. Safe to use from several threads: one is served at a time."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    name: str
    decoding: Decoding = GREEDY
    _prefix: _Prefix | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def load(cls, folder: Path, *, name: str, decoding: Decoding = GREEDY) -> TransformersGenerator:
        """A model saved in a folder: safetensors only, and no code from the folder is run.

        :raises ModelError: it is no causal language model with a chat template, or does not load.
        """
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        torch_device = "cuda" if torch.cuda.is_available() else "cpu"
        precision = fast_precision() if torch_device == "cpu" else torch.bfloat16
        settings = {"local_files_only": True, "trust_remote_code": False}
        try:
            with _quiet():
                tokenizer = AutoTokenizer.from_pretrained(str(folder), **settings)
                model = AutoModelForCausalLM.from_pretrained(
                    str(folder), dtype=precision, use_safetensors=True, **settings
                )
        except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
            reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__  # fmt: skip
            raise ModelError(
                f"--model {name}: the model does not load ({reason}): give the folder of a causal "
                "language model with safetensors weights"
            ) from error
        if not tokenizer.chat_template:
            raise ModelError(
                f"--model {name} has no chat template: give an instruct model, not a base model"
            )
        model.to(torch_device)  # type: ignore[arg-type]
        model.eval()  # type: ignore[no-untyped-call]
        return cls(model, tokenizer, name, decoding)

    def prepare(self, shared: Sequence[Message]) -> None:
        """Read what all prompts begin with, so that no question waits for it."""
        one, other = (
            self._ids([*shared, {"role": "user", "content": text}]) for text in ("a", "b")
        )
        same = next((i for i, (x, y) in enumerate(zip(one, other, strict=False)) if x != y), 0)
        # The last token before the difference may be read together with what follows it.
        ids = one[: max(0, same - 1)]
        if not ids:
            return
        cache = self._new_cache()
        with _quiet():
            for _ in self._read(ids, cache, start=0):
                pass
        self._prefix = _Prefix(ids, cache)

    def count_tokens(self, messages: Sequence[Message]) -> int:
        return len(self._ids(messages))

    def generate(self, messages: Sequence[Message]) -> Iterator[Piece | Finish]:
        """Pieces of text as they come; empty ones while the prompt is read.

        :raises ModelError: the prompt does not fit the model, or the model fails.
        """
        while not self._lock.acquire(timeout=WAIT_SECONDS):
            yield Piece("")
        try:
            yield from self._generate(self._ids(messages))
        except (RuntimeError, MemoryError, IndexError) as error:
            raise ModelError(f"failed ({str(error).splitlines()[0][:160] if str(error) else 'out of memory'})") from error  # fmt: skip
        finally:
            self._lock.release()

    def _generate(self, ids: list[int]) -> Iterator[Piece | Finish]:
        import torch

        room = self._room() - len(ids)
        if room < 1:
            raise ModelError(f"takes {self._room():,} tokens; the prompt has {len(ids):,}")
        cache, reused = self._cache_for(ids)
        logits = None
        for read in self._read(ids, cache, start=reused):
            yield Piece("")
            logits = read
        random = torch.Generator().manual_seed(self.decoding.seed)
        text = _Detokeniser(self.tokenizer)
        ends = self._end_ids()
        complete = False
        for _ in range(min(room, self.decoding.max_tokens)):
            assert logits is not None
            token = self._choose(logits, random)
            if token in ends:
                complete = True
                break
            yield Piece(text.add(token), tokens=1)
            logits = self._step([token], cache)
        yield Piece(text.rest())
        yield Finish(complete, prompt_tokens=len(ids), reused_prompt_tokens=reused)

    def _read(self, ids: list[int], cache: Any, *, start: int) -> Iterator[Tensor]:
        """Run the prompt through the model, from ``start``; gives the last logits of each piece."""
        for first in range(start, len(ids), PREFILL_TOKENS):
            yield self._step(ids[first : first + PREFILL_TOKENS], cache)

    def _step(self, ids: list[int], cache: Any) -> Tensor:
        """The logits after the last of some tokens, shape (vocabulary,), fp32, on the CPU."""
        import torch

        with torch.inference_mode():
            tokens = torch.tensor([ids], device=self.model.device)
            output = self.model(
                input_ids=tokens, past_key_values=cache, use_cache=True, logits_to_keep=1
            )
            logits: Tensor = output.logits[0, -1].float().cpu()
        return logits

    def _choose(self, logits: Tensor, random: Any) -> int:
        import torch

        if self.decoding.temperature <= 0:
            return int(logits.argmax())
        odds = torch.softmax(logits / self.decoding.temperature, dim=-1)
        return int(torch.multinomial(odds, 1, generator=random))

    def _cache_for(self, ids: list[int]) -> tuple[Any, int]:
        prefix = self._prefix
        if prefix and len(ids) > len(prefix.ids) and ids[: len(prefix.ids)] == prefix.ids:
            return copy.deepcopy(prefix.cache), len(prefix.ids)
        return self._new_cache(), 0

    def _new_cache(self) -> Any:
        from transformers import DynamicCache

        return DynamicCache(config=self.model.config)

    def _ids(self, messages: Sequence[Message]) -> list[int]:
        """The prompt as the model's template writes it; thinking off where it has the switch."""
        from jinja2 import TemplateError

        settings: dict[str, Any] = {"add_generation_prompt": True, "enable_thinking": False}
        for form in (list(messages), _without_system(messages)):
            try:
                text = self.tokenizer.apply_chat_template(form, tokenize=False, **settings)  # type: ignore[arg-type]
            except TemplateError:
                continue  # some templates know no system message
            encoded = self.tokenizer(str(text), add_special_tokens=False)
            return [int(i) for i in encoded["input_ids"]]
        raise ModelError("has a chat template that takes no user message")

    def _end_ids(self) -> set[int]:
        stated = self.model.generation_config.eos_token_id if self.model.generation_config else None
        ids = stated if isinstance(stated, list) else [stated]
        return {i for i in [*ids, self.tokenizer.eos_token_id] if isinstance(i, int)}

    def _room(self) -> int:
        config = self.model.config.get_text_config()
        return int(getattr(config, "max_position_embeddings", None) or 1 << 20)


@dataclass(slots=True)
class _Detokeniser:
    """Tokens -> text as it is complete: a letter of several tokens comes with its last one."""

    tokenizer: PreTrainedTokenizerBase
    _ids: list[int] = field(default_factory=list)
    _given: str = ""

    def add(self, token: int) -> str:
        self._ids.append(token)
        text = self._decoded()
        if text.endswith("\ufffd"):
            return ""
        new = text[len(self._given) :]
        self._given = text
        if len(self._ids) > 4 * _DETOKENISED_TOGETHER:
            # A window of the last tokens is enough, and keeps the work of each token the same.
            self._ids = self._ids[-_DETOKENISED_TOGETHER:]
            self._given = self._decoded()
        return new

    def rest(self) -> str:
        return self._decoded()[len(self._given) :]

    def _decoded(self) -> str:
        return str(self.tokenizer.decode(self._ids, skip_special_tokens=True))


def _without_system(messages: Sequence[Message]) -> list[Message]:
    """The system message as the beginning of the user's."""
    system = "\n\n".join(m["content"] for m in messages if m["role"] == "system")
    others = [m for m in messages if m["role"] != "system"]
    if not system or not others:
        return list(messages)
    return [{**others[0], "content": f"{system}\n\n{others[0]['content']}"}, *others[1:]]


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the progress bars and remarks of loading and of a first run; errors are raised, not
    logged."""
    from transformers.utils import logging

    level = logging.get_verbosity()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(level)
