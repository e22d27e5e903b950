"""The JSON contract: exactly these keys."""

from __future__ import annotations

import json

from tests.ui.fakes import MID_EUROPE, PAY, FakeAssistant
from ui.show.serialise import answer_json, hit_json

CONTRACT = json.loads("""
{"answer": "Markdown with [1] markers", "abstained": false, "confidence": 0.93,
 "standalone_question": "...", "model": "...",
 "citations": [{"marker": 1, "document": "path", "title": "...", "section": "A > B",
                "quote": "verbatim", "start": 1234, "end": 1310, "page": null}],
 "facts": [{"role": "AI engineer", "level": "senior", "min_years": 7, "max_years": null,
            "region": "Europe", "place": null, "low": 100000, "high": 180000, "open_ended": true,
            "currency": "EUR", "period": "year", "component": "base", "statistic": "range",
            "as_of": "2026-06", "marker": 1}],
 "conflicts": [{"about": "...", "markers": [1, 2]}],
 "timings_ms": {"total": 223}}
""")


def test_an_answer_has_the_keys_of_the_contract() -> None:
    written = answer_json(MID_EUROPE)
    assert set(written) == set(CONTRACT) | {"suggestions", "generation"}
    for key in ("citations", "facts", "conflicts"):
        assert set(written[key][0]) == set(CONTRACT[key][0])


def test_an_answer_survives_json() -> None:
    written = answer_json(MID_EUROPE)
    assert json.loads(json.dumps(written, allow_nan=False)) == written


def test_a_quote_is_the_documents_own_text() -> None:
    for citation in answer_json(MID_EUROPE)["citations"]:
        assert citation["quote"] == PAY.text[citation["start"] : citation["end"]]


def test_a_passage_is_the_documents_own_text() -> None:
    (hit,) = FakeAssistant().search("pay")
    written = hit_json(hit, PAY.text)
    assert set(written) == {"document", "title", "section", "text", "start", "end", "score"}
    assert written["text"] == PAY.text[written["start"] : written["end"]]
