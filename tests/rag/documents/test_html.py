"""Web pages: what a reader reads of them, and nothing of what stands around it."""

from __future__ import annotations

import pytest

from rag.documents.html import parse_html
from rag.types import BlockKind, Document
from tests.rag.documents.files import read, table, texts


def page(body: str, *, head: str = "") -> Document:
    return read(
        f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode(), "a.html"
    )


def test_headings_paragraphs_and_lists() -> None:
    document = page(
        "<h1>Pay of <em>nurses</em></h1><p>One <b>two</b>,<br>three&nbsp;€.</p>"
        "<h2>By level</h2><p>On average:</p><ul><li>Junior: $50k<ul><li>in Ohio</li></ul></li>"
        "<li>Senior: $90k</li></ul><h2>Elsewhere</h2>bare text"
    )
    assert document.title == "Pay of nurses"
    found = {b.span.of(document.text): b for b in document.blocks}
    assert list(found) == [
        "One two, three\u00a0€.",
        "On average:",
        "Junior: $50k",
        "in Ohio",
        "Senior: $90k",
        "bare text",
    ]
    assert found["Senior: $90k"].headings == ("Pay of nurses", "By level")
    for item, introduction in (("Junior: $50k", "On average:"), ("in Ohio", "Junior: $50k")):
        lead_in = found[item].lead_in
        assert lead_in
        assert lead_in.of(document.text) == introduction
    assert found["bare text"].headings[-1] == "Elsewhere"


FURNITURE = """
<a class="skip-link" href="#m">Skip to content</a>
<header class="site-header"><a href="/">Workpedia</a> <p>Your careers since 1999</p></header>
<nav><ul><li><a href="/a">Jobs</a></li><li><a href="/b">Employers</a></li></ul></nav>
<div id="cookie-banner"><p>We use cookies to make this page better.</p><button>Accept</button></div>
<div class="breadcrumb"><a href="/">Home</a> &gt; <a href="/n">Nurses</a></div>
{main}
<aside class="sidebar"><h3>Latest posts</h3><ul><li><a href="/1">Ten tips</a></li></ul></aside>
<div class="ad-slot advertisement">Buy a car</div>
<div class="social-share"><a href="x">Share on X</a></div>
<section role="complementary">Sign up for our newsletter</section>
<footer><p>Copyright Workpedia</p></footer>
<script>var salary = 1;</script><style>p {{ color: red }}</style><noscript>Switch it on</noscript>
"""


@pytest.mark.parametrize("tag", ["main", "article", "div", 'div role="main"', 'div id="content"'])
def test_what_stands_around_the_text_is_left_out(tag: str) -> None:
    main = (
        f"<{tag}><h1>Nurses</h1><p>Nurses earn $80,000 a year in Ohio, and more with experience.</p>"
        "<table><tr><th>Level</th><th>Pay</th></tr><tr><td>Senior</td><td>$90,000</td></tr></table>"
        f"<h2>Related articles</h2><ul><li><a href='/x'>Doctors</a></li></ul></{tag.split()[0]}>"
    )
    document = page(FURNITURE.format(main=main), head="<title>Nurses | Workpedia</title>")
    assert document.title == "Nurses"
    assert texts(document) == ["Nurses earn $80,000 a year in Ohio, and more with experience."]
    assert table(document) == [[("", "Level", "Senior"), ("Senior", "Pay", "$90,000")]]
    for left_out in (
        "Skip",
        "cookie",
        "Jobs",
        "Home",
        "tips",
        "car",
        "Share",
        "Copyright",
        "newsletter",
        "salary",
        "Doctors",
        "Switch",
    ):
        assert left_out not in document.text


def test_hidden_panes_of_tabs_and_accordions_are_text() -> None:
    document = page(
        "<main><div class='tab' style='display:none'><h2>Pay</h2><p>They earn $5 an hour.</p></div>"
        "<h3><button aria-expanded='false'>Is it taxed?</button></h3>"
        "<div aria-hidden='true' hidden><p>It is taxed in full.</p></div>"
        "<details><summary>And abroad?</summary><p>Not there.</p></details></main>"
    )
    headings = {b.span.of(document.text): b.headings[-1] for b in document.blocks}
    assert headings == {
        "They earn $5 an hour.": "Pay",
        "It is taxed in full.": "Is it taxed?",
        "Not there.": "And abroad?",
    }


def test_a_whole_page_within_one_form_or_one_furniture_class_is_text() -> None:
    body = "<p>All of the text of this page is in here, and there is nothing else in it.</p>"
    for opening, closing in (("<form>", "</form>"), ("<div class='sidebar'>", "</div>")):
        assert len(texts(page(f"{opening}{body}{closing}"))) == 1


