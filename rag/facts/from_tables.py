"""Facts from table rows: the head says what a column holds, the row whose figures they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import zip_longest

from rag.documents.parsed import strip_markup
from rag.documents.sentences import normalise
from rag.facts.context import Facets, as_component, date_near, read_facets
from rag.facts.facets import (
    NOT_PAY_CUE,
    STRONG_PAY_CUE,
    find_components,
    find_points,
    without_accounts,
)
from rag.facts.from_prose import MAX_EVIDENCE_CHARS, Found
from rag.facts.money import (
    PERCENT,
    Mention,
    currency_names,
    find_mentions,
    find_period,
    in_thousands,
)
from rag.facts.not_pay import NO_SALARY, PERCENT_OF_OTHERS, PERCENT_OF_PAY, is_pay
from rag.facts.roles import (
    ALL_WORKERS,
    canonical_role,
    is_agent_name,
    is_everyone,
    names_of,
    row_role,
)
from rag.types import Block, Cell, Component, Span

ROLE_HEAD = re.compile(
    r"\s*(?:(?:typical|example|sample)\s+)?(?:job\s*)?(?:occupations?|roles?|jobs?|job\s+titles?|titles?|positions?|posts?|professions?|beruf|occupation\s+title)\s*(?:\(.*\))?\s*",
    re.I,
)
_PAY_HEAD = re.compile(
    r"\b(?:salar(?:y|ies)|pay|wages?|compensation|comp|earnings|income|bonus|base|stock|equity|options?|incentives?|stipend|tc|rates?|remuneration|total"
    r"|amounts?|medians?|means?|average|quartiles?|percentiles?|deciles?|p\d\d|low(?:er|est)?|high(?:er|est)?|min(?:imum)?|max(?:imum)?|upper|from|to|range|gross|brutto|gehalt)\b",
    re.I,
)
_LOW_HEAD = re.compile(r"\b(?:low(?:est)?|min(?:imum)?|from)\b", re.I)
_HIGH_HEAD = re.compile(r"\b(?:high(?:est)?|max(?:imum)?|to)\b", re.I)
_MIDDLE = re.compile(r"\b(?:mid(?:dle|[\s-]?point)?|target|reference)\b", re.I)
_BARE_NUMBER = re.compile(r"[\s~≈<>]*\d")


@dataclass(frozen=True, slots=True)
class Unit:
    """What a table's surroundings say of its bare numbers: currency and scale."""

    currency: str = ""
    thousands: bool = False

    def over(self, other: Unit) -> Unit:
        """This unit where it names a currency; a scale alone goes with the other's currency."""
        if self.currency:
            return Unit(self.currency, self.thousands)
        return Unit(other.currency, self.thousands or other.thousands)


def read_unit(text: str) -> Unit:
    """The currency and scale that a head or caption names ("Pay (£k)", "in thousands of euros")."""
    plain = normalise(text)
    currency = next(_currencies(plain), "")
    return Unit(currency, thousands=in_thousands(plain))


def _column_units(text: str, blocks: Sequence[Block]) -> tuple[Unit, ...]:
    """The currency of each column of a table that only its first figure names ("$212,650", then
    "129,650"); an empty unit for a column without such a figure."""
    width = max((len(b.cells) for b in blocks), default=0)
    units = [Unit()] * width
    seen: set[int] = set()
    for block in blocks:
        for i, cell in enumerate(block.cells):
            value = strip_markup(normalise(cell.span.of(text)))
            if i in seen or not _DIGIT.search(value):
                continue
            seen.add(i)
            named = [m.currency for m in find_mentions(value) if m.currency != PERCENT]
            if len(named) == 1:
                units[i] = Unit(named[0])
    return tuple(units)


_DIGIT = re.compile(r"\d")
_GROUPED_NUMBER = re.compile(r"\d{1,3}(?:[,. ]\d{3})+|\d{4,7}|\d{1,3}[.,]\d\d")


