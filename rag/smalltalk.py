"""Turns that ask nothing of the documents: greetings, thanks, questions about the program."""

from __future__ import annotations

import re

_GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|hiya|good\s+(?:morning|afternoon|evening|day)|greetings|howdy|yo)(?:\s+(?:there|all|everyone|bot))?\W*$",
    re.I,
)
_THANKS = re.compile(
    r"^\W*(?:(?:great|ok(?:ay)?|perfect|cool|nice|awesome|super|wonderful)[\s,!.]*)?(?:many\s+)?(?:thanks?(?:\s+you)?|thx|ty|cheers|much\s+appreciated)\b(?:[\s\w,']{0,40})\W*$|^\W*thanks?\s+for\s+[\w\s]{1,30}\W*$|^\W*(?:great|perfect|cool|nice|awesome|ok(?:ay)?|got\s+it|understood)\W*$",
    re.I,
)
_FAREWELL = re.compile(
    r"^\W*(?:bye|goodbye|see\s+(?:you|ya)|cya|good\s*night)\b[\s\w]{0,20}\W*$", re.I
)
_ABOUT = re.compile(
    r"^\W*(?:(?:so\s+)?what\s+(?:can|do)\s+you\s+(?:do|know|help|answer|offer)|who\s+are\s+you|what\s+are\s+you|are\s+you\s+(?:a\s+|an\s+)?(?:human|bot|ai|robot|real|chatgpt|person|machine)|how\s+do(?:es)?\s+(?:you|this|it)\s+work|help(?:\s+me)?|what\s+is\s+this|can\s+you\s+help(?:\s+me)?|how\s+can\s+you\s+help|who\s+made\s+you|do\s+you\s+(?:send|store|save|share|keep)\b.{0,60}|what\s+(?:documents|sources|files)\s+(?:do\s+you|are|have\s+you))\b[\s\w,]{0,40}\W*$",
    re.I,
)
_INSULT = re.compile(
    r"^\W*(?:you(?:'re|\s+are)?\s+(?:\w+\s+)?(?:stupid|dumb|useless|idiot|terrible|awful|rubbish|bad|an?\s+idiot)|(?:stupid|useless|dumb)\s+(?:bot|thing|program|machine)|fuck\b.*|shut\s+up)\W*$",
    re.I,
)
_VAGUE = re.compile(
    r"^\W*(?:(?:so\s+)?how\s+much|salary|pay|money|what\s+about\s+(?:it|pay|money|salary)|(?:tell\s+me\s+)?more|and|numbers)\W*$",
    re.I,
)


def reply_to(turn: str, *, documents: int, subjects: str) -> str | None:
    """A short, true reply to a turn that needs no document; None where it does.

    :param documents: how many the program knows.
    :param subjects: what they are about, in words.
    """
    if _GREETING.match(turn):
        return f"Hello! Ask me about careers and pay: I answer from {_documents(documents)} about {subjects}, and show the sentence behind each figure."
    if _THANKS.match(turn):
        return "You're welcome. Ask on whenever you like."
    if _FAREWELL.match(turn):
        return "Goodbye, and good luck."
    if _ABOUT.match(turn):
        return (
            f"I answer questions about careers and pay from {_documents(documents)} on this machine, about {subjects}. "
            "Every figure comes with the sentence it stands in; where the sources disagree I show both, and where "
            "they say nothing I say so. Nothing you type leaves this machine."
        )
    if _INSULT.match(turn):
        return "I'm sorry that wasn't useful. Tell me the role, level and place you care about, and I'll look again."
    return None


def clarifying_question(turn: str) -> str | None:
    """One short question back where a turn is too vague to search for."""
    if _VAGUE.match(turn):
        return "How much does whom earn where? Tell me a level (junior, mid-level, senior, …) and a place, and I'll look it up."
    if len(re.findall(r"[^\W\d_]", turn)) < 2:
        return "I didn't get a question there. What would you like to know about careers or pay?"
    return None


def is_smalltalk(turn: str) -> bool:
    """Whether a turn asks nothing of the documents."""
    return reply_to(turn, documents=0, subjects="") is not None


def _documents(count: int) -> str:
    words = (
        "no",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    )
    number = words[count] if count < len(words) else f"{count:,}"
    return f"{number} document{'' if count == 1 else 's'}"