def test_a_form_to_write_to_the_owners_is_left_out() -> None:
    form = "<form><p>Write to us.</p><label>Name</label><input type=text><label>Text</label><textarea></textarea></form>"
    assert texts(page(f"<main><h1>Pay</h1><p>Some text.</p>{form}</main>")) == ["Some text."]


# --- tables ---------------------------------------------------------------------------


def test_merged_heads_stand_over_each_of_their_columns() -> None:
    document = page(
        "<table><caption>Pay, May 2024</caption><thead>"
        "<tr><th rowspan=2>Level</th><th colspan=2>Base pay</th></tr>"
        "<tr><th>US</th><th>EU</th></tr></thead>"
        "<tbody><tr><th colspan=3>Engineers</th></tr>"
        "<tr><th scope=row>Junior</th><td>$100k</td><td>€60k</td></tr>"
        "<tr><td rowspan=2>Senior</td><td>$200k</td><td>€90k</td></tr>"
        "<tr><td>$210k</td><td>€95k</td></tr></tbody></table>"
    )
    assert texts(document) == ["Pay, May 2024"]
    assert table(document) == [
        [("", "Level", "Engineers"), ("Engineers", "Base pay, US", ""), ("Engineers", "Base pay, EU", "")],
        [("Engineers", "Level", "Junior"), ("Engineers > Junior", "Base pay, US", "$100k"), ("Engineers > Junior", "Base pay, EU", "€60k")],
        [("Engineers", "Level", "Senior"), ("Engineers > Senior", "Base pay, US", "$200k"), ("Engineers > Senior", "Base pay, EU", "€90k")],
        [("Engineers", "Level", "Senior"), ("Engineers > Senior", "Base pay, US", "$210k"), ("Engineers > Senior", "Base pay, EU", "€95k")],
    ]  # fmt: skip
    row = document.blocks[2]
    assert row.lead_in
    assert row.lead_in.of(document.text) == "Pay, May 2024"


def test_a_table_of_facts_has_row_headings_alone() -> None:
    document = page(
        "<table><tr><th colspan=2>Quick facts: Nurses</th></tr>"
        "<tr><th><a href='#'>2024 median pay</a></th><td>$93,600 per year<br>$45.00 per hour</td></tr>"
        "<tr><th><a href='#'>Number of jobs</a></th><td>3,391,000</td></tr></table>"
    )
    assert texts(document) == ["Quick facts: Nurses"]
    assert table(document) == [
        [("", "", "2024 median pay"), ("2024 median pay", "", "$93,600 per year $45.00 per hour")],
        [("", "", "Number of jobs"), ("Number of jobs", "", "3,391,000")],
    ]


def test_terms_and_their_figures_are_rows() -> None:
    document = page(
        "<h2>Median wages</h2><dl><dt>Nurses</dt><dd>$93,600</dd><dt>All jobs</dt><dd>$49,500</dd></dl>"
    )
    assert table(document) == [
        [("", "", "Nurses"), ("Nurses", "", "$93,600")],
        [("", "", "All jobs"), ("All jobs", "", "$49,500")],
    ]


def test_a_table_that_lays_out_a_page_is_none() -> None:
    document = page(
        "<table><tr><td><p>Some text.</p><p>More.</p></td><td><h2>A</h2><p>Of A.</p></td></tr></table>"
    )
    assert table(document) == []
    assert texts(document) == ["Some text.", "More.", "Of A."]


def test_absurd_spans_and_nesting_are_bounded() -> None:
    document = page(
        "<table><tr><th colspan=65534>Huge</th><th rowspan=-3>x</th></tr><tr><td>a</td><td>1</td></tr></table>"
    )
    assert len(document.text) < 1000
    # HTML's own rules, and looking into each box from each that holds it, take hours at this depth.
    for box in ("div", "div class='nav ad'", "section", "article"):
        opened, closed = f"<{box}>", f"</{box.split()[0]}>"
        deep = parse_html(opened * 100_000 + "within" + closed * 100_000)
        assert [b.span.of(deep.text) for b in deep.blocks] == ["within"]


def test_links_to_the_place_itself_and_to_help_are_no_words() -> None:
    document = page(
        "<h1>Welders</h1><h2>What they do<a href='#what'><span>About this section</span></a></h2>"
        "<p>They weld<a href='/help'>?</a> metal.</p><h2><a href='#pay'>Pay</a></h2>"
        "<table><tr><th>Median pay <a href='#' title='Half earned more'>?</a></th><td>$51,000</td></tr>"
        "<tr><th>Jobs</th><td>457,300</td></tr></table>"
    )
    assert texts(document) == ["They weld metal."]
    assert [b.headings[-1] for b in document.blocks] == ["What they do", "Pay", "Pay"]
    assert [row[0][2] for row in table(document)] == ["Median pay", "Jobs"]