def find_in_table(
    text: str, rows: Sequence[Block], section: Facets, unit: Unit
) -> Iterator[tuple[Block, Found]]:
    """The figures of a table's rows, in order.

    A row without a name of its own goes by that of the row above ("", "2024", ...).

    :param unit: of bare numbers whose column names none.
    """
    if _are_accounts(text, rows):
        return
    columns = _column_units(text, rows)
    name, named_by = Facets(), Span(0, 0)
    for block in rows:
        row = _Row.read(text, block, section, unit, columns)
        if not block.cells:
            continue
        evidence = block.span
        if row.values[0].strip():
            name, named_by = row.name, block.span
        elif row.goes_on and 0 < block.span.end - named_by.start <= MAX_EVIDENCE_CHARS:
            evidence = Span(named_by.start, block.span.end)
        else:
            name = Facets()
        for found in row.figures(name, evidence, section):
            yield block, found


_ACCOUNT = re.compile(
    r"(?:(?:total|net|gross|operating|adjusted|comprehensive|basic|diluted)\b.{0,40})?\b(?:revenues?|income|profits?|loss(?:es)?|margin|earnings|ebitda?|assets"
    r"|liabilities|stockholders.{0,3}equity|shareholders.{0,3}equity|cash\s+flows?|expenses?|expenditures?|cost\s+of\s+\w+|income\s+taxes|dividends|depreciation|amortization|fees)\b",
    re.I,
)


def _are_accounts(text: str, rows: Sequence[Block]) -> bool:
    """Whether a table is of an employer's accounts: several of its rows are (income, costs), and no
    column is of pay."""
    names = [b.cells[0].span.of(text) for b in rows if len(b.cells) > 1]
    accounts = [n for n in names if len(n) <= MAX_ACCOUNT_CHARS and _ACCOUNT.search(n)]
    heads = {c.column for b in rows[:1] for c in b.cells[1:]}
    of_pay = any(STRONG_PAY_CUE.search(without_accounts(h)) for h in heads)
    return len(accounts) >= max(2, len(names) / 4) and not of_pay


MAX_ACCOUNT_CHARS = 80


