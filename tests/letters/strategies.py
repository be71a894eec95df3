"""Letters that nobody would write: arbitrary trees whose texts try to break every format."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from candour.letters.model import (
    Attachment,
    Block,
    BulletList,
    DataTable,
    Facts,
    Letter,
    Link,
    Paragraph,
    Quote,
    Section,
    SectionKind,
    Sender,
)

MARKUP = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></title><b>",
    "&amp; &lt; &#0;",
    "<!-- ]]> -->",
    "#eval(1) #import $x^2$ @ref <label>",
    "*strong* _emph_ `raw` [link](x) \\ // /* */",
    "= Heading",
    "- item",
    "+ item",
    "~ -- --- ... 'quoted' \"quoted\"",
    "{{ template }} {% tag %} ${x} %s",
    "{\\rtf1 \\b} w:t </w:t>",
    "=CMD|'/C calc'!A0",
    "javascript:alert(1)",
)
ODD = (
    "\x00\x01\x08\x0b\x0c\x1b\x7f\x85\x9f",
    "\ufffe\uffff\ud800\udfff\U0001ffff",
    "\u202eevil\u202c \u2066x\u2069 \u200e\u200f\ufeff\u200b\u00ad",
    "שלום עולם",
    "مرحبا بالعالم",
    "日本語 中文 한국어",
    "😀 👨‍👩‍👧 🏴󠁧󠁢󠁷󠁬󠁳󠁿 👍🏽",
    "Ŵŷ Łódź Ελλάδα Привет",
    "e\u0301 a\u05b0 \u0301",
    "\ue000 \U000f0000 \u0378",
    "W" * 300,
    "https://example.org/" + "a/b-c?d=" * 40,
    "\r\n\r\n\t  \u2028\u2029",
)

_words = st.text(st.characters(min_codepoint=32, max_codepoint=0x17F, blacklist_categories=("Cc", "Cf")), max_size=20)
plain_texts = st.lists(st.one_of(st.sampled_from(MARKUP), _words), max_size=3).map(" ".join)
"""Texts in Latin letters, with markup of all formats."""
hostile_texts = st.one_of(
    st.lists(st.one_of(st.sampled_from(MARKUP + ODD), _words), max_size=3).map("".join),
    st.text(st.characters(), max_size=12),
)
"""Any text at all, lone surrogates and control characters among it."""
urls = st.sampled_from(
    (
        "https://www.example.police.uk/a?b=c&d=é#e",
        "http://example.org/a b",
        "mailto:foi@example.police.uk",
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,<script>1</script>",
        "https://user@evil.example/",
        "http://[broken",
        "//example.org",
        "",
    )
)


def blocks(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Block]:
    """Any block made of such texts."""
    return st.one_of(
        st.builds(Paragraph, texts, st.booleans(), st.booleans()),
        st.lists(texts, max_size=4).map("\n".join).map(Quote),
        st.builds(BulletList, st.lists(texts, max_size=3).map(tuple)),
        st.builds(Facts, st.lists(st.tuples(texts, texts), max_size=3).map(tuple)),
        st.builds(Link, texts, urls, texts),
        tables(texts),
    )


@st.composite
def tables(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> DataTable:
    """A table of up to thirteen columns, some of them numbers."""
    width = draw(st.sampled_from((1, 2, 3, 13)))
    cells = st.one_of(texts, st.integers(0, 10**6).map("{:,}".format))
    rows = st.lists(st.lists(cells, min_size=width, max_size=width).map(tuple), max_size=3)
    columns = draw(st.lists(texts, min_size=width, max_size=width))
    return DataTable(draw(texts), tuple(columns), tuple(draw(rows)), tuple(draw(st.lists(texts, max_size=1))))


def sections(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Section]:
    """A section with sections below it, some of them without a title."""
    held = st.lists(blocks(texts), max_size=3).map(tuple)
    about = st.lists(st.sampled_from(("1", "2", "4a", '"><')), max_size=2).map(tuple)
    kinds = st.sampled_from(SectionKind)
    leaf = st.builds(Section, kinds, texts, held, st.just(()), about)
    return st.recursive(
        leaf,
        lambda inner: st.builds(Section, kinds, texts, held, st.lists(inner, max_size=2).map(tuple), about),
        max_leaves=4,
    )


def letters(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Letter]:
    """A whole letter made of such texts."""
    days = st.dates(date(2005, 1, 1), date(2099, 12, 31))
    return st.builds(
        Letter,
        sender=st.builds(Sender, texts, texts, st.lists(texts, max_size=2).map(tuple), texts),
        reference=texts,
        subject=texts,
        received=days,
        dated=days,
        salutation=texts,
        sections=st.lists(sections(texts), max_size=3).map(tuple),
        addressee=texts,
        attachments=st.lists(st.builds(Attachment, texts, texts), max_size=2).map(tuple),
    )
