"""Files from strangers: names, kinds, sizes; and removal that loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import CorpusError, InputError
from ui.service import uploads
from ui.service.uploads import clean_name, remove, take_in


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("pay.md", "pay.md"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ana\\Pay 2026.MD", "Pay 2026.md"),
        ("..\\..\\x.md", "x.md"),
        (".hidden.md", "hidden.md"),
        ("a\x00b\nc.md", "abc.md"),
        ("\u202edm.exe.md", "dm.exe.md"),
        ("con.md", "_con.md"),
        ("Gehälter – März.md", "Gehälter – März.md"),
        ("x" * 300 + ".md", "x" * 97 + ".md"),
        ('we<i>rd:"?*|.md', "we i rd.md"),
    ],
)
def test_names_are_cleaned(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@pytest.mark.parametrize("name", ["", ".md", "...", "noending", "/", "  .md"])
def test_names_without_a_name_are_refused(name: str) -> None:
    with pytest.raises(InputError):
        clean_name(name)


@given(st.text(max_size=150))
def test_no_name_leaves_the_folder(name: str) -> None:
    try:
        clean = clean_name(name)
    except InputError:
        return
    assert Path(clean).name == clean
    assert not clean.startswith(".")
    assert len(clean) <= 102
    assert clean.isprintable()


def sent(tmp_path: Path, name: str, text: str = "# Pay\n\nIt is $1.\n") -> tuple[str, Path]:
    path = tmp_path / f"upload-{abs(hash(name))}"
    path.write_text(text, "utf-8")
    return name, path


def test_files_are_taken_in_or_refused_with_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MAX_UPLOAD_BYTES", 1000)
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    files = [
        sent(tmp_path, "../pay.md"),
        sent(tmp_path, "run.exe"),
        sent(tmp_path, "big.md", "x" * 1001),
        sent(tmp_path, "empty.md", ""),
    ]
    taken, refused = take_in(files, corpus)
    assert taken == ["pay.md"]
    assert [path.name for path in corpus.iterdir()] == ["pay.md"]
    assert {file.name: file.reason.split(" ")[0] for file in refused} == {
        "run.exe": "not",
        "big.md": "larger",
        "empty.md": "empty",
    }


def test_too_many_files_at_once_are_refused(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    files = [sent(tmp_path, f"{number}.md") for number in range(uploads.MAX_FILES_AT_ONCE + 2)]
    taken, refused = take_in(files, corpus)
    assert len(taken) == uploads.MAX_FILES_AT_ONCE
    assert len(refused) == 2


def test_what_is_removed_is_kept_aside(tmp_path: Path) -> None:
    corpus, store = tmp_path / "corpus", tmp_path / "store"
    (corpus / "sub").mkdir(parents=True)
    (corpus / "sub" / "pay.md").write_text("# Pay")
    moved = remove("sub/pay.md", corpus, store)
    assert moved.read_text() == "# Pay"
    assert moved.is_relative_to(store / uploads.REMOVED)
    assert not (corpus / "sub" / "pay.md").exists()


@pytest.mark.parametrize("document", ["../secret.md", "none.md", ".hidden.md", "run.exe", ""])
def test_nothing_else_can_be_removed(tmp_path: Path, document: str) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name in ("../secret.md", ".hidden.md", "run.exe"):
        (corpus / name).write_text("x")
    with pytest.raises(CorpusError):
        remove(document, corpus, tmp_path / "store")
    assert (tmp_path / "secret.md").exists()