@dataclass(frozen=True, slots=True)
class _Row:
    """A table row as read: the text of its cells, the figures in each, what the others say."""

    cells: tuple[Cell, ...]
    values: tuple[str, ...]
    raw: tuple[str, ...]
    mentions: tuple[tuple[Mention, ...], ...]
    name: Facets
    rest: Facets

    @property
    def goes_on(self) -> bool:
        """Whether something tells the row from the one above, so that it is no sum of them."""
        told = [v for v, m in zip(self.values, self.mentions, strict=True) if v.strip() and not m]
        return bool(told) and not any(_SUM.match(t) for t in told)

    @classmethod
    def read(
        cls, text: str, block: Block, section: Facets, unit: Unit, columns: Sequence[Unit]
    ) -> _Row:
        raw = tuple(_without_marks(c.span.of(text)) for c in block.cells)
        values = tuple(strip_markup(r) for r in raw)
        units = _row_units(block.cells, values, unit, columns)
        mentions = tuple(
            tuple(_mentions(value, cell.column, *own))
            for value, cell, own in zip(raw, block.cells, units, strict=True)
        )
        by_group = block.lead_in is not None and bool(_BY_GROUP.search(block.lead_in.of(text)))
        name, rest = Facets(), Facets()
        for i, (cell, value) in enumerate(zip(block.cells, values, strict=True)):
            if mentions[i]:
                continue
            said = _row_facets(cell, value, section.role, first=i == 0, by_group=by_group)
            if i == 0:
                name = said
            else:
                rest = _joined_rung(rest.over(said), said)
        return cls(block.cells, values, raw, mentions, name, rest)

    @property
    def _of_jobs(self) -> bool:
        """Whether all columns of figures are headed by job titles ("Gemmologist", "Chain maker")."""
        heads = [c.column for c, m in zip(self.cells, self.mentions, strict=True) if m]
        return len(heads) > 1 and all(is_agent_name(_title_of(head).split()) for head in heads)

    def figures(self, name: Facets, evidence: Span, section: Facets) -> Iterator[Found]:
        """:param name: what the row's name says, its own or the one above's."""
        row = _joined_rung(name.over(self.rest), self.rest)
        ranges = _ranges_of_two_cells(self.cells, self.mentions)
        components = {_head_component(c.column) for c in self.cells}
        parts = "total" in components and len(components - {None, "total"}) > 0
        by_column = any(_column_facets(c.column).role for c in self.cells[1:]) or self._of_jobs
        for i, cell in enumerate(self.cells):
            column = self._column(i, row, section, by_column=by_column, parts=parts)
            found = self.mentions[i]
            ends = next((e for e in ranges if e.first <= i <= e.last), None)
            if ends and i == ends.first:
                found = (ends.mention,)
            elif ends and i == ends.last:
                continue
            elif ends and not column.point and _MIDDLE.search(cell.column):
                column = replace(column, point="midpoint")
            named = " ".join([cell.column, self.values[0]])
            for mention, own in self._each(i, found):
                facets = own.over(column).over(row).over(section)
                if _is_pay_of_table(mention, cell.column, named, facets):
                    yield Found(mention, cell.span.start, evidence, facets, cell.column)

    def _column(
        self, i: int, row: Facets, section: Facets, *, by_column: bool, parts: bool
    ) -> Facets:
        """What a column's head says of the row's figure in it.

        :param by_column: the columns are of jobs, and not the rows.
        :param parts: one of the columns is a total of others.
        """
        head = self.cells[i].column
        column = _column_facets(head)
        if by_column and self.mentions[i] and _names_nothing(column):
            # "Classroom teacher | Depute head": where columns are jobs, each is one.
            column = replace(column, role=canonical_role(_title_of(head)))
        if by_column and column.role and not row.label and _ONE_WORD.fullmatch(self.values[0]):
            column = replace(column, label=self.values[0].strip())  # "Probationer"
        if column.role in names_of(section.role or ""):
            column = replace(column, role=None)  # a part of the whole name names no other one
        if parts and column.component is None and _SALARY_HEAD.search(head):
            column = replace(column, component="base")  # beside a bonus and a total
        if column.label and row.label and column.label != row.label:
            column = replace(column, label=f"{column.label} ({row.label})")
        return column

    def _each(self, i: int, found: Sequence[Mention]) -> Iterator[tuple[Mention, Facets]]:
        """A cell's figures, each with what stands before and behind it ("Base: €31,200; Bonus ...")."""
        text, before = self.raw[i], 0
        for mention, following in zip_longest(found, found[1:]):
            behind = read_facets(text[mention.end : following.start if following else None])
            yield (
                mention,
                Facets(
                    places=behind.places,
                    statistic=behind.statistic,
                    period=mention.period,
                    component=_head_component(text[before : mention.start]),
                ),
            )
            before = mention.end


def _is_unit_alone(head: str) -> bool:
    """Whether a head says nothing but for what period and in what money ("Gross per hour (PLN)")."""
    plain = normalise(head).replace("_", " ")
    if not find_period(plain):
        return False
    left = _CURRENCY_WORD.sub(" ", plain)
    currency = read_unit(head).currency.lower()
    return set(re.findall(r"[a-z]+", left.lower())) <= _OF_UNITS | {currency}


_OF_UNITS = frozenset(
    "gross net basic from to per a an in min max low high each hour hourly day daily week weekly month monthly year"
    " yearly annual annually rate amount".split()
)


def _title_of(head: str) -> str:
    """A column's head without its unit ("Rail grinder (EUR a year)")."""
    return re.sub(r"\s*\([^()]*\)\s*$", "", head)


def _names_nothing(column: Facets) -> bool:
    """Whether a head says neither who is paid nor what, where or when."""
    said = column.component or column.point or column.statistic or column.pay or column.levels
    return not (said or column.role or column.places or column.years or column.date)


