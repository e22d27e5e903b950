import pytest

from rag.expected import expectation


@pytest.mark.parametrize(
    ("question", "holding", "lacking"),
    [
        ("How many days of leave do nurses get?", "Nurses get 30 days a year.", "Nurses value leave."),
        ("How many tutors teach there?", "Some forty tutors teach there.", "There are 12 rooms."),
        ("How many women work there?", "Women hold 22% of the jobs.", "Many women work there."),
        ("What share of firms hire?", "Two thirds of the firms hire.", "Firms hire a lot."),
        ("how much does the exam cost", "The exam is €120.", "The exam is often mentioned."),
        ("How long does the course last?", "It lasts from two to three weeks.", "It is long."),
        ("How often is pay reviewed?", "Pay is reviewed annually.", "Pay is reviewed by the board."),
        ("When was the union founded?", "It was founded in 1887.", "It was founded by masons."),
        ("What year did it open?", "It opened in spring 2004.", "It opened with a concert."),
        ("what's the average age of pilots", "Pilots are 41 on average.", "Pilots age well."),
        ("What GPA do I need?", "A GPA of 3.2 is asked for.", "Grades count."),
        ("Who wrote it?", "It was written by Mary Shelley.", "It is about a house."),
        ("Who repairs the lifts?", "Technicians do that.", "They are kept in order."),
    ],
)  # fmt: skip
def test_a_sentence_holds_what_the_question_asks_for(
    question: str, holding: str, lacking: str
) -> None:
    holds = expectation(question)
    assert holds
    assert holds(holding)
    assert not holds(lacking)


@pytest.mark.parametrize(
    "question",
    [
        "What does a mason do?",
        "How do I become a pilot?",
        "How much maths do I need?",
        "When should I ask for a raise?",
        "Who should I talk to?",
        "Why are they paid so much?",
        "",
    ],
)
def test_most_questions_expect_nothing_in_particular(question: str) -> None:
    assert expectation(question) is None
