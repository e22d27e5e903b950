"""A first question file for a new corpus, drafted from its facts, tables and headings.

For its owner to correct: the expected answers are what the program read out of the documents, so
a draft measures nothing until a person has looked at it. What is drafted:

- pay: what somebody earns, for each fact, in the ways people ask
- follow-ups: the same for another place or level, asked in a few words
- arithmetic: how much more one level has than another
- conflicts: where two documents give different figures for the same thing
- tables: a cell by its row and column, the figure of a year and how much it has risen
- headings: what a section says
- unanswerable: the pay of places and professions that no document names, and other subjects

Nothing is random: the same corpus gives the same draft.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations, groupby, zip_longest
from pathlib import Path

from eval.figures import CURRENCIES, Figure, parse_figures
from eval.question_tables import TABLES, write_table
from eval.questions import Kind, Question, Quote
from rag.errors import InputError
from rag.facts import wording
from rag.facts.series import Series, Value, read_series
from rag.types import Block, BlockKind, Cell, Document, SalaryFact

MAX_QUESTIONS = 120
SHARES = {"pay": 0.3, "table": 0.15, "heading": 0.15, "follow-up": 0.15, "arithmetic": 0.05,
          "conflict": 0.05, "unanswerable": 0.15}  # fmt: skip
"""Of the questions asked for; what one kind cannot fill is left to the others."""

_PLACES = ("Iceland", "Peru", "Kenya", "New Zealand", "Vietnam", "Morocco", "Finland", "Chile")
_PROFESSIONS = (
    "beekeeper",
    "dental hygienist",
    "train driver",
    "florist",
    "chess coach",
    "plumber",
)
_OTHER_SUBJECTS = (
    "What is the capital of Mongolia?",
    "How do I remove a coffee stain from a carpet?",
    "Who won the last chess world championship?",
    "Which vaccinations do I need for a trip to Ghana?",
    "How long do I boil an egg?",
)
_ASKED = {
    "unspecified": ("What does {a_who} earn{where}?", "How much do {whos} make{where}?", "{who} salary{where}"),
    "base": ("What is the base salary of {a_who}{where}?", "base pay for {whos}{where}?"),
    "total": ("What total compensation does {a_who} get{where}?", "TC of {a_who}{where}?"),
    "bonus": ("What bonus does {a_who} get{where}?", "How high is the bonus of {whos}{where}?"),
    "equity": ("How much equity does {a_who} get{where}?",),
}  # fmt: skip
_ABOUT = (
    "What should I know about {}?",
    "Tell me about {}.",
    "What do the documents say about {}?",
)
_MAX_CELL_CHARS = 60
_MAX_HEADING_WORDS = 9
_MAX_WORDS_OF = 2
_ASKS = re.compile(r"\W*(?:what|which|how|why|who|when|where|the)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sources:
    """What is drafted from."""

    documents: tuple[Document, ...]
    facts: tuple[SalaryFact, ...]

    def quote(self, fact: SalaryFact) -> Quote:
        text = next(d.text for d in self.documents if d.path == fact.document)
        return Quote(fact.document, fact.evidence.of(text))

    def names(self, words: str) -> bool:
        """Whether any document uses these words."""
        return any(words.lower() in document.text.lower() for document in self.documents)


def draft(sources: Sources, *, most: int = MAX_QUESTIONS) -> tuple[Question, ...]:
    """At most ``most`` questions, of every sort that the corpus gives.

    :raises InputError: the corpus gives none.
    """
    drafts = {
        "pay": list(_pay(sources)),
        "table": list(_tables(sources)),
        "heading": list(_headings(sources)),
        "follow-up": list(_follow_ups(sources)),
        "arithmetic": list(_differences(sources)),
        "conflict": list(_conflicts(sources)),
        "unanswerable": list(_unanswerable(sources)),
    }
    chosen = [
        q for sort, found in drafts.items() for q in _spread(found, round(SHARES[sort] * most))
    ]
    taken = {q.turns for q in chosen}
    rest = (q for row in zip_longest(*drafts.values()) for q in row if q and q.turns not in taken)
    chosen += [q for q, _ in zip(rest, range(most - len(chosen)), strict=False)]
    unique = {question.turns: question for question in chosen}
    if not unique:
        raise InputError("nothing to ask about was found in the documents: check the corpus folder")
    order = list(Kind)
    ordered = sorted(unique.values(), key=lambda q: order.index(q.kind))
    return tuple(replace(q, id=f"draft-{n:03}") for n, q in enumerate(ordered, start=1))


def write_questions(questions: Sequence[Question], file: Path) -> None:
    """As JSON lines, or as a table for a spreadsheet (.csv, .xlsx).

    :raises InputError: the file is there already, or cannot be written.
    """
    check_new(file)
    records = [record_of(question) for question in questions]
    try:
        if file.suffix.lower() in TABLES:
            write_table(records, file)
        else:
            lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
            file.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write {file} ({error.strerror}); name another file") from None


def check_new(file: Path) -> None:
    """:raises InputError: the file is there already."""
    if file.exists():
        raise InputError(f"{file} is there already; name another file, so that no work is lost")


def record_of(question: Question) -> dict[str, object]:
    """A question as a line of a question file, without the fields that say nothing."""
    record = asdict(question)
    for name in ("figures", "forbidden_figures"):
        record[name] = [{"value": f.value, "unit": f.unit} for f in getattr(question, name)]
    required = ("id", "kind", "turns", "answerable")
    return {name: value for name, value in record.items() if name in required or value}


def _spread(questions: Sequence[Question], count: int) -> list[Question]:
    """At most ``count``, from the whole length of the list."""
    if len(questions) <= count:
        return list(questions)
    return [questions[i * len(questions) // count] for i in range(count)]


# --- pay ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Subject:
    """Whom and what a fact is about, in words; facts of one subject answer one question."""

    who: str
    years: str
    place: str
    component: str
    currency: str

    def ask(self, number: int) -> str:
        forms = _ASKED[self.component]
        asked = forms[number % len(forms)].format(
            who=self.who,
            whos=wording.plural(self.who),
            a_who=_with_article(self.who),
            where=self.years + self.where,
        )
        return asked[0].upper() + asked[1:] if number % 3 else asked

    @property
    def where(self) -> str:
        if not self.place:
            return ""
        if "remote" in self.place.lower():
            return " when working remotely"
        return f" in {wording.the(self.place)}"


def _subject(fact: SalaryFact) -> _Subject | None:
    """None where the fact is not of a sort that one asks for."""
    level = wording.level_name(fact.level.split("/")[0]) if fact.level else ""
    role = (fact.role or "").split("/")[0]
    has_amount = fact.low is not None or fact.high is not None
    is_money = fact.currency in CURRENCIES or fact.currency == "%"
    if not (fact.role and has_amount and is_money) or fact.component not in _ASKED or fact.versus:
        return None
    if fact.period != "year" or fact.point not in ("", "mean"):
        return None
    who = " ".join(filter(None, [level, role]))
    years = "" if level else _years(fact)
    return _Subject(who, years, fact.place or fact.region or "", fact.component, fact.currency)


def _years(fact: SalaryFact) -> str:
    least, most = fact.min_years, fact.max_years
    if least is None and most is None:
        return ""
    if most is None:
        return f" with {least:g} years of experience or more"
    return f" with {least or 0:g} to {most:g} years of experience"


def _by_subject(sources: Sources) -> dict[_Subject, list[SalaryFact]]:
    subjects: dict[_Subject, list[SalaryFact]] = {}
    for fact in sources.facts:
        subject = _subject(fact)
        if subject is not None:
            subjects.setdefault(subject, []).append(fact)
    return subjects


def _figures(fact: SalaryFact) -> tuple[Figure, ...]:
    ends = dict.fromkeys(end for end in (fact.low, fact.high) if end is not None)
    return tuple(Figure(float(end), fact.currency) for end in ends)


def _one_answer(sources: Sources) -> dict[_Subject, SalaryFact]:
    """The subjects on which the documents agree."""
    return {
        subject: facts[0]
        for subject, facts in _by_subject(sources).items()
        if len({_figures(fact) for fact in facts}) == 1
    }


def _expecting(sources: Sources, fact: SalaryFact, turns: Sequence[str], kind: Kind) -> Question:
    return Question(
        id="",
        kind=kind,
        turns=tuple(turns),
        answerable=True,
        figures=_figures(fact),
        documents=(fact.document,),
        evidence=(sources.quote(fact),),
        note=f"drafted from {fact.document}",
    )


def _pay(sources: Sources) -> Iterator[Question]:
    for number, (subject, fact) in enumerate(_one_answer(sources).items()):
        yield _expecting(sources, fact, [subject.ask(number)], Kind.PAY)


def _follow_ups(sources: Sources) -> Iterator[Question]:
    """Pairs of subjects that differ in one thing."""
    for number, ((one, _), (other, fact)) in enumerate(
        combinations(_one_answer(sources).items(), 2)
    ):
        if one.component != other.component:
            continue
        if one.years or other.years:
            continue
        if one.who == other.who and one.place and other.place:
            short = f"and{other.where}?"
        elif one.place == other.place and one.currency == other.currency and one.who != other.who:
            short = f"what about {_with_article(other.who)}?"
        else:
            continue
        yield _expecting(sources, fact, [one.ask(number), short], Kind.FOLLOW_UP)


def _differences(sources: Sources) -> Iterator[Question]:
    """How much more, between two single figures of one document, place and currency."""
    single = [
        (subject, fact)
        for subject, fact in _one_answer(sources).items()
        if len(_figures(fact)) == 1 and not fact.open_ended and fact.currency in CURRENCIES
    ]
    for (less, fewer), (more, greater) in combinations(single, 2):
        same = (less.place, less.component, less.currency, fewer.document, fewer.statistic)
        if same != (more.place, more.component, more.currency, greater.document, greater.statistic):
            continue
        amounts = sorted([_figures(fewer)[0].value, _figures(greater)[0].value])
        if amounts[0] == amounts[1] or less.who == more.who or less.years or more.years:
            continue
        high, low = (more, less) if _figures(greater)[0].value == amounts[1] else (less, more)
        what = {"base": " base salary", "total": " total compensation"}.get(high.component, "")
        question = _expecting(
            sources,
            greater,
            [
                f"How much more{what} does {_with_article(high.who)} get than {_with_article(low.who)}{high.where}?"
            ],
            Kind.ARITHMETIC,
        )
        yield replace(
            question,
            figures=(Figure(amounts[1] - amounts[0], high.currency),),
            evidence=(sources.quote(fewer), sources.quote(greater)),
        )  # fmt: skip


def _conflicts(sources: Sources) -> Iterator[Question]:
    """Subjects on which two documents have no figure in common."""
    for number, (subject, facts) in enumerate(_by_subject(sources).items()):
        by_document = {fact.document: fact for fact in reversed(facts)}
        for one, other in combinations(sorted(by_document), 2):
            a, b = by_document[one], by_document[other]
            of_other_dates = a.as_of and b.as_of and a.as_of != b.as_of
            same_sort = a.statistic == b.statistic and not of_other_dates
            if same_sort and not set(_figures(a)) & set(_figures(b)):
                question = _expecting(sources, a, [subject.ask(number)], Kind.CONFLICT)
                yield replace(
                    question,
                    figures=(*_figures(a), *_figures(b)),
                    documents=(one, other),
                    evidence=(sources.quote(a), sources.quote(b)),
                    conflict=True,
                )
                break


def _with_article(noun: str) -> str:
    """ "an AI engineer", "a senior nurse"."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


