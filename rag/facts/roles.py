"""Occupations in text: noun phrases whose head is a job ("AI engineers", "registered nurse")."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.documents.sentences import normalise
from rag.documents.words import STOP_WORDS


@dataclass(frozen=True, slots=True)
class RoleMention:
    """``name`` is in the singular and lower case, acronyms as written ("AI engineer")."""

    start: int
    end: int
    name: str


_HEADS = (
    "engineer developer programmer scientist researcher architect manager analyst designer consultant administrator"
    " technician nurse teacher lawyer attorney doctor physician surgeon dentist pharmacist therapist accountant auditor"
    " actuary economist statistician mathematician writer editor journalist translator interpreter librarian professor"
    " lecturer tutor instructor coach trainer driver pilot mechanic electrician plumber carpenter welder machinist chef"
    " cook baker barista waiter waitress bartender cashier clerk secretary receptionist assistant recruiter broker"
    " banker trader underwriter adviser advisor counselor counsellor psychologist sociologist biologist chemist physicist"
    " geologist astronomer veterinarian paramedic firefighter officer detective soldier guard inspector planner"
    " surveyor architect artist musician actor dancer photographer animator producer director farmer gardener fisher"
    " miner operator worker laborer labourer cleaner janitor hairdresser barber tailor salesperson salesman realtor"
    " specialist strategist copywriter marketer tester administrator devops sysadmin dba dev owner master optician"
    " expert optometrist radiographer midwife caregiver carer judge paralegal bookkeeper teller agent representative dispatcher"
    " courier butcher blacksmith roofer mason painter glazier plasterer boilermaker ironworker technologist hygienist swe eng emt ceo cfo coo cto cio"
).split()
_TOO_GENERAL = frozenset("worker owner master agent specialist expert representative".split())
"""Heads that name no occupation by themselves."""
_SYNONYMS = {
    "developer": "engineer",
    "programmer": "engineer",
    "dev": "engineer",
    "advisor": "adviser",
    "attorney": "lawyer",
}
_NOT_MODIFIERS = STOP_WORDS | frozenset(
    (
        "senior junior lead staff principal associate entry mid level mid-level entry-level mid-career career entry-career early"
        " sr jr typical average median skilled experienced good best great most many top traditional ordinary regular"
        " other another every each several few more fewer new highly paid well-paid young old pay pays paid hire hires"
        " hiring help helps make makes makes need needs want wants become becoming become find earn earns salary salaries"
        " wage wages income comp compensation bonus base total equity per like as being between among one two three four"
        " five us uk remote-only remote work working works worked job role roles position life fellow fresh freshly"
        " grad graduate plain same current own specific list show any all different ordinary best-paid employ employs employing train trains training become general certain such much would earn get gets say says said"
        " show shows whether versus vs much compare compared long since money make skills path year years yr yrs"
        " first-time full-time part-time freelance normal usual future successful aspiring professional give gives us-based"
        " understanding exploring navigating comparing based move moved moving switch switching interviewing hired average-earning"
    ).split()
)
_ALIASES = (
    (re.compile(r"\bartificial[\s-]intelligence\b", re.I), "AI"),
    (re.compile(r"\bmachine[\s-]learning\b", re.I), "ML"),
    (re.compile(r"\bnatural[\s-]language[\s-]processing(?:\s*\(nlp\))?", re.I), "NLP"),
    (re.compile(r"\blarge[\s-]language[\s-]models?\b", re.I), "LLM"),
    (re.compile(r"\bml[\s-]?ops\b", re.I), "MLOps"),
    (re.compile(r"\bswe\b", re.I), "software engineer"),
    (re.compile(r"\beng\b(?!\.)", re.I), "engineer"),
    *(
        (re.compile(rf"\bc{short}o\b", re.I), f"chief {name} officer")
        for short, name in (
            ("e", "executive"),
            ("f", "financial"),
            ("o", "operating"),
            ("t", "technology"),
            ("i", "information"),
        )
    ),
)
_ACRONYMS = {
    a.lower(): a
    for a in (
        "AI",
        "ML",
        "NLP",
        "LLM",
        "MLOps",
        "IT",
        "QA",
        "UX",
        "UI",
        "HR",
        "SRE",
        "DevOps",
        "DBA",
        "EMT",
    )
}
MEDIAN_EMPLOYEE = "median employee"
"""Of one employer, whose pay its filings state beside that of its head: nobody's by occupation."""
_MEDIAN_EMPLOYEE = re.compile(
    r"\bmedian(?:[\s-](?:paid|compensated))?\s+(?:employee|associate|team\s+member|colleague)s?\b"
    r"|\bmedian\s+of\s+the\s+(?:\w+\s+){0,3}compensation\s+(?:of|for)\s+(?:all\s+)?(?:of\s+)?(?:our\s+|its\s+|the\s+)?(?:other\s+)?"
    r"(?:employees|associates|team\s+members|colleagues)\b",
    re.I,
)
_HEAD = re.compile(r"(?<![\w])(?P<head>" + "|".join(_HEADS) + r")(?P<plural>e?s)?(?![\w-])", re.I)
_MODIFIER = re.compile(r"[A-Za-z][\w.+#&/]*(?=[ -]+$)")
_MAX_MODIFIERS = 4


