"""The store: nothing embedded twice, nothing half written, nothing unpickled."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import rag
from rag.errors import CareerChatError, CorpusError, StoreError
from rag.store import (
    FORMAT,
    Generation,
    IndexReport,
    Manifest,
    load,
    pipeline_fingerprint,
    read_manifest,
    update,
)
from rag.types import Matrix
from tests.rag.fakes import WordsEmbedder

PAY = "# Pay\n\nUpdated June 2026.\n\nSenior AI engineers earn $200,000 a year in the US.\n"
WORK = "# Work\n\nAI engineers build systems. They test them too.\n\n- first\n- second\n"


class Stopped(BaseException):
    """As if the process were stopped: no `except Exception` sees it."""


class StoppingEmbedder(WordsEmbedder):
    def embed(self, texts: Sequence[str]) -> Matrix:
        raise Stopped(len(texts))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "pay.md").write_text(PAY, encoding="utf-8")
    (folder / "work.md").write_text(WORK, encoding="utf-8")
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def build(
    corpus: Path, store: Path, embedder: WordsEmbedder | None = None
) -> tuple[IndexReport, Generation]:
    return update(corpus, store=store, embedder=embedder or WordsEmbedder())


def assert_same(one: Generation, other: Generation) -> None:
    assert one.documents == other.documents
    assert one.chunks == other.chunks
    assert one.facts == other.facts
    assert one.failed == other.failed
    np.testing.assert_array_equal(one.vectors, other.vectors)
    query = one.vectors[:2]
    for a, b in zip(one.index.search(query, k=3), other.index.search(query, k=3), strict=True):
        np.testing.assert_array_equal(a, b)


def opened(store: Path) -> Generation:
    manifest = read_manifest(store)
    assert manifest is not None
    return load(store, manifest)


def live_folder(store: Path) -> Path:
    manifest = read_manifest(store)
    assert manifest is not None
    return store / "generations" / manifest.generation


# --- updates --------------------------------------------------------------------------


def test_what_was_built_is_what_is_opened(corpus: Path, store: Path) -> None:
    report, built = build(corpus, store)
    assert report.added == ("pay.md", "work.md")
    assert (report.changed, report.removed, report.unchanged, report.failed) == ((), (), (), ())
    assert report.chunks == len(built.chunks) == len(built.index) == len(built.vectors)
    assert report.facts == len(built.facts) > 0
    assert report.store == store
    assert_same(built, opened(store))


def test_every_row_is_the_vector_of_its_chunk(corpus: Path, store: Path) -> None:
    _, built = build(corpus, store)
    expected = WordsEmbedder().embed([c.embedding_text for c in built.chunks])
    np.testing.assert_allclose(built.vectors, expected, atol=1e-6)


def test_an_unchanged_corpus_is_neither_embedded_nor_written_again(
    corpus: Path, store: Path
) -> None:
    _, first = build(corpus, store)
    written = (store / "manifest.json").read_bytes()
    embedder = WordsEmbedder()
    report, second = build(corpus, store, embedder)
    assert embedder.embedded == []
    assert report.unchanged == ("pay.md", "work.md")
    assert (report.added, report.changed, report.removed) == ((), (), ())
    assert (store / "manifest.json").read_bytes() == written
    assert_same(first, second)


def test_only_what_changed_is_embedded(corpus: Path, store: Path) -> None:
    build(corpus, store)
    (corpus / "work.md").write_text(WORK + "\n## More\n\nA new section.\n", encoding="utf-8")
    embedder = WordsEmbedder()
    report, built = build(corpus, store, embedder)
    assert report.changed == ("work.md",)
    assert report.unchanged == ("pay.md",)
    assert embedder.embedded == ["Work > More\nA new section."]
    assert_same(built, opened(store))
    _, fresh = build(corpus, store.with_name("other"))
    assert_same(built, fresh)


def test_a_renamed_file_is_removed_and_added_but_not_embedded(corpus: Path, store: Path) -> None:
    build(corpus, store)
    (corpus / "work.md").rename(corpus / "job.md")
    embedder = WordsEmbedder()
    report, built = build(corpus, store, embedder)
    assert (report.added, report.removed, report.unchanged) == (
        ("job.md",),
        ("work.md",),
        ("pay.md",),
    )
    assert embedder.embedded == []
    assert {c.document for c in built.chunks} == {"job.md", "pay.md"}


def test_a_removed_file_leaves_nothing_behind(corpus: Path, store: Path) -> None:
    build(corpus, store)
    (corpus / "pay.md").unlink()
    report, built = build(corpus, store)
    assert report.removed == ("pay.md",)
    assert {c.document for c in built.chunks} == {"work.md"}
    assert built.facts == ()
    stored = b"".join(p.read_bytes() for p in store.rglob("*") if p.is_file())
    assert b"pay.md" not in stored
    assert len(list((store / "generations").iterdir())) == 1


def test_two_files_of_the_same_words_are_two_documents(corpus: Path, store: Path) -> None:
    shutil.copy(corpus / "pay.md", corpus / "copy.md")
    _, built = build(corpus, store)
    assert [d.path for d in built.documents] == ["copy.md", "pay.md", "work.md"]
    assert len([c for c in built.chunks if c.document == "copy.md"]) == len(
        [c for c in built.chunks if c.document == "pay.md"]
    )


def test_a_file_that_fails_is_named_and_the_rest_is_served(corpus: Path, store: Path) -> None:
    (corpus / "empty.md").write_bytes(b"")
    (corpus / "picture.txt").write_bytes(bytes(range(256)) * 10)
    for _ in range(2):
        report, built = build(corpus, store)
        assert {f.path for f in report.failed} == {"empty.md", "picture.txt"}
        assert all(f.reason and "\n" not in f.reason for f in report.failed)
        assert len(built.documents) == 2
        assert opened(store).failed == built.failed
    assert report.unchanged == ("pay.md", "work.md")
    (corpus / "empty.md").write_text("No longer.", encoding="utf-8")
    report, _ = build(corpus, store)
    assert report.added == ("empty.md",)
    (corpus / "pay.md").write_bytes(b"")
    report, built = build(corpus, store)
    assert report.removed == ("pay.md",)
    assert "pay.md" in {f.path for f in report.failed}


def test_a_corpus_without_documents_is_one_line(tmp_path: Path, store: Path) -> None:
    corpus = tmp_path / "nothing"
    corpus.mkdir()
    with pytest.raises(CorpusError, match="no readable documents"):
        build(corpus, store)
    (corpus / "a.md").write_bytes(b"\0")
    with pytest.raises(CorpusError, match=r"could be read \(a.md: not a text file\)"):
        build(corpus, store)


def test_progress_is_told_to_the_end(corpus: Path, store: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    update(corpus, store=store, embedder=WordsEmbedder(), progress=lambda *step: seen.append(step))
    assert ("reading", 2, 2) in seen
    assert seen[-1][0] == "embedding"
    assert seen[-1][1] == seen[-1][2] > 0


# --- damage ---------------------------------------------------------------------------


def test_a_build_that_is_stopped_leaves_the_old_generation(corpus: Path, store: Path) -> None:
    _, old = build(corpus, store)
    (corpus / "new.md").write_text("A new one.", encoding="utf-8")
    with pytest.raises(Stopped):
        build(corpus, store, StoppingEmbedder())
    assert_same(old, opened(store))
    report, _ = build(corpus, store)
    assert report.added == ("new.md",)


@pytest.mark.parametrize("write", [-1, *range(9)])
def test_a_process_killed_at_any_write_leaves_the_old_generation(
    corpus: Path, store: Path, write: int
) -> None:
    """Really killed: at its nth fsync, or (-1) just before its first rename."""
    _, old = build(corpus, store)
    (corpus / "new.md").write_text("A new one.", encoding="utf-8")
    script = f"""
