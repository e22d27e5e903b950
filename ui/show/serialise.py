"""Answers and hits as the JSON objects that others rely on.

The keys are a contract (see the README's section on the commands): programs outside this
project read them, so a key is added here with care and never renamed.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rag.types import Answer, Citation, CitedFact, Conflict, Hit

if TYPE_CHECKING:
    from rag.index.store import IndexReport

JsonObject = dict[str, Any]


def answer_json(answer: Answer) -> JsonObject:
    """The contract's object for one answer, without an id.

    ``generation`` says how a language model did on it: null where none was asked.
    """
    return {
        "answer": answer.text,
        "abstained": answer.abstained,
        "confidence": answer.confidence,
        "standalone_question": answer.standalone_question,
        "model": answer.model,
        "citations": [citation_json(citation) for citation in answer.citations],
        "facts": [fact_json(cited) for cited in answer.facts],
        "conflicts": [conflict_json(conflict) for conflict in answer.conflicts],
        "suggestions": list(answer.suggestions),
        "timings_ms": dict(answer.timings_ms),
        "generation": asdict(answer.generation) if answer.generation else None,
    }


def citation_json(citation: Citation) -> JsonObject:
    return {
        "marker": citation.marker,
        "document": citation.document,
        "title": citation.title,
        "section": citation.section,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "page": citation.page,
    }


def fact_json(cited: CitedFact) -> JsonObject:
    fact = cited.fact
    return {
        "role": fact.role,
        "level": fact.level,
        "min_years": fact.min_years,
        "max_years": fact.max_years,
        "region": fact.region,
        "place": fact.place,
        "low": fact.low,
        "high": fact.high,
        "open_ended": fact.open_ended,
        "currency": fact.currency,
        "period": fact.period,
        "component": fact.component,
        "statistic": fact.statistic,
        "as_of": fact.as_of,
        "marker": cited.marker,
    }


def conflict_json(conflict: Conflict) -> JsonObject:
    return {"about": conflict.about, "markers": list(conflict.markers)}


def hit_json(hit: Hit, document_text: str) -> JsonObject:
    """The contract's object for one passage; its text is ``document_text[start:end]``."""
    chunk = hit.chunk
    return {
        "document": chunk.document,
        "title": chunk.title,
        "section": chunk.section,
        "text": chunk.span.of(document_text),
        "start": chunk.span.start,
        "end": chunk.span.end,
        "score": float(hit.score),
    }


def report_json(report: IndexReport) -> JsonObject:
    """What an update of the index did; paths are relative to the corpus folder."""
    return {
        "added": list(report.added),
        "changed": list(report.changed),
        "removed": list(report.removed),
        "unchanged": list(report.unchanged),
        "failed": [{"path": failure.path, "reason": failure.reason} for failure in report.failed],
        "documents": len(report.added) + len(report.changed) + len(report.unchanged),
        "chunks": report.chunks,
        "facts": report.facts,
        "seconds": round(report.seconds, 3),
        "embedded": report.embedded,
        "chunks_per_second": round(report.chunks_per_second, 1)
        if report.chunks_per_second is not None
        else None,
        "peak_memory_mb": round(report.peak_memory_bytes / 2**20),
    }