def find_roles(text: str) -> Iterator[RoleMention]:
    """Occupations named in a text, left to right; "DevOps engineer" is one, and so is the median
    employee of a filing."""
    plain = normalise(text)
    medians = [RoleMention(m.start(), m.end(), MEDIAN_EMPLOYEE) for m in _MEDIAN_EMPLOYEE.finditer(plain)]  # fmt: skip
    jobs = [r for r in _jobs(plain) if not any(m.start <= r.start < m.end for m in medians)]
    yield from sorted([*medians, *jobs], key=lambda r: r.start)


def _jobs(plain: str) -> Iterator[RoleMention]:
    last: RoleMention | None = None
    for match in _HEAD.finditer(plain):
        modifiers: list[str] = []
        start = match.start("head")
        while len(modifiers) < _MAX_MODIFIERS:
            word = _MODIFIER.search(plain, max(0, start - 30), start)
            if word is None or word[0].strip(".,").lower() in _NOT_MODIFIERS:
                break
            modifiers.insert(0, word[0])
            start = word.start()
        if not modifiers and match["head"].lower() in _TOO_GENERAL:
            continue
        name = canonical_role(" ".join([*modifiers, match["head"]]))
        if last and last.end <= start:
            yield last
        last = RoleMention(start, match.end(), name)
    if last:
        yield last


@lru_cache(16_384)
def canonical_role(phrase: str) -> str:
    """One way of writing a role: singular, lower case but for acronyms, acronyms for long forms."""
    text = abbreviate(re.sub(r",\s+(?=(?:and|or)\s)", " ", phrase.replace("-", " ")))
    words = [_ACRONYMS.get(w.lower(), w.lower()) for w in text.split()]
    if words:
        words[-1] = _singular(words[-1])
    return " ".join(words)


def abbreviate(text: str) -> str:
    """Long forms as the acronyms that people use for them ("large language models" is "LLM")."""
    for pattern, short in _ALIASES:
        text = pattern.sub(short, text)
    return _PLURAL_ACRONYM.sub(r"\1", text)


_PLURAL_ACRONYM = re.compile(r"\b([A-Z]{2,5})s\b")


_SINGULAR = (("ies", "y"), ("wives", "wife"), ("sses", "ss"), ("ches", "ch"), ("people", "person"), ("men", "man"))  # fmt: skip
_NOT_PLURAL = re.compile(r".*(?:ss|us|is|ics|ops|ions|sales)|.{1,3}|[A-Z].*")


def _singular(word: str) -> str:
    if word.removesuffix("s") in _HEADS:
        return word.removesuffix("s")
    if word in _HEADS or _NOT_PLURAL.fullmatch(word):
        return word
    for ending, one in _SINGULAR:
        if word.endswith(ending):
            return word.removesuffix(ending) + one
    return word.removesuffix("s")


_AGENT = re.compile(
    r"[a-z-]{2,}(?:er|or|ar|ist|ian|ant|ent|eer|ee|man|woman|men|women|person|people|smith|maid|chef|nurse|aide|pilot"
    r"|wife|judge|guard|cook|clerk|host|hostess|scout|police|staff|coach|vet|monk|priest|smith|hand|worker)"
)
_NOT_AGENTS = frozenset(
    "degree fee coffee committee guarantee tree free three other another over under after number order paper water power center quarter counter career offer computer"
    " customer consumer higher lower larger greater better center factor sector senior junior major minor floor"
    " year similar regular particular dollar percent different present department employment current recent equivalent talent student"
    " statement management government investment equipment agreement development environment component content"
    " different relevant significant important constant grant per answer offer user your their for or are bonuses"
    " employer letter chapter summer winter matter remainder manner corner member december september october november tier"
    " quarter figure numbers entry gender semester calculator calendar indicator printer scanner boiler trailer"
    " helmet monitor voucher locker cancer dinner".split()
)


