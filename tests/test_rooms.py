"""The rooms of the program: imports run one way between them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import rag

ROOT = Path(rag.__file__).parents[1]
ROOMS = {
    "rag": (
        "types", "errors", "settings", "messages", "clock", "documents", "models", "facts", "index",
        "retrieve", "understand", "verify", "answer", "generate", "assistant", "training",
    ),
    "ui": ("show", "access", "service", "programs", "page", "commands"),
}  # fmt: skip
"""Of each package; each may import those before it."""
MOST_LOOSE_MODULES = 6
APART = ("rag.training", "eval.fitting")
"""Not in the wheel."""


def imports_of(file: Path) -> Iterator[str]:
    """The modules of the program that a file names in its imports."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def steps(package: str) -> Iterator[tuple[Path, str]]:
    """Every import of a module of the package, with the file that has it."""
    for file in (ROOT / package).rglob("*.py"):
        yield from ((file.relative_to(ROOT), name) for name in imports_of(file))


@pytest.mark.parametrize("package", ROOMS)
def test_no_room_imports_one_after_it(package: str) -> None:
    rooms, back = ROOMS[package], []
    for file, name in steps(package):
        own = file.with_suffix("").parts[1]
        room = ([*name.split("."), ""])[1] if name.startswith(f"{package}.") else ""
        if own in rooms and room in rooms and rooms.index(room) > rooms.index(own):
            back.append(f"{file} imports {name}")
    assert back == []


@pytest.mark.parametrize("package", ROOMS)
def test_every_module_is_in_a_room(package: str) -> None:
    loose = [f for f in (ROOT / package).glob("*.py") if f.stem != "__init__"]
    assert len(loose) <= MOST_LOOSE_MODULES
    found = {f.stem for f in loose} | {
        f.parent.name for f in (ROOT / package).glob("*/__init__.py")
    }
    assert found == set(ROOMS[package])


def test_imports_run_from_the_page_to_the_evaluation_to_the_answers() -> None:
    assert [f"{f} imports {n}" for f, n in steps("rag") if n.split(".")[0] in {"ui", "eval"}] == []
    assert [f"{f} imports {n}" for f, n in steps("eval") if n.split(".")[0] == "ui"] == []


def test_what_is_not_in_the_wheel_is_imported_by_nothing_that_is() -> None:
    inside = [
        f"{file} imports {name}"
        for package in ("rag", "eval", "ui")
        for file, name in steps(package)
        if name.startswith(APART) and not str(file).startswith(("rag/training", "eval/fitting"))
    ]
    assert inside == []
