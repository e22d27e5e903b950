"""Who may open the page: a file of users and password hashes.

One line a user, ``name:scrypt$n$r$p$salt$hash`` (salt and hash in base64); empty lines and
lines that start with # are skipped. Make a line with ``python -m ui.access.auth NAME``.
"""

from __future__ import annotations

import base64
import binascii
import getpass
import hashlib
import hmac
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rag.errors import InputError

# OWASP's first recommendation for scrypt takes 128 MiB; this, its equal in work at a lower
# memory, takes 16: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
_COST, _BLOCK_SIZE, _PARALLELISM = 2**14, 8, 5
_MAX_MEMORY_BYTES = 256 * 2**20


@dataclass(frozen=True, slots=True)
class PasswordHash:
    """A salted scrypt hash and the parameters that made it."""

    cost: int
    block_size: int
    parallelism: int
    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, password: str) -> PasswordHash:
        salt = os.urandom(16)
        unfilled = cls(_COST, _BLOCK_SIZE, _PARALLELISM, salt, b"")
        return cls(_COST, _BLOCK_SIZE, _PARALLELISM, salt, unfilled._hash(password))

    @classmethod
    def parse(cls, text: str) -> PasswordHash:
        """:raises ValueError: the text is not of the form that ``str`` gives."""
        scheme, *numbers, salt, digest = text.split("$")
        if scheme != "scrypt" or len(numbers) != 3:
            raise ValueError("not an scrypt hash")
        cost, block_size, parallelism = (int(number) for number in numbers)
        parsed = cls(cost, block_size, parallelism, _decode(salt), _decode(digest))
        parsed._hash("")  # parameters that scrypt refuses show now, not at the first login
        return parsed

    def __str__(self) -> str:
        salt, digest = (base64.b64encode(part).decode() for part in (self.salt, self.digest))
        return f"scrypt${self.cost}${self.block_size}${self.parallelism}${salt}${digest}"

    def matches(self, password: str) -> bool:
        return hmac.compare_digest(self._hash(password), self.digest)

    def _hash(self, password: str) -> bytes:
        return hashlib.scrypt(
            password.encode(),
            salt=self.salt,
            n=self.cost,
            r=self.block_size,
            p=self.parallelism,
            maxmem=_MAX_MEMORY_BYTES,
            dklen=32,
        )


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


def read_users(path: Path) -> dict[str, PasswordHash]:
    """The users of a file by name.

    :raises InputError: the file cannot be read, holds no user, or a line is not of its form.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read the users' file {path}: {error}") from error
    users: dict[str, PasswordHash] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, text = line.strip().partition(":")
        try:
            users[name] = PasswordHash.parse(text)
        except ValueError as error:
            raise InputError(
                f"line {number} of {path} is not user:hash. Make one with: python -m ui.access.auth NAME"
            ) from error
    if not users:
        raise InputError(f"{path} names no user. Make a line with: python -m ui.access.auth NAME")
    return users


def login_check(users: dict[str, PasswordHash]) -> Callable[[str, str], bool]:
    """Gradio's login callback. An unknown name costs as long as a wrong password."""
    stand_in = PasswordHash.of("")

    def allowed(name: str, password: str) -> bool:
        matches = users.get(name, stand_in).matches(password)
        return matches and name in users

    return allowed


def main() -> None:
    """Ask for a password and print the user's line."""
    if len(sys.argv) != 2 or ":" in sys.argv[1] or not sys.argv[1].strip():
        print("Usage: python -m ui.access.auth NAME   (a name has no colon)", file=sys.stderr)
        sys.exit(2)
    password = getpass.getpass("Password: ")
    if not password:
        print("The password is empty.", file=sys.stderr)
        sys.exit(1)
    print(f"{sys.argv[1]}:{PasswordHash.of(password)}")


if __name__ == "__main__":
    main()