def is_agent(word: str) -> bool:
    """Whether a word looks like one for a person by what they do ("baker", "actuary" not)."""
    low = word.lower()
    return low in _HEADS or (
        low not in _NOT_AGENTS and low not in STOP_WORDS and _AGENT.fullmatch(low) is not None
    )


def is_person(word: str) -> bool:
    """Whether a word of any number names a person ("contributors")."""
    return is_agent(word) or is_agent(_singular(word))


def is_agent_name(words: Sequence[str]) -> bool:
    """Whether words are a job title by their form: the last one is for people by what they do
    ("Linkspan keepers", "shift leads")."""
    last = words[-1].strip("*_ ").lower() if words else ""
    bare = last.removesuffix("s")
    if not 0 < len(words) <= MAX_TITLE_WORDS or not all(
        _TITLE_WORD.fullmatch(w.strip("*_")) for w in words
    ):
        return False
    if len(words) > 1 and bare in _HEADS_OF_TITLES:
        return True
    groups = _GROUPS_OF_PEOPLE | _NO_SUBJECT | (_TOO_GENERAL if len(words) == 1 else frozenset())
    return is_person(last) and not {last, bare, f"{bare}s"} & groups


_HEADS_OF_TITLES = frozenset("hand mate lead principal director".split())
"""Of titles of several words: alone they are a level, or nobody."""


_PAY_OF = re.compile(
    r"\b(?:wages?|salar(?:y|ies)|pay|earnings|compensation|income)\s{1,3}(?:for|of)\s{1,3}"
    r"(?P<who>(?:[A-Za-z][\w'/&-]*,?\s{1,3}){0,9}[A-Za-z][\w'/&-]*)\s{1,3}"
    r"(?:was|is|were|are|rose|grew|stood|reached|averaged|in\s|at\s|working|as\s|has|ranged)\b",
    re.I,
)
_BEFORE_WHO = re.compile(
    r"^(?:(?:the|an?|all|most|average|typical|full-time|entry-level|mid-level|mid-career|experienced|newly|new|junior|senior"
    r"|lead|staff|principal)\s+)+",
    re.I,
)


def subject_role(text: str) -> str | None:
    """The occupation whose pay a sentence states, by its grammar ("the median wage for X was").

    "All workers" is a subject of its own: a figure for it is nobody's in particular.
    """
    match = _PAY_OF.search(normalise(text))
    if match is None:
        return None
    who = re.split(r"\s+(?:in|at|with|who|that|from|on|of)\s+", match["who"])[0]
    if any(m.start() < match.end("who") and match.start() < m.end() for m in _MEDIAN_EMPLOYEE.finditer(normalise(text))):  # fmt: skip
        return MEDIAN_EMPLOYEE
    if is_everyone(who):
        return ALL_WORKERS
    phrase = _BEFORE_WHO.sub("", who)
    joins = _AND.search(phrase) is not None
    named = [r.name for r in find_roles(who)]
    if named and not joins:
        return named[-1]
    words = phrase.split()
    is_name = 0 < len(words) <= MAX_NAME_WORDS and words[-1].lower().endswith(
        ("s", "men", "people")
    )
    if not is_name or words[-1].lower() in _GROUPS_OF_PEOPLE:
        return named[-1] if named else None
    return canonical_role(phrase)


_AMOUNT_NEXT = r"(?=\s{1,3}(?:\w+\s){0,3}\S{0,4}\d)"
_IS_PAID = re.compile(
    r"\b(?:earn(?:s|ed)?|receives?d?|takes?\s{1,3}home|(?:is|are|was|were)\s{1,3}paid(?!\s{1,3}(?:at|out|by|on)\b)"
    rf"|(?:is|are|was|were)\s{{1,3}}on{_AMOUNT_NEXT}"
    rf"|(?:gets?|got|makes?|made)(?!\s{{1,3}}(?:you|us|them|me|him|her)\b){_AMOUNT_NEXT}"
    r"|(?:start|begin)s?\s{1,3}(?:at|on|with))\b",
    re.I,
)
_CLAUSE = re.compile(r"[.;:!?]\s|,\s|\b(?:and|but|while|whereas|though|so)\s", re.I)
_BESIDE_SUBJECT = re.compile(
    r"\b(?:in|at|with|who|that|which|from|on|of|for|working|under|over|aged|without|by|during|after)\b.*$",
    re.I,
)
_NO_SUBJECT = STOP_WORDS | frozenset(
    "they it he she we you i these those this that some others both each everyone nobody half most many few people staff"
    " workers employees members applicants candidates ones rest team newcomers beginners company companies".split()
)


