"""Measuring and fitting the support check, on small files of the sets' own form."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from eval.benchmarks.support import (
    Claim,
    best_threshold,
    cross_validated,
    fit,
    load_begin,
    load_wice,
    main,
    score,
    write,
)
from rag.errors import InputError
from rag.models.embedder import MiniLM
from rag.verify.support import FEATURES, SupportModel

WICE = [
    {
        "label": label,
        "supporting_sentences": sets,
        "claim": claim,
        "evidence": ["Oslo is in Norway.", f"{claim}" if label == "supported" else "It rains."],
        "meta": {"claim_title": claim},
    }
    for claim, label, sets in [
        ("Ada Lund leads the Oslo office.", "supported", [[1]]),
        ("Bo Berg left in 2019.", "partially_supported", [[0, 1]]),
        ("Cy Dahl sells ships in Bergen.", "not_supported", []),
        ("Di Eng teaches physics at a school.", "supported", [[1]]),
        ("Ed Fors paints green boats.", "not_supported", []),
        ("Flo Gran writes about trains.", "supported", [[1]]),
    ]
]
BEGIN = """model_name\tdata_source\tknowledge\tmessage\tresponse\tbegin_label
a\tx\tCats like fish. Dogs like bones.\thi\tdogs like "bones"\tFully attributable
a\tx\tCats like fish. Dogs like bones.\thi\tbirds like seeds\tNot fully attributable
a\tx\tThe sun is hot.\thi\tnice!\tGeneric
a\tx\t\thi\tno knowledge\tNot fully attributable
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    (folder / "wice-dev").mkdir()
    lines = [json.dumps(row) for row in WICE]
    (folder / "wice-dev" / "claims.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "begin").mkdir()
    (folder / "begin" / "begin_dev_wow.tsv").write_text(BEGIN, encoding="utf-8")
    return folder


def test_wice_is_read_with_partial_support_as_no_support(data: Path) -> None:
    claims = list(load_wice(data / "wice-dev"))
    assert [claim.supported for claim in claims] == [True, False, False, True, False, True]
    assert claims[1].supporting == (frozenset({0, 1}),)


def test_begin_is_read_without_generic_responses(data: Path) -> None:
    claims = list(load_begin(data / "begin"))
    assert [(claim.source, claim.text, claim.supported) for claim in claims] == [
        ("BEGIN wow", 'dogs like "bones"', True),
        ("BEGIN wow", "birds like seeds", False),
    ]
    assert claims[0].evidence == ("Cats like fish.", "Dogs like bones.")


def test_the_best_threshold_is_the_best() -> None:
    scores, labels = np.array([0.1, 0.3, 0.4, 0.9]), np.array([False, False, True, True])
    assert best_threshold(scores, labels) == 0.4


def test_a_fitted_check_knows_what_it_was_shown_and_is_stored(
    data: Path, tmp_path: Path, minilm: MiniLM
) -> None:
    claims: list[Claim] = [*load_wice(data / "wice-dev"), *load_begin(data / "begin")]
    scored = score(claims, minilm)
    assert scored.features.shape == (8, len(FEATURES))
    model = fit(scored, np.arange(8))
    write(model, tmp_path / "support.json")
    stored = SupportModel.load(tmp_path / "support.json")
    probabilities = [stored.probability(row) for row in scored.features]
    supported = [p for p, label in zip(probabilities, scored.labels, strict=True) if label]
    others = [p for p, label in zip(probabilities, scored.labels, strict=True) if not label]
    assert min(supported) > max(others)
    held_out = cross_validated(scored)
    assert ((held_out > 0) & (held_out < 1)).all()


def test_the_command_prints_every_set_beside_its_baselines(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(data)]) == 0
    printed = capsys.readouterr().out
    for text in ("WiCE", "BEGIN wow", "cosine", "words", "check", "AUC", "F1"):
        assert text in printed


def test_missing_data_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path)]) == 1
    assert "cannot read" in capsys.readouterr().err
    with pytest.raises(InputError, match=r"no begin_\*\.tsv"):
        list(load_begin(tmp_path))
