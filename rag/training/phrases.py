"""Noun phrases of a question, found by the closed classes of English words around them.

No tagger is needed for the short questions people type: what is left between pronouns,
prepositions, auxiliaries and the common verbs is nearly always a noun phrase.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rag.lexical import STOP_WORDS, stem, terms

_TOKEN = re.compile(r"[^\W_]+(?:[.'’&/+#-][^\W_]+)*[+#]*|[^\w\s]")

_FUNCTION = STOP_WORDS | frozenset(
    "may might must ought shall let's lets okay ok yes no hi hello thanks thank please really actually also"
    " else ever never always often usually sometimes maybe perhaps quite rather still yet already instead however"
    " though although unless since within without upon among across along around behind beside besides beyond"
    " despite except like near onto per via versus vs towards toward whether either neither both another every each"
    " any some all many much few several most least less lot lots bit got get gets getting go goes going went gone"
    " something anything everything nothing someone anyone everyone one ones two three four five six seven eight nine"
    " ten first second third last next former latter thing things way ways kind kinds sort sorts type types it'd"
    " that'd what're how's where's who's when's there's here's they're they've we're we've you're you've he's she's"
    " isn't aren't wasn't weren't doesn't didn't can't couldn't won't wouldn't shouldn't haven't hasn't hadn't i'll"
    " dont doesnt cant wont isnt whats hows ive im youre theyre thats able due according regarding concerning"
    " today now then there here again ago so just even only than too very same own wow oh ah hm hmm well cool"
    " good great nice better best bad worse worst big bigger biggest small long longer high higher highest low lower"
    " important interesting common different difference differences similar main typical popular new old other others"
    " possible available certain general specific particular currently recently mostly mainly exactly"
    " eg ie etc".split()
)
_ADJECTIVES = frozenset(
    "good great best better new old common main typical different important popular".split()
)
_VERBS = frozenset(
    "accept add advise affect agree allow answer apply argue ask avoid be become begin believe belong bring build buy"
    " call carry cause change choose close come compare compete complete connect consider consist contain continue"
    " convert cook cost count cover create cut deal decide define deliver depend describe design determine develop"
    " die differ differentiate discover discuss do draw drink drive earn eat encourage end enjoy enter exist expect"
    " explain fall feel fight figure fill find finish fit fix follow force forget form gain generate get give go grow"
    " handle happen hate have hear help hold hope hurt identify improve include increase influence inform intend"
    " interest introduce involve join keep kill know last lead learn leave let lie like list listen live look lose"
    " love make manage matter mean meet mention mind miss mix move need notice obtain occur offer open operate"
    " order originate own pay perform pick plan play prefer prepare prevent produce protect prove provide pull push put"
    " qualify raise reach read receive recognise recognize recommend reduce refer regard relate release rely remain"
    " remember remove replace require respond result return rise run save say see seem sell send serve set show sign"
    " sit solve speak specialise specialize spend spoil stand start state stay stop suffer suggest suit support"
    " suppose take talk teach tell tend think train treat try turn understand use visit vote wait walk want watch wear"
    " win wonder work worry write switch negotiate prep hire drop doing being heard interested affected caused used"
    " made known called given taken done said went seen found based involved considered supposed located needed"
    " required".split()
)
# Nouns that say little of what a question is about: the phrase after their "of" or "about" does.
_LIGHT = frozenset(
    stem(w)
    for w in (
        "example information detail fact reason idea question topic subject part aspect point issue problem"
        " overview summary list number amount share level meaning definition pros cons advantage disadvantage benefit"
        " effect impact role purpose goal cause history origin cost price risk cure symptom treatment importance use"
        " stuff some people person anyone year time day place world chance look lot difference kind more steps step"
        " experience option figure range rate case way someone relationship connection"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase: where it stands, and whether "of", "about" or the like leads into it."""

    start: int
    end: int
    text: str
    complement: bool = False

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(terms(self.text))

    @property
    def plural(self) -> bool:
        last = self.text.lower().split()[-1]
        return last.endswith("s") and not last.endswith(("ss", "us", "is", "'s"))

    @property
    def light(self) -> bool:
        """Whether its words alone do not say what is talked about."""
        return all(s in _LIGHT for s in self.stems)


@lru_cache(maxsize=4096)
def noun_phrases(text: str) -> tuple[Phrase, ...]:
    """Left to right; "the fall of Rome" gives both "fall" and "Rome"."""
    return tuple(_phrases(text))