def test_a_short_main_part_is_the_page_even_beside_longer_forms_and_panels() -> None:
    document = page(
        "<div id=glossary><h2>Glossary</h2><label>Filter terms</label><ul></ul></div>"
        "<main><h1>What is time-in-grade?</h1><p>The time spent in a grade before promotion.</p></main>"
        "<div><h2>Contact us and we will reply within one business day.</h2><ul>"
        "<li>There is no support by telephone; the form lets you send us an email.</li></ul></div>"
    )
    assert texts(document) == ["The time spent in a grade before promotion."]


# --- title, date, encoding ------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Nurses : Handbook: : Bureau of Labor</title>", "<h1>Registered Nurses</h1>", "Registered Nurses"),
        ("<title>Pay of nurses | Workpedia</title>", "", "Pay of nurses"),
        ("<title>Help Center | What is wage grade?</title>", "<h1>Help Center</h1><h2>What is wage grade?</h2>", "What is wage grade?"),
        ('<meta property="og:title" content="Nurses"><title>x</title>', "", "Nurses"),
        ("", "", "a"),
    ],
)  # fmt: skip
def test_titles(head: str, body: str, title: str) -> None:
    assert page(f"<main>{body}<p>Some text about it.</p></main>", head=head).title == title


@pytest.mark.parametrize(
    ("head", "text", "date"),
    [
        ('<meta property="article:published_time" content="2024-05-01T10:00:00Z">', "", "2024-05-01"),
        ('<meta name="date" content="2023-01-02"><meta name="last-modified" content="2024-03-04">', "", "2024-03-04"),
        ('<script type="application/ld+json">{"datePublished": "2022-07-08"}</script>', "", "2022-07-08"),
        ("", "Last Modified Date: Wednesday, April 17, 2024", "2024-04"),
        ("", "Founded in 1998.", None),
        ('<meta name="viewport" content="2024-01-01">', "", None),
    ],
)  # fmt: skip
def test_dates(head: str, text: str, date: str | None) -> None:
    assert page(f"<main><h1>Pay</h1><p>Some text.</p><p>{text}</p></main>", head=head).date == date


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "windows-1252", "shift_jis", "utf-16"])
def test_the_encoding_that_a_page_names_is_believed(encoding: str) -> None:
    words = "給料は高い" if encoding == "shift_jis" else "Löhne: £9"
    text = f'<html><head><meta charset="{encoding}"></head><body><p>{words}</p></body></html>'
    assert texts(read(text.encode(encoding), "a.htm")) == [words]


def test_front_matter_and_template_marks_are_no_text() -> None:
    text = "---\ntitle: Fellows\ndate: 2024-02-03\n---\n{% include nav.html %}<p>Join {{ site.name }} us.</p>"
    document = read(text.encode(), "a.html")
    assert (document.title, document.date) == ("Fellows", "2024-02-03")
    assert texts(document) == ["Join us."]


def test_soft_hyphens_are_no_text_and_no_break_spaces_are() -> None:
    document = page("<p>com&shy;pen&shy;sation of 70&#8239;000&nbsp;€</p>")
    assert texts(document) == ["compensation of 70\u202f000\u00a0€"]
    assert document.blocks[0].kind is BlockKind.PARAGRAPH


# --- pages of a handbook of occupations -----------------------------------------------

HANDBOOK = """
<div class="usa-banner"><p>An official website</p><button>Here is how you know</button></div>
<div id="leftnav"><h4><a href="/h">Handbook home</a></h4><ul><li><a href="/g1">Engineering</a></li>
<li><a href="/g2">Computing</a></li><li><a href="/g3">Healthcare</a></li></ul></div>
<div id="bodytext"><div><a href="/">Handbook</a> &gt; <a href="/c">Computing</a> &gt;</div>
<h1>Data Wranglers</h1>
<ul id="tabs"><li><a href="#1">Summary</a></li><li><a href="#2">Pay</a></li><li><a href="#3">Outlook</a></li></ul>
<div id="tab-1"><h2>Summary</h2>
<table><thead><tr><th colspan="2">Quick Facts: Data Wranglers</th></tr></thead><tbody>
<tr><th scope="row"><a href="#">2024 Median Pay</a><div class="tooltip">The wage in the middle.</div></th>
<td>$86,070 per year<br>$41.38 per hour</td></tr>
<tr><th scope="row">Number of Jobs</th><td>3,300,100</td></tr></tbody></table>
<p><a href="#top">go to top</a></p></div>
<div id="tab-2"><h2>Pay</h2><div class="chart"><h4>Data Wranglers</h4><p>Median annual wages</p>
<dl><dt>Data wranglers</dt><dd><p>$86,070</p></dd><dt>All occupations</dt><dd><p>$49,500</p></dd></dl></div>
<p>The lowest 10 percent earned less than $63,720<sup><a href="#n1">[1]</a></sup>.</p></div>
<div id="tab-3"><h2>Outlook</h2><table><thead><tr><th rowspan="2">Title</th><th colspan="2">Change</th></tr>
<tr><th>Percent</th><th>Numeric</th></tr></thead><tfoot><tr><td colspan="3">Source: the bureau.</td></tr></tfoot>
<tbody><tr><td>Data wranglers</td><td>5</td><td>166,100</td></tr></tbody></table></div>
<p>Last Modified Date: Thursday, August 28, 2025</p></div>
<div class="site-info">All rights reserved</div>
"""


