"""What every part of the page shares: one assistant, its lines, and the rules of the house."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ui.access.address import Address
from ui.access.offline import is_local
from ui.access.rate_limit import QUESTIONS_PER_MINUTE, RateLimit
from ui.service.asking import Lines
from ui.service.feedback import Feedback

if TYPE_CHECKING:
    from rag.assistant import Assistant


@dataclass(frozen=True, slots=True)
class HouseRules:
    """What visitors may do.

    :param uploads: whether documents may be added and removed; None where only if the page is
        for this machine alone, or asks for a login.
    :param questions_per_minute: for each visitor; 0 for no limit, None for none on a page for
        this machine alone and the usual one elsewhere.
    """

    auth_file: Path | None = None
    uploads: bool | None = None
    questions_per_minute: int | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """An assistant as it is served."""

    assistant: Assistant
    may_change: bool
    limit: RateLimit
    feedback: Feedback
    lines: Lines = field(default_factory=Lines)

    @property
    def models(self) -> dict[str, str]:
        """Who can be asked to write: names for visitors, who need not know folders, and the
        assistant's names for them."""
        title = self.assistant.writers.title
        titles = [title(model) for model in self.assistant.writers.names]
        return {
            title(model) if titles.count(title(model)) == 1 else model: model
            for model in self.assistant.writers.names
        }

    @classmethod
    def of(cls, assistant: Assistant, address: Address, rules: HouseRules) -> Site:
        private = is_loopback(address.host)
        uploads = rules.uploads
        if uploads is None:
            uploads = private or rules.auth_file is not None
        per_minute = rules.questions_per_minute
        if per_minute is None:
            per_minute = 0 if private and rules.auth_file is None else QUESTIONS_PER_MINUTE
        return cls(assistant, uploads, RateLimit(per_minute), Feedback(assistant.store))


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is reached from this machine alone."""
    return is_local(host) and host.strip("[]") not in {"", "0.0.0.0", "::"}


def person(request: object) -> str:
    """Who asks, as far as the page knows: the user's name, or the address they come from."""
    if request is None:
        return "this program"
    # The MCP server hands on a plain request, whose user the gate has noted.
    plain = getattr(request, "request", request)
    name = getattr(request, "username", None) or getattr(plain, "scope", {}).get("user_name")
    if name:
        return f"user {name}"
    client = getattr(plain, "client", None)
    return f"address {client.host}" if client else "unknown"