# --- tables and headings --------------------------------------------------------------


def _tables(sources: Sources) -> Iterator[Question]:
    """One cell a row, of a column of its own each time; pay is asked for as such."""
    paid = {(fact.document, fact.evidence.start) for fact in sources.facts}
    for document in sources.documents:
        for rows in _rows_by_table(document):
            series = [each for each in read_series(document, rows) if each.row]
            if any(each.years for each in series):
                yield from _of_years(document, series, paid)
                continue
            for number, row in enumerate(rows):
                first, *others = row.cells or (None,)
                asked = [cell for cell in others if cell and _can_be_asked(cell, document)]
                label = first.span.of(document.text).strip(" *_`") if first else ""
                is_paid = (document.path, row.span.start) in paid
                if asked and 0 < len(label) <= _MAX_CELL_CHARS and not is_paid:
                    yield _cell_question(document, row, label, asked[number % len(asked)])


def _rows_by_table(document: Document) -> Iterator[list[Block]]:
    rows = (block for block in document.blocks if block.kind is BlockKind.TABLE_ROW)
    for _, table in groupby(rows, key=lambda block: block.group):
        yield list(table)


def _of_years(
    document: Document, series: Sequence[Series], paid: Container[tuple[str, int]]
) -> Iterator[Question]:
    """The figure of a year, and by turns how much it has risen since the year before."""
    for number, each in enumerate(series):
        latest = each.values[each.years[0]] if each.years else None
        if latest is None or (document.path, latest.row.start) in paid:
            continue
        if not 0 < len(each.name) <= _MAX_CELL_CHARS:
            continue
        year = each.years[number % len(each.years)]
        was = "were" if each.row.lower().endswith("s") else "was"
        yield _row_question(
            document, f"What {was} {_within(each.name)} in {year}?", each.values[year], Kind.TABLE
        )
        if number % 2 or len(each.years) < 2:
            continue
        earlier = each.values[each.years[1]]
        rise = round(latest.number - earlier.number, max(latest.decimals, earlier.decimals))
        if rise > 0 and latest.unit == earlier.unit != "%":
            asked = (
                f"How much did {_within(each.name)} rise from {each.years[1]} to {each.years[0]}?"
            )
            question = _row_question(document, asked, latest, Kind.ARITHMETIC)
            unit = question.figures[0].unit if question.figures else "count"
            yield replace(question, figures=(Figure(rise, unit),))