_SUM = re.compile(r"\s*(?:sub[\s-]?)?totals?\b|\s*sum\b", re.I)
_DATE_HEAD = re.compile(
    r"\s*(?:(?:fiscal|financial|reporting|survey|effective)\s+)?(?:years?|dates?|as\s+of|months?|(?:last\s+)?updated|effective(?:\s+from)?)\s*",
    re.I,
)
_CURRENCY_HEAD = re.compile(r"\s*(?:\w+\s+)?currency(?:\s+\w+)?\s*", re.I)


def _row_units(
    cells: Sequence[Cell], values: Sequence[str], unit: Unit, columns: Sequence[Unit]
) -> list[tuple[Unit, Unit]]:
    """For each cell the unit of the table, or of the row's own column of currencies, and that of
    the column's first figure."""
    stated = [read_unit(v) for c, v in zip(cells, values, strict=True) if _CURRENCY_HEAD.fullmatch(c.column)]  # fmt: skip
    own = stated[0].over(unit) if stated else unit
    return [(own, columns[i] if i < len(columns) else Unit()) for i in range(len(cells))]


def _joined_rung(row: Facets, said: Facets) -> Facets:
    """A row's facets with both of its names, where its code stands before its rung ("G6", "Senior
    Data Analyst")."""
    if not (row.label and said.label) or row.label == said.label or not (said.levels or said.years):
        return row
    return replace(row, label=f"{said.label} ({row.label})")


_MARKS = re.compile(
    r"[⁰¹²³⁴-⁹]+(?=\s*(?:$|[,;)|]))"  # raised numbers
    r"|(?<=[^\W\d_]{3})\s?\((?:\d{1,2}|[a-z])\)\s*$"
    r"|(?<=[^\W\d_]{3}s)\d{1,2}\s*$"  # "Welders2", but not "Step2" or "Engineer2"
    r"|(?<=\w)\s?(?:[†‡§]|(?<!\*)\*(?!\*))+\s*$"
)


def _without_marks(cell: str) -> str:
    """A cell's text, normalised, with blanks for the marks of footnotes behind names and sums."""
    blank = _MARKS.sub(lambda m: " " * len(m[0]), cell)
    return normalise(blank)


@dataclass(frozen=True, slots=True)
class _Ends:
    """A range whose ends stand in two columns ("Min", "Max"); the mention counts in the first."""

    first: int
    last: int
    mention: Mention


def _ranges_of_two_cells(
    cells: Sequence[Cell], mentions: Sequence[Sequence[Mention]]
) -> list[_Ends]:
    """The lower ends of a row, each with the upper end after it; between them may stand what lies
    between ("Midpoint")."""
    singles = [
        (i, m[0], cells[i].column.replace("_", " "))
        for i, m in enumerate(mentions)
        if len(m) == 1 and m[0].low is not None and m[0].low == m[0].high and not any(find_points(cells[i].column))
    ]  # fmt: skip
    found: list[_Ends] = []
    for i, low, head in singles:
        if not _LOW_HEAD.search(head) or (found and i <= found[-1].last):
            continue
        for j, high, next_head in singles:
            if j <= i or not _HIGH_HEAD.search(next_head):
                continue
            between = [
                k for k in range(i + 1, j) if mentions[k] and not _BETWEEN.search(cells[k].column)
            ]
            if between or low.currency != high.currency:
                break
            if low.low is None or high.high is None or low.low > high.high:
                break
            end = cells[j].span.start - cells[i].span.start + high.end
            found.append(_Ends(i, j, replace(low, high=high.high, end=end)))
            break
    return found


_BETWEEN = re.compile(rf"{_MIDDLE.pattern}|\b(?:medians?|means?|average|typical)\b", re.I)


_BY_GROUP = re.compile(
    r"\b(?:industr(?:y|ies)|sectors?|employers?|settings?|establishments?)\b", re.I
)


