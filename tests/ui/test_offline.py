from __future__ import annotations

import contextlib
import socket
from pathlib import Path

import pytest

from ui.access.offline import is_hub_name, is_local, watched_network


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]", "0.0.0.0", "app.localhost"]
)
def test_this_machine(host: str) -> None:
    assert is_local(host)


@pytest.mark.parametrize(
    "host", ["example.org", "192.168.0.1", "10.0.0.1", "2001:db8::1", "localhost.example.org"]
)
def test_another_machine(host: str) -> None:
    assert not is_local(host)


def test_the_watch_sees_what_leaves_and_only_that() -> None:
    with watched_network() as network:
        with socket.socket() as listener, socket.socket() as caller:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            caller.connect(listener.getsockname())
        assert network.outside == []
        with socket.socket(type=socket.SOCK_DGRAM) as caller, contextlib.suppress(OSError):
            caller.connect(
                ("192.0.2.1", 9)
            )  # TEST-NET-1; connecting a datagram socket sends nothing
        assert network.outside == ["socket.connect 192.0.2.1"]
    with socket.socket(type=socket.SOCK_DGRAM) as caller, contextlib.suppress(OSError):
        caller.connect(("192.0.2.1", 9))
    assert len(network.outside) == 1


def test_hub_names_are_told_from_paths_and_servers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models" / "tiny").mkdir(parents=True)
    assert is_hub_name("Qwen/Qwen3.5-0.8B")
    for model in (
        "embedded",
        "models/tiny",
        "./tiny",
        "/abs/tiny",
        "~/tiny",
        "http://localhost:8000/v1",
        "a/b/c",
    ):
        assert not is_hub_name(model)