import os
from pathlib import Path
from rag.store import update
from tests.rag.fakes import WordsEmbedder
calls, fsync = 0, os.fsync
def stop(descriptor):
    global calls
    if calls == {write}:
        os.kill(os.getpid(), 9)
    calls += 1
    fsync(descriptor)
os.fsync = stop
if {write} == -1:
    os.replace = lambda *paths: os.kill(os.getpid(), 9)
update(Path({str(corpus)!r}), store=Path({str(store)!r}), embedder=WordsEmbedder())
"""
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, timeout=120
    )
    after = opened(store)
    if after.name == old.name:
        assert done.returncode == -9
        assert_same(old, after)
    else:
        assert done.returncode == 0 or write > 6, done.stderr.decode()
    report, new = build(corpus, store)
    assert report.added == (("new.md",) if after.name == old.name else ())
    assert_same(new, opened(store))
    _, fresh = build(corpus, store.with_name("fresh"))
    assert_same(new, fresh)
    assert [p.name for p in (store / "generations").iterdir()] == [live_folder(store).name]


def file_of(store: Path, kind: str) -> Path:
    return {
        "generation": live_folder(store) / "documents.json",
        "document": min((store / "documents").glob("*.json")),
        "vectors": min(store.glob("vectors/*/*.npy")),
    }[kind]


@pytest.mark.parametrize("name", ["generation", "document", "vectors"])
@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "one bit"])
def test_a_damaged_generation_is_rebuilt(corpus: Path, store: Path, name: str, damage: str) -> None:
    _, good = build(corpus, store)
    path = file_of(store, name)
    data = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "cut":
        path.write_bytes(data[: len(data) // 2])
    else:
        middle = len(data) // 2
        path.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
    with pytest.raises(StoreError):
        opened(store)
    _, rebuilt = build(corpus, store)
    assert_same(good, rebuilt)
    assert_same(good, opened(store))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '"x"', '{"format": 1}', '{"format": "x"}', "\udcff", "[" * 5000]
)
def test_a_damaged_manifest_is_rebuilt(corpus: Path, store: Path, text: str) -> None:
    _, good = build(corpus, store)
    (store / "manifest.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert read_manifest(store) is None
    _, rebuilt = build(corpus, store)
    assert_same(good, rebuilt)


def edit_manifest(store: Path, **fields: object) -> None:
    path = store / "manifest.json"
    path.write_text(
        json.dumps(json.loads(path.read_text(encoding="utf-8")) | fields), encoding="utf-8"
    )


def test_a_newer_format_is_refused_in_one_line_and_left_alone(corpus: Path, store: Path) -> None:
    build(corpus, store)
    (store / "manifest.json").write_text(
        json.dumps({"format": FORMAT + 1, "other": "fields"}), encoding="utf-8"
    )
    before = {p: p.read_bytes() for p in store.rglob("*") if p.is_file()}
    with pytest.raises(
        StoreError, match="newer career-chat: update, or choose another --store"
    ) as caught:
        build(corpus, store)
    assert "\n" not in str(caught.value)
    assert {p: p.read_bytes() for p in store.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize(
    "fields", [{"format": FORMAT - 1}, {"embedder": "another/1"}, {"pipeline": "other code"}]
)
def test_a_store_of_another_format_embedder_or_pipeline_is_rebuilt(
    corpus: Path, store: Path, fields: dict[str, object]
) -> None:
    _, good = build(corpus, store)
    edit_manifest(store, **fields)
    embedder = WordsEmbedder()
    _, rebuilt = build(corpus, store, embedder)
    assert rebuilt.name != good.name
    assert embedder.embedded == []  # the texts are the same, and their vectors are kept
    assert_same(good, rebuilt)
    manifest = read_manifest(store)
    assert manifest is not None
    assert (manifest.format, manifest.embedder) == (FORMAT, embedder.fingerprint)
    assert manifest.pipeline == pipeline_fingerprint()


def test_another_embedders_vectors_are_never_used(corpus: Path, store: Path) -> None:
    _, old = build(corpus, store)
    embedder = WordsEmbedder(fingerprint="words/2")
    _, new = build(corpus, store, embedder)
    assert len(embedder.embedded) == len({c.embedding_text for c in old.chunks})
    assert new.name != old.name
    first = WordsEmbedder()
    build(corpus, store, first)
    assert first.embedded == []  # once, ever, for one embedder
    build(corpus, store, embedder)
    manifest = read_manifest(store)
    assert manifest is not None
    assert manifest.embedder == "words/2"


# --- disk -----------------------------------------------------------------------------


def test_nothing_in_the_store_is_pickled(corpus: Path, store: Path) -> None:
    build(corpus, store)
    assert {p.name for p in store.iterdir()} <= {
        *("manifest.json", "generations", "documents", "vectors", "lock")
    }
    for path in [*store.glob("generations/*/*"), *store.glob("documents/*")]:
        assert path.suffix == ".json"
        json.loads(path.read_bytes())
    for path in store.glob("vectors/*/*"):
        assert path.read_bytes()[:6] == b"\x93NUMPY"
        np.load(path, allow_pickle=False)


def test_the_package_never_unpickles() -> None:
    forbidden = {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal", "cloudpickle"}
    for path in Path(rag.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert not forbidden & {a.name.split(".")[0] for a in node.names}, path
            elif isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] not in forbidden, path
            elif isinstance(node, ast.keyword):
                allowed = isinstance(node.value, ast.Constant) and node.value.value is False
                assert node.arg != "allow_pickle" or allowed, path
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                assert (node.value.id, node.attr) != ("torch", "load"), path


def test_updates_at_once_leave_a_good_store(corpus: Path, store: Path) -> None:
    errors: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(3):
                (corpus / f"{number}.md").write_text(
                    f"Words of {number}, turn {turn}.", encoding="utf-8"
                )
                build(corpus, store)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert errors == []
    report, last = build(corpus, store)
    assert {d.path for d in last.documents} == {"pay.md", "work.md", *(f"{n}.md" for n in range(4))}
    assert_same(last, opened(store))
    assert len(list((store / "generations").iterdir())) == 1
    assert (report.added, report.removed) == ((), ())


@pytest.mark.parametrize("where", ["file", "file/below"])
def test_a_store_that_cannot_be_made_is_one_line(corpus: Path, tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(StoreError, match=r"^cannot write to .*: choose another --store$"):
        build(corpus, tmp_path / where)


def test_a_store_that_cannot_be_written_keeps_the_old_generation(corpus: Path, store: Path) -> None:
    _, old = build(corpus, store)
    generation = live_folder(store)
    (store / "generations").rename(store / "kept")
    (store / "generations").write_text("in the way", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot write to"):
        build(corpus, store)
    (store / "generations").unlink()
    (store / "kept").rename(store / "generations")
    assert live_folder(store) == generation
    assert_same(old, opened(store))


def test_errors_are_of_one_tree() -> None:
    assert issubclass(StoreError, CareerChatError)
    assert Manifest.model_fields["files"].is_required()