@lru_cache(16_384)  # a sentence is read for its figures, and for what it carries to the next
def paid_subject(text: str) -> RoleMention | None:
    """The job title that is the subject of a sentence on being paid, whether a list knows it or not
    ("Shift leads get ...", "A tug tester in Antwerp earns ..."); None for pronouns, groups, and what
    is no word for somebody who does something."""
    plain = normalise(text)[:MAX_READ_CHARS]
    for verb in _IS_PAID.finditer(plain):
        breaks = [m.end() for m in _CLAUSE.finditer(plain, 0, verb.start())]
        start = breaks[-1] if breaks else 0
        end = start + len(_BESIDE_SUBJECT.sub("", plain[start : verb.start()]))
        words = list(_WORD.finditer(plain, start, end))
        while words and (
            words[-1][0].lower().endswith("ly") or words[-1][0].lower() in _BEFORE_VERB
        ):
            words.pop()
        while words and words[0][0].lower() in _BEFORE_TITLE:
            words.pop(0)
        if is_agent_name([w[0] for w in words]):
            name = canonical_role(" ".join(w[0] for w in words))
            return RoleMention(words[0].start(), words[-1].end(), name)
    return None


MAX_READ_CHARS = 1000


_PAY_OF_WHOM = re.compile(
    r"\b(?:wages?|salar(?:y|ies)|pay|earnings|compensation|incomes?|rates?)\s{1,3}(?:for|of)\s{1,3}"
    r"(?P<who>(?:[A-Za-z][\w'/&-]*\s{1,3}){0,4}?[A-Za-z][\w'/&-]*)"
    r"(?=\s{1,3}(?:in|at|by|with|from|per|on|who|and\s+how)\b|\s*[,.:;()]|\s*$)",
    re.I,
)


def role_of_caption(text: str) -> str | None:
    """Whose pay a heading, caption or lead-in announces ("Pay of dog groomers in Porto")."""
    for match in _PAY_OF_WHOM.finditer(normalise(text)):
        words = _BEFORE_WHO.sub("", match["who"]).split()
        if is_agent_name(words):
            return canonical_role(" ".join(words))
    return None


_WORD = re.compile(r"\S+")
_BEFORE_VERB = frozenset("can may will could now often also then usually".split())
_BEFORE_TITLE = _NOT_MODIFIERS | frozenset("our newly qualified its their each".split())
MAX_TITLE_WORDS = 4
_TITLE_WORD = re.compile(r"[A-Za-z][\w'&/-]*")

ALL_WORKERS = "all workers"
MAX_NAME_WORDS = 10
"""Of an occupation's name in full ("plumbers, pipefitters, and steamfitters")."""
_EVERYONE = re.compile(
    r"(?:total\W+)?(?:all|every)\s+(?:workers?|occupations?|employees?|jobs?)", re.I
)


def is_everyone(phrase: str) -> bool:
    """Whether a phrase stands for all occupations together ("Total, all occupations")."""
    return _EVERYONE.fullmatch(phrase.strip()) is not None


def row_role(name: str) -> str | None:
    """The occupation that the name of a table's row is, whole: "Nurse midwives"; None for a name
    that is something else ("Offices of physicians", "Manufacturing")."""
    if is_everyone(name):
        return ALL_WORKERS
    words = re.split(r"\s+(?:of|in|at|for|with)\s+", name.strip())[0].split()
    if not 0 < len(words) <= MAX_NAME_WORDS or re.search(r"[\d;:]", name):
        return None
    last = words[-1].lower()
    bare = last.removesuffix("s")
    if not is_person(last) or {last, bare} & (_GROUPS_OF_PEOPLE | _TOO_GENERAL):
        return None
    return canonical_role(name)


_GROUPS_OF_PEOPLE = frozenset(
    "men women people graduates seniors juniors mids grads interns starters leads principals directors roles positions jobs"
    " companies firms employers hubs cities markets regions countries teams levels occupations professionals us".split()
)


