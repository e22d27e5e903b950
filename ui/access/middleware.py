"""What stands before every request: security headers, and who may come in.

Gradio asks for the login on its own page; the interfaces for programs (``/v1`` and the MCP
server) are asked here, with the same users: ``Authorization: Basic``, or ``Bearer`` with
``user:password`` as the key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from anyio.to_thread import run_sync
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response

from ui.access.offline import is_local
from ui.access.rate_limit import RateLimit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The browser itself refuses whatever is not of this server, should any text slip through.
# Gradio's page needs inline scripts and styles; blob and data are its downloads and icons.
_CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'"
)
_HEADERS = {
    "content-security-policy": _CONTENT_SECURITY_POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
}
_FOR_PROGRAMS = ("/v1", "/gradio_api/mcp")
LOGINS_PER_MINUTE = 20
MAX_BODY_BYTES = 16 * 2**20
"""Of a request for programs; uploads have a limit of their own."""

Allowed = Callable[[str, str], bool]
"""Whether a name and a password go together."""


class SecurityHeaders:
    """ASGI middleware that adds the headers above to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class LocalNames:
    """ASGI middleware for a page of this machine alone: only what is of this machine may call it.

    Otherwise a website that is open in the same browser could point a name of its own at
    127.0.0.1 and read along (DNS rebinding), or send a document here unseen.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        host, origin = headers.get("host", ""), headers.get("origin")
        if not is_local(_without_port(host)):
            refused = _refusal(421, "this page answers to names of this machine only.")
        elif origin is not None and not is_local(urlsplit(origin).hostname or "elsewhere"):
            refused = _refusal(403, "this page takes nothing from other websites.")
        else:
            await self.app(scope, receive, send)
            return
        await refused(scope, receive, send)


class NoUploads:
    """ASGI middleware where visitors may not add documents: no file is taken in at all."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].rstrip("/").endswith("/upload"):
            await _refusal(403, "adding documents is off on this page.")(scope, receive, send)
        else:
            await self.app(scope, receive, send)


class Login:
    """ASGI middleware: the login for programs, and a limit on guessing for everyone.

    :param allowed: None where no login is asked for.
    """

    def __init__(self, app: ASGIApp, allowed: Allowed | None) -> None:
        self.app = app
        self._allowed = allowed
        self._guesses = RateLimit(LOGINS_PER_MINUTE)
        # Hashing a password takes 50 ms on purpose; who was let in is known again by this.
        self._secret = secrets.token_bytes(32)
        self._known: set[bytes] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._allowed is None or scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        if path.rstrip("/").endswith("/login") and self._too_many(scope):
            await _refusal(429, "too many logins: wait a minute.")(scope, receive, send)
        elif path.startswith(_FOR_PROGRAMS):
            await self._for_programs(scope, receive, send, self._allowed)
        else:
            await self.app(scope, receive, send)

    async def _for_programs(
        self, scope: Scope, receive: Receive, send: Send, allowed: Allowed
    ) -> None:
        name, password = credentials(Headers(scope=scope).get("authorization", ""))
        key = hmac.digest(self._secret, f"{name}\0{password}".encode(), hashlib.sha256)
        if key not in self._known:
            if self._too_many(scope):
                await _refusal(429, "too many logins: wait a minute.")(scope, receive, send)
                return
            if not await run_sync(allowed, name, password):
                await _refusal(401, "give user:password as the API key.")(scope, receive, send)
                return
            self._known.add(key)
        scope["user_name"] = name
        await self.app(scope, receive, send)

    def _too_many(self, scope: Scope) -> bool:
        client = scope.get("client")
        return self._guesses.seconds_to_wait(client[0] if client else "") > 0


class BodyLimit:
    """ASGI middleware: a request for programs has a bounded body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_FOR_PROGRAMS):
            await self.app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "")
        if scope["method"] == "POST" and not (length.isdigit() and int(length) <= MAX_BODY_BYTES):
            await _refusal(413, f"a request has at most {MAX_BODY_BYTES} bytes.")(
                scope, receive, send
            )
            return
        await self.app(scope, receive, send)


def credentials(authorization: str) -> tuple[str, str]:
    """The name and password of an Authorization header; empty ones where there are none."""
    scheme, _, value = authorization.partition(" ")
    text = value.strip()
    if scheme.lower() == "basic":
        try:
            text = base64.b64decode(text, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
    elif scheme.lower() != "bearer":
        return "", ""
    name, _, password = text.partition(":")
    return name, password


def _without_port(host: str) -> str:
    """ "[::1]:7860" -> "[::1]", "localhost" -> "localhost"."""
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


def _refusal(status: int, message: str) -> Response:
    headers = {"www-authenticate": 'Basic realm="career-chat"'} if status == 401 else None
    error = {"message": message, "type": "invalid_request_error", "code": status}
    return JSONResponse({"error": error}, status_code=status, headers=headers)