_POST_HEAD = re.compile(r"\b(?:jobs?|occupations?|positions?|roles?|titles?|posts?)\b", re.I)
_NAME_HEAD = re.compile(
    r"^\s*(?:(?:full|first|last|employee|person|officer|director|executive)s?['’]?s?\s+)?names?\b(?!\s+of\b)",
    re.I,
)


_CODE = re.compile(r"\d{1,2}[a-z]?(?:\s*\([^)]{1,20}\))?", re.I)
_ONE_WORD = re.compile(r"\s*[A-Za-z]{3,12}\s*")


def _row_facets(
    cell: Cell, value: str, subject: str | None, *, first: bool, by_group: bool
) -> Facets:
    """What a cell that is no figure says of its row; the first one names the row.

    :param subject: the occupation that the table is about.
    :param by_group: its rows are parts of that occupation ("in the top industries").
    """
    if first and is_everyone(value):
        return Facets(role=ALL_WORKERS)
    if first and _NAME_HEAD.search(cell.column):
        # What a person is called says nothing ("Lena Fischer"), what stands behind it does.
        told = read_facets(value if _POST_HEAD.search(cell.column) else value.partition(",")[2])
        return Facets(levels=told.levels, role=told.role, label=value)
    own = read_facets(value)
    # A person's name or a common word may be a town's ("Federal government"): a small place is all
    # that the cell names, up to its first comma or bracket.
    named_first = re.split(r"[,(/;:|–—]", value)[0].strip()
    own = replace(own, places=tuple(p for p in own.places if not p.small or named_first == p.name))
    rung = bool(own.levels or own.years)
    role = own.role
    if value and not rung and ROLE_HEAD.fullmatch(cell.column):
        role = canonical_role(strip_markup(value))
    elif first and not rung and not own.places:
        role = _of_row(value, role, names_of(subject or ""), by_group=by_group)
    if first and _CODE.fullmatch(value) and _ONE_WORD.fullmatch(cell.column):
        value = f"{cell.column.strip()} {value}"  # "Point 3"
    named = rung or bool(own.places) or bool(role) or own.remote
    says_pay = own.component is not None or own.point or own.statistic is not None or own.pay
    return replace(
        own,
        role=role if first or ROLE_HEAD.fullmatch(cell.column) else None,
        label=value if rung or (first and value and not named and not says_pay and not own.date) else "",
        remote=own.remote and first,
        component=own.component if first else None,
        statistic=own.statistic if first else None,
        point=own.point if first else "",
        date=own.date if first or _DATE_HEAD.fullmatch(cell.column) else None,
        period=own.period if first else None,
        pay=own.pay and first,
    )  # fmt: skip


def _of_row(value: str, role: str | None, subjects: Sequence[str], *, by_group: bool) -> str | None:
    """The occupation that a row's name is, whole or in it.

    :param role: one that is named in it.
    """
    whole = canonical_role(value)
    found = whole if whole in subjects else row_role(value) or role
    return None if by_group and found not in subjects else found


@lru_cache(1024)  # every row of a table asks
def _column_facets(head: str) -> Facets:
    head = head.replace("_", " ")
    own = read_facets(head)
    points = [t.value for t in find_points(head)]
    return replace(
        own,
        label=head.strip() if own.levels or own.years else "",
        component=_head_component(head),
        point=points[0] if points else "",
        role=None if not own.role or _is_generic(own.role) else own.role,
        date=date_near(head) or own.date,
    )


def _is_generic(role: str) -> bool:
    return len(role.split()) < 2