def title_role(title: str, text: str) -> str | None:
    """The occupation that a title is, where the text goes on to speak of it ("Flight Attendants")."""
    phrase = re.split(r"\s*[:|–—]\s*|\s+-\s+", title.strip())[0].strip()
    words = phrase.split()
    if not 1 <= len(words) <= MAX_NAME_WORDS or not re.fullmatch(
        r"[A-Za-z][A-Za-z ,/&'-]+", phrase
    ):
        return None
    if not words[-1].lower().endswith(("s", "men", "people")):
        return None
    if not is_agent(words[-1].rstrip("s")) and not is_agent(words[-1]):
        # "Actuaries", "Police": not made of a verb; the text must state their pay.
        pattern = rf"\b(?:for|of)\s+{re.escape(phrase)}\s+(?:was|is|were|are)\b"
        return canonical_role(phrase) if re.search(pattern, text, re.I) else None
    said = len(re.findall(rf"\b{re.escape(phrase)}\b", text, re.I))
    return canonical_role(phrase) if said >= 3 else None


@lru_cache(4096)
def names_of(role: str) -> tuple[str, ...]:
    """The single occupations that a role's name joins, the whole name first where it is one.

    "AI architect/AI engineer" is two, "licensed practical and licensed vocational nurse" is
    "licensed practical nurse" and "licensed vocational nurse": a part without a word for a person
    takes the last one's, a part that is nothing else takes what stands before the first one's.
    """
    found = [name for part in role.split("/") for name in (part, *_conjuncts(part))]
    return tuple(dict.fromkeys(n for n in found if n))


_AND = re.compile(r"\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or|&)\s+")


def _conjuncts(phrase: str) -> Iterator[str]:
    parts = [p.split() for p in _AND.split(phrase) if p.strip()]
    if len(parts) < 2:
        return
    qualifiers = parts[0][:-1] if is_person(parts[0][-1]) else []
    for part in parts:
        words = [w for w in part if w != "other"]
        if not words:
            continue
        is_name = is_person(words[-1]) or _singular(words[-1]) != words[-1] or part is parts[-1]
        if not is_name:
            words.append(parts[-1][-1])
        elif len(words) == 1 and part is not parts[0]:
            words = [*qualifiers, *words]
        yield canonical_role(" ".join(words))


def same_role(asked: str, given: str) -> bool:
    """Whether any of the roles given ("AI architect/AI engineer") is the one asked for."""
    return any(_is_same(asked, g) for g in names_of(given))


def _is_same(asked: str, given: str) -> bool:
    """Whether figures for ``given`` answer a question about ``asked``.

    The head of the phrase must be the same job; what qualifies it must not differ: "engineer"
    takes any engineer's figures, "AI engineer" those of AI engineers, "data engineer" not.
    """
    asked_words, given_words = (
        canonical_role(asked).lower().split(),
        canonical_role(given).lower().split(),
    )
    if not asked_words or not given_words:
        return True
    if _SYNONYMS.get(asked_words[-1], asked_words[-1]) != _SYNONYMS.get(
        given_words[-1], given_words[-1]
    ):
        return False
    asked_rest, given_rest = set(asked_words[:-1]), set(given_words[:-1])
    return asked_rest <= given_rest or (bool(given_rest) and given_rest <= asked_rest)


def main_role(title: str, text: str) -> str | None:
    """The occupation a document is about: the one in its title, else its most frequent one."""
    if role := title_role(title, text[:20_000]):
        return role
    counts = Counter(m.name for m in find_roles(text[:20_000]))
    for mention in find_roles(title):
        # "Understanding AI engineers": the text knows them without the first word.
        words = mention.name.split()
        shorter = [" ".join(words[i:]) for i in range(len(words))]
        return max(shorter, key=lambda name: (counts[name], len(name)))
    if not counts:
        return None
    role, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
    offices = sum(n for name, n in counts.items() if _OFFICE.fullmatch(name))
    return role if count >= max(LEAST_MENTIONS, offices) and not _OFFICE.fullmatch(role) else None


_OFFICE = re.compile(rf"chief .*|(?:.* )?(?:director|officer)|{MEDIAN_EMPLOYEE}")
"""Named throughout any employer's papers, which are not about it for that."""
LEAST_MENTIONS = 3
"""How often a document must name an occupation to be about it, where its title doesn't."""
