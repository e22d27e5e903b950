"""A model behind an OpenAI-compatible server: transformers serve, vLLM, llama.cpp, Ollama, LM Studio.

Spoken to through the official client, in a thread with an event loop of its own: whoever waits
for the text can stop at any moment, whatever the server does.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import queue
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from rag.errors import ModelError
from rag.generate.decoding import GREEDY, Decoding
from rag.types import Finish, Message, Piece

if TYPE_CHECKING:
    from openai import AsyncOpenAI

KEY_VARIABLE = "CAREER_CHAT_API_KEY"
CONNECT_SECONDS = 5.0
READ_SECONDS = 60.0
RETRIES = 2
"""Of a request that failed before its first word; what has begun is never asked for again."""
HEARTBEAT_SECONDS = 0.2
CHARS_PER_TOKEN = 3.2
"""Of English prose with figures, on the safe side; the server's tokenizer is not known here."""
TEMPLATE_TOKENS = 24


@dataclass(frozen=True, slots=True)
class ServerGenerator:
    """One model of one server. Safe to use from several threads at once."""

    base_url: str
    model: str
    decoding: Decoding = GREEDY

    @classmethod
    def open(cls, address: str, *, decoding: Decoding = GREEDY) -> ServerGenerator:
        """The model that a server offers.

        :param address: the base URL, as in "http://localhost:8000/v1"; where the server has
            several models, one is named behind "#".
        :raises ModelError: the URL is none, nothing answers there, the key is refused, or it
            offers several models and none was named.
        """
        base_url, name = split_address(address)
        try:
            base_url, offered = _in_a_thread(cls(base_url, name, decoding)._models())
        except _FAILURES as error:
            raise ModelError(f"--model {address}: the server {_reason(error)}") from error
        if not name and len(offered) != 1:
            listed = ", ".join(offered[:6]) or "none"
            raise ModelError(
                f"--model {address}: the server offers {len(offered)} models ({listed}): name one, "
                f"as in {address}#{offered[0] if offered else 'name'}"
            )
        return cls(base_url, name or offered[0], decoding)

    @property
    def name(self) -> str:
        return self.model

    @property
    def host(self) -> str:
        """The host and port that prompts go to, as in "localhost:8000"."""
        return urlsplit(self.base_url).netloc

    def count_tokens(self, messages: Sequence[Message]) -> int:
        text = "".join(m["content"] for m in messages)
        # A letter of another script than Latin may take a token of its own.
        others = sum(c > "\u024f" and c.isalpha() for c in text)
        return round((len(text) - others) / CHARS_PER_TOKEN) + others + TEMPLATE_TOKENS

    def generate(self, messages: Sequence[Message]) -> Iterator[Piece | Finish]:
        """Pieces as they come; empty ones while the server is silent.

        :raises ModelError: the server refused, failed or broke off.
        """
        worker = _Worker(self._stream(messages))
        worker.start()
        try:
            while True:
                try:
                    result = worker.results.get(timeout=HEARTBEAT_SECONDS)
                except queue.Empty:
                    yield Piece("")
                    continue
                if isinstance(result, ModelError):
                    raise result
                yield result
                if isinstance(result, Finish):
                    return
        finally:
            worker.stop()

    async def _stream(self, messages: Sequence[Message]) -> AsyncIterator[Piece | Finish]:
        pieces = tokens = prompt_tokens = 0
        reason = None
        async with self._client() as client, await self._create(client, messages) as chunks:
            async for chunk in chunks:
                usage = getattr(chunk, "usage", None)
                prompt_tokens = _count(usage, "prompt_tokens") or prompt_tokens
                tokens = _count(usage, "completion_tokens") or tokens
                for choice in (getattr(chunk, "choices", None) or [])[:1]:
                    text = getattr(getattr(choice, "delta", None), "content", None)
                    reason = getattr(choice, "finish_reason", None) or reason
                    if isinstance(text, str) and text:
                        pieces += 1
                        yield Piece(text, tokens=1)
        if tokens > pieces:
            # Some servers send several tokens in a piece; their own count is the true one.
            yield Piece("", tokens=tokens - pieces)
        if reason is None and pieces:
            raise ModelError("broke off")
        yield Finish(reason == "stop", prompt_tokens=prompt_tokens)

    async def _create(self, client: AsyncOpenAI, messages: Sequence[Message]) -> Any:
        """Ask for the reply; thinking is switched off where the server knows the switch."""
        from openai import BadRequestError, UnprocessableEntityError

        request: dict[str, Any] = {
            "model": self.model,
            "messages": list(messages),
            "stream": True,
            "max_tokens": self.decoding.max_tokens,
            "temperature": self.decoding.temperature,
            "seed": self.decoding.seed,
        }
        switch = {"chat_template_kwargs": {"enable_thinking": False}}
        try:
            return await client.chat.completions.create(**request, extra_body=switch)
        except (BadRequestError, UnprocessableEntityError):
            return await client.chat.completions.create(**request)

    async def _models(self) -> tuple[str, list[str]]:
        """The base URL that answers (with "/v1" where that was left out), and its models' names."""
        from openai import InternalServerError, NotFoundError

        bases = [self.base_url]
        if not urlsplit(self.base_url).path.strip("/"):
            bases.append(f"{self.base_url.rstrip('/')}/v1")
        for base in bases:
            async with ServerGenerator(base, "")._client(seconds=CONNECT_SECONDS * 2) as client:
                try:
                    page = await client.models.list()
                    return base, [str(m.id) for m in page.data or []]
                except NotFoundError:
                    continue
                except InternalServerError:
                    # transformers serve cannot list its models where there is no hub's cache.
                    if not self.model:
                        raise
                    return base, [self.model]
        raise ModelError("has no list of models there: give its base URL, which ends in /v1")

    def _client(self, *, seconds: float = READ_SECONDS) -> AsyncOpenAI:
        from httpx2 import Timeout
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient

        # A proxy of the environment is for other machines.
        proxied = not _is_this_machine(self.base_url)
        client = AsyncOpenAI(
            base_url=self.base_url,
            api_key=os.environ.get(KEY_VARIABLE) or "none",
            max_retries=RETRIES,
            timeout=Timeout(seconds, connect=CONNECT_SECONDS),
            http_client=DefaultAsyncHttpxClient(trust_env=proxied),
        )
        # The client reads these from the environment; they are another server's business.
        client.organization = client.project = client.admin_api_key = None
        return client


