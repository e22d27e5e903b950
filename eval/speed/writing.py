"""How fast a language model writes on this machine: ``python -m eval.speed.writing``.

    python -m eval.speed.writing [--model M | --shape qwen3.5-0.8b] [--answers 6] [--prompts 60]

With ``--model`` the model is measured as it is. Without, a model of the architecture and size of
``--shape`` is made with random weights in a temporary folder and goes through the same code: its
speed and memory are those of a trained one, what it writes means nothing, so that no answer is in
its words. Its prompts are counted with the vocabulary of the embedding model and each digit a
token of its own, as Qwen's are.

Prints the prompt's length over the program's own questions, how much of it is kept from before,
the time to the first token with and without that, tokens a second, and memory.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from eval.metrics import percentile
from eval.questions import Kind, load_questions
from rag.assistant import Assistant
from rag.errors import CareerChatError
from rag.generate.decoding import Decoding
from rag.generate.local import TransformersGenerator
from rag.generate.prompt import MAX_PROMPT_TOKENS, Asked, Prompts, build, system_message
from rag.generate.sources import read_sources
from rag.generate.write import Brief, Writer
from rag.index.library import Library
from rag.index.memory import peak_memory_bytes
from rag.index.store import update
from rag.models.embedder import MiniLM, model_folder
from rag.settings import DEFAULT_CORPUS, default_store
from rag.types import Answer, Message, ModelRun
from rag.verify.support import Checker

KINDS = (Kind.PAY, Kind.TABLE, Kind.FACT, Kind.ADVICE, Kind.COMPARISON, Kind.ARITHMETIC, Kind.FOLLOW_UP, Kind.PROFILE)  # fmt: skip


class Shape(StrEnum):
    """Published sizes, each with the configuration that its model card gives."""

    QWEN3_5_0_8B = "qwen3.5-0.8b"
    QWEN3_0_6B = "qwen3-0.6b"


_TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n<think>\n\n</think>\n\n{% endif %}"
)


# --- a model of random weights --------------------------------------------------------


def random_model(shape: Shape) -> Any:
    """A model of that shape in bf16; every weight is drawn from a fixed seed."""
    import torch
    import transformers

    transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    transformers.utils.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    torch.manual_seed(0)
    common: dict[str, Any] = {"hidden_size": 1024, "tie_word_embeddings": True, "max_position_embeddings": 32768}  # fmt: skip
    if shape is Shape.QWEN3_0_6B:
        config: Any = transformers.Qwen3Config(
            **common, vocab_size=151936, intermediate_size=3072, num_hidden_layers=28,
            num_attention_heads=16, num_key_value_heads=8, head_dim=128,
        )  # fmt: skip
    else:
        config = transformers.Qwen3_5TextConfig(
            **common, vocab_size=248320, intermediate_size=3584, num_hidden_layers=24,
            num_attention_heads=8, num_key_value_heads=2, head_dim=256, linear_num_key_heads=16,
            linear_num_value_heads=16, linear_key_head_dim=128, linear_value_head_dim=128,
        )  # fmt: skip
    config.eos_token_id = None  # random weights have nothing to end
    make = transformers.AutoModelForCausalLM.from_config
    return make(config, dtype=torch.bfloat16)  # type: ignore[no-untyped-call]


def digit_tokenizer() -> Any:
    """The embedding model's vocabulary, with each digit a token of its own."""
    from tokenizers import Tokenizer, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.BertPreTokenizer()]
    )
    tokenizer.add_special_tokens(["<|im_start|>", "<|im_end|>"])
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer)  # type: ignore[no-untyped-call]
    fast.chat_template = _TEMPLATE
    return fast


@contextmanager
def _folder_of(model: str | None, shape: Shape) -> Iterator[Path]:
    """The model's folder; a temporary one for a model of random weights."""
    if model is not None:
        from rag.generate.hub import model_folder as language_model_folder

        yield language_model_folder(model)
        return
    with tempfile.TemporaryDirectory() as folder:
        random_model(shape).save_pretrained(folder)
        digit_tokenizer().save_pretrained(folder)
        yield Path(folder)


# --- what is measured -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measured:
    """Token counts of many prompts; how single answers were written, without and with the
    beginning of the prompt kept from before; and a model's size."""

    prompt_tokens: Sequence[int]
    cold: ModelRun
    warm: Sequence[ModelRun]
    parameters: int
    precision: str
    peak_memory_bytes: int


