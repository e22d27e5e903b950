"""Which OpenAI-compatible servers listen on this machine's usual ports. Asks, never uses them."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

USUAL_PORTS = {
    11434: "Ollama",
    1234: "LM Studio",
    8000: "vLLM or transformers serve",
    8080: "llama.cpp",
}
MAX_REPLY_BYTES = 1 << 20
MAX_MODELS = 8


@dataclass(frozen=True, slots=True)
class FoundServer:
    """A server that answered: its usual name by the port, and what ``--model`` would take."""

    name: str
    base_url: str
    models: tuple[str, ...]

    @property
    def choices(self) -> tuple[str, ...]:
        """Values for ``--model``, one a model."""
        return tuple(f"{self.base_url}#{model}" for model in self.models)


def local_servers(
    ports: Mapping[int, str] = USUAL_PORTS, *, timeout_seconds: float = 0.5
) -> list[FoundServer]:
    """The servers that list their models, in the order of ``ports``."""
    with ThreadPoolExecutor(max(1, len(ports))) as workers:
        found = workers.map(lambda port: _at(port, ports[port], timeout_seconds), ports)
        return [server for server in found if server]


def _at(port: int, name: str, timeout_seconds: float) -> FoundServer | None:
    base_url = f"http://127.0.0.1:{port}/v1"
    # No proxy: a proxy's answer would be no server of this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{base_url}/models", timeout=timeout_seconds) as response:
            reply = json.loads(response.read(MAX_REPLY_BYTES))
        models = [str(model["id"]) for model in reply["data"]]
    except (OSError, ValueError, KeyError, TypeError, urllib.error.URLError):
        return None  # nothing there, or something else
    return FoundServer(name, base_url, tuple(models[:MAX_MODELS]))
