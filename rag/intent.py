"""What kind of answer a question asks for, by its form: several points, advice, or one thing."""

from __future__ import annotations

import re

from rag.lexical import STOP_WORDS, terms, words
from rag.salary.roles import find_roles

_SEVERAL = re.compile(
    r"\b(?:how\s+(?:can|do|to|should|could|would|does\s+one)|which|why|ways|tips|advice|list|reasons"
    r"|what\s+(?:are|should|can|could|makes?|drives?|influences?|affects?|do\s+(?:i|we|you|they))"
    # What X's …? asks for all of them; "what is" for one.
    r"|what\s+(?:kinds?\s+of\s+)?(?:[\w-]+\s+){0,2}[\w-]+s\s+(?!is\b|was\b)[a-z]+"
    r"|examples?|prepare|improve|compare|pros|types|should\s+i|steps|explain)\b",
    re.I,
)
_ADVICE = re.compile(
    r"\b(?:i|i'm|i've|i'd|im|ive|me|my|mine|myself|we|us|our|should|shall|ought|worth(?:while)?"
    r"|better|best\s+way|advis\w+|advice|recommend\w*|tips?|suggest\w*|how\s+to|matters?"
    r"|(?:good|bad|smart|wise|right|great)\s+(?:idea|time|move|choice|way|niche|career|job|field|profession|path|fit|option)"
    r"|(?:smart|wise|good|hard|possible|too\s+late|risky|realistic)\s+to|make\s+(?:any\s+)?sense"
    r"|needed|necessary|required|have\s+to|does\s+it\s+(?:help|pay|matter)|employers|recruiters"
    r"|what\s+does\s+it\s+take|what\s+it\s+takes|pros\s+and\s+cons|does\s+one|belongs?\s+in)\b",
    re.I,
)


def asks_for_several(question: str) -> bool:
    """Whether a list of points answers it better than a sentence does."""
    return bool(_SEVERAL.search(question))


def seeks_advice(question: str) -> bool:
    """Whether somebody asks what to do: passages on the subject help, though none of their
    sentences is "the answer" as it is to a question of fact."""
    return bool(_ADVICE.search(question))


def wants_points(question: str) -> bool:
    """Whether an answer of several points is due: a list is asked for, or advice."""
    return asks_for_several(question) or seeks_advice(question)


_ASKS_LIST = re.compile(
    r"\b(?:what|which)\s+(?:(?:are|were)\s+)?(?:(?:the|some|all|other|main|best|most|important)\s+)*"
    r"(?:(?:kinds?|types?|sorts?)\s+of\s+)?(?P<phrase>[^,.;?!]+)",
    re.I,
)


def listed(question: str) -> tuple[str, ...]:
    """What a question asks for kinds or instances of: "what soft skills do I need" and "what are
    the skills" ask for skills, "which tools and methods" for both; nothing for others."""
    match = _ASKS_LIST.search(question)
    heads: list[str] = []
    phrase: list[str] = []
    for word in (*words(match["phrase"]), "?") if match else ():
        if word not in STOP_WORDS and word != "?":
            phrase.append(word)
            continue
        heads += [next((w for w in phrase if _PLURAL.search(w)), phrase[-1])] if phrase else []
        if word not in {"and", "or"}:
            break
        phrase = []
    return tuple(heads)


_PLURAL = re.compile(r"[^su]s$")
_MOVES = re.compile(
    r"\b(?:switch\w*|mov(?:e|ing)|get(?:ting)?\s+into|go(?:ing)?\s+into|break(?:ing)?\s+into"
    r"|becom\w+|transition\w*|chang(?:e|ing)|pivot\w*)\b",
    re.I,
)
_WHENCE = re.compile(
    r"(?:,\s*)?\bcoming\s+from\s+[^,.;?!]+|\bfrom\s+(?:(?!\bto\b|\binto\b)[^,.;?!])+(?=\s(?:to|into)\b)"
    r"|(?:,\s*)?\bas\s+an?\s+[^,.;?!]+$|^as\s+an?\s+[^,.;?!]+,",
    re.I,
)
_WHO_ASKS = re.compile(
    r"(?:^|(?<=[.;!?,]))\s*(?:(?:i|we)(?:'m|'re|\s+am|\s+are|'ve\s+been|\s+have\s+been|\s+was|\s+work(?:ed)?\s+as))\s+"
    r"(?:currently\s+|now\s+|just\s+)?an?\s[^,.;?!]*[,.;!?]\s*(?:(?:and|but)\s+)?",
    re.I,
)
_HOW_LONG = re.compile(r"\s+(?:with|for|of)\s+(?:over\s+|about\s+)?\d+\+?\s+years?\b.*$", re.I)
_POINTS_BACK = re.compile(r"\b(?:that|this|it|there)\b", re.I)


def focus(question: str) -> str:
    """The question without what only says who asks: "I'm a teacher, …", and where somebody wants
    to go, where they come from ("from teaching to nursing", "as a teacher").

    As it is where nothing would be left of it, or the rest points back to what was said.
    """
    found = _WHO_ASKS.sub(_but_an_occupation, question)
    if _POINTS_BACK.search(found) or not terms(found):
        found = question
    if _MOVES.search(found):
        said, end = found.rstrip(" ?.!"), found[len(found.rstrip(" ?.!")) :]
        stripped = _WHENCE.sub("", said).rstrip()
        found = stripped + end if terms(stripped) else found
    return re.sub(r"\s+", " ", found).strip()


def _but_an_occupation(clause: re.Match[str]) -> str:
    """Nothing for a clause that says no more than an occupation, and for how long."""
    said = _HOW_LONG.sub("", clause[0].strip(" ,.;!?"))
    roles = find_roles(said)
    return " " if any(r.end == len(said) for r in roles) else clause[0]