def test_a_page_of_a_handbook_is_its_sections_and_tables() -> None:
    document = page(HANDBOOK)
    assert (document.title, document.date) == ("Data Wranglers", "2025-08")
    assert texts(document) == [
        "Quick Facts: Data Wranglers",
        "Median annual wages",
        "The lowest 10 percent earned less than $63,720.",
        "Source: the bureau.",
        "Last Modified Date: Thursday, August 28, 2025",
    ]
    rows = {row[0][2]: row[1:] for row in table(document)}
    assert rows["2024 Median Pay"] == [("2024 Median Pay", "", "$86,070 per year $41.38 per hour")]
    assert rows["All occupations"] == [("All occupations", "", "$49,500")]
    own = "Data wranglers"
    assert rows[own] == [(own, "Change, Percent", "5"), (own, "Change, Numeric", "166,100")]
    assert [b.headings[1:] for b in document.blocks if "Median annual" in b.span.of(document.text)] == [("Pay", "Data Wranglers")]  # fmt: skip
    below = next(b for b in document.blocks if "lowest" in b.span.of(document.text))
    assert below.headings == ("Data Wranglers", "Pay")
    assert {b.headings[0] for b in document.blocks} == {"Data Wranglers"}


def test_tables_made_of_boxes_and_roles() -> None:
    document = page(
        "<main><h1>Welders</h1><div><div><div>Median pay</div><div>$48,940</div></div>"
        "<div><div>Jobs</div><div>421,000</div></div></div>"
        "<div role=table><div role=row><span role=columnheader>Level</span><span role=columnheader>Pay</span></div>"
        "<div role=row><span role=cell>Apprentice</span><span role=cell>$35,000</span></div></div>"
        "<div><div><p>One text.</p><p>Another text of 2 sentences.</p></div><div><p>A third.</p><p>The last of 4.</p></div></div></main>"
    )
    assert table(document) == [
        [("", "", "Median pay"), ("Median pay", "", "$48,940")],
        [("", "", "Jobs"), ("Jobs", "", "421,000")],
        [("", "Level", "Apprentice"), ("Apprentice", "Pay", "$35,000")],
    ]
    assert len(texts(document)) == 4


def test_a_table_within_a_table_that_lays_out_the_page_is_read() -> None:
    document = page(
        "<main><table><tr><td><table><tr><td><b>State</b></td><td><b>Mean wage</b></td></tr>"
        "<tr><td>Alaska</td><td>$73,490</td></tr></table></td><td><p>Of May 2024.</p></td></tr></table></main>"
    )
    assert table(document) == [[("", "State", "Alaska"), ("Alaska", "Mean wage", "$73,490")]]
    assert texts(document) == ["Of May 2024."]


@pytest.mark.parametrize(
    "furniture",
    [
        "<div id=CybotCookiebotDialog><p>We use cookies.</p><button>Allow all</button></div>",
        "<section><p>Cookies make this site better.</p><a href=/p>Privacy</a> <a href=#>Accept</a></section>",
        "<ol><li><a href=/>Home</a></li><li><a href=/t>Trades</a></li><li>Welders</li></ol>",
        "<div><a href=/>Home</a> › <a href=/t>Trades</a></div>",
        "<div class=ad-container><p>Advertisement</p><p>Buy a mask</p></div>",
    ],
)
def test_notices_and_trails_before_the_title_are_no_text(furniture: str) -> None:
    body = (
        "<p>Welders join parts of metal, and they are paid for it by the hour or by the piece.</p>"
    )
    document = page(f"<div>{furniture}<h1>Welders</h1>{body}</div>")
    assert len(document.blocks) == 1