def _row_question(document: Document, asked: str, value: Value, kind: Kind) -> Question:
    return Question(
        id="",
        kind=kind,
        turns=(asked,),
        answerable=True,
        figures=parse_figures(value.text),
        documents=(document.path,),
        evidence=(Quote(document.path, value.row.of(document.text)),),
        note=f"drafted from a table of {document.path}",
    )


def _can_be_asked(cell: Cell, document: Document) -> bool:
    """A column that is a question itself ("What pay reflects") makes no other."""
    value = cell.span.of(document.text).strip()
    named = bool(cell.column.strip()) and not _ASKS.match(cell.column)
    return named and 0 < len(value) <= _MAX_CELL_CHARS and value not in "-–—"


def _cell_question(document: Document, row: Block, label: str, cell: Cell) -> Question:
    value = cell.span.of(document.text).strip(" *_`")
    figures = parse_figures(value)
    column = _within(cell.column)
    words = column.split()
    counts = value.replace(",", "").isdigit() and words[0].endswith("s")
    linked = "of" if len(words) <= _MAX_WORDS_OF else "for"
    return Question(
        id="",
        kind=Kind.TABLE,
        turns=(
            f"How many {column} does {label} have?"
            if counts
            else f"What is the {column} {linked} {label}?",
        ),
        answerable=True,
        figures=figures,
        points=() if figures else ((value,),),
        documents=(document.path,),
        evidence=(Quote(document.path, row.span.of(document.text)),),
        note=f"drafted from a table of {document.path}",
    )


