"""The rooms of the program: imports run one way between them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import rag

ROOT = Path(rag.__file__).parent
ROOMS = (
    "types", "errors", "settings", "messages", "documents", "models", "facts", "index", "retrieve",
    "understand", "verify", "answer", "generate", "assistant", "training",
)  # fmt: skip
"""Each may import those before it."""
MOST_LOOSE_MODULES = 6


def imports_of(file: Path) -> Iterator[str]:
    """The modules of the program that a file names in its imports."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def steps(package: str) -> Iterator[tuple[Path, str]]:
    """Every import of a module of the package, with the file that has it."""
    for file in (ROOT.parent / package).rglob("*.py"):
        yield from ((file, name) for name in imports_of(file))


def test_no_room_imports_one_after_it() -> None:
    back = []
    for file, name in steps("rag"):
        own = file.relative_to(ROOT).with_suffix("").parts[0]
        room = ([*name.split("."), ""])[1] if name.startswith("rag.") else ""
        if own in ROOMS and room in ROOMS and ROOMS.index(room) > ROOMS.index(own):
            back.append(f"{file.relative_to(ROOT)} imports {name}")
    assert back == []


def test_every_module_is_in_a_room() -> None:
    loose = [f for f in ROOT.glob("*.py") if f.stem != "__init__"]
    assert len(loose) <= MOST_LOOSE_MODULES
    found = {f.stem for f in loose} | {f.parent.name for f in ROOT.glob("*/__init__.py")}
    assert found == set(ROOMS)


def test_imports_run_from_the_page_to_the_evaluation_to_the_answers() -> None:
    assert [f"{f} imports {n}" for f, n in steps("rag") if n.split(".")[0] in {"ui", "eval"}] == []
    assert [f"{f} imports {n}" for f, n in steps("eval") if n.split(".")[0] == "ui"] == []
