"""The same tiny model behind `transformers serve`, spoken to over HTTP."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.generate.decoding import Decoding
from rag.generate.local import TransformersGenerator
from rag.generate.server import ServerGenerator
from rag.types import Finish, Message, Piece

START_SECONDS = 300
MESSAGES: list[Message] = [
    {"role": "system", "content": "You advise on pay."},
    {"role": "user", "content": "What do seniors earn?"},
]


@pytest.fixture(scope="module")
def url(tiny: Path) -> Iterator[str]:
    pytest.importorskip("accelerate", reason="transformers serve needs the extra 'serving'")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).parent / "transformers"), "serve", str(tiny)]
    options = ["--host", "127.0.0.1", "--port", str(port), "--device", "cpu", "--dtype", "float32"]
    quiet = {**os.environ, "HF_HUB_OFFLINE": "1"}
    with subprocess.Popen([*command, *options], env=quiet, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:  # fmt: skip
        try:
            wait_for(f"http://127.0.0.1:{port}/health", server)
            yield f"http://127.0.0.1:{port}/v1#{tiny}"
        finally:
            server.terminate()


def wait_for(health: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert server.poll() is None, "transformers serve ended"
        try:
            with urllib.request.urlopen(health, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    pytest.fail("transformers serve did not start")


def test_it_says_what_the_model_says_in_this_process(url: str, tiny: Path) -> None:
    import torch

    short = Decoding(max_tokens=16)
    *pieces, finish = ServerGenerator.open(url, decoding=short).generate(MESSAGES)
    assert isinstance(finish, Finish)
    served = "".join(p.text for p in pieces if isinstance(p, Piece))
    generator = TransformersGenerator.load(tiny, name="tiny", decoding=short)
    generator.model.to(torch.float32)  # type: ignore[arg-type]
    here = "".join(p.text for p in generator.generate(MESSAGES) if isinstance(p, Piece))
    # The server puts out the white space that ends the prompt, too.
    assert served.strip("\n\ufffd") == here.strip("\n\ufffd")
    assert served
    assert finish.prompt_tokens in {0, generator.count_tokens(MESSAGES)}
