"""Scripted OpenAI-compatible servers: each behaves badly in a way of its own, over real HTTP."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Lists one model, and leaves every chat request to the server's behaviour."""

    server: Server

    def do_GET(self) -> None:
        self.send_json(200, {"object": "list", "data": [{"id": m} for m in self.server.models]})

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.requests.append(json.loads(self.rfile.read(length)))
        self.server.keys.append(self.headers["Authorization"])
        try:
            self.server.behaviour(self)
        except (BrokenPipeError, ConnectionResetError):
            self.server.left_alone.set()

    def send_json(self, status: int, body: Any) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()

    def send(self, data: str) -> None:
        self.wfile.write(f"data: {data}\n\n".encode())
        self.wfile.flush()

    def say(self, text: str, *, size: int = 4) -> None:
        for at in range(0, len(text), size):
            delta = {"content": text[at : at + size]}
            self.send(json.dumps({"choices": [{"index": 0, "delta": delta}]}))

    def end_reply(self, reason: str = "stop") -> None:
        self.send(json.dumps({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}))
        self.send("[DONE]")

    def log_message(self, format: str, *arguments: Any) -> None:
        """Quiet."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, behaviour: Behaviour, models: tuple[str, ...]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviour = behaviour
        self.models = models
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.left_alone = threading.Event()
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


@contextmanager
def serving(behaviour: Behaviour, *, models: tuple[str, ...] = ("tiny",)) -> Iterator[Server]:
    server = Server(behaviour, models)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


# --- behaviours -----------------------------------------------------------------------


def says(text: str, *, size: int = 4) -> Behaviour:
    def behave(handler: Handler) -> None:
        handler.begin()
        handler.say(text, size=size)
        handler.end_reply()

    return behave


def fails(status: int) -> Behaviour:
    def behave(handler: Handler) -> None:
        handler.send_json(status, {"error": {"message": "no <b>$999,999</b>"}})

    return behave


def sends(*data: str) -> Behaviour:
    def behave(handler: Handler) -> None:
        handler.begin()
        for line in data:
            handler.send(line)

    return behave


def cuts_off(text: str) -> Behaviour:
    def behave(handler: Handler) -> None:
        handler.begin()
        handler.say(text)
        handler.connection.close()

    return behave


def stalls(text: str = "") -> Behaviour:
    def behave(handler: Handler) -> None:
        handler.begin()
        handler.say(text)
        handler.server.released.wait(60)

    return behave


def drips(handler: Handler) -> None:
    """Keeps the connection alive with comments and never says a word."""
    handler.begin()
    for _ in range(1200):
        if handler.server.released.is_set():
            return
        handler.wfile.write(b": still here\n\n")
        handler.wfile.flush()
        time.sleep(0.05)


def talks_for_ever(handler: Handler) -> None:
    handler.begin()
    while not handler.server.released.is_set():
        handler.say("blah blah blah. ")


def mumbles(handler: Handler) -> None:
    """Goes on for ever without ending a sentence."""
    handler.begin()
    while not handler.server.released.is_set():
        handler.say("well and ")
        time.sleep(0.01)


def never_replies(handler: Handler) -> None:
    handler.server.released.wait(60)
