"""Turns -> the question that stands alone: what is open carries over, what is new replaces."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.conversation import VAGUE, in_words, is_follow_up, standalone
from rag.conversation.subject import with_subject
from rag.errors import QuestionError
from rag.messages import user_turns
from rag.salary.question import asks_for_pay, read_question
from rag.settings import MAX_QUESTION_CHARS, MAX_TURNS
from rag.types import Trait


def asked(*turns: str) -> dict[str, object]:
    """The facets of the last turn, standing alone."""
    question = read_question(standalone(turns).question)
    return {
        "levels": question.levels,
        "years": tuple((y.low, y.high) for y in question.years),
        "places": tuple(p.name for p in question.places),
        "components": question.components,
        "roles": question.roles,
        "pay": asks_for_pay(question),
    }


US, EUROPE, ASIA = "United States", "Europe", "Asia"
SENIORS_US = "What do senior AI engineers earn in the US?"
SENIORS = "What do seniors earn in Europe?"


@pytest.mark.parametrize(
    ("turns", "facets"),
    [
        ((SENIORS_US, "and in Europe?"), {"levels": ("senior",), "places": (EUROPE,), "pay": True}),
        ((SENIORS_US, "what about Asia?"), {"levels": ("senior",), "places": (ASIA,), "pay": True}),
        ((SENIORS_US, "Asia?"), {"levels": ("senior",), "places": (ASIA,), "pay": True}),
        (("What do juniors earn in Asia?", "what about seniors?"), {"levels": ("senior",), "places": (ASIA,), "pay": True}),
        ((SENIORS_US, "And in Europe?", "and juniors?"), {"levels": ("entry",), "places": (EUROPE,), "pay": True}),
        ((SENIORS, "and the US and Asia?"), {"places": (US, ASIA), "levels": ("senior",)}),
        (("What is the base salary of seniors?", "and the bonus?"), {"components": ("bonus",), "levels": ("senior",)}),
        (("What do engineers with 4 years earn in Europe?", "with 8 years?"), {"years": ((8, 8),), "places": (EUROPE,), "pay": True}),
        ((SENIORS, "with 3 years?"), {"levels": (), "years": ((3, 3),), "places": (EUROPE,)}),
        (("What do data scientists earn in Asia?", "and AI engineers?"), {"roles": ("AI engineer",), "places": (ASIA,)}),
        (("What do mid-level engineers earn in Asia?", "one level up"), {"levels": ("senior",), "places": (ASIA,), "pay": True}),
        (("What do mid-level engineers earn in Asia?", "one level down?"), {"levels": ("entry",), "places": (ASIA,), "pay": True}),
        (("What do juniors earn in Asia?", "one level up", "one level up"), {"levels": ("senior",), "places": (ASIA,)}),
        ((SENIORS, "how does that compare with Asia?"), {"places": (EUROPE, ASIA), "levels": ("senior",), "pay": True}),
        ((SENIORS_US, "how much more is that than juniors?"), {"levels": ("senior", "entry"), "places": (US,), "pay": True}),
        ((SENIORS, "thanks!", "and juniors?"), {"levels": ("entry",), "places": (EUROPE,), "pay": True}),
        ((SENIORS, "per month?"), {"levels": ("senior",), "places": (EUROPE,), "pay": True}),
        (("What do remote roles pay?", "and in Austin?"), {"places": ("Austin",)}),
    ],
)  # fmt: skip
def test_what_is_open_carries_over(turns: tuple[str, ...], facets: dict[str, object]) -> None:
    found = asked(*turns)
    assert {k: found[k] for k in facets} == facets, standalone(turns).question


def test_a_bare_number_of_years() -> None:
    found = asked("What do engineers with 4 years earn in Europe?", "with 8?")
    assert (found["years"], found["places"], found["pay"]) == (((8, 8),), (EUROPE,), True)


def test_a_bare_year() -> None:
    turns = ["What do seniors earn in 2026?", "and in 2024?"]
    assert standalone(turns).question == "What do seniors earn in 2024?"


def test_a_reason_is_asked_of_the_question_before() -> None:
    question = standalone([SENIORS, "why?"]).question
    assert "seniors" in question
    assert "why" in question


@pytest.mark.parametrize(
    "turn",
    [
        "Which programming languages do employers ask for?",
        "What does an AI architect do all day?",
        "How do I prepare for an interview at a startup?",
        "What do nurses earn in Canada?",
        "Explain machine learning operations to me",
    ],
)
def test_a_change_of_subject_is_left_alone(turn: str) -> None:
    assert standalone([SENIORS, turn]).question == turn


@pytest.mark.parametrize(
    "turn",
    [
        "Which skills should I learn?",
        "How long is a degree?",
        "Who employs nurses?",
        "Where is Initech based?",
    ],
)
def test_a_short_change_of_subject_is_left_alone(turn: str) -> None:
    assert standalone([SENIORS, turn]).question == turn


def test_smalltalk_between_changes_nothing() -> None:
    for between in ("thanks!", "hello", "great, thank you", "what can you do?"):
        assert standalone([SENIORS, between, "and juniors?"]) == standalone(
            [SENIORS, "and juniors?"]
        )


# --- the profile ----------------------------------------------------------------------


def said(traits: Sequence[Trait]) -> list[str]:
    return sorted(map(in_words, traits), key=lambda w: (w[0].isupper(), w))


I_AM = "I have 4 years of experience and live in Berlin."


def test_what_was_said_of_oneself_is_used_and_said() -> None:
    alone = standalone([I_AM, "What could I expect to earn?"])
    question = read_question(alone.question)
    assert [p.name for p in question.places] == ["Berlin"]
    assert [(y.low, y.high) for y in question.years] == [(4, 4)]
    assert said(alone.used) == ["4 years of experience", "Berlin"]


def test_the_last_word_on_oneself_counts() -> None:
    alone = standalone([I_AM, "I'm in Paris now.", "What could I expect to earn?"])
    assert [p.name for p in read_question(alone.question).places] == ["Paris"]
    assert "4 years of experience" in said(alone.used)


@pytest.mark.parametrize(
    "turn",
    [
        "What does my friend earn as a senior in Asia?",
        "My sister has 2 years of experience in Paris. What could she earn?",
        "What do juniors earn in the US?",
        "What do principals earn?",
    ],
)
def test_the_profile_is_not_for_others(turn: str) -> None:
    alone = standalone([I_AM, turn])
    assert (alone.question, alone.used) == (turn, ())


def test_what_is_said_of_another_is_not_kept() -> None:
    turns = [I_AM, "My sister has 9 years of experience in Paris.", "What could I expect to earn?"]
    assert said(standalone(turns).used) == ["4 years of experience", "Berlin"]


def test_what_the_question_names_goes_before_the_profile() -> None:
    alone = standalone([I_AM, "What could I earn in Asia?"])
    question = read_question(alone.question)
    assert [p.name for p in question.places] == [ASIA]
    assert [y.low for y in question.years] == [4]
    assert said(alone.used) == ["4 years of experience"]


def test_in_one_message() -> None:
    alone = standalone(["I'm a junior in Germany. What salary can I expect?"])
    assert said(alone.used) == ["junior level", "Germany"]


# --- vague ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "turn", ["What is a good salary?", "is that good?", "how much do I make?", "Is this fair?"]
)
def test_a_vague_first_turn_is_asked_back(turn: str) -> None:
    assert standalone([turn]).needs == VAGUE


@pytest.mark.parametrize(
    "turns",
    [
        ["What do seniors earn?"],
        ["What is a good salary in Europe?"],
        ["What skills do AI engineers need?"],
        [SENIORS, "is that good?"],
        [I_AM, "What is a good salary for me?"],
    ],
)
def test_what_can_be_searched_for_is_not_asked_back(turns: list[str]) -> None:
    assert standalone(turns).needs == ""


# --- laws -----------------------------------------------------------------------------

_turn = st.lists(
    st.sampled_from(
        "what do seniors juniors earn get in Europe Asia the US how much more why and skills learn AI"
        " engineers base bonus 2024 5 years that compare with ? remote nurse".split()
    ),
    min_size=1,
    max_size=9,
).map(" ".join)


@given(_turn)
def test_a_single_turn_is_left_alone(turn: str) -> None:
    assert standalone([turn]).question == turn


@given(st.text(min_size=1, max_size=80))
def test_any_single_text_is_left_alone(turn: str) -> None:
    assert standalone([turn]).question == turn


@given(st.lists(_turn, min_size=1, max_size=5))
def test_any_conversation_has_a_question(turns: list[str]) -> None:
    alone = standalone(turns)
    assert alone.question.strip()
    assert alone == standalone(turns)
    assert len(alone.question) <= 200 + 3 * sum(map(len, turns))


@given(_turn)
def test_a_turn_that_is_asked_again_asks_for_no_more(turn: str) -> None:
    assert len(standalone([turn, turn]).question) <= 2 * len(turn) + 40


def test_a_question_with_its_own_subject_is_no_follow_up() -> None:
    assert not is_follow_up("Which programming languages do employers ask for?", SENIORS)
    assert is_follow_up("and in Asia?", SENIORS)
    assert is_follow_up("why?", SENIORS)


# --- messages -------------------------------------------------------------------------


def test_only_what_the_user_said_counts() -> None:
    messages = [
        {"role": "system", "content": "Be a pirate."},
        {"role": "user", "content": " one "},
        {"role": "assistant", "content": "two"},
        {"role": "user", "content": "three"},
    ]
    assert user_turns(messages) == ["one", "three"]  # type: ignore[arg-type]


@pytest.mark.parametrize("content", ["", "   ", "\n\t", "x" * (MAX_QUESTION_CHARS + 1)])
def test_no_question_or_one_too_long(content: str) -> None:
    with pytest.raises(QuestionError):
        user_turns([{"role": "user", "content": content}])


def test_no_messages() -> None:
    for messages in ([], [{"role": "assistant", "content": "hello"}]):
        with pytest.raises(QuestionError, match="empty"):
            user_turns(messages)  # type: ignore[arg-type]


def test_a_long_conversation_is_cut_at_its_beginning() -> None:
    messages = [{"role": "user", "content": f"turn {i}"} for i in range(MAX_TURNS + 5)]
    turns = user_turns(messages)  # type: ignore[arg-type]
    assert len(turns) == MAX_TURNS
    assert turns[-1] == f"turn {MAX_TURNS + 4}"


# --- what is asked of the last answer, and what is only said ----------------------------


@pytest.mark.parametrize(
    ("turns", "question"),
    [
        (("What do remote engineers make?", "less than in Berlin?"), "What do remote versus Berlin engineers make?"),
        (("principal base", "how much more is that than senior?", "and than staff?"), "principal versus staff base?"),
        (("What will demand be like?", "says who?"), "What will demand be like?"),
        (("What's the Berlin median?", "is that base?"), "What's the Berlin median, base or total?"),
        (("manager or specialist?", "which pays better"), "which pays better, manager or specialist?"),
        (("What is the pay of an AI architect?", "and a data scientist?"), "What is the pay of a data scientist?"),
        (("What is a good salary in Germany?", "3 years"), "What is a good salary in Germany with 3 years?"),
        (("What do they pay in Rome?", "when do people usually retire there"), "when do people usually retire there (Rome)?"),
        (("Base pay of a senior?", "with everything included?"), "total compensation of a senior?"),
        (("Pay of an associate?", "and after the first promotion?"), "Pay of a mid-level?"),
        (("Does a degree help?", "in which kind of role?"), "Does a degree help, and in which kind of role?"),
        (("What equity do seniors get?", "in dollars?"), "What equity do seniors get in dollars?"),
        (("How are welders judged?", "what's the biggest factor?"), "How are welders judged, and what's the biggest factor?"),
        (("seniors in Europe?", "sorry, wrong continent. Asia I mean"), "seniors in Asia?"),
        (("What do seniors earn in Rome?", "does another source say otherwise?"), "What do seniors earn in Rome?"),
        (("Should I become a foreman?", "what if I hate paperwork?"), "Should I become a foreman, and what if I hate paperwork?"),
        (("Apprenticeships are getting rarer, right?", "why?"), "Why are apprenticeships getting rarer?"),
        (("Compare Rome and Oslo", "why is there a difference?"), "Why is there a difference between pay in Rome and Oslo?"),
        (("journeyman pay in Oregon", "and a master?"), "master pay in Oregon?"),
        (("What do linemen do?", "and industrial electricians?"), "What do industrial electricians do?"),
    ],
)  # fmt: skip
def test_short_turns(turns: tuple[str, ...], question: str) -> None:
    assert standalone(turns).question == question


def test_a_question_is_asked_again_for_what_is_said_of_oneself() -> None:
    alone = standalone(["What would I earn as a senior?", "I'm in Berlin btw"])
    assert alone.question == "What would I earn as a senior in Berlin?"
    assert said(alone.used) == ["Berlin"]
    advice = standalone(["What should I learn next?", "I'd like to become an AI architect."])
    assert advice.question == "What should I learn next to become an AI architect?"


def test_after_somebody_elses_pay_one_s_own() -> None:
    alone = standalone(["My brother is a senior in Tokyo, what would he make?", "And me? I'm a junior in Berlin"])  # fmt: skip
    question = read_question(alone.question)
    assert (question.levels, [p.name for p in question.places]) == (("entry",), ["Berlin"])
    assert said(alone.used) == ["junior level", "Berlin"]


@pytest.mark.parametrize(
    ("turn", "heard"),
    [
        ("I'm a data scientist in Paris with 5 years of experience.", True),
        ("I'd rather not manage people.", False),
        ("boston, 8 years", False),
        ("I have 4 years in Berlin, what could I get", False),
    ],
)
def test_who_the_user_is_alone_is_only_heard(turn: str, heard: bool) -> None:
    needs = standalone([turn]).needs
    assert ("keep in mind" in needs) is heard
    if heard:
        assert "5 years" in needs
        assert "Paris" in needs


@pytest.mark.parametrize(
    ("turns", "question"),
    [
        (["what does one level above senior earn?"], "what does staff earn?"),
        (["I'm a staff engineer", "what would the next step bring me in total?"], "What is the total compensation of a principal?"),
        (["I'm a junior in Rome", "what would I earn one level up?"], "What does a mid-level earn in Rome?"),
    ],
)  # fmt: skip
def test_a_rung_named_by_another(turns: list[str], question: str) -> None:
    assert standalone(turns).question == question


@pytest.mark.parametrize(
    "turns",
    [
        ["what does one level above principal earn?"],
        ["principal base?", "and one level up?"],
        ["I'm a principal.", "What would I earn one level up?"],
        ["juniors in Rome?", "one level down?"],
    ],
)
def test_past_the_end_of_the_ladder_there_are_no_figures(turns: list[str]) -> None:
    assert "no level above or below" in standalone(turns).needs


def test_which_of_things_that_nobody_named_is_asked_back() -> None:
    assert "Which ones" in standalone(["I'm between two cities.", "which is better for me?"]).needs
    named = standalone(["I'm torn between Austin and Boston.", "which is better for me?"])
    assert (named.needs, named.profile) == ("", ())
    assert "Austin or Boston" in named.question


def test_skills_are_asked_for_without_place_and_years() -> None:
    alone = standalone(["I'm in Berlin with 6 years", "what should I learn to earn more?"])
    assert alone.question == "what should I learn to earn more?"


@pytest.mark.parametrize("turn", ["Is it hard on the body?", "what should I know about fuse boxes?", "does copper pay?", "what should I know about comparing job offers?"])  # fmt: skip
def test_what_names_a_subject_is_not_too_vague(turn: str) -> None:
    assert standalone([turn]).needs == ""


@pytest.mark.parametrize(
    ("turn", "named"),
    [
        ("Is this job stressful?", "Is this job as an AI engineer stressful?"),
        ("downsides of the career", "downsides of the career as an AI engineer"),
        ("How is the job market?", "How is the job market?"),
        ("Does the job of a nurse pay?", "Does the job of a nurse pay?"),
        ("What do seniors earn?", "What do seniors earn?"),
    ],
)
def test_the_documents_occupation_is_named_where_a_turn_points_to_it(turn: str, named: str) -> None:
    assert with_subject([turn], "AI engineer") == [named]
    assert with_subject([turn], None) == [turn]


def test_another_occupation_of_the_conversation_is_what_is_pointed_to() -> None:
    turns = ["What does a nurse do?", "Is this job stressful?"]
    assert with_subject(turns, "AI engineer") == turns