def _phrases(text: str) -> Iterator[Phrase]:
    run: list[re.Match[str]] = []
    complement = False
    before = ""
    expects_verb = progressive = False
    tokens = list(_TOKEN.finditer(text))
    following = [*(t[0].lower() for t in tokens[1:]), ""]
    for token, after in zip(tokens, following, strict=False):
        word = token[0].lower().replace("’", "'")
        proper = token[0][0].isupper() and token.start() > 0 and before not in _SENTENCE_ENDS
        joins = word in {"-", "&"} and run
        if joins:
            continue
        closes = not word[0].isalnum() or word in _FUNCTION or _is_adverb(word, proper)
        if not closes and not proper and _is_verb(word):
            noun = _is_noun_here(word, before, after, in_phrase=bool(run))
            # "Do lateral moves pay?": of two words that may be the verb, the second is.
            awaited = expects_verb and not word.endswith("ing") and not (run and _is_verb(after))
            closes = awaited or not (noun or (expects_verb and run and _is_verb(after)))
            expects_verb = expects_verb and not closes
        elif progressive and run and not proper and word.endswith(("ing", "ed")) and _ends(after):
            closes = word not in _NOUNS_IN_ING
        progressive = progressive or word in _BE
        if word in _BEFORE_VERB:
            expects_verb = True
        elif not word[0].isalnum():
            expects_verb = False
        if closes:
            if run:
                yield _phrase(text, run, complement)
                run = []
            before = word
            continue
        if not run:
            complement = before in {
                "of",
                "about",
                "for",
                "on",
                "in",
                "regarding",
                "between",
                "with",
            }
        run.append(token)
        before = word
        if proper and word.endswith(("'s", "s'")):
            # "Curie's discoveries" names Curie, and her discoveries.
            yield _phrase(text, run, complement)
            run = []
    if run:
        yield _phrase(text, run, complement)


_SENTENCE_ENDS = frozenset(".?!")
_BE = frozenset("is are was were be been".split())
_BEFORE_VERB = frozenset(
    "do does did can could will would shall should may might must to doesn't don't didn't can't i you we they".split()
)
_BEFORE_NOUN = frozenset(
    "a an the my your our his her its their some any this that these those no of".split()
)
_NOUNS_IN_ING = frozenset(
    "engineering learning marketing accounting programming banking nursing manufacturing consulting computing"
    " modelling modeling processing pricing planning coaching mentoring networking reporting testing training".split()
)
_DETERMINERS = frozenset("a an the my your our his her its their".split())


def is_function_word(word: str) -> bool:
    """Whether a word says nothing by itself: an article, pronoun, auxiliary, "maybe", "more"."""
    return word.lower() in _FUNCTION


def _is_adverb(word: str, proper: bool) -> bool:
    return word.endswith("ly") and len(word) > 4 and not proper


def _ends(after: str) -> bool:
    """Whether a phrase ends before the next word."""
    return not after or not after[0].isalnum() or after in _FUNCTION


def _is_noun_here(word: str, before: str, after: str, *, in_phrase: bool) -> bool:
    """Whether a word that may be a verb is a noun, or stands before one ("learning budget")."""
    if word in _NOUNS_IN_ING and in_phrase:
        return True
    if in_phrase and after in _DETERMINERS:
        return False  # "job ads mention the …": what follows is its object.
    ends = _ends(after)
    if word.endswith("ing"):
        return (
            before in _BEFORE_NOUN or before in _ADJECTIVES or before.endswith("'s")
        ) and not ends
    return (in_phrase and ends and not word.endswith("ed")) or (before in _BEFORE_NOUN and not ends)


@lru_cache(maxsize=4096)
def _is_verb(word: str) -> bool:
    if word in _VERBS:
        return True
    for suffix, back in (
        ("s", ""),
        ("es", ""),
        ("ed", ""),
        ("ed", "e"),
        ("d", ""),
        ("ies", "y"),
        ("ing", ""),
        ("ing", "e"),
    ):
        if word.endswith(suffix) and word[: -len(suffix)] + back in _VERBS:
            return True
    doubled = re.fullmatch(r"(\w+?)([bdgmnprt])\2(?:ing|ed)", word)
    return bool(doubled and doubled[1] + doubled[2] in _VERBS)


def _phrase(text: str, run: list[re.Match[str]], complement: bool) -> Phrase:
    start, end = run[0].start(), run[-1].end()
    phrase = text[start:end]
    phrase = re.sub(r"['’]s$|(?<=s)['’]$", "", phrase)
    return Phrase(start, start + len(phrase), phrase, complement)