def usual_answers(assistant: Assistant, *, count: int) -> list[Answer]:
    """The embedded answers to ``count`` of the program's own answerable questions, of all kinds."""
    usual = [q for q in load_questions() if q.kind in KINDS and q.answerable]
    every = max(1, len(usual) // count)
    answers = []
    for question in usual[::every][:count]:
        said: list[Message] = []
        for turn in question.turns:
            said.append({"role": "user", "content": turn})
            answer = assistant.answer(said, model="embedded")
            said.append({"role": "assistant", "content": answer.text})
        answers.append(answer)
    return [answer for answer in answers if answer.citations and not answer.abstained]


def prompt_tokens(answer: Answer, library: Library, generator: TransformersGenerator) -> int:
    """The length of the prompt that an answer would be put into words from, were there no limit."""
    asked = Asked(
        answer.standalone_question, (), read_sources(answer.citations, library), answer.facts
    )
    count = generator.count_tokens
    whole = build(asked, prompts=Prompts.load(), count_tokens=count, max_tokens=sys.maxsize)
    return count(whole)


def written(writer: Writer, brief: Brief) -> ModelRun:
    """How a writer did on one answer."""
    steps = writer.write(brief)
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            answer: Answer = stop.value
            assert answer.generation is not None
            return answer.generation


def measure(
    folder: Path, *, corpus: Path, store: Path, prompts: int, answers: int, tokens: int
) -> Measured:
    """Load the model and let it write, through the program's own code."""
    embedder = MiniLM.load()
    _, generation = update(corpus, store=store, embedder=embedder)
    library, checker = Library(generation), Checker.open(embedder)
    usual = usual_answers(Assistant.open(corpus, store=store), count=prompts)
    generator = TransformersGenerator.load(folder, name=str(folder))
    generator.decoding = Decoding(max_tokens=tokens)
    counts = [prompt_tokens(answer, library, generator) for answer in usual]
    writer = Writer(generator, checker, prompts=Prompts.load())
    every = max(1, len(usual) // answers)
    briefs = [Brief(answer, library) for answer in usual[::every][:answers]]
    written(writer, briefs[0])  # the first run of a model sets up its kernels
    cold = written(writer, briefs[0])
    generator.prepare([system_message(Prompts.load())])
    return Measured(
        counts,
        cold,
        [written(writer, brief) for brief in briefs],
        generator.model.num_parameters(),
        str(generator.model.dtype).removeprefix("torch."),
        peak_memory_bytes(),
    )


# --- the report -----------------------------------------------------------------------


def report(measured: Measured, *, name: str, console: Console) -> None:
    """The measurements for people."""
    warm, counts = measured.warm, sorted(measured.prompt_tokens)
    over = sum(count > MAX_PROMPT_TOKENS for count in counts)
    again = warm[0]
    kept = _median([w.reused_prompt_tokens for w in warm])
    rows = {
        "model": f"{name}, {measured.parameters / 1e9:.2f} billion parameters, {measured.precision}",
        "prompt": f"{_median(counts):.0f} tokens in the middle, {percentile(counts, 95):.0f} at the 95th "
        f"percentile, {counts[-1]} at most ({len(counts)} questions, {over} over {MAX_PROMPT_TOKENS})",
        "kept from before": f"{kept:.0f} tokens of each prompt",
        "first token, nothing kept": f"{measured.cold.seconds_to_first_token} s "
        f"({measured.cold.prompt_tokens} prompt tokens)",
        "first token, the same prompt": f"{again.seconds_to_first_token} s "
        f"({again.reused_prompt_tokens} of them kept)",
        "first token": f"{_median([w.seconds_to_first_token or 0 for w in warm]):.1f} s in the middle, "
        f"{max(w.seconds_to_first_token or 0 for w in warm):.1f} s at most ({len(warm)} answers)",
        "speed": f"{_median([w.tokens_per_second or 0 for w in warm]):.1f} tokens a second in the middle",
        "memory": f"{measured.peak_memory_bytes / 2**20:,.0f} MB at most, all of the program included",
    }  # fmt: skip
    table = Table(show_header=False, box=None)
    for what, value in rows.items():
        table.add_row(what, value)
    console.print(table)


def _median(values: Sequence[float]) -> float:
    return percentile(values, 50) or 0.0


def main(
    model: Annotated[str | None, typer.Option(help="A path or hub name.")] = None,
    shape: Annotated[
        Shape, typer.Option(help="The size to measure without --model.")
    ] = Shape.QWEN3_5_0_8B,
    corpus: Annotated[Path, typer.Option(help="The folder of documents.")] = DEFAULT_CORPUS,
    store: Annotated[Path | None, typer.Option(help="Where the index lives.")] = None,
    prompts: Annotated[int, typer.Option(min=1, help="How many prompts to count.")] = 60,
    answers: Annotated[int, typer.Option(min=1, help="How many answers to write.")] = 6,
    tokens: Annotated[int, typer.Option(min=2, help="How long an answer is.")] = 100,
) -> None:
    """Measure and print."""
    name = model or f"{shape} with random weights"
    try:
        with _folder_of(model, shape) as folder:
            measured = measure(
                folder, corpus=corpus, store=store or default_store(corpus), prompts=prompts,
                answers=answers, tokens=tokens,
            )  # fmt: skip
    except CareerChatError as error:
        sys.exit(f"eval.speed.writing: {error}")
    report(measured, name=name, console=Console())


if __name__ == "__main__":
    typer.run(main)
