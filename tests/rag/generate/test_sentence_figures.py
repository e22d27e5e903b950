"""The figures of sentences, against sources made by hand and by the reader of documents."""

from __future__ import annotations

import pytest

from rag.answer.draft import Draft
from rag.generate.sentence_figures import Claim, has_figure, unsourced_figures
from rag.generate.sources import Source, read_sources
from rag.index.library import Library
from tests.rag.fakes import library_of

PAY = """# AI engineer pay

Updated June 2026.

| Level | United States | Europe |
|---|---|---|
| Junior (0-2 years) | $100,000-$150,000 | €50,000-€80,000 |
| Senior (7+ years) | $250,000-$400,000 | €100,000-€180,000 |

Median total compensation in Austin is $210,000 a year.

Freelance AI engineers in Canada charge CAD 90-120 an hour.

The market for AI grew by 40% to $5 billion in 2025, and 3 of 4 firms plan to hire within 6 months.
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return library_of(tmp_path_factory.mktemp("figures"), {"pay.md": PAY})


@pytest.fixture(scope="module")
def sources(library: Library) -> list[Source]:
    """[1] juniors, [2] seniors, [3] Austin, [4] freelancers, [5] the market."""
    draft = Draft(library)
    sentences = {s.span: s for c in library.chunks for s in c.sentences if any(map(str.isdigit, s.plain))}  # fmt: skip
    wanted = ("Junior", "Senior", "Median", "Freelance", "The market")
    for start in wanted:
        span = next(p for p, s in sorted(sentences.items(), key=lambda i: i[0].start) if start in s.plain)  # fmt: skip
        draft.cite("pay.md", span)
    return read_sources(draft.citations, library)


TRUE = [
    "Senior AI engineers in Europe earn €100,000–€180,000 a year [2].",
    "In the United States, seniors with 7+ years get $250k to $400k [2].",
    "Seniors in Europe can reach €180,000 [2].",
    "Juniors in the US start at $100,000 [1].",
    "Juniors earn €50,000–€80,000 in Europe [1], and seniors €100,000–€180,000 [2].",
    "The median total compensation in Austin is $210,000 [3].",
    "As of June 2026, Austin's median is **$210k** in total compensation [3].",
    "Freelancers in Canada charge CAD 90–120 an hour [4].",
    "The market grew by 40% in 2025 [5].",
    "Three of four firms plan to hire within six months [5].",
    "It reached $5 billion in 2025 [5].",
    "One of the reasons is growth [5].",
]
FALSE = [
    "Senior AI engineers in Europe earn €120,000–€180,000 a year [2].",
    "Senior AI engineers in Europe earn $100,000–$180,000 a year [2].",
    "Senior AI engineers in Europe earn €100,000–€180,000 a month [2].",
    "Senior AI engineers in Europe earn €100–€180 a year [2].",
    "Junior AI engineers in Europe earn €100,000–€180,000 a year [2].",
    "Senior AI engineers in the United States earn €100,000–€180,000 [2].",
    "Senior AI engineers in Europe earn €100,000–€180,000 a year [1].",
    "Senior AI engineers in Europe earn €100,000–€180,000 in base salary [2].",
    "Senior AI engineers with 3 years in Europe earn €100,000–€180,000 [2].",
    "Senior nurses in Europe earn €100,000–€180,000 [2].",
    "Seniors in Europe earn €180,000 [2].",
    "Seniors in Europe earn more than €180,000 [2].",
    "Juniors earn €100,000–€180,000 in Europe [2], and seniors €50,000–€80,000 [1].",
    "The median base salary in Austin is $210,000 [3].",
    "Austin's median is $210,000 as of June 2025 [3].",
    "Austin's median is $210,000 as of July 2026 [3].",
    "Austin's median is two hundred and twenty thousand dollars [3].",
    "Austin's median is six figures [3].",
    "Austin's median is $２２０,000 [3].",
    "Austin's median is ٢٢٠٠٠٠ dollars [3].",
    "Austin's median is 二十二万 [3].",
    "Austin's median is twice $210,000 [3].",
    "Austin's median is 210,000 [3].",
    "Austin's median is $210 [3].",
    "Austin's median is $210 million [3].",
    "Freelancers in Canada charge $90–120 an hour [4].",
    "Freelancers in Canada charge CAD 90–120 a day [4].",
    "Freelancers in Canada charge CAD 90–120 [4].",
    "The market grew by 50% in 2025 [5].",
    "The market grew by 40 percentage points in 2025 [5].",
    "The market grew by $40 in 2025 [5].",
    "Firms plan to hire within six weeks [5].",
    "Firms plan to hire within 6 years [5].",
    "Two of three firms plan to hire [5].",
    "It reached $5 million in 2025 [5].",
    "It reached $5 billion in 2024 [5].",
    "It doubled in 2025 [5].",
]


@pytest.mark.parametrize("sentence", TRUE)
def test_true_figures_stand(sources: list[Source], sentence: str) -> None:
    assert wrong(sentence, sources) == []


@pytest.mark.parametrize("sentence", FALSE)
def test_false_figures_do_not(sources: list[Source], sentence: str) -> None:
    assert wrong(sentence, sources)


def wrong(sentence: str, sources: list[Source]) -> list[str]:
    from rag.documents.parsed import strip_markup
    from rag.generate.stream import folded

    plain = strip_markup(folded(sentence))
    cited = [s for s in sources if f"[{s.marker}]" in plain]
    return unsourced_figures(Claim(plain), cited)


def test_the_sentence_before_says_whom_a_figure_is_for(sources: list[Source]) -> None:
    said = "They earn €100,000–€180,000 in Europe [2]."
    assert unsourced_figures(Claim(said, before="Seniors are well paid."), sources[1:2]) == []
    assert unsourced_figures(Claim(said, before="Juniors are well paid."), sources[1:2])


def test_the_users_own_years_may_be_said_back(sources: list[Source]) -> None:
    said = "With your 9 years, seniors in Europe earn €100,000–€180,000 [2]."
    asked = "I have 9 years. What could I earn in Europe?"
    assert unsourced_figures(Claim(said, question=asked), sources[1:2]) == []
    assert unsourced_figures(Claim(said), sources[1:2])


@pytest.mark.parametrize("text", ["7 years", "seven years", "½ of it", "十", "a hundred"])
def test_what_is_a_figure(text: str) -> None:
    assert has_figure(text)


def test_what_is_none() -> None:
    assert not has_figure("One of the reasons [1][2].")
