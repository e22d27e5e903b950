"""Language models write the prose of answers, under the same promises as without one.

evidence -> prompt -> generator -> sentences as they come -> checks -> prose

Importing this package loads neither torch nor openai; opening a generator does.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.generate.review import SupportCheck
    from rag.generate.write import Writer


def open_writer(
    model: str, support: SupportCheck, progress: Callable[[str, int, int], None] | None = None
) -> Writer:
    """Who writes the prose.

    :param model: a path or hub name of a causal instruct model, or the base URL of an
        OpenAI-compatible server.
    :param support: judges whether a sentence is supported by what it cites.
    :raises ModelError: a prompt file is damaged, or the model cannot be had; says what to do.
    """
    from rag.generate.prompt import Prompts, system_message
    from rag.generate.server import ServerGenerator, is_address
    from rag.generate.write import Writer

    prompts = Prompts.load()
    if is_address(model):
        server = ServerGenerator.open(model)
        return Writer(server, support, prompts=prompts, sends_to=server.host)
    from rag.generate.hub import model_folder
    from rag.generate.local import TransformersGenerator

    folder = model_folder(model, progress)
    generator = TransformersGenerator.load(folder, name=model)
    if folder == Path(model).expanduser():
        generator.name = folder.resolve().name  # who reads answers need not know where it lies
    generator.prepare([system_message(prompts)])
    return Writer(generator, support, prompts=prompts)
