"""The store: nothing embedded twice, nothing half written, nothing unpickled."""

from __future__ import annotations

import ast
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

import rag
from rag.errors import CareerChatError, CorpusError, StoreError
from rag.index.store import (
    FORMAT,
    Generation,
    IndexReport,
    Manifest,
    load,
    pipeline_fingerprint,
    read_manifest,
    update,
)
from rag.index.vectors import MAX_FILES
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


def test_a_file_with_the_stamp_that_is_known_is_not_hashed_again(
    corpus: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.index.store.SETTLED_SECONDS", -3600.0)
    build(corpus, store)
    manifest = read_manifest(store)
    assert manifest is not None
    assert manifest.stamps.keys() == {"pay.md", "work.md"}
    told = {**manifest.documents, "work.md": "0" * 64}
    edit_manifest(store, documents=told)
    report, _ = build(corpus, store)
    assert report.unchanged == ("pay.md", "work.md")
    os.utime(corpus / "work.md")
    report, _ = build(corpus, store)
    assert report.changed == ("work.md",)


def test_an_edit_that_keeps_size_and_time_is_seen(
    corpus: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.index.store.SETTLED_SECONDS", -3600.0)
    build(corpus, store)
    before = (corpus / "work.md").stat()
    (corpus / "work.md").write_text(WORK.replace("systems", "modules"), encoding="utf-8")
    os.utime(corpus / "work.md", ns=(before.st_atime_ns, before.st_mtime_ns))
    report, _ = build(corpus, store)
    assert report.changed == ("work.md",)


def test_a_file_changed_just_now_is_hashed_again(corpus: Path, store: Path) -> None:
    """The disk's clock ticks slowly: it may change once more and keep its times."""
    build(corpus, store)
    manifest = read_manifest(store)
    assert manifest is not None
    assert manifest.stamps == {}


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
    with pytest.raises(CorpusError, match=r"could be read \(a.md: not a text file: "):
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
from rag.index.store import update
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
    root = Path(__file__).parents[3]
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


def test_a_store_that_nobody_can_lock_is_read_where_nothing_changed(
    corpus: Path, store: Path
) -> None:
    _, old = build(corpus, store)
    (store / "lock").unlink()
    (store / "lock").mkdir()
    report, again = build(corpus, store)
    assert report.unchanged == ("pay.md", "work.md")
    assert_same(old, again)


@pytest.mark.skipif(getattr(os, "geteuid", int)() == 0, reason="root may write everywhere")
def test_a_read_only_store_is_served_until_the_folder_changes(corpus: Path, store: Path) -> None:
    _, old = build(corpus, store)
    folders = [store, *(p for p in store.rglob("*") if p.is_dir())]
    for folder in folders:
        folder.chmod(0o500)
    (store / "lock").chmod(0o400)
    try:
        _, again = build(corpus, store)
        assert_same(old, again)
        (corpus / "new.md").write_text("A new one.", encoding="utf-8")
        with pytest.raises(StoreError, match=r"^cannot write to .*: the old index is untouched$"):
            build(corpus, store)
    finally:
        for folder in folders:
            folder.chmod(0o700)
    assert_same(old, opened(store))


def test_a_corpus_that_goes_away_meanwhile_leaves_the_old_generation(
    corpus: Path, store: Path
) -> None:
    _, old = build(corpus, store)
    (corpus / "new.md").write_text("A new one.", encoding="utf-8")

    def vanish(doing: str, _done: int, _total: int) -> None:
        if doing == "reading" and corpus.exists():
            shutil.rmtree(corpus)

    with pytest.raises(CorpusError, match="there is no corpus folder"):
        update(corpus, store=store, embedder=WordsEmbedder(), progress=vanish)
    assert_same(old, opened(store))


def test_a_file_removed_meanwhile_has_not_failed(corpus: Path, store: Path) -> None:
    (corpus / "new.md").write_text("A new one.", encoding="utf-8")

    def remove(_doing: str, _done: int, _total: int) -> None:
        (corpus / "new.md").unlink(missing_ok=True)

    report, built = update(corpus, store=store, embedder=WordsEmbedder(), progress=remove)
    assert report.failed == ()
    assert [d.path for d in built.documents] == ["pay.md", "work.md"]


def test_errors_are_of_one_tree() -> None:
    assert issubclass(StoreError, CareerChatError)
    assert Manifest.model_fields["files"].is_required()


# --- whatever happens -----------------------------------------------------------------

BUILD = """
import sys
from pathlib import Path
from rag.errors import CareerChatError
from rag.index.store import build
from tests.rag.fakes import WordsEmbedder
print("begins", flush=True)
try:
    build(Path(sys.argv[1]), store=Path(sys.argv[2]), embedder=WordsEmbedder())
except CareerChatError as error:
    sys.exit(str(error))
"""
ROOT = Path(__file__).parents[3]


def start_build(corpus: Path, store: Path, *, before: str = "") -> subprocess.Popen[str]:
    """A build in a process of its own, which has loaded its modules and begins."""
    process = subprocess.Popen(
        [sys.executable, "-c", before + BUILD, str(corpus), str(store)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "begins\n"
    return process


FORKING = """
import os, sys
from pathlib import Path
from rag.index.store import build
from tests.rag.fakes import WordsEmbedder
corpus, store = Path(sys.argv[1]), Path(sys.argv[2])
build(corpus, store=store.with_name("warm"), embedder=WordsEmbedder())
print("ready", flush=True)
while sys.stdin.readline():
    child = os.fork()
    if child == 0:
        build(corpus, store=store, embedder=WordsEmbedder())
        os._exit(0)
    print(child, flush=True)
    sys.stdin.readline()
    print(os.waitpid(child, 0)[1], flush=True)
"""


@contextmanager
def forking_builds(corpus: Path, store: Path) -> Iterator[Callable[[float], bool]]:
    """A process that has all loaded and forks; the function starts a build and kills it after so
    many seconds, and tells whether it was still at work."""
    with subprocess.Popen(
        [sys.executable, "-c", FORKING, str(corpus), str(store)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        lines, orders = process.stdout, process.stdin
        assert lines
        assert orders
        assert lines.readline() == "ready\n"

        def build_until(seconds: float) -> bool:
            orders.write("\n")
            orders.flush()
            child = int(lines.readline())
            time.sleep(seconds)
            os.kill(child, signal.SIGKILL)  # not waited for yet, so the number is still its own
            orders.write("\n")
            orders.flush()
            return int(lines.readline()) == signal.SIGKILL

        yield build_until


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_build_killed_at_any_moment_leaves_a_store_that_opens(
    tmp_path: Path, store: Path
) -> None:
    """kill -9 at 50 random moments of builds that have much to do, one after the other."""
    corpus = tmp_path / "many"
    corpus.mkdir()
    chance = random.Random(7)

    def write(number: int) -> None:
        text = "\n\n".join(f"# Part {n}\n\nWords {chance.random()}." for n in range(10))
        (corpus / f"{number}.md").write_text(text, encoding="utf-8")

    for number in range(30):
        write(number)
    names: set[str | None] = set()
    killed = 0
    with forking_builds(corpus, store) as build_until:
        build(corpus, store.with_name("first"))
        started = time.perf_counter()
        build(corpus, store.with_name("whole"))
        whole_seconds = time.perf_counter() - started
        for _ in range(50):
            for number in chance.sample(range(30), 10):
                write(number)
            was_killed = build_until(chance.uniform(0, whole_seconds))
            killed += was_killed
            # How long a build takes depends on what else the machine does meanwhile.
            whole_seconds *= 1.2 if was_killed else 0.8
            manifest = read_manifest(store)
            names.add(manifest.generation if manifest else None)
            if manifest is not None:
                generation = load(store, manifest)
                assert len(generation.documents) == 30
                assert len(generation.chunks) == len(generation.index) > 0
    assert killed >= 10
    assert len(names) > 1
    _, built = build(corpus, store)
    _, fresh = build(corpus, store.with_name("fresh"))
    assert_same(built, fresh)
    assert {p.name for p in (store / "generations").iterdir()} == {built.name}
    assert not list((store / "vectors").rglob("*.new"))


def test_two_builds_at_once_are_one_after_the_other(corpus: Path, store: Path) -> None:
    processes = [start_build(corpus, store) for _ in range(2)]
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert (process.returncode, errors) == (0, "")
    report, _ = build(corpus, store)
    assert report.unchanged == ("pay.md", "work.md")


def test_a_build_that_waits_says_so(corpus: Path, store: Path) -> None:
    store.mkdir()
    seen: list[str] = []
    lock = FileLock(store / "lock")

    def tick(doing: str, _done: int, _total: int) -> None:
        seen.append(doing)
        lock.release(force=True)

    lock.acquire()
    update(corpus, store=store, embedder=WordsEmbedder(), progress=tick)
    assert seen[0] == "waiting for another career-chat that is indexing"


@pytest.mark.skipif(sys.platform == "win32", reason="limits of processes are POSIX's")
def test_a_full_disk_is_one_line_and_the_old_generation_is_untouched(
    corpus: Path, store: Path
) -> None:
    """As near to a full disk as a test comes: no file may grow beyond 3,000 bytes."""
    _, old = build(corpus, store)
    (corpus / "new.md").write_text("# New\n\n" + "Many words of it. " * 500, encoding="utf-8")
    limit = (
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))\n"
    )
    process = start_build(corpus, store, before=limit)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert errors.strip().startswith(f"cannot write to {store} (")
    assert errors.strip().endswith("): the old index is untouched")
    assert errors.count("\n") == 1
    assert_same(old, opened(store))
    report, _ = build(corpus, store)
    assert report.added == ("new.md",)


def test_a_file_that_fails_is_not_read_again_until_it_changes(corpus: Path, store: Path) -> None:
    (corpus / "empty.md").write_bytes(b"")
    build(corpus, store)
    manifest = read_manifest(store)
    assert manifest is not None
    edit_manifest(store, failed={"empty.md": "as it was told before"})
    report, _ = build(corpus, store)
    assert [f.reason for f in report.failed] == ["as it was told before"]
    (corpus / "empty.md").write_bytes(b" ")
    report, _ = build(corpus, store)
    assert [f.reason for f in report.failed] == ["no text in it"]


def test_a_file_too_large_is_not_even_opened(corpus: Path, store: Path) -> None:
    with (corpus / "huge.txt").open("wb") as file:
        file.truncate(1_100_000_000)  # of one line; takes no room on the disk
    report, built = build(corpus, store)
    assert [(f.path, f.reason) for f in report.failed] == [
        ("huge.txt", "larger than 50 MB: split it")
    ]
    assert len(built.documents) == 2


def test_nothing_has_changed_gives_back_what_was_open(corpus: Path, store: Path) -> None:
    _, first = build(corpus, store)
    _, second = update(corpus, store=store, embedder=WordsEmbedder(), loaded=first)
    assert second is first
    (corpus / "new.md").write_text("A new one.", encoding="utf-8")
    _, third = update(corpus, store=store, embedder=WordsEmbedder(), loaded=first)
    assert third is not first
    kept = {d.path: d for d in third.documents}
    assert all(kept[d.path] is d for d in first.documents)


def test_a_link_out_of_the_folder_is_not_followed(corpus: Path, store: Path) -> None:
    secret = corpus.parent / "secret.md"
    secret.write_text("The secret word is xyzzy.", encoding="utf-8")
    (corpus / "link.md").symlink_to(secret)
    (corpus / "folder").symlink_to(corpus.parent, target_is_directory=True)
    report, built = build(corpus, store)
    assert {d.path for d in built.documents} == {"pay.md", "work.md"}
    not_followed = "a link out of the folder, which is not followed: copy the {} into it"
    assert [(f.path, f.reason) for f in report.failed] == [
        ("folder", not_followed.format("folder")),
        ("link.md", not_followed.format("file")),
    ]


def test_the_vectors_of_many_updates_are_merged(corpus: Path, store: Path) -> None:
    for number in range(MAX_FILES + 3):
        (corpus / "new.md").write_text(f"Number {number} it is.", encoding="utf-8")
        build(corpus, store)
    assert len(list(store.glob("vectors/*/*.npy"))) < MAX_FILES
    (corpus / "new.md").write_text("Number 0 it is.", encoding="utf-8")
    embedder = WordsEmbedder()
    _, built = build(corpus, store, embedder)
    assert embedder.embedded == []
    _, fresh = build(corpus, store.with_name("fresh"))
    assert_same(built, fresh)