def is_address(model: str) -> bool:
    """Whether a model is named by a server's URL."""
    return "://" in model


def split_address(address: str) -> tuple[str, str]:
    """ "http://host/v1#name" -> the base URL and the model's name ("" for none).

    :raises ModelError: it is no http URL.
    """
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ModelError(
            f"--model {address} is no base URL: give one as http://localhost:8000/v1"
        )  # fmt: skip
    if parts.username or parts.password:
        raise ModelError(f"--model: the URL holds a key: set {KEY_VARIABLE} instead")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", "")), parts.fragment


def _is_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _count(usage: Any, name: str) -> int:
    value = getattr(usage, name, None)
    return value if isinstance(value, int) and 0 < value < 10_000_000 else 0


class _Worker(threading.Thread):
    """Puts what a stream gives into a queue, until it ends, fails or is stopped."""

    def __init__(self, stream: AsyncIterator[Piece | Finish]) -> None:
        super().__init__(name="language-model", daemon=True)
        self.results: queue.SimpleQueue[Piece | Finish | ModelError] = queue.SimpleQueue()
        self._stream = stream
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    def run(self) -> None:
        asyncio.run(self._main())

    def stop(self) -> None:
        """Break off: the connection is closed, the thread ends. Waits for neither."""
        self._ready.wait()
        if self._loop and self._task and self.is_alive():
            try:
                self._loop.call_soon_threadsafe(self._task.cancel)
            except RuntimeError:
                return  # the loop ended since

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._pass_on())
        self._ready.set()
        await asyncio.wait([self._task])

    async def _pass_on(self) -> None:
        try:
            async for result in self._stream:
                self.results.put(result)
        except _FAILURES as error:
            self.results.put(ModelError(_reason(error)))


_FAILURES = (Exception,)
"""What a server's reply can make the client raise is open-ended; none of it may end an answer."""

T = TypeVar("T")


def _in_a_thread(coroutine: Coroutine[Any, Any, T]) -> T:
    """The coroutine's result, also where this thread runs an event loop already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def _reason(error: Exception) -> str:
    """What went wrong, to follow "the server"; never what the server says of itself."""
    from openai import APIConnectionError, APIStatusError, APITimeoutError

    match error:
        case ModelError():
            return str(error)
        case APITimeoutError():
            return "did not answer in time"
        case APIConnectionError():
            return "cannot be reached: start it, or leave --model out"
        case APIStatusError(status_code=401 | 403):
            return f"refused the key: set {KEY_VARIABLE}"
        case APIStatusError(status_code=404):
            return "does not know the model or the address"
        case APIStatusError(status_code=429):
            return "is busy (429)"
        case APIStatusError():
            return f"failed ({error.status_code})"
    return "sent what is no reply"
