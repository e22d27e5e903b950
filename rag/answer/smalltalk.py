"""Turns that ask nothing of the documents: greetings, thanks, questions about the program."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from rag.documents.words import words
from rag.models.vocabulary import known_words

_GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|hiya|good\s+(?:morning|afternoon|evening|day)|greetings|howdy|yo|hallo|hola|bonjour|ciao)(?:\s+(?:there|all|everyone|bot|again))?\W*$",
    re.I,
)
_GREETS_FIRST = re.compile(
    r"^\W*(?:hi|hello|hey|good\s+(?:morning|afternoon|evening|day))\b(?:\s+there)?[\s,.!–—-]+", re.I
)
_HOW_ARE_YOU = re.compile(
    r"^\W*(?:(?:hi|hello|hey)\b\W*)?(?:how\s+are\s+you|how(?:'s|\s+is)\s+it\s+going|how\s+do\s+you\s+do|what'?s\s+up|are\s+you\s+(?:ok|well|there))\b[\s\w]{0,15}\W*$",
    re.I,
)
_THANKS = re.compile(
    r"^(?!.*(?:\?|\b(?:what|how|which|who|why|when|where|and)\b))\W*(?:(?:great|ok(?:ay)?|perfect|cool|nice|awesome|super|wonderful)[\s,!.]*)?(?:many\s+)?(?:thanks?(?:\s+you)?|thx|ty|cheers|much\s+appreciated|danke(?:\s+schön)?|merci(?:\s+beaucoup)?|gracias|grazie)\b(?:[\s\w,']{0,40})\W*$|^\W*thanks?\s+for\s+[\w\s]{1,30}\W*$",
    re.I,
)
_REACTION = re.compile(
    r"^\W*(?:(?:lol|haha+|hm+|huh|oh|ah+|wow|ok(?:ay)?|nice|cool|great|perfect|sure|right|yes|yeah|no|nope|fine|good|i\s+see|got\s+it|understood|interesting|makes\s+sense|good\s+to\s+know|not\s+(?:much|bad)|fair\s+enough|never\s*mind|really)\b[\s,!.…]*)+$",
    re.I,
)
_FAREWELL = re.compile(
    r"^\W*(?:ok(?:ay)?\W+)?(?:bye(?:[\s-]bye)?|goodbye|see\s+(?:you|ya)|cya|good\s*night|have\s+a\s+(?:nice|good)\s+(?:day|evening|weekend))\b[\s\w]{0,20}\W*$",
    re.I,
)
_ABOUT = re.compile(
    r"^\W*(?:(?:so\s+)?what\s+(?:can|do|could)\s+you\s+(?:do|know|help|answer|offer|tell)(?!\s+(?:me\s+)?(?:of|on|about)\s+(?!you))|who\s+are\s+you|what\s+are\s+you|are\s+you\s+(?:a\s+|an\s+)?(?:human|bot|ai|robot|real|chatgpt|person|machine|language\s+model|llm)|how\s+do(?:es)?\s+(?:you|this|it)\s+work|help(?:\s+me)?(?=\W*$)|what\s+is\s+this|can\s+you\s+help(?:\s+me)?|how\s+can\s+you\s+help|who\s+(?:made|built|created|trained)\s+you|do\s+you\s+(?:send|share)\b.{0,60}|(?:what|which)\s+(?:documents|sources|files)\s+(?:do\s+you|are|have\s+you|can\s+you)|where\s+do(?:es)?\s+(?:your|the)\s+(?:figures|answers|data|information)\s+come|(?:can|should|why\s+should|how\s+can|how\s+far\s+can)\s+(?:i|we|one|anyone)\s+(?:trust|believe|rely\s+on)\s+(?:you|your\s+\w+|this)|how\s+(?:reliable|accurate|trustworthy|sure|good)\s+(?:are|is)\s+(?:you|your\s+\w+|this)|(?:do|can|will)\s+you\s+(?:make\s+(?:things|stuff|it|this|them)\s+up|hallucinate|lie|invent))\b[\s\w,]{0,40}\W*$",
    re.I,
)
_WHO = re.compile(r"\b(?:who|what)\s+are\s+you\b|\bare\s+you\b|\bmade\s+you\b", re.I)
_MEMORY = re.compile(
    r"^\W*(?:do|will|can|did)\s+you\s+(?:remember|store|save|keep|record|forget)\b.{0,20}\b(?:i|me|my|what)\b.{0,80}$",
    re.I,
)
_RUDE = r"stupid|dumb|useless|idiot(?:ic)?|moron(?:ic)?|terrible|awful|horrible|pathetic|worthless|rubbish|garbage|trash|crap|bullshit|nonsense|bad|joke|clown|liar"
_INSULT = re.compile(
    rf"^\W*(?:you(?:['’]?re|\s+are|\s+r)?\s+(?:\w+\s+){{0,2}}(?:{_RUDE}|wrong|suck|stink)|(?:(?:this|that|it|(?:this|that|your|the)\s+answers?)(?:['’]s|\s+(?:is|was|are|were))\s+|what\s+)?(?:such\s+)?(?:an?\s+)?(?:\w+\s+of\s+)?(?:\w+\s+)?(?:{_RUDE})(?:\s+(?:bot|thing|program|machine|answers?|app|ai))?|(?:this|it)\s+sucks|fuck\b.*|shut\s+up|go\s+to\s+hell|screw\s+you)(?:[\s,.!]+(?:answer|just|now|and|stupid|bot|please|me|man|dude|get\s+lost))*\W*$",
    re.I,
)

_ENGLISH = frozenset(
    (
        "the and or are were does did what how much which who where when why you my we of to with at it that this"
        " can could would should have has earn pay salary tell show about if not do does for i is get by from than"
        " there any more less your work years rates wages"
    ).split()
)
_UNSAYABLE = re.compile(r"^[^aeiouy]+$|[^aeiouy]{4}|q(?!u)|(.)\1\1")
_IN_ENGLISH = (
    "I read and answer in English, the language of the documents. Please ask in English, for instance: "
    "what do seniors earn in Europe?"
)
_UNREAD = "I didn't get a question there. What would you like to know about careers or pay?"

LISTENING = "I'll keep that in mind. What would you like to know: what you could earn, what to learn, how to get ahead?"
"""What is said to somebody who told of themselves and asked nothing."""


def reply_to(turn: str, documents: int, subjects: str, servers: Sequence[str] = ()) -> str | None:
    """A short, true reply to a turn that needs no document; None where it does.

    :param documents: how many the program knows.
    :param subjects: what they are about, in words.
    :param servers: the hosts whose language models are given questions to write answers to.
    """
    if _GREETING.match(turn):
        return f"Hello! Ask me about careers and pay: I answer from {_documents(documents)} about {subjects}, and show the sentence behind each figure."
    if _HOW_ARE_YOU.match(turn):
        return f"Ready to look things up, thank you. I answer from {_documents(documents)} about {subjects}: what would you like to know?"
    if _THANKS.match(turn):
        return "You're welcome. Ask on whenever you like."
    if _FAREWELL.match(turn):
        return "Goodbye, and good luck."
    if _MEMORY.match(turn):
        return (
            "What you tell me about yourself serves this conversation; a new one begins without it. "
            f"{_whereabouts(servers)}"
        )
    if _about_the_program(turn):
        who = "I am a program, not a person. " if _WHO.search(turn) else ""
        return (
            f"{who}I answer questions about careers and pay from {_documents(documents)} about {subjects}. "
            "Every figure comes with the sentence it stands in; where the sources disagree I show both, and where "
            f"they say nothing I say so. {_whereabouts(servers)}"
        )
    if _INSULT.match(turn):
        return "I'm sorry that wasn't useful. Tell me the role, level and place you care about, and I'll look again."
    if _REACTION.match(turn):
        return "Glad to look up more: ask about a level, a place or anything else in the documents."
    if is_foreign(turn):
        return _IN_ENGLISH
    return _UNREAD if is_gibberish(turn) else None


def _about_the_program(turn: str) -> bool:
    """Whether every part of a turn asks about the program ("Who made you, and do you ...?")."""
    turn = _GREETS_FIRST.sub("", turn.strip(), count=1)
    parts = [p for p in re.split(r"[?.!]\s+|,\s*(?:and|or)\s+", turn) if p]
    return bool(_ABOUT.match(turn)) or (len(parts) > 1 and all(_ABOUT.match(p) for p in parts))


def is_foreign(turn: str) -> bool:
    """Whether a turn is in another language: most of its letters are of another script, or no small
    English word is in it and py3langid takes another language for likelier than not."""
    letters = [c for c in turn if c.isalpha()]
    if letters and sum(not c.isascii() and ord(c) > LATIN for c in letters) > len(letters) / 2:
        return True
    said = set(re.findall(r"[^\W\d_]+", turn.lower()))
    if not said or said & _ENGLISH or len(said & known_words()) > MOST_KNOWN * len(said):
        return False
    language, probability = _identifier().classify(turn)
    return language != "en" and float(probability) >= SURE


@cache
def _identifier() -> LanguageIdentifier:
    """Loaded by the first turn that needs it: it takes a quarter of a second."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


LATIN = 0x24F
"""The last letter of the Latin script's usual blocks."""
MOST_KNOWN = 0.75
"""Of a turn's words no more are English ones: "VP bonus in singapore" is no sentence of any language."""
SURE = 0.45
"""As likely a language must be: a third of short English turns look like another one a little
(docs/documents.md)."""


def is_gibberish(turn: str) -> bool:
    """Whether a turn of several words holds none that anyone uses."""
    said = words(turn)
    if len(said) < 2 or any(not w.isalpha() or w in known_words() for w in said):
        return False
    return sum(bool(_UNSAYABLE.search(w)) for w in said) * 2 >= len(said)


def _whereabouts(servers: Sequence[str]) -> str:
    """Where what the user types goes."""
    if not servers:
        return "Nothing you type leaves the machine that I run on."
    return (
        "Where a language model writes, what you ask and say of yourself goes with the passages found for it to "
        f"{' or '.join(servers)}; nothing else leaves the machine that I run on."
    )


def _documents(count: int) -> str:
    small = "no one two three four five six seven eight nine ten eleven twelve".split()
    number = small[count] if count < len(small) else f"{count:,}"
    return f"{number} document{'' if count == 1 else 's'}"
