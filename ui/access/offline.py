"""Keeping the promise that nothing leaves the machine, and proving it."""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TELEMETRY_OFF = {
    "DO_NOT_TRACK": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
}
_HUB_OFF = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}

_NAME_EVENTS = frozenset({"socket.getaddrinfo", "socket.gethostbyname"})
_ADDRESS_EVENTS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})


def set_environment(*models: str) -> None:
    """Switch telemetry off, and the model hub too unless a model is named after one there.

    Has to run before gradio, transformers or huggingface_hub is imported: they read these
    variables once, while they are imported.
    """
    os.environ.update(_TELEMETRY_OFF)
    if not any(map(is_hub_name, models)):
        os.environ.update(_HUB_OFF)


def is_hub_name(model: str) -> bool:
    """Whether a model is named as on a hub ("owner/name"), not a path, server or "embedded"."""
    owner, slash, name = model.partition("/")
    is_pair = bool(owner and slash and name) and "/" not in name and owner not in {".", "..", "~"}
    return is_pair and not Path(model).expanduser().exists()


def is_local(host: str) -> bool:
    """Whether a host name or address means this machine."""
    name = host.strip("[]").split("%")[0].lower()
    if name in {"", "localhost"} or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


class NetworkWatch:
    """The connections and name look-ups of this process that would leave the machine."""

    def __init__(self) -> None:
        self.active = False
        self.outside: list[str] = []

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        """Python's audit hook; https://docs.python.org/3/library/audit_events.html"""
        if not self.active:
            return
        if event in _NAME_EVENTS:
            self._note(event, arguments[0])
        elif event in _ADDRESS_EVENTS and isinstance(arguments[1], tuple):
            # A Unix socket's address is a path, not a tuple: it cannot leave the machine.
            self._note(event, arguments[1][0])

    def _note(self, event: str, host: object) -> None:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
        if not is_local(name):
            self.outside.append(f"{event} {name}")


@contextmanager
def watched_network() -> Iterator[NetworkWatch]:
    """Record every attempt to reach another machine while the block runs.

    An audit hook cannot be removed, so it is only switched off afterwards.
    """
    watch = NetworkWatch()
    sys.addaudithook(watch)
    watch.active = True
    try:
        yield watch
    finally:
        watch.active = False
