"""Chat completions in OpenAI's form, so that any program that talks to one can ask here.

https://platform.openai.com/docs/api-reference/chat. The answer's citations, facts and conflicts
stand in the message's ``metadata`` (while streaming: of the last chunk's ``delta``).
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from rag.errors import CareerChatError, QuestionError
from rag.types import Answer, Done, Event, Message, Token
from ui.service.asking import answer_in_line, steps
from ui.service.site import Site, person
from ui.show.serialise import answer_json

if TYPE_CHECKING:
    from starlette.requests import Request

MODEL = "career-chat"


class _Part(BaseModel):
    """A piece of a message; only texts are read."""

    model_config = ConfigDict(extra="ignore")
    type: str
    text: str = ""


class _Message(BaseModel):
    model_config = ConfigDict(extra="ignore")
    role: str
    content: str | list[_Part] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text for part in self.content or [] if part.type == "text")


class _StreamOptions(BaseModel):
    model_config = ConfigDict(extra="ignore")
    include_usage: bool = False


class _Request(BaseModel):
    """What is read of a request; sampling options have no meaning here and are left aside."""

    model_config = ConfigDict(extra="ignore")
    messages: list[_Message] = Field(min_length=1)
    model: str = ""
    stream: bool = False
    stream_options: _StreamOptions | None = None

    def conversation(self) -> list[Message]:
        """What users and the assistant said; instructions from elsewhere change no answer."""
        return [
            Message(role=message.role, content=message.text)
            for message in self.messages
            if message.role in {"user", "assistant"}
        ]


def routes(site: Site) -> list[Route]:
    """``/v1/chat/completions`` and ``/v1/models``."""

    async def complete(request: Request) -> Response:
        try:
            asked = _Request.model_validate_json(await request.body())
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            return _error(400, f"{where}: {first['msg']}" if where else str(first["msg"]))
        wait = site.limit.seconds_to_wait(person(request))
        if wait:
            return _error(429, f"too many questions: wait {wait:.0f} s.", retry_after=wait)
        if asked.stream:
            usage = asked.stream_options is not None and asked.stream_options.include_usage
            chunks = _stream(site, events(asked), usage=usage)
            return StreamingResponse(chunks, media_type="text/event-stream")
        try:
            answer = await answer_in_line(site.lines, events(asked))
        except CareerChatError as error:
            return _error(400 if isinstance(error, QuestionError) else 500, str(error))
        return JSONResponse(_completion(answer))

    async def models(_request: Request) -> Response:
        names = (MODEL, *site.models) if len(site.models) > 1 else (MODEL,)
        listed = [
            {"id": name, "object": "model", "created": 0, "owned_by": "career-chat"}
            for name in names
        ]
        return JSONResponse({"object": "list", "data": listed})

    def events(asked: _Request) -> Iterator[Event]:
        # Programs name a model of their own accord: one that is not here means the usual one.
        return site.assistant.stream(asked.conversation(), model=site.models.get(asked.model))

    return [
        Route("/v1/chat/completions", complete, methods=["POST"]),
        Route("/v1/models", models, methods=["GET"]),
    ]


def _error(status: int, message: str, *, retry_after: float = 0) -> JSONResponse:
    kind = "rate_limit_error" if status == 429 else "invalid_request_error"
    headers = {"retry-after": f"{retry_after:.0f}"} if retry_after else None
    body = {"error": {"message": message, "type": kind, "param": None, "code": None}}
    return JSONResponse(body, status_code=status, headers=headers)


def _metadata(answer: Answer) -> dict[str, Any]:
    """All of the contract's object but the text, which is the message."""
    return {key: value for key, value in answer_json(answer).items() if key != "answer"}


def _completion(answer: Answer) -> dict[str, Any]:
    message = {
        "role": "assistant",
        "content": answer.text,
        "refusal": None,
        "metadata": _metadata(answer),
    }
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return {
        "id": f"chatcmpl-{uuid4().hex}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": MODEL,
        "choices": [choice],
        "usage": _usage(answer),
    }


def _usage(answer: Answer) -> dict[str, int]:
    """The tokens of the language model; the built-in answerer has none."""
    of = answer.generation
    read, written = (of.prompt_tokens, of.tokens) if of else (0, 0)
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


async def _stream(site: Site, events: Iterator[Event], *, usage: bool) -> AsyncIterator[str]:
    """Server-sent events; an error becomes the last of them, as OpenAI's servers do."""
    head = {
        "id": f"chatcmpl-{uuid4().hex}",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": MODEL,
    }

    def chunk(delta: dict[str, Any], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return _event({**head, "choices": [choice]})

    written, tokens = "", dict[str, int]()
    yield chunk({"role": "assistant", "content": ""})
    try:
        async with aclosing(steps(site.lines, events)) as taken:
            async for step in taken:
                for event in [] if isinstance(step, int) else step:
                    if isinstance(event, Token) and event.text:
                        written += event.text
                        yield chunk({"content": event.text})
                    elif isinstance(event, Done):
                        # Words that were sent stay; where little of them stood up, the
                        # embedded answer follows, under the same markers.
                        if written != event.answer.text:
                            gap = "\n\n" if written else ""
                            yield chunk({"content": f"{gap}{event.answer.text}"})
                        tokens = _usage(event.answer)
                        yield chunk({"metadata": _metadata(event.answer)}, "stop")
    except CareerChatError as error:
        yield _event({"error": {"message": str(error), "type": "invalid_request_error"}})
        return
    if usage:
        yield _event({**head, "choices": [], "usage": tokens})
    yield "data: [DONE]\n\n"


def _event(content: dict[str, Any]) -> str:
    return f"data: {json.dumps(content, ensure_ascii=False)}\n\n"