def _within(name: str) -> str:
    """A heading as it stands within a sentence."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _headings(sources: Sources) -> Iterator[Question]:
    """The first sentences under each heading are what should be cited."""
    seen: set[str] = set()
    for document in sources.documents:
        for block in document.blocks:
            heading = block.headings[-1].strip(" :#*") if block.headings else ""
            plain = heading.lower()
            usable = heading and heading != document.title and plain not in seen
            if not usable or block.kind is not BlockKind.PARAGRAPH:
                continue
            seen.add(plain)
            if 2 <= len(heading.split()) <= _MAX_HEADING_WORDS:
                yield _heading_question(document, heading, number=len(seen))


def _heading_question(document: Document, heading: str, *, number: int) -> Question:
    asked = _ABOUT[number % len(_ABOUT)].format(_within(heading))
    if heading.endswith("?"):
        asked = heading
    elif heading.lower().startswith("how to "):
        asked = f"How do I {heading[len('how to ') :]}?"
    return Question(
        id="",
        kind=Kind.ADVICE,
        turns=(asked,),
        answerable=True,
        documents=(document.path,),
        note=f"drafted from a heading of {document.path}; add the points that matter",
    )


# --- what the documents do not say ----------------------------------------------------


def _unanswerable(sources: Sources) -> Iterator[Question]:
    roles = list(dict.fromkeys(f.role.split("/")[0] for f in sources.facts if f.role))
    asked: list[str] = []
    for number, place in enumerate(p for p in _PLACES if not sources.names(p)):
        if roles:
            asked.append(f"What does {_with_article(roles[number % len(roles)])} earn in {place}?")
    asked += [
        f"How much does {_with_article(profession)} make?"
        for profession in _PROFESSIONS
        if not sources.names(profession)
    ]
    asked += _OTHER_SUBJECTS
    for question in _interleaved(asked):
        yield Question(
            id="", kind=Kind.UNANSWERABLE, turns=(question,), answerable=False,
            note="drafted: make sure that no document answers it",
        )  # fmt: skip


def _interleaved(texts: Sequence[str]) -> Iterable[str]:
    """From the whole length of the list first."""
    return (texts[i] for start in range(4) for i in range(start, len(texts), 4))