@pytest.mark.parametrize(
    ("heading", "kept"),
    [("You may also like", 0), ("Related articles", 0), ("How they compare", 2)],
)
def test_teasers_of_other_pages_are_no_text(heading: str, kept: int) -> None:
    teasers = "".join(
        f"<div class=card><a href=/{n}>{n}</a><p>{n} are paid some $62,970 a year in all of the states.</p></div>"
        for n in ("Plumbers", "Glaziers")
    )
    body = "<p>Welders join parts of metal.</p>"
    document = page(f"<main><h1>Welders</h1>{body}<h3>{heading}</h3><div>{teasers}</div></main>")
    assert sum("62,970" in text for text in texts(document)) == kept


def test_a_page_about_cookies_is_text() -> None:
    document = page("<h1>Bakers</h1><p>Bakers make cookies, and you accept that they are good.</p><p><a href=/b>More of this</a></p>")  # fmt: skip
    assert "Bakers make cookies, and you accept that they are good." in texts(document)


_WELDING = (
    "<p>Welders join parts of metal, and they are paid for it by the hour or by the piece.</p>"
)


def test_a_heading_cell_that_shows_a_tip_is_read() -> None:
    document = page(
        "<main><h1>Welders</h1><table><tr><th><a href=# class='help tooltip'>Median Pay</a></th>"
        "<td>$48,940<div class=tooltip>What half of all earn.</div></td></tr></table></main>"
    )
    assert table(document) == [[("", "", "Median Pay"), ("Median Pay", "", "$48,940")]]


@pytest.mark.parametrize(
    "furniture",
    [
        "<p><a href='#box?width=3'>About this section</a></p>",
        "<p><a href='javascript:void(0)'>Read aloud</a></p>",
        "<div class=x><p><b>Suggested citation:</b></p><p>Bureau of Work, Welders, 2 May 2025.</p></div>",
        "<div style='display: none'><p>The wage that half of all earn.</p></div>",
    ],
)
def test_what_serves_the_page_is_no_text(furniture: str) -> None:
    document = page(f"<main><h1>Welders</h1>{furniture}{_WELDING * 4}</main>")
    assert len(set(texts(document))) == 1


@pytest.mark.parametrize(
    "kept",
    [
        "<p><a href='#pay'>See what they are paid</a></p><h2 id=pay>Pay</h2>",
        "<div class=tab-pane style='display:none'><p>Pay is by the hour.</p></div>",
        "<p>Cite as many of your projects as you can.</p>",
    ],
)
def test_what_only_looks_like_serving_the_page_is_text(kept: str) -> None:
    document = page(f"<main><h1>Welders</h1>{kept}{_WELDING * 4}</main>")
    assert len(set(texts(document))) == 2


def test_what_follows_the_line_with_the_day_of_change_is_the_sites() -> None:
    changed = "<p>Last Modified Date: Thursday, August 28, 2025</p>"
    explained = "<div><h4>Pay</h4><p>The Pay tab describes what workers are paid.</p></div>"
    document = page(f"<main><h1>Welders</h1><div>{_WELDING * 4}{changed}</div>{explained}</main>")
    assert texts(document)[-1] == "Last Modified Date: Thursday, August 28, 2025"
    assert document.date == "2025-08"
    document = page(f"<main><h1>Welders</h1>{changed}{_WELDING * 4}{explained}</main>")
    assert "The Pay tab describes what workers are paid." in texts(document)


def test_raised_marks_without_a_link() -> None:
    document = page(
        "<h1>Pay</h1><table><tr><th>Job</th><th>Pay</th></tr><tr><td>Welders<sup>2</sup></td><td>$51,000<sup>1</sup></td></tr></table>"
        "<p>Rooms of 20 m<sup>2</sup> and 10<sup>6</sup> pages, as reported<sup>3</sup>.</p>"
    )
    assert table(document) == [[("", "Job", "Welders"), ("Welders", "Pay", "$51,000")]]
    assert texts(document) == ["Rooms of 20 m2 and 106 pages, as reported."]


def test_a_heading_that_is_never_closed_keeps_to_itself() -> None:
    document = page(
        "<h1>Pay of bakers<p>Bakers earn $36,650 <b>a year.<table><tr><td>Ohio<td>$38,000<tr><td>Iowa<td>$35,000"
    )
    assert document.title == "Pay of bakers"
    assert texts(document) == ["Bakers earn $36,650 a year."]
    assert [row[1][2] for row in table(document)] == ["$38,000", "$35,000"]
    assert {b.headings for b in document.blocks} == {("Pay of bakers",)}
