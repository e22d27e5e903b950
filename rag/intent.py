"""What kind of answer a question asks for, by its form: several points, advice, or one thing."""

from __future__ import annotations

import re

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
    r"|(?:good|bad|smart|wise|right|great)\s+(?:idea|time|move|choice|way|niche)"
    r"|(?:smart|wise|good|hard|possible|too\s+late|risky|realistic)\s+to|make\s+(?:any\s+)?sense"
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