def _is_pay_of_table(mention: Mention, head: str, named: str, facets: Facets) -> bool:
    """A table is about pay where its head, row, caption or section says so."""
    if mention.currency == PERCENT:
        return bool(PERCENT_OF_PAY.search(named)) and not PERCENT_OF_OTHERS.search(head)
    if NOT_PAY_CUE.search(head) and not STRONG_PAY_CUE.search(head):
        return False
    if NO_SALARY.search(named):
        return False
    if _THE_REST.match(head):
        return False  # what is left of a total is nobody's pay by itself
    if _is_unit_alone(head) or (find_period(head) and is_agent_name(_title_of(head).split())):
        facets = replace(facets, pay=True)  # "Gross per hour (PLN)"
    if read_unit(head).currency and (_LOW_HEAD.search(head) or _HIGH_HEAD.search(head)):
        facets = replace(facets, pay=facets.pay or bool(facets.role))  # "Low (GBP)" of a job
    return is_pay(mention, clause=head, sentence=named, facets=facets)


def _mentions(value: str, column: str, unit: Unit, first: Unit) -> list[Mention]:
    """Figures of a cell; a bare number takes its unit from the column's heading, else the table's,
    else the column's first figure."""
    found = list(find_mentions(value))
    if found:
        return found
    if not _BARE_NUMBER.match(value):
        return []
    own = read_unit(column)
    head = normalise(column).replace("_", " ")
    if "%" in head and not own.currency:
        return list(find_mentions(value, default_currency=PERCENT))
    whole = own.over(unit)
    of_pay = (
        _PAY_HEAD.search(head)
        or _is_for_somebody(head)
        or _is_unit_alone(column)
        or is_agent_name(_title_of(head).split())
    )
    if not whole.currency or not of_pay:
        is_like_first = first.currency and _GROUPED_NUMBER.fullmatch(value.strip())
        return list(find_mentions(value, default_currency=first.currency)) if is_like_first else []
    mentions = list(find_mentions(value, default_currency=whole.currency))
    if not whole.thousands:
        return mentions
    return [replace(m, low=m.low and m.low * 1000, high=m.high and m.high * 1000) for m in mentions]


def _is_for_somebody(head: str) -> bool:
    """Whether a column is for a rung or a place ("Experienced (3–6 years)", "Berlin")."""
    facets = read_facets(head)
    return bool(facets.levels or facets.years or facets.places)


_CURRENCY_WORD = re.compile(
    r"[$€£¥₹]|\b[A-Z]{3}\b|\b(?:dollars?|euros?|pounds?(?:\s+sterling)?|rupees?|yen|francs?)\b"
)


def _currencies(head: str) -> Iterator[str]:
    """Currencies that a text names ("Salary (USD)", "Pay in €", "salary_in_usd")."""
    if "_" in head:
        head = re.sub(r"(?<=_)[a-z]{3}$", lambda m: m[0].upper(), head).replace("_", " ")
    if full := _full_names().search(head):
        yield currency_names()[full["name"].lower()]
        return
    for match in _CURRENCY_WORD.finditer(head):
        probe = f"1000 {match[0]}" if match[0][0].isalpha() else f"{match[0]}1000"
        for mention in find_mentions(probe):
            if mention.currency != PERCENT:
                yield mention.currency


@cache
def _full_names() -> re.Pattern[str]:
    """Currencies by their full names ("Danish kroner", "Hong Kong dollars")."""
    named = sorted((n for n in currency_names() if " " in n), key=len, reverse=True)
    return re.compile(rf"\b(?P<name>{'|'.join(map(re.escape, named))})s?\b", re.I)


_THE_REST = re.compile(r"\s*(?:all\s+)?other\b", re.I)
_INCENTIVE = re.compile(r"\bnon[\s-]?equity\s+incentive", re.I)
_SALARY_HEAD = re.compile(r"\bsalar(?:y|ies)\b", re.I)


@lru_cache(1024)
def _head_component(head: str) -> Component | None:
    """What a column holds: "Total comp (incl. equity & bonus)" is total, "Bonus (% of base)" bonus."""
    if _INCENTIVE.search(head):
        return "bonus"
    outside = re.sub(r"\([^)]*\)", " ", normalise(head))
    for text in (outside, normalise(head)):
        for term in find_components(text):
            return as_component(term.value)
    return None
